package schema_test

import (
	"fmt"
	"math/rand"
	"strings"

	"causeway/iso20022/schema"
)

// element is a message as a tree that tests can spoil and write out.
type element struct {
	name     string
	attrs    string // as written, with a leading blank
	text     string // raw markup before the children
	children []*element
}

func (e *element) write(b *strings.Builder) {
	if e.name == "" {
		b.WriteString(e.text)
		return
	}
	b.WriteString("<" + e.name + e.attrs)
	if e.text == "" && len(e.children) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteString(">" + e.text)
	for _, c := range e.children {
		c.write(b)
	}
	b.WriteString("</" + e.name + ">")
}

func (e *element) all(to []*element) []*element {
	to = append(to, e)
	for _, c := range e.children {
		to = c.all(to)
	}
	return to
}

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", "]]>", "]]&gt;")

// author writes random messages from a schema table, mostly valid ones.
type author struct {
	*rand.Rand
	schema *schema.Schema
	prefix string
}

func (a *author) message() *element {
	root := a.element(&a.schema.Root, 0)
	declaration := " xmlns"
	if a.prefix != "" {
		declaration += ":" + strings.TrimSuffix(a.prefix, ":")
	}
	root.attrs = fmt.Sprintf("%s=%q", declaration, a.schema.Space)
	return root
}

func (a *author) element(e *schema.Element, depth int) *element {
	made := &element{name: a.prefix + e.Name}
	t := e.Type
	switch t.Kind {
	case schema.Leaf:
		made.text = escape.Replace(a.value(t.Simple))
		if t.Attr != "" {
			made.attrs = fmt.Sprintf(" %s=%q", t.Attr, a.value(t.AttrType))
		}
	case schema.Wildcard:
		made.children = append(made.children, a.open(t))
	case schema.Choice:
		member := &t.Elements[a.Intn(len(t.Elements))]
		a.repeat(made, member, max(member.Min, 1), depth)
	case schema.Sequence:
		for i := range t.Elements {
			member := &t.Elements[i]
			count := member.Min
			if a.Intn(3+depth) < 1 {
				count = min(member.Max, count+1+a.Intn(2))
			}
			a.repeat(made, member, count, depth)
		}
	}
	return made
}

func (a *author) repeat(parent *element, e *schema.Element, count, depth int) {
	for range count {
		parent.children = append(parent.children, a.element(e, depth+1))
	}
}

// open is what may stand in supplementary data; sometimes it should not.
func (a *author) open(t *schema.Type) *element {
	choices := []string{
		`<x xmlns="urn:x">text <y z="1">more</y></x>`, `<x xmlns="">plain</x>`, `<d:Signature xmlns:d="http://www.w3.org/2000/09/xmldsig#"><d:V>1</d:V></d:Signature>`,
		`<x/><y/>`, ``, `text`, `<u:x/>`, `<x xmlns="" u:a="1"/>`, `<x xml:lang="en"/>`, `<x xmlns="" xmlns:xml="http://www.w3.org/XML/1998/namespace"/>`, strings.Repeat(`<x>`, 245) + strings.Repeat(`</x>`, 245), strings.Repeat(`<x>`, 254) + strings.Repeat(`</x>`, 254), `<x xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>`,
		fmt.Sprintf(`<x xmlns="urn:x"><d:%s xmlns:d="%s"/></x>`, a.schema.Root.Name, a.schema.Space),
		fmt.Sprintf(`<x xmlns="urn:x"><d:Other xmlns:d="%s"/></x>`, a.schema.Space),
	}
	preferred := 0
	if t.Space != "" {
		preferred = 2
	}
	if a.Intn(3) == 0 {
		preferred = a.Intn(len(choices))
	}
	return &element{text: choices[preferred]}
}

