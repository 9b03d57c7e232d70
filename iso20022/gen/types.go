package main

import (
	"bytes"
	"fmt"
	"strings"
)

var goBases = map[string]string{
	"decimal": "xmltype.Decimal", "date": "xmltype.Date", "dateTime": "xmltype.DateTime", "time": "xmltype.Time", "gYear": "xmltype.Year",
	"gYearMonth": "xmltype.YearMonth", "base64Binary": "xmltype.Base64", "boolean": "bool", "string": "string",
}

// typesFile writes Go types: optional is a pointer, repeated a slice, a choice a struct of
// pointers that can say whether exactly one is set, a decimal exact, an enumeration its own type.
func typesFile(m *message) ([]byte, error) {
	w := &typeWriter{message: m, kinds: map[string]string{}}
	for _, s := range m.Simple {
		w.simple(s)
	}
	for i := range m.Complex {
		w.complex(&m.Complex[i])
	}
	root := m.Elements[0].Type
	fmt.Fprintf(&w.body, "// Encode writes the message as XML, checked against the schema.\nfunc (m *%s) Encode() ([]byte, error) { return schema.Encode(Table, m) }\n", root)
	b := bytes.NewBufferString(generated)
	fmt.Fprintf(b, "package %s\n\nimport (\n\t\"encoding/xml\"\n\n\t\"causeway/iso20022/schema\"\n", packageName(m.version))
	if strings.Contains(w.body.String(), "xmltype.") {
		b.WriteString("\t\"causeway/iso20022/xmltype\"\n")
	}
	b.WriteString(")\n\n")
	b.Write(w.body.Bytes())
	return source(b)
}

type typeWriter struct {
	*message
	body  bytes.Buffer
	kinds map[string]string // simple type → Go type
}

func (w *typeWriter) simple(s xsdSimple) {
	base := goBases[strings.TrimPrefix(s.Restriction.Base, "xs:")]
	var values []string
	for _, f := range s.Restriction.Facets {
		if f.XMLName.Local == "enumeration" {
			values = append(values, f.Value)
		}
	}
	if len(values) == 0 {
		w.kinds[s.Name] = base
		return
	}
	w.kinds[s.Name] = s.Name
	fmt.Fprintf(&w.body, "// %s is one of its constants.\ntype %s string\n\n// The values of %s.\nconst (\n", s.Name, s.Name, s.Name)
	for _, value := range values {
		fmt.Fprintf(&w.body, "\t%s%s %s = %q\n", s.Name, value, s.Name, value)
	}
	w.body.WriteString(")\n\n")
}

func (w *typeWriter) goType(name string) string {
	if known, ok := w.kinds[name]; ok {
		return known
	}
	return name
}

func (w *typeWriter) complex(c *xsdComplex) {
	fmt.Fprintf(&w.body, "// %s is the type of that name.\ntype %s struct {\n", c.Name, c.Name)
	if c.Name == w.Elements[0].Type {
		fmt.Fprintf(&w.body, "\tXMLName xml.Name `xml:\"%s %s\"`\n", w.Target, w.Elements[0].Name)
	}
	if c.Simple != nil {
		e := c.Simple.Extension
		fmt.Fprintf(&w.body, "\t%s %s `xml:\"%s,attr\"`\n\tValue %s `xml:\",chardata\"`\n}\n\n", e.Attributes[0].Name, w.goType(e.Attributes[0].Type), e.Attributes[0].Name, w.goType(e.Base))
		return
	}
	group, choice := c.group()
	if len(group.Any) == 1 {
		w.body.WriteString("\tContent xmltype.Any `xml:\",any\"`\n}\n\n")
		return
	}
	var set []string
	for i := range group.Elements {
		e := &group.Elements[i]
		kind, isSet := w.goType(e.Type), fmt.Sprintf("c.%s != nil", e.Name)
		switch {
		case e.repeated():
			kind, isSet = "[]"+kind, fmt.Sprintf("len(c.%s) > 0", e.Name)
		case e.optional() || choice:
			kind = "*" + kind
		}
		set = append(set, isSet)
		fmt.Fprintf(&w.body, "\t%s %s `xml:\"%s\"`\n", e.Name, kind, e.Name)
	}
	w.body.WriteString("}\n\n")
	if choice {
		fmt.Fprintf(&w.body, "// Check says whether exactly one member of the choice is set.\nfunc (c %s) Check() error {\n\treturn xmltype.ExactlyOne(%q, %s)\n}\n\n", c.Name, c.Name, strings.Join(set, ", "))
	}
}
