package xmlscan

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"
)

// begin skips the byte order mark, reads the XML declaration and settles the encoding.
func (s *Scanner) begin() error {
	s.need(5)
	if s.err != nil {
		return s.err
	}
	head := s.buf[:s.end]
	switch {
	case len(head) >= 2 && (head[0] == 0xFE && head[1] == 0xFF || head[0] == 0xFF && head[1] == 0xFE),
		len(head) >= 2 && (head[0] == 0 || head[1] == 0):
		return s.fail("the file is in UTF-16 or UTF-32; ISO 20022 files are UTF-8")
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		s.pos = 3
	}
	if !s.need(6) || string(s.buf[s.pos:s.pos+5]) != "<?xml" || !isSpace(s.buf[s.pos+5]) {
		return s.err
	}
	n, found := s.find("?>", 5)
	if !found {
		return s.cut("the XML declaration")
	}
	declared := append([]byte(nil), s.take(n + 2)[5:n]...)
	encoding, err := s.xmlDeclaration(declared)
	if err != nil {
		return err
	}
	return s.transcode(encoding)
}

// xmlDeclaration reads version, encoding and standalone, in that order.
func (s *Scanner) xmlDeclaration(rest []byte) (string, error) {
	if !validASCII(rest) {
		return "", s.fail("the XML declaration holds bytes outside of ASCII")
	}
	s.raw = s.raw[:0]
	for {
		trimmed := bytes.TrimLeft(rest, " \t\r\n")
		if len(trimmed) == 0 {
			break
		}
		if len(trimmed) == len(rest) {
			return "", s.fail("the XML declaration is malformed")
		}
		var err error
		if rest, err = s.attribute(trimmed); err != nil {
			return "", err
		}
	}
	encoding, place := "utf-8", 0
	for _, a := range s.raw {
		order := map[string]int{"version": 1, "encoding": 2, "standalone": 3}[string(a.name)]
		if order <= place || place == 0 && order != 1 {
			return "", s.fail("the XML declaration is malformed at %s", clip(a.name))
		}
		place = order
		switch value := string(a.value); order {
		case 1:
			if digits, ok := strings.CutPrefix(value, "1."); !ok || digits == "" || strings.Trim(digits, "0123456789") != "" {
				return "", s.fail("XML version %q is not supported; 1.0 is", clip(a.value))
			}
		case 2:
			encoding = strings.ToLower(value)
		case 3:
			if value != "yes" && value != "no" {
				return "", s.fail("standalone must be yes or no")
			}
		}
	}
	if place == 0 {
		return "", s.fail("the XML declaration has no version")
	}
	return encoding, nil
}

// transcode arranges for the rest of the input to be UTF-8.
func (s *Scanner) transcode(encoding string) error {
	switch encoding {
	case "utf-8", "utf8":
		return nil
	case "us-ascii", "ascii", "iso-8859-1", "iso_8859-1", "latin1", "iso-latin-1":
	default:
		return s.fail("the encoding %q is not supported; UTF-8, US-ASCII and ISO-8859-1 are", encoding)
	}
	rest := append([]byte(nil), s.buf[s.pos:s.end]...)
	source := io.MultiReader(bytes.NewReader(rest), s.src)
	if s.eof {
		source = bytes.NewReader(rest)
	}
	s.src = &narrow{src: source, ascii: strings.Contains(encoding, "ascii")}
	s.pos, s.end, s.eof = 0, 0, false
	s.fill()
	return nil
}

// narrow turns a one-byte encoding into UTF-8. Bytes above ASCII in a file that calls itself
// ASCII stay as they are: they are then refused as invalid UTF-8, with their line.
type narrow struct {
	src   io.Reader
	ascii bool
	in    [4096]byte
	out   []byte
}

func (n *narrow) Read(p []byte) (int, error) {
	for len(n.out) == 0 {
		count, err := n.src.Read(n.in[:])
		n.out = n.out[:0]
		for _, b := range n.in[:count] {
			switch {
			case b >= utf8.RuneSelf && n.ascii:
				n.out = append(n.out, 0xFF)
			case b >= utf8.RuneSelf:
				n.out = utf8.AppendRune(n.out, rune(b))
			default:
				n.out = append(n.out, b)
			}
		}
		if count == 0 && err != nil {
			return 0, err
		}
	}
	count := copy(p, n.out)
	n.out = n.out[count:]
	return count, nil
}
