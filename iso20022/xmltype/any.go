package xmltype

import (
	"encoding/xml"
)

// Any is an element that the schema leaves open. Names, attributes and text are kept, with every
// namespace written where it is needed; comments and the choice of prefixes are not.
type Any struct{ tokens []xml.Token }

// UnmarshalXML keeps the element and all that is in it.
func (a *Any) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	a.tokens = append(a.tokens[:0], named(start))
	for depth := 1; depth > 0; {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			depth++
			a.tokens = append(a.tokens, named(token))
		case xml.EndElement:
			depth--
			a.tokens = append(a.tokens, token)
		case xml.CharData:
			a.tokens = append(a.tokens, token.Copy())
		}
	}
	return nil
}

// named drops the declarations of namespaces, which the encoder makes anew, except that it must
// be told when an element is in none.
func named(start xml.StartElement) xml.StartElement {
	kept := xml.StartElement{Name: start.Name}
	for _, attr := range start.Attr {
		if attr.Name.Space != "xmlns" && attr.Name != (xml.Name{Local: "xmlns"}) {
			kept.Attr = append(kept.Attr, attr)
		}
	}
	if start.Name.Space == "" {
		kept.Attr = append(kept.Attr, xml.Attr{Name: xml.Name{Local: "xmlns"}})
	}
	return kept
}

// MarshalXML writes the element again; an Any that holds none writes nothing.
func (a Any) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	for _, token := range a.tokens {
		if err := e.EncodeToken(token); err != nil {
			return err
		}
	}
	return nil
}
