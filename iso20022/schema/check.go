package schema

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"

	"causeway/iso20022/xmlscan"
)

// Check validates a bare message (a file whose root is the schema's) and returns at most limit
// violations. The error says that the file is not well-formed XML or could not be read.
func (t *Table) Check(r io.Reader, limit int) ([]Violation, error) {
	scan := xmlscan.New(r)
	var found []Violation
	report := func(v Violation) {
		if len(found) < limit {
			found = append(found, v)
		}
	}
	if _, err := scan.Next(); err != nil {
		return nil, err
	}
	if err := NewValidator(t.Schema(), scan, Silent{}, report).Element(); err != nil {
		return found, err
	}
	kind, err := scan.Next()
	if err == nil && kind != xmlscan.EOF {
		err = &xmlscan.SyntaxError{Line: scan.Line(), Reason: "a second root element"}
	}
	return found, err
}

// Invalid is the refusal to hand out a message that its own schema would refuse.
type Invalid struct {
	Version    string
	Violations []Violation
}

func (e *Invalid) Error() string {
	first := e.Violations[0]
	return fmt.Sprintf("%s: %s: %s: found %q, expected %s", e.Version, first.Code, first.Path, first.Value, first.Want)
}

// Encode writes a generated document as XML and checks it against its schema before it leaves.
func Encode(t *Table, document any) ([]byte, error) {
	body, err := xml.MarshalIndent(document, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.Version, err)
	}
	violations, err := t.Check(bytes.NewReader(body), 10)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.Version, err)
	}
	if len(violations) > 0 {
		return nil, &Invalid{Version: t.Version, Violations: violations}
	}
	return body, nil
}
