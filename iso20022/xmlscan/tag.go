package xmlscan

import (
	"bytes"
	"unicode/utf8"
)

const (
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
	xmlnsSpace = "http://www.w3.org/2000/xmlns/"
)

type binding struct{ prefix, space string }

type rawAttr struct{ name, value []byte }

func builtin() []binding { return []binding{{"xml", xmlSpace}} }

// tagEnd returns the offset of the > that ends the tag at pos; one in quotes does not end it.
func (s *Scanner) tagEnd() (int, error) {
	quote := byte(0)
	for i := 1; ; {
		for _, b := range s.buf[s.pos+i : s.end] {
			switch {
			case b == '<':
				return 0, s.fail("< may not stand inside a tag")
			case quote != 0:
				if b == quote {
					quote = 0
				}
			case b == '>':
				return i, nil
			case b == '"' || b == '\'':
				quote = b
			}
			i++
		}
		if !s.fill() {
			return 0, s.cut("a tag")
		}
	}
}

func (s *Scanner) startTag() (Kind, error) {
	n, err := s.tagEnd()
	if err != nil {
		return EOF, err
	}
	raw := s.take(n + 1)
	body := raw[1:n]
	if len(body) > 0 && body[len(body)-1] == '/' {
		body = body[:len(body)-1]
		s.closing = true
	}
	length := nameLength(body)
	if length == 0 {
		return EOF, s.fail("< is not followed by a name; in text write &lt;")
	}
	if len(s.stack) >= maxDepth {
		return EOF, s.fail("elements are nested deeper than %d", maxDepth)
	}
	qname := body[:length]
	frame := open{qname: len(s.names), binds: len(s.binds)}
	s.names = append(s.names, qname...)
	s.attrs = s.attrs[:0]
	if length < len(body) {
		if err := s.attributes(body[length:]); err != nil {
			return EOF, err
		}
	}
	if frame.prefix, frame.space, err = s.element(qname); err != nil {
		return EOF, err
	}
	s.stack = append(s.stack, frame)
	s.rooted = true
	s.name = Name{Space: frame.space, Local: qname[frame.prefix:]}
	if frame.prefix > 0 {
		s.name.Prefix = qname[:frame.prefix-1]
	}
	return Start, nil
}

func (s *Scanner) element(qname []byte) (int, string, error) {
	prefix, err := s.prefixLength(qname)
	if err != nil {
		return 0, "", err
	}
	if prefix == 0 {
		return 0, s.lookup(nil), nil
	}
	space := s.lookup(qname[:prefix-1])
	if space == "" {
		return 0, "", s.fail("the prefix of <%s> is not declared", clip(qname))
	}
	return prefix, space, nil
}

// prefixLength counts the bytes of the prefix with its colon; names with other colons are refused.
func (s *Scanner) prefixLength(qname []byte) (int, error) {
	colon := bytes.IndexByte(qname, ':')
	if colon < 0 {
		return 0, nil
	}
	local := qname[colon+1:]
	if colon == 0 || bytes.IndexByte(local, ':') >= 0 || nameLength(local) == 0 {
		return 0, s.fail("%s is not a name with at most one prefix", clip(qname))
	}
	return colon + 1, nil
}

func (s *Scanner) lookup(prefix []byte) string {
	for i := len(s.binds) - 1; i >= 0; i-- {
		if s.binds[i].prefix == string(prefix) {
			return s.binds[i].space
		}
	}
	return ""
}

// Resolve finds the namespace of a prefix at the current Start; "" if there is none.
func (s *Scanner) Resolve(prefix []byte) string { return s.lookup(prefix) }

func (s *Scanner) endTag() (Kind, error) {
	n, found := s.find(">", 2)
	if !found {
		return EOF, s.cut("an end tag")
	}
	raw := s.take(n + 1)
	body := raw[2:n]
	for len(body) > 0 && isSpace(body[len(body)-1]) {
		body = body[:len(body)-1]
	}
	if len(s.stack) == 0 {
		return EOF, s.fail("</%s> closes nothing", clip(body))
	}
	frame := s.stack[len(s.stack)-1]
	qname := s.names[frame.qname:]
	if !bytes.Equal(qname, body) {
		return EOF, s.fail("<%s> is closed by </%s>", clip(qname), clip(body))
	}
	s.name = Name{Space: frame.space, Local: qname[frame.prefix:]}
	if frame.prefix > 0 {
		s.name.Prefix = qname[:frame.prefix-1]
	}
	s.popping = true
	return End, nil
}

func (s *Scanner) pop() {
	frame := s.stack[len(s.stack)-1]
	s.stack = s.stack[:len(s.stack)-1]
	s.names = s.names[:frame.qname]
	s.binds = s.binds[:frame.binds]
	s.popping = false
}

