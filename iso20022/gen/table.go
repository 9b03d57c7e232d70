package main

import (
	"bytes"
	"fmt"
	"strings"
)

// tableFile writes the schema table of one version, in the notation of package schema.
func tableFile(m *message) ([]byte, error) {
	b := bytes.NewBufferString(generated)
	fmt.Fprintf(b, "// Package %s is the message %s.\npackage %s\n\nimport \"causeway/iso20022/schema\"\n\n", packageName(m.version), m.version, packageName(m.version))
	fmt.Fprintf(b, "// Table is the schema of %s.\nvar Table = schema.Define(%q, `", m.version, m.version)
	fmt.Fprintf(b, "root %s %s\n", m.Elements[0].Name, m.Elements[0].Type)
	for _, s := range m.Simple {
		line, err := simpleLine(s)
		if err != nil {
			return nil, err
		}
		b.WriteString(line + "\n")
	}
	for i := range m.Complex {
		b.WriteString(complexLine(&m.Complex[i]) + "\n")
	}
	b.WriteString("`)\n")
	return source(b)
}

var facetLetters = map[string]string{
	"minLength": "min", "maxLength": "max", "pattern": "p", "fractionDigits": "f", "totalDigits": "t", "minInclusive": "m",
}

func simpleLine(s xsdSimple) (string, error) {
	base, ok := strings.CutPrefix(s.Restriction.Base, "xs:")
	if !ok {
		return "", fmt.Errorf("type %s restricts %s", s.Name, s.Restriction.Base)
	}
	words := []string{"text", s.Name, base}
	var values []string
	for _, f := range s.Restriction.Facets {
		if f.Value == "" || strings.ContainsAny(f.Value, " `\n") {
			return "", fmt.Errorf("type %s: facet value %q", s.Name, f.Value)
		}
		if f.XMLName.Local == "enumeration" {
			values = append(values, f.Value)
			continue
		}
		letter := facetLetters[f.XMLName.Local]
		if letter == "" {
			return "", fmt.Errorf("type %s: facet %s is not supported", s.Name, f.XMLName.Local)
		}
		words = append(words, letter, f.Value)
	}
	if len(values) > 0 {
		words = append(append(words, "e"), values...)
	}
	return strings.Join(words, " "), nil
}

func complexLine(c *xsdComplex) string {
	if c.Simple != nil {
		e := c.Simple.Extension
		return fmt.Sprintf("attr %s %s %s %s", c.Name, e.Base, e.Attributes[0].Name, e.Attributes[0].Type)
	}
	group, choice := c.group()
	if len(group.Any) == 1 {
		return fmt.Sprintf("any %s %s %s", c.Name, group.Any[0].Namespace, group.Any[0].Process)
	}
	words := []string{"seq", c.Name}
	if choice {
		words[0] = "one"
	}
	for i := range group.Elements {
		e := &group.Elements[i]
		words = append(words, e.Name+":"+e.Type+quantity(e))
	}
	return strings.Join(words, " ")
}

func quantity(e *xsdElement) string {
	low, high := e.Min, e.Max
	if low == "" {
		low = "1"
	}
	if high == "" {
		high = "1"
	}
	if high == "unbounded" {
		high = ""
	}
	switch text := low + "," + high; text {
	case "1,1":
		return ""
	case "0,1":
		return "?"
	case "0,":
		return "*"
	case "1,":
		return "+"
	default:
		return "{" + text + "}"
	}
}