func (a *author) value(s *schema.Simple) string {
	switch {
	case len(s.Enum) > 0:
		return s.Enum[a.Intn(len(s.Enum))]
	case s.Pattern() != "" && s.Base == schema.String:
		return schema.RandomMatch(s, a.Rand)
	}
	pick := func(options ...string) string { return options[a.Intn(len(options))] }
	switch s.Base {
	case schema.Decimal:
		return pick("1", "0", "10.5", "123456789.12", "0.1", "7.000", "+3", " 12 ")
	case schema.Boolean:
		return pick("true", "false", "1", "0")
	case schema.Date:
		return pick("2026-11-23", "2024-02-29", "2026-01-31Z", "2026-06-30+08:00")
	case schema.DateTime:
		if s.Pattern() != "" {
			return "2026-11-23T10:00:00Z"
		}
		return pick("2026-11-23T10:00:00", "2026-11-23T10:00:00.123+08:00", "2026-11-23T24:00:00Z")
	case schema.Time:
		return pick("10:00:00", "23:59:59.9Z")
	case schema.GYear:
		return pick("2026", "1999Z")
	case schema.GYearMonth:
		return pick("2026-11", "1999-01Z")
	case schema.Base64Binary:
		return pick("AAAA", "QUJD RA==", "AAA=")
	}
	n := max(s.MinLen, 1) + a.Intn(3)
	if s.MaxLen > 0 {
		n = min(n, s.MaxLen)
	}
	return strings.Repeat(pick("a", "中", "Z", "é"), n)
}

// nasty are values at the edge of every type.
var nasty = []string{
	"", " ", "\t", "\n", "x", " x ", "1.", ".5", ".", "+1", "+", "-", "-0", "-1", "1e5", "1E5", "00001.10", "0.00001", "0.000001", "0.0000010", "123456789012345678", "1234567890123456789",
	"1234567890123.45678", "12345678901234.45678", "0000000000000000000000000001", "1.000000000000000000000000", "1.00000000000000000000000", "123456789012345678901234", "1234567890123456789012345", "1.5.2", "1,5", "NaN", "INF", "0x10", "- 1", "1 ", "\n1\n", "1\u00a0", "٣",
	"true", "TRUE", " true ", "1", "0", "True", "yes",
	"2026-02-29", "2024-02-29", "2024-02-29Z", "2024-02-29+14:00", "2024-02-29+14:01", "2024-02-29-14:00", "2024-02-29-13:60", "2024-02-29+24:00", "1900-02-29", "2000-02-29", "0000-01-01", "-2024-01-01", "-0001-02-29", "-0004-02-29", "12024-01-01", "02024-01-01", "2026-1-1", "2026-13-01", "2026-00-10", "2026-04-31", "2026-04-00", "26-04-01", "2026-04-01z", "2026/04/01", " 2026-04-01 ", "2026-04-01 Z", "+2026-04-01", "2026-04-01+8:00", "2026-04-01+08",
	"2026-04-01T", "2026-04-01T10:00", "2026-04-01T10:00:00", "2026-04-01t10:00:00", "2026-04-01 10:00:00", "2026-04-01T10:00:00.", "2026-04-01T10:00:00.5", "2026-04-01T10:00:00.123456789012345678901234567890", "2026-04-01T24:00:00", "2026-04-01T24:00:00.0", "2026-04-01T24:00:00.1", "2026-04-01T24:00:01", "2026-04-01T25:00:00", "2026-04-01T10:60:00", "2026-04-01T10:00:60", "2026-04-01T10:00:59.999999999999999999999Z", "2026-04-01T10:00:00Z", "2026-04-01T10:00:00+08:00", "2026-04-01T10:00:00-00:00", " 2026-04-01T10:00:00Z ", "2026-04-01T10:00:00ZZ", "2026-02-30T10:00:00Z", "2026-04-01T10:00:00+0800", "9999999999999999999-01-01", "999999999999999999-01-01",
	"10:00:00", "24:00:00", "24:00:01", "10:00", "10:00:00Z", "2026", "0000", "026", "20261", "2026Z", "-2026", "2026-11", "2026-13", "2026-11Z", "2026-11+08:00",
	"AAAA", "AAA=", "AA==", "AB==", "AAB=", "A", "AA", "AAA", "AA=", "A===", "====", "A A A A", "%%%%", "AA%AA", "AA==AA", "AA= =", "AAAA\nAAAA",
	"DE89370400440532013000", "de89370400440532013000", "DEUTDEFF", "DEUTDEFFXXX", "DEUTDEFF1", "CNY", "cny", "CN", "USDX", "+86-1234567", "+86-", "8a562c67-ca16-48ba-b074-65581be6f001", "8A562C67-CA16-48BA-B074-65581BE6F001",
	"中文名称", strings.Repeat("a", 4), strings.Repeat("a", 35), strings.Repeat("a", 36), strings.Repeat("中", 35), strings.Repeat("中", 36), strings.Repeat("😀", 35), strings.Repeat("é", 70), strings.Repeat("é", 71), strings.Repeat("b", 140), strings.Repeat("b", 141), strings.Repeat("1", 15), strings.Repeat("1", 16), strings.Repeat("c", 2048), strings.Repeat("e\u0301", 18),
	"BIZZ", "bizz", " BIZZ", "BIZZ ", "DEBT", "SHAR", "CRDT", "BOOK", "-2026-11-23T10:00:00Z",
}

