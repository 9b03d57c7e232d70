package xmlscan

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// events writes the tokens as one line; an error as its reason.
func events(r io.Reader) string {
	var b strings.Builder
	s := New(r)
	for {
		kind, err := s.Next()
		switch {
		case err != nil:
			return b.String() + " ! " + err.Error()
		case kind == EOF:
			return b.String()
		case kind == Start:
			fmt.Fprintf(&b, "<{%s}%s", s.Name().Space, s.Name().Local)
			for _, a := range s.Attrs() {
				fmt.Fprintf(&b, " {%s}%s=%q", a.Space, a.Local, a.Value)
			}
			b.WriteString(">")
		case kind == End:
			fmt.Fprintf(&b, "</%s>", s.Name().Local)
		case kind == Text:
			fmt.Fprintf(&b, "%q", s.Text())
		}
	}
}

func TestTokens(t *testing.T) {
	for in, want := range map[string]string{
		`<a/>`: `<{}a></a>`,
		`<?xml version="1.0" encoding="utf-8" standalone="yes"?><!--c--><a x='1' y="&lt;&#65;">t&amp;u</a><?p?>`: `<{}a {}x="1" {}y="<A">"t&u"</a>`,
		`<a xmlns="urn:a" xmlns:p="urn:p" p:x="1"><p:b/><c xmlns=""/></a>`:                                       `<{urn:a}a {urn:p}x="1"><{urn:p}b></b><{}c></c></a>`,
		"<a>1\r\n2\r3<![CDATA[<&]]>]]</a>":                                                                       `<{}a>"1\n2\n3""<&""]]"</a>`,
		"<a b='1\r\n2\t3&#10;'/>":                                                                                `<{}a {}b="1 2 3\n"></a>`,
		"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>":                                                 `<{}a>"é"</a>`,
		"\xEF\xBB\xBF<中/>": `<{}中></中>`,
		`<a x=">"></a>`:    `<{}a {}x=">"></a>`,
		`<a/><b/>`:         `<{}a></a><{}b></b>`,
		``:                 ` ! line 1: there is no element in the file`,
		"<a>\n\n<b></a>":   `<{}a>"\n\n"<{}b> ! line 3: <b> is closed by </a>`,
		`<a>`:              `<{}a> ! line 1: the file ends but <a> is still open`,
		`<a><`:             `<{}a> ! line 1: the file ends inside a tag`,
		`<p:a/>`:           ` ! line 1: the prefix of <p:a> is not declared`,
		`<a p:x="1"/>`:     ` ! line 1: the prefix of attribute p:x is not declared`,
		`<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="2"/>`: ` ! line 1: attribute {u}x stands twice`,
		`<a x="1" x="2"/>`:     ` ! line 1: attribute x stands twice`,
		`<a xmlns:p=""/>`:      ` ! line 1: prefix p is declared with an empty namespace`,
		`<a xmlns:xml="u"/>`:   ` ! line 1: prefix xml may not be bound to u`,
		`<a:b:c xmlns:a="u"/>`: ` ! line 1: a:b:c is not a name with at most one prefix`,
		`<!DOCTYPE a><a/>`:     ` ! line 1: a document type declaration (DOCTYPE) is refused: it could define entities or read other files`,
		`<a>&b;</a>`:           `<{}a> ! line 1: the entity &b; is not known`,
		`<a>]]></a>`:           `<{}a> ! line 1: ]]> may not stand in text`,
		"<a>\x01</a>":          `<{}a> ! line 1: character U+0001 is not allowed in XML`,
		"<a>\xff</a>":          `<{}a> ! line 1: byte 0xFF is not valid in UTF-8`,
		"<?xml version='1.0' encoding='ascii'?><a>\xe9</a>": `<{}a> ! line 1: byte 0xFF is not valid in UTF-8`,
		`<?xml version='1.0' encoding='big5'?><a/>`:         ` ! line 1: the encoding "big5" is not supported; UTF-8, US-ASCII and ISO-8859-1 are`,
		`x<a/>`:                      ` ! line 1: text outside of the root element`,
		` <?xml version="1.0"?><a/>`: ` ! line 1: the XML declaration may only stand at the very start of the file`,
		`<a><!-- -- --></a>`:         `<{}a> ! line 1: -- may not stand inside a comment`,
		strings.Repeat("<a>", 257):   strings.Repeat("<{}a>", 256) + ` ! line 1: elements are nested deeper than 256`,
	} {
		if got := events(strings.NewReader(in)); got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", in, got, want)
		}
		if got := events(iotest.OneByteReader(strings.NewReader(in))); got != want {
			t.Errorf("%q byte by byte:\ngot  %s\nwant %s", in, got, want)
		}
	}
	broken := errors.New("the disk is gone")
	if got := events(io.MultiReader(strings.NewReader("<a>"), iotest.ErrReader(broken))); !strings.Contains(got, broken.Error()) {
		t.Error(got)
	}
}

