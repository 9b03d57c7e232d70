package xmlscan

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// characters reads text; false if it is the white space around the root element.
func (s *Scanner) characters() (bool, error) {
	n, found := s.find("<", 0)
	if !found {
		if s.err != nil {
			return false, s.err
		}
		n = s.end - s.pos
	}
	raw := s.take(n)
	if len(s.stack) == 0 {
		for _, b := range raw {
			if !isSpace(b) {
				return false, s.fail("text outside of the root element")
			}
		}
		return false, nil
	}
	text, err := s.resolve(raw, false)
	s.text, s.cdata = text, false
	return true, err
}

// resolve checks character data and, only where needed, copies it with references resolved.
func (s *Scanner) resolve(raw []byte, section bool) ([]byte, error) {
	i, copying := 0, false
	for i < len(raw) {
		if plain[raw[i]] {
			i++
			continue
		}
		switch c := raw[i]; {
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRune(raw[i:])
			if r == utf8.RuneError && n <= 1 {
				return nil, s.fail("byte 0x%02X is not valid in UTF-8", c)
			}
			if !isChar(r) {
				return nil, s.fail("character U+%04X is not allowed in XML", r)
			}
			i += n
		case c == ']':
			if !section && bytes.HasPrefix(raw[i:], []byte("]]>")) {
				return nil, s.fail("]]> may not stand in text")
			}
			i++
		case c == '\r' || c == '&' && !section:
			copying = true
			i++
		case c == '&' || c == '<':
			i++
		default:
			return nil, s.fail("character U+%04X is not allowed in XML", c)
		}
	}
	if !copying {
		return raw, nil
	}
	s.scratch = s.scratch[:0]
	var err error
	s.scratch, err = s.unescape(s.scratch, raw, section)
	return s.scratch, err
}

// unescape appends raw with line ends normalised (XML 1.0 section 2.11) and references resolved.
func (s *Scanner) unescape(to, raw []byte, section bool) ([]byte, error) {
	for i := 0; i < len(raw); {
		switch c := raw[i]; {
		case c == '\r':
			if i+1 >= len(raw) || raw[i+1] != '\n' {
				to = append(to, '\n')
			}
			i++
		case c == '&' && !section:
			end := bytes.IndexByte(raw[i:], ';')
			if end < 0 {
				return to, s.fail("& without an entity; write &amp;")
			}
			r, ok := entity(raw[i+1 : i+end])
			if !ok {
				return to, s.fail("the entity &%s; is not known", clip(raw[i+1:i+end]))
			}
			to = utf8.AppendRune(to, r)
			i += end + 1
		default:
			to = append(to, c)
			i++
		}
	}
	return to, nil
}

// entity resolves a character reference or one of the five predefined entities.
func entity(name []byte) (rune, bool) {
	switch string(name) {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	for len(digits) > 1 && digits[0] == '0' {
		digits = digits[1:]
	}
	if len(digits) == 0 || len(digits) > 8 || digits[0] == '+' || digits[0] == '-' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(digits), base, 32)
	if err != nil || n > utf8.MaxRune || !isChar(rune(n)) {
		return 0, false
	}
	return rune(n), true
}

// instruction passes over a processing instruction.
func (s *Scanner) instruction() error {
	n, found := s.find("?>", 2)
	if !found {
		return s.cut("a processing instruction")
	}
	raw := s.take(n + 2)
	body := raw[2 : len(raw)-2]
	target := nameLength(body)
	switch {
	case target == 0:
		return s.fail("a processing instruction needs a name")
	case bytes.EqualFold(body[:target], []byte("xml")):
		return s.fail("the XML declaration may only stand at the very start of the file")
	case target < len(body) && !isSpace(body[target]):
		return s.fail("a processing instruction needs a space after its name")
	}
	return s.allowed(body)
}

// declaration handles what begins with <!; true if it was a CDATA section, now the current text.
func (s *Scanner) declaration() (bool, error) {
	if s.need(4) && string(s.buf[s.pos:s.pos+4]) == "<!--" {
		n, found := s.find("--", 4)
		if !found || !s.need(n+3) {
			return false, s.cut("a comment")
		}
		if s.buf[s.pos+n+2] != '>' {
			return false, s.fail("-- may not stand inside a comment")
		}
		raw := s.take(n + 3)
		return false, s.allowed(raw[4:n])
	}
	if s.need(9) && string(s.buf[s.pos:s.pos+9]) == "<![CDATA[" {
		if len(s.stack) == 0 {
			return false, s.fail("a CDATA section outside of the root element")
		}
		n, found := s.find("]]>", 9)
		if !found {
			return false, s.cut("a CDATA section")
		}
		raw := s.take(n + 3)
		text, err := s.resolve(raw[9:n], true)
		s.text, s.cdata = text, true
		return true, err
	}
	if s.need(9) && string(s.buf[s.pos:s.pos+9]) == "<!DOCTYPE" {
		return false, s.fail("a document type declaration (DOCTYPE) is refused: it could define entities or read other files")
	}
	return false, s.fail("unknown markup after <!")
}

// allowed checks text that is passed over.
func (s *Scanner) allowed(raw []byte) error {
	for i := 0; i < len(raw); {
		r, n := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && n <= 1 || !isChar(r) {
			return s.fail("byte 0x%02X is not allowed here", raw[i])
		}
		i += n
	}
	return nil
}

func clip(b []byte) []byte { return b[:min(len(b), 40)] }