// markup are raw contents, some of them not well-formed.
var markup = []string{
	"<!-- c -->", "<!-- a -- b -->", "<?pi data?>", "<?xml version='1.0'?>", "<?xml-stylesheet a?>", "<![CDATA[x]]>", "<![CDATA[ ]]>", "<![CDATA[]]>", "<![CDATA[CNY]]>", "&amp;", "&lt;", "&#65;", "&#x41;", "&#0;", "&#x1F;", "&#xD;", "&#10;", "&#xFFFE;", "&#x110000;", "&unknown;", "&", "& ", "]]>", "]]", ">", "<", "\x00", "\x01", "\xff", "\xc3", "\ufffe", "\u0085", "\u2028", "<x", "</x>", "<x/>", "<1/>", "<:x/>", "<é/>", "&#x20;", "&#032;", "&#x;", "&#;", "&#-1;", "&#X41;", "<![CDATA[a]]b]]>", "\r\n", "\r",
}

var attributes = []string{
	` a="1"`, ` Ccy="CNY"`, ` Ccy='USD'`, ` Ccy=" CNY"`, ` Ccy="CNY" Ccy="CNY"`, ` a="<"`, ` a="&amp;"`, ` a="&#10;"`, ` a=1`, ` a`, ` a="1"b="2"`, ` xml:lang="en"`, ` xml:space="preserve"`, ` xmlns:q="urn:q"`, ` xmlns:q="urn:q" q:a="1"`, ` Ccy="&#67;NY"`, ` Ccy="CNY&#9;"`,
	` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"`, ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a"`, ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="a"`, ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"`,
	` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="false"`, ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Max35Text"`, ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Document"`, ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:other="1"`, ` a="]]>"`, ` a=">"`, "\n", ` `,
}

// spoil changes one thing.
func (a *author) spoil(root *element) {
	nodes := root.all(nil)
	e := nodes[a.Intn(len(nodes))]
	switch a.Intn(14) {
	case 0, 1, 2:
		if leaf := a.leaf(nodes); leaf != nil {
			leaf.text = escape.Replace(nasty[a.Intn(len(nasty))])
		}
	case 3:
		e.text += markup[a.Intn(len(markup))]
	case 4:
		e.attrs += attributes[a.Intn(len(attributes))]
	case 5:
		e.attrs = ""
	case 6:
		a.children(e, func(c []*element, i int) []*element { return append(c[:i:i], c[i+1:]...) })
	case 7:
		a.children(e, func(c []*element, i int) []*element { return append(c[:i+1:i+1], c[i:]...) })
	case 8:
		a.children(e, func(c []*element, i int) []*element {
			j := a.Intn(len(c))
			c[i], c[j] = c[j], c[i]
			return c
		})
	case 9:
		e.name = nodes[a.Intn(len(nodes))].name
	case 10:
		e.name += "x"
	case 11:
		e.children = append(e.children, nodes[a.Intn(len(nodes))].leafCopy())
	case 12:
		e.attrs += fmt.Sprintf(` xmlns=%q`, []string{"", "urn:x", a.schema.Space}[a.Intn(3)])
	case 13:
		if leaf := a.leaf(nodes); leaf != nil {
			leaf.text = []string{" ", "\n", "\t", "<!-- -->", "<?p q?>", "&#x20;"}[a.Intn(6)] + leaf.text
		}
	}
}

func (a *author) leaf(nodes []*element) *element {
	for range 20 {
		if e := nodes[a.Intn(len(nodes))]; e.name != "" && len(e.children) == 0 {
			return e
		}
	}
	return nil
}

func (a *author) children(e *element, change func([]*element, int) []*element) {
	if len(e.children) > 0 {
		e.children = change(e.children, a.Intn(len(e.children)))
	}
}

func (e *element) leafCopy() *element {
	return &element{name: e.name, attrs: e.attrs, text: e.text}
}
