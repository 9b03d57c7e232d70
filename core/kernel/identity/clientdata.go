package identity

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"causeway/core/kernel/fault"
)

// clientData is what the ledger reads of a clientDataJSON.
type clientData struct {
	kind      string // the member "type"
	challenge string
}

// clientDataDepthMax bounds the nesting of members that are skipped.
const clientDataDepthMax = 16

// scanClientData reads clientDataJSON by RFC 8259, strictly, because it is consensus: general
// JSON readers differ, and change, in duplicate keys, letter case, invalid UTF-8 and lone
// surrogates. Here there is one object, in valid UTF-8 without a byte order mark; a key that
// occurs twice at top level (compared after unescaping) is refused, other members are checked
// for grammar and ignored, and \u escapes of half a surrogate pair are refused.
func scanClientData(text []byte) (clientData, error) {
	if len(text) > PasskeyBytesMax {
		return clientData{}, fault.PasskeyTooLong.With("client_data", strconv.Itoa(len(text))+" bytes", "at most "+strconv.Itoa(PasskeyBytesMax))
	}
	if !utf8.Valid(text) {
		return clientData{}, fault.PasskeyClientDataMalformed.With("client_data", "invalid bytes", "UTF-8")
	}
	s := jsonScanner{text: text}
	data, duplicate, ok := s.topLevel()
	switch {
	case duplicate != nil:
		return clientData{}, fault.PasskeyDuplicateKey.With("client_data", excerpt(*duplicate), "")
	case !ok:
		return clientData{}, fault.PasskeyClientDataMalformed.With("client_data", "an error at byte "+strconv.Itoa(s.at), "one JSON object")
	}
	return data, nil
}

// jsonScanner walks over text; each method that returns false leaves at near the error.
type jsonScanner struct {
	text []byte
	at   int
}

// topLevel reads the one object. type and challenge count only when they are strings.
func (s *jsonScanner) topLevel() (data clientData, duplicate *string, ok bool) {
	seen := map[string]bool{}
	s.space()
	ok = s.members(func(key string) bool {
		if seen[key] {
			duplicate = &key
			return false
		}
		seen[key] = true
		isString := s.peek() == '"'
		switch {
		case key == "type" && isString:
			data.kind, isString = s.str()
			return isString
		case key == "challenge" && isString:
			data.challenge, isString = s.str()
			return isString
		}
		return s.value(1)
	})
	s.space()
	return data, duplicate, ok && s.at == len(s.text)
}

// peek is the next byte, or 0 at the end; a raw 0 occurs in no valid JSON.
func (s *jsonScanner) peek() byte {
	if s.at < len(s.text) {
		return s.text[s.at]
	}
	return 0
}

func (s *jsonScanner) take(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.at++
	return true
}

func (s *jsonScanner) space() {
	for {
		switch s.peek() {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

// members reads an object and calls member for each key, standing before its value.
func (s *jsonScanner) members(member func(key string) bool) bool {
	if !s.take('{') {
		return false
	}
	s.space()
	if s.take('}') {
		return true
	}
	for {
		s.space()
		key, ok := s.str()
		if !ok {
			return false
		}
		s.space()
		if !s.take(':') {
			return false
		}
		s.space()
		if !member(key) {
			return false
		}
		s.space()
		if s.take('}') {
			return true
		}
		if !s.take(',') {
			return false
		}
	}
}

// value skips one value that stands depth levels deep.
func (s *jsonScanner) value(depth int) bool {
	if depth > clientDataDepthMax {
		return false
	}
	switch c := s.peek(); {
	case c == '{':
		return s.members(func(string) bool { return s.value(depth + 1) })
	case c == '[':
		return s.array(depth)
	case c == '"':
		_, ok := s.str()
		return ok
	case c == 't':
		return s.word("true")
	case c == 'f':
		return s.word("false")
	case c == 'n':
		return s.word("null")
	}
	return s.number()
}

func (s *jsonScanner) array(depth int) bool {
	s.at++ // the bracket
	s.space()
	if s.take(']') {
		return true
	}
	for {
		s.space()
		if !s.value(depth + 1) {
			return false
		}
		s.space()
		if s.take(']') {
			return true
		}
		if !s.take(',') {
			return false
		}
	}
}

func (s *jsonScanner) word(word string) bool {
	for i := 0; i < len(word); i++ {
		if !s.take(word[i]) {
			return false
		}
	}
	return true
}

// number skips -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
func (s *jsonScanner) number() bool {
	s.take('-')
	if !s.take('0') && !s.digits() {
		return false
	}
	if s.take('.') && !s.digits() {
		return false
	}
	if s.take('e') || s.take('E') {
		if !s.take('+') {
			s.take('-')
		}
		return s.digits()
	}
	return true
}

func (s *jsonScanner) digits() bool {
	start := s.at
	for c := s.peek(); c >= '0' && c <= '9'; c = s.peek() {
		s.at++
	}
	return s.at > start
}

// str reads a string and resolves its escapes.
func (s *jsonScanner) str() (string, bool) {
	if !s.take('"') {
		return "", false
	}
	var out []byte
	for {
		switch c := s.peek(); {
		case c == '"':
			s.at++
			return string(out), true
		case c < 0x20: // control characters must be escaped; also the end of the text
			return "", false
		case c == '\\':
			s.at++
			r, ok := s.escape()
			if !ok {
				return "", false
			}
			out = utf8.AppendRune(out, r)
		default:
			out = append(out, c)
			s.at++
		}
	}
}

// escape reads what follows a backslash.
func (s *jsonScanner) escape() (rune, bool) {
	c := s.peek()
	s.at++
	switch c {
	case '"', '\\', '/':
		return rune(c), true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	case 'u':
		return s.codePoint()
	}
	return 0, false
}

// codePoint reads the four digits after \u and, for a surrogate, the pair's other half.
func (s *jsonScanner) codePoint() (rune, bool) {
	first, ok := s.hex4()
	if !ok || !utf16.IsSurrogate(first) {
		return first, ok
	}
	if !s.take('\\') || !s.take('u') {
		return 0, false
	}
	second, ok := s.hex4()
	if !ok {
		return 0, false
	}
	r := utf16.DecodeRune(first, second)
	return r, r != utf8.RuneError
}

func (s *jsonScanner) hex4() (rune, bool) {
	var r rune
	for range 4 {
		c := s.peek()
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
		s.at++
	}
	return r, true
}
