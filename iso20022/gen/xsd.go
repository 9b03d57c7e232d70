package main

import (
	"encoding/xml"
	"fmt"
	"os"
	"strings"
)

const space = "urn:iso:std:iso:20022:tech:xsd:"

type xsdElement struct {
	Name string     `xml:"name,attr"`
	Type string     `xml:"type,attr"`
	Min  string     `xml:"minOccurs,attr"`
	Max  string     `xml:"maxOccurs,attr"`
	Rest []xml.Attr `xml:",any,attr"`
	Body []xsdNode  `xml:",any"`
}

type xsdNode struct{ XMLName xml.Name }

type xsdAny struct {
	Namespace string `xml:"namespace,attr"`
	Process   string `xml:"processContents,attr"`
}

type xsdGroup struct {
	Rest     []xml.Attr   `xml:",any,attr"`
	Elements []xsdElement `xml:"element"`
	Any      []xsdAny     `xml:"any"`
	Choice   *xsdGroup    `xml:"choice"`
	Body     []xsdNode    `xml:",any"`
}

type xsdAttribute struct {
	Name string `xml:"name,attr"`
	Type string `xml:"type,attr"`
	Use  string `xml:"use,attr"`
}

type xsdComplex struct {
	Name     string     `xml:"name,attr"`
	Rest     []xml.Attr `xml:",any,attr"`
	Sequence *xsdGroup  `xml:"sequence"`
	Choice   *xsdGroup  `xml:"choice"`
	Simple   *struct {
		Extension struct {
			Base       string         `xml:"base,attr"`
			Attributes []xsdAttribute `xml:"attribute"`
			Body       []xsdNode      `xml:",any"`
		} `xml:"extension"`
		Body []xsdNode `xml:",any"`
	} `xml:"simpleContent"`
	Body []xsdNode `xml:",any"`
}

type xsdFacet struct {
	XMLName xml.Name
	Value   string `xml:"value,attr"`
}

type xsdSimple struct {
	Name        string `xml:"name,attr"`
	Restriction struct {
		Base   string     `xml:"base,attr"`
		Facets []xsdFacet `xml:",any"`
	} `xml:"restriction"`
	Body []xsdNode `xml:",any"`
}

type xsdFile struct {
	Target   string       `xml:"targetNamespace,attr"`
	Form     string       `xml:"elementFormDefault,attr"`
	Elements []xsdElement `xml:"element"`
	Complex  []xsdComplex `xml:"complexType"`
	Simple   []xsdSimple  `xml:"simpleType"`
	Body     []xsdNode    `xml:",any"`
}

type message struct {
	xsdFile
	version string
}

func readXSD(path string) (*message, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m := &message{}
	if err := xml.Unmarshal(content, &m.xsdFile); err != nil {
		return nil, err
	}
	version, ok := strings.CutPrefix(m.Target, space)
	if !ok || strings.Count(version, ".") != 3 {
		return nil, fmt.Errorf("target namespace %q is not an ISO 20022 message", m.Target)
	}
	m.version = version
	if m.Form != "qualified" || len(m.Elements) != 1 || len(m.Body) > 0 {
		return nil, fmt.Errorf("one root element and qualified names are expected")
	}
	return m, m.known()
}

// known refuses constructs that the tables cannot express.
func (m *message) known() error {
	for _, c := range m.Complex {
		if len(c.Rest) > 0 || len(c.Body) > 0 {
			return fmt.Errorf("type %s: unknown construct", c.Name)
		}
		for _, group := range []*xsdGroup{c.Sequence, c.Choice} {
			if group == nil {
				continue
			}
			if err := group.known(); err != nil {
				return fmt.Errorf("type %s: %w", c.Name, err)
			}
		}
		if s := c.Simple; s != nil && (len(s.Body)+len(s.Extension.Body) > 0 || len(s.Extension.Attributes) != 1 || s.Extension.Attributes[0].Use != "required") {
			return fmt.Errorf("type %s: text with one required attribute is expected", c.Name)
		}
	}
	for _, s := range m.Simple {
		if len(s.Body) > 0 || s.Restriction.Base == "" {
			return fmt.Errorf("type %s: unknown construct", s.Name)
		}
	}
	return nil
}

func (g *xsdGroup) known() error {
	if len(g.Rest) > 0 || len(g.Body) > 0 {
		return fmt.Errorf("unknown construct in a group")
	}
	if g.Choice != nil {
		if len(g.Elements) > 0 || len(g.Any) > 0 {
			return fmt.Errorf("a choice stands beside elements")
		}
		return g.Choice.known()
	}
	if len(g.Any) > 1 || len(g.Any) == 1 && len(g.Elements) > 0 {
		return fmt.Errorf("a wildcard stands beside elements")
	}
	names := map[string]bool{}
	for _, e := range g.Elements {
		if len(e.Rest) > 0 || len(e.Body) > 0 || e.Type == "" || names[e.Name] {
			return fmt.Errorf("element %s: unknown construct", e.Name)
		}
		names[e.Name] = true
	}
	return nil
}

// group is the content of a complex type; a sequence of nothing but a choice is that choice.
func (c *xsdComplex) group() (*xsdGroup, bool) {
	if c.Choice != nil {
		return c.Choice, true
	}
	if c.Sequence != nil && c.Sequence.Choice != nil {
		return c.Sequence.Choice, true
	}
	return c.Sequence, false
}

func (e *xsdElement) optional() bool { return e.Min == "0" }
func (e *xsdElement) repeated() bool { return e.Max != "" && e.Max != "1" }
