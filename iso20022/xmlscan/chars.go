package xmlscan

import "unicode/utf8"

// plain marks the ASCII bytes that character data may hold and that need no second look.
var plain = func() (t [256]bool) {
	for b := 0x20; b < 0x80; b++ {
		t[b] = true
	}
	t['\t'], t['\n'] = true, true
	t['&'], t['<'], t[']'] = false, false, false
	return t
}()

// nameByte marks the ASCII bytes that may stand inside a name; the first byte has a tighter rule.
var nameByte = func() (t [256]bool) {
	for b := byte('a'); b <= 'z'; b++ {
		t[b], t[b-'a'+'A'] = true, true
	}
	for b := byte('0'); b <= '9'; b++ {
		t[b] = true
	}
	for _, b := range []byte("_:-.") {
		t[b] = true
	}
	return t
}()

func isSpace(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' }

// isChar is production [2] of XML 1.0.
func isChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

// nameStartRanges are the non-ASCII ranges of production [4].
var nameStartRanges = [][2]rune{
	{0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D}, {0x37F, 0x1FFF}, {0x200C, 0x200D}, {0x2070, 0x218F},
	{0x2C00, 0x2FEF}, {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF},
}

func isNameStart(r rune) bool {
	for _, span := range nameStartRanges {
		if r >= span[0] && r <= span[1] {
			return true
		}
	}
	return false
}

func isNameRune(r rune) bool {
	return r == 0xB7 || r >= 0x300 && r <= 0x36F || r == 0x203F || r == 0x2040 || isNameStart(r)
}

// nameLength counts the bytes of the name that b begins with; 0 if it begins with none.
func nameLength(b []byte) int {
	i := 0
	for i < len(b) {
		c := b[i]
		if c < utf8.RuneSelf {
			if !nameByte[c] || i == 0 && (c == '-' || c == '.' || c >= '0' && c <= '9') {
				return i
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n <= 1 || i == 0 && !isNameStart(r) || !isNameRune(r) {
			return i
		}
		i += n
	}
	return i
}
