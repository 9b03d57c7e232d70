package xmlscan

import (
	"bytes"
	"fmt"
	"io"
)

// Kind is the kind of a token.
type Kind uint8

// The tokens. Comments and processing instructions are checked and passed over.
const (
	EOF Kind = iota
	Start
	End
	Text
)

// Limits for input that is not trusted; the first two are libxml2's.
const (
	maxToken = 10_000_000 // bytes of one tag or one run of text
	maxDepth = 256        // open elements
	maxAttrs = 1_000      // attributes of one tag; they are compared pairwise
)

// SyntaxError says why the bytes are not namespace-well-formed XML.
type SyntaxError struct {
	Line   int
	Reason string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Name is an expanded name. Local and Prefix are valid until the next token.
type Name struct {
	Space         string
	Prefix, Local []byte
}

// Is tells whether the name is this one.
func (n Name) Is(space, local string) bool { return string(n.Local) == local && n.Space == space }

// Attr is an attribute that is not a namespace declaration.
type Attr struct {
	Name
	Value []byte
}

type open struct {
	qname  int // where the qualified name begins in Scanner.names
	prefix int // its length with the colon
	space  string
	binds  int // bindings in force before this element
}

// Scanner reads tokens. The zero value is not usable; see New.
type Scanner struct {
	src      io.Reader
	buf      []byte
	pos, end int
	eof      bool
	begun    bool
	err      error
	line     int // of the next unread byte
	tokLine  int

	names    []byte
	stack    []open
	binds    []binding
	interned map[string]string
	rooted   bool

	name    Name
	attrs   []Attr
	raw     []rawAttr
	text    []byte
	cdata   bool
	scratch []byte
	token   []byte
	closing bool // the current Start was an empty-element tag
	popping bool // the current End still has its frame

	capturing bool
	captured  []byte
}

// New reads from r. Encoding: UTF-8 (with or without BOM), US-ASCII and ISO-8859-1 by declaration.
func New(r io.Reader) *Scanner {
	return &Scanner{src: r, buf: make([]byte, 64<<10), line: 1, tokLine: 1, interned: map[string]string{}, binds: builtin()}
}

// Name is the name of the current Start or End.
func (s *Scanner) Name() Name { return s.name }

// Attrs are the attributes of the current Start, without namespace declarations.
func (s *Scanner) Attrs() []Attr { return s.attrs }

// Text is the content of the current Text: references resolved, line ends normalised.
func (s *Scanner) Text() []byte { return s.text }

// CDATA tells whether the current Text is a CDATA section.
func (s *Scanner) CDATA() bool { return s.cdata }

// Line is where the current token begins.
func (s *Scanner) Line() int { return s.tokLine }

// Depth is the number of open elements; a Start counts itself, an End no more.
func (s *Scanner) Depth() int {
	if s.popping {
		return len(s.stack) - 1
	}
	return len(s.stack)
}

// Path names the open elements as they are written, prefixes included.
func (s *Scanner) Path() string {
	path := ""
	for i, frame := range s.stack {
		end := len(s.names)
		if i+1 < len(s.stack) {
			end = s.stack[i+1].qname
		}
		path += "/" + string(s.names[frame.qname:end])
	}
	if path == "" {
		return "/"
	}
	return path
}

// Capture begins to keep the raw bytes, from the current token on.
func (s *Scanner) Capture() {
	s.capturing = true
	s.captured = append(s.captured[:0], s.token...)
}

// Captured ends the capture and returns the bytes; they are valid until the next Capture.
func (s *Scanner) Captured() []byte {
	s.capturing = false
	return s.captured
}

// Next reads the next token. After an error it returns that error for ever.
func (s *Scanner) Next() (Kind, error) {
	if s.err != nil {
		return EOF, s.err
	}
	kind, err := s.next()
	if err != nil {
		s.err = err
		return EOF, err
	}
	return kind, nil
}

func (s *Scanner) next() (Kind, error) {
	if s.popping {
		s.pop()
	}
	if s.closing {
		s.closing = false
		s.popping = true
		return End, nil
	}
	if !s.begun {
		s.begun = true
		if err := s.begin(); err != nil {
			return EOF, err
		}
	}
	for {
		s.tokLine = s.line
		if s.pos == s.end && !s.fill() {
			return EOF, s.finish()
		}
		if s.buf[s.pos] != '<' {
			inside, err := s.characters()
			if err != nil {
				return EOF, err
			}
			if inside {
				return Text, nil
			}
			continue
		}
		if !s.need(2) {
			return EOF, s.fail("the file ends inside a tag")
		}
		switch s.buf[s.pos+1] {
		case '/':
			return s.endTag()
		case '?':
			if err := s.instruction(); err != nil {
				return EOF, err
			}
		case '!':
			section, err := s.declaration()
			if err != nil {
				return EOF, err
			}
			if section {
				return Text, nil
			}
		default:
			return s.startTag()
		}
	}
}

func (s *Scanner) fail(format string, args ...any) error {
	return &SyntaxError{Line: s.tokLine, Reason: fmt.Sprintf(format, args...)}
}

func (s *Scanner) finish() error {
	if s.err != nil {
		return s.err
	}
	if n := len(s.stack); n > 0 {
		return s.fail("the file ends but <%s> is still open", s.names[s.stack[n-1].qname:])
	}
	if !s.rooted {
		return s.fail("there is no element in the file")
	}
	return nil
}

// fill reads more bytes behind the unread ones; false at the end of the input.
func (s *Scanner) fill() bool {
	if s.eof {
		return false
	}
	if s.pos > 0 {
		copy(s.buf, s.buf[s.pos:s.end])
		s.end -= s.pos
		s.pos = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) > maxToken {
			s.err = s.fail("a single tag or text is longer than %d bytes", maxToken)
			return false
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for range 100 {
		n, err := s.src.Read(s.buf[s.end:])
		s.end += n
		if err == io.EOF {
			s.eof = true
		} else if err != nil {
			s.err = fmt.Errorf("reading the file: %w", err)
			s.eof = true
			return false
		}
		if n > 0 || s.eof {
			return n > 0
		}
	}
	s.err, s.eof = io.ErrNoProgress, true
	return false
}

// need makes n unread bytes available.
func (s *Scanner) need(n int) bool {
	for s.end-s.pos < n {
		if !s.fill() {
			return false
		}
	}
	return true
}

// find returns the offset from pos of the next mark at or after from; false at the end of the input.
func (s *Scanner) find(mark string, from int) (int, bool) {
	for {
		if s.end-s.pos > from {
			window := s.buf[s.pos+from : s.end]
			i := -1
			if len(mark) == 1 {
				i = bytes.IndexByte(window, mark[0])
			} else {
				i = bytes.Index(window, []byte(mark))
			}
			if i >= 0 {
				return from + i, true
			}
			from = max(from, s.end-s.pos-len(mark)+1)
		}
		if !s.fill() {
			return 0, false
		}
	}
}

// take consumes n bytes and returns them; they stay in place until the next fill.
func (s *Scanner) take(n int) []byte {
	s.token = s.buf[s.pos : s.pos+n]
	s.pos += n
	s.line += bytes.Count(s.token, []byte{'\n'})
	if s.capturing {
		s.captured = append(s.captured, s.token...)
	}
	return s.token
}

// cut is the error for input that ends too early, or the reader's own.
func (s *Scanner) cut(where string) error {
	if s.err != nil {
		return s.err
	}
	return s.fail("the file ends inside %s", where)
}