func TestManyAttributes(t *testing.T) {
	var b strings.Builder
	for i := range 1001 {
		fmt.Fprintf(&b, " a%d=''", i)
	}
	if got := events(strings.NewReader("<a" + b.String() + "/>")); !strings.Contains(got, "more than 1000 attributes") {
		t.Error(got)
	}
}

func TestCaptureAndLines(t *testing.T) {
	s := New(iotest.OneByteReader(strings.NewReader("<a>\n <b x='1'>\n<c/></b>\n</a>")))
	for {
		kind, err := s.Next()
		if err != nil || kind == EOF {
			t.Fatal("no end of b", err)
		}
		if kind == Start && string(s.Name().Local) == "b" {
			s.Capture()
			if s.Line() != 2 || s.Path() != "/a/b" || s.Depth() != 2 {
				t.Errorf("line %d, path %s, depth %d", s.Line(), s.Path(), s.Depth())
			}
		}
		if kind == End && string(s.Name().Local) == "b" {
			break
		}
	}
	if got := string(s.Captured()); got != "<b x='1'>\n<c/></b>" {
		t.Errorf("captured %q", got)
	}
}

// A tag or text without end must not take all memory.
func TestEndlessToken(t *testing.T) {
	for _, start := range []string{"<a b='", "<a>", "<!--"} {
		if got := events(io.MultiReader(strings.NewReader(start), endless{})); !strings.Contains(got, "longer than") {
			t.Errorf("%s: %.100s", start, got)
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, bytes.Repeat([]byte("x"), len(p))), nil }

// FuzzScan holds that what the scanner takes, the standard library takes too and with the same
// text and names: it forgives more, never less.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{`<a/>`, `<a xmlns="u" b="&#65;">x<![CDATA[y]]>&amp;<p:c xmlns:p="v"/></a>`, "<?xml version='1.0'?><a>\r\n</a>", `<a><!-- c --><?p q?></a>`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		if bytes.Contains(content, []byte("encoding")) {
			return
		}
		ours := ""
		s := New(bytes.NewReader(content))
		roots := 0
		for {
			kind, err := s.Next()
			if err != nil {
				return
			}
			if kind == EOF {
				break
			}
			switch kind {
			case Start:
				if s.Depth() == 1 {
					roots++
				}
				ours += fmt.Sprintf("<%s %s>", s.Name().Space, s.Name().Local)
			case End:
				ours += "</>"
			case Text:
				ours += string(s.Text())
			}
		}
		if roots != 1 {
			return
		}
		theirs, depth := "", 0
		d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(content, []byte("\xEF\xBB\xBF"))))
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				// encoding/xml knows the names of XML 1.0's fourth edition only; libxml2 and we
				// take those of the fifth.
				if text := err.Error(); strings.Contains(text, "unsupported version") || strings.Contains(text, "invalid XML name") {
					return
				}
				t.Fatalf("%q: we take it, encoding/xml says %v", content, err)
			}
			switch token := token.(type) {
			case xml.StartElement:
				depth++
				theirs += fmt.Sprintf("<%s %s>", token.Name.Space, token.Name.Local)
			case xml.EndElement:
				depth--
				theirs += "</>"
			case xml.CharData:
				if depth > 0 {
					theirs += string(token)
				}
			}
		}
		if ours != theirs {
			t.Fatalf("%q:\nours   %q\ntheirs %q", content, ours, theirs)
		}
	})
}