// attributes splits the rest of a start tag, binds the namespaces and resolves the names.
func (s *Scanner) attributes(rest []byte) error {
	s.raw = s.raw[:0]
	s.scratch = s.scratch[:0]
	for {
		trimmed := bytes.TrimLeft(rest, " \t\r\n")
		if len(trimmed) == 0 {
			break
		}
		if len(trimmed) == len(rest) {
			return s.fail("attributes need a space between them")
		}
		var err error
		if rest, err = s.attribute(trimmed); err != nil {
			return err
		}
	}
	for _, a := range s.raw {
		if err := s.bind(a); err != nil {
			return err
		}
	}
	for _, a := range s.raw {
		if err := s.resolveAttr(a); err != nil {
			return err
		}
	}
	return nil
}

// attribute reads one name="value" and returns what follows.
func (s *Scanner) attribute(rest []byte) ([]byte, error) {
	length := nameLength(rest)
	if length == 0 {
		return nil, s.fail("an attribute needs a name")
	}
	name := rest[:length]
	rest = bytes.TrimLeft(rest[length:], " \t\r\n")
	if len(rest) == 0 || rest[0] != '=' {
		return nil, s.fail("attribute %s has no value", clip(name))
	}
	rest = bytes.TrimLeft(rest[1:], " \t\r\n")
	if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
		return nil, s.fail("the value of attribute %s needs quotes", clip(name))
	}
	end := bytes.IndexByte(rest[1:], rest[0])
	if end < 0 {
		return nil, s.fail("the value of attribute %s is not closed", clip(name))
	}
	if len(s.raw) == maxAttrs {
		return nil, s.fail("a tag has more than %d attributes", maxAttrs)
	}
	for _, other := range s.raw {
		if bytes.Equal(other.name, name) {
			return nil, s.fail("attribute %s stands twice", clip(name))
		}
	}
	value, err := s.attributeValue(rest[1 : 1+end])
	if err != nil {
		return nil, err
	}
	s.raw = append(s.raw, rawAttr{name, value})
	return rest[end+2:], nil
}

// attributeValue normalises a value: white space becomes blanks (XML 1.0 section 3.3.3).
func (s *Scanner) attributeValue(raw []byte) ([]byte, error) {
	if err := s.allowed(raw); err != nil {
		return nil, err
	}
	if !bytes.ContainsAny(raw, "&\t\r\n") {
		return raw, nil
	}
	spaced := make([]byte, 0, len(raw))
	for i, b := range raw {
		switch {
		case b == '\r' && i+1 < len(raw) && raw[i+1] == '\n':
		case isSpace(b):
			spaced = append(spaced, ' ')
		default:
			spaced = append(spaced, b)
		}
	}
	return s.unescape(make([]byte, 0, len(spaced)), spaced, false)
}

func (s *Scanner) intern(b []byte) string {
	if known, ok := s.interned[string(b)]; ok {
		return known
	}
	text := string(b)
	if len(s.interned) < 10_000 {
		s.interned[text] = text
	}
	return text
}

func (s *Scanner) bind(a rawAttr) error {
	if string(a.name) == "xmlns" {
		if string(a.value) == xmlSpace || string(a.value) == xmlnsSpace {
			return s.fail("the namespace %s cannot be the default", a.value)
		}
		s.binds = append(s.binds, binding{"", s.intern(a.value)})
		return nil
	}
	prefix, isDeclaration := bytes.CutPrefix(a.name, []byte("xmlns:"))
	if !isDeclaration {
		return nil
	}
	space := s.intern(a.value)
	switch {
	case len(prefix) == 0 || bytes.IndexByte(prefix, ':') >= 0 || string(prefix) == "xmlns":
		return s.fail("%s is not a namespace declaration", clip(a.name))
	case space == "":
		return s.fail("prefix %s is declared with an empty namespace", clip(prefix))
	case (string(prefix) == "xml") != (space == xmlSpace) || space == xmlnsSpace:
		return s.fail("prefix %s may not be bound to %s", clip(prefix), space)
	}
	s.binds = append(s.binds, binding{s.intern(prefix), space})
	return nil
}

func (s *Scanner) resolveAttr(a rawAttr) error {
	if string(a.name) == "xmlns" || bytes.HasPrefix(a.name, []byte("xmlns:")) {
		return nil
	}
	prefix, err := s.prefixLength(a.name)
	if err != nil {
		return err
	}
	attr := Attr{Name: Name{Local: a.name[prefix:]}, Value: a.value}
	if prefix > 0 {
		attr.Prefix = a.name[:prefix-1]
		if attr.Space = s.lookup(attr.Prefix); attr.Space == "" {
			return s.fail("the prefix of attribute %s is not declared", clip(a.name))
		}
		for _, other := range s.attrs {
			if other.Space == attr.Space && bytes.Equal(other.Local, attr.Local) {
				return s.fail("attribute {%s}%s stands twice", attr.Space, clip(attr.Local))
			}
		}
	}
	s.attrs = append(s.attrs, attr)
	return nil
}

// validASCII is for the XML declaration, which is read before the encoding is known.
func validASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
