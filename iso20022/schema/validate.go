package schema

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"causeway/iso20022/xmlscan"
)

// The codes of violations of structure.
const (
	CodeUnexpected = "iso.schema.unexpected_element"
	CodeMissing    = "iso.schema.missing_element"
	CodeTooMany    = "iso.schema.too_many"
	CodeOrder      = "iso.schema.order"
	CodeNamespace  = "iso.schema.namespace"
	CodeText       = "iso.schema.text_not_allowed"
	CodeAttribute  = "iso.schema.attribute"
	CodeWildcard   = "iso.schema.wildcard"
)

const (
	xsiSpace = "http://www.w3.org/2001/XMLSchema-instance"
	xsdSpace = "http://www.w3.org/2001/XMLSchema"
)

// Violation is one disagreement with the schema.
type Violation struct {
	Code  string
	Path  string // /Document/FIToFICstmrCdtTrf/CdtTrfTxInf[2]/PmtId/UETR
	Line  int
	Value string
	Want  string
}

// Observer hears what the validator has read. Nothing inside supplementary data is told.
// Slices are valid during the call only.
type Observer interface {
	Enter(e *Element)
	Leave(e *Element)
	// Value gives the text of a leaf, white space handled as its type says, and its attribute.
	Value(e *Element, text, attr []byte)
}

// Silent is an observer that listens to nothing.
type Silent struct{}

// Enter does nothing.
func (Silent) Enter(*Element) {}

// Leave does nothing.
func (Silent) Leave(*Element) {}

// Value does nothing.
func (Silent) Value(*Element, []byte, []byte) {}

// frame is an open element. A nil element is one inside supplementary data that no schema knows.
type frame struct {
	element  *Element
	typ      *Type
	name     string // of an unknown element, for the path
	at       int    // index of the current child element; -1 before the first
	count    int    // how often the current child has stood
	ordinal  int    // which one of its siblings of the same name this is
	line     int
	textAt   int // where its text begins
	reported bool
}

// Validator checks one element and all that is in it against a schema.
type Validator struct {
	schema   *Schema
	scan     *xmlscan.Scanner
	observer Observer
	report   func(Violation)
	stack    []frame
	text     []byte
	attr     []byte
	skip     int // depth inside an element that is passed over
	lax      int // number of frames outside of supplementary data, while inside it; else 0
}

// NewValidator prepares to check an element that the scanner is about to deliver.
func NewValidator(s *Schema, scan *xmlscan.Scanner, observer Observer, report func(Violation)) *Validator {
	return &Validator{schema: s, scan: scan, observer: observer, report: report}
}

// Path names the innermost open element.
func (v *Validator) Path() string {
	var b strings.Builder
	for i := range v.stack {
		f := &v.stack[i]
		b.WriteByte('/')
		if f.element == nil {
			b.WriteString(f.name)
			continue
		}
		b.WriteString(f.element.Name)
		if f.element.Max > 1 {
			b.WriteString("[" + strconv.Itoa(f.ordinal) + "]")
		}
	}
	return b.String()
}

// Line is where the innermost open element begins.
func (v *Validator) Line() int {
	if n := len(v.stack); n > 0 {
		return v.stack[n-1].line
	}
	return v.scan.Line()
}

// Element reads from the current Start, which must be the root of the schema, to its End. The
// error is one of the scanner: what contradicts the schema is reported instead.
func (v *Validator) Element() error {
	v.start()
	for len(v.stack) > 0 || v.skip > 0 {
		kind, err := v.scan.Next()
		if err != nil {
			return err
		}
		switch kind {
		case xmlscan.Start:
			v.start()
		case xmlscan.Text:
			v.characters()
		case xmlscan.End:
			v.end()
		case xmlscan.EOF:
			return nil
		}
	}
	return nil
}

func (v *Validator) violate(code, path, value, want string) {
	if len(value) > 200 {
		value = string([]rune(value)[:min(100, len([]rune(value)))]) + "…"
	}
	v.report(Violation{Code: code, Path: path, Line: v.scan.Line(), Value: value, Want: want})
}

func (v *Validator) start() {
	if v.skip > 0 {
		v.skip++
		return
	}
	name := v.scan.Name()
	if len(v.stack) == 0 {
		if !name.Is(v.schema.Space, v.schema.Root.Name) {
			v.violate(CodeUnexpected, "/"+string(name.Local), string(name.Local), v.schema.Root.Name+" in "+v.schema.Space)
			v.skip = 1
			return
		}
		v.open(&v.schema.Root, 1)
		return
	}
	f := &v.stack[len(v.stack)-1]
	switch {
	case f.typ == nil:
		v.openLax(name)
	case f.typ.Kind == Wildcard:
		v.wildcard(f, name)
	case f.typ.Kind == Leaf:
		v.violate(CodeUnexpected, v.Path()+"/"+string(name.Local), string(name.Local), "text only, no elements")
		v.skip = 1
	case name.Space != v.schema.Space:
		v.violate(CodeNamespace, v.Path()+"/"+string(name.Local), name.Space, "namespace "+v.schema.Space)
		v.skip = 1
	default:
		if e := v.child(f, name.Local); e != nil {
			v.open(e, f.count)
			return
		}
		v.skip = 1
	}
}

// child finds the element's place in its parent, moving the parent on; nil if it has none.
func (v *Validator) child(f *frame, local []byte) *Element {
	elements := f.typ.Elements
	from := max(f.at, 0)
	if f.typ.Kind == Choice {
		from = 0
	}
	for i := from; i < len(elements); i++ {
		if string(local) != elements[i].Name {
			continue
		}
		e := &elements[i]
		switch {
		case i == f.at:
			if f.count++; f.count > e.Max {
				v.violate(CodeTooMany, fmt.Sprintf("%s/%s[%d]", v.Path(), e.Name, f.count), "", fmt.Sprintf("at most %d %s", e.Max, e.Name))
			}
		case f.typ.Kind == Choice && f.at >= 0:
			v.violate(CodeUnexpected, v.Path()+"/"+e.Name, e.Name, "exactly one of the choice, which already holds "+elements[f.at].Name)
			return nil
		default:
			if f.typ.Kind == Sequence {
				v.missing(f, i)
			}
			f.at, f.count = i, 1
		}
		return e
	}
	for i := range from {
		if string(local) == elements[i].Name {
			v.violate(CodeOrder, v.Path()+"/"+string(local), string(local), "before "+elements[from].Name)
			return nil
		}
	}
	v.violate(CodeUnexpected, v.Path()+"/"+string(local), string(local), expected(f))
	return nil
}

// expected lists what may come next in a parent.
func expected(f *frame) string {
	var names []string
	for i, e := range f.typ.Elements {
		if f.typ.Kind == Choice {
			names = append(names, e.Name)
			continue
		}
		if i < f.at || i == f.at && f.count >= e.Max {
			continue
		}
		names = append(names, e.Name)
		if e.Min > 0 && i > f.at || len(names) == 8 {
			break
		}
	}
	if len(names) == 0 {
		return "nothing more"
	}
	return strings.Join(names, " or ")
}

// missing reports the mandatory elements of a sequence between the current one and until.
func (v *Validator) missing(f *frame, until int) {
	elements := f.typ.Elements
	if f.at >= 0 && f.count < elements[f.at].Min {
		v.violate(CodeMissing, v.Path()+"/"+elements[f.at].Name, "", fmt.Sprintf("at least %d %s", elements[f.at].Min, elements[f.at].Name))
	}
	for i := f.at + 1; i < until; i++ {
		if elements[i].Min > 0 {
			v.violate(CodeMissing, v.Path()+"/"+elements[i].Name, "", elements[i].Name+" must stand here")
		}
	}
}

func (v *Validator) open(e *Element, ordinal int) {
	v.stack = append(v.stack, frame{element: e, typ: e.Type, at: -1, ordinal: ordinal, line: v.scan.Line(), textAt: len(v.text)})
	v.attributes(e.Type)
	if v.lax == 0 && e.Type.Kind != Leaf {
		v.observer.Enter(e)
	}
}

func (v *Validator) characters() {
	if v.skip > 0 {
		return
	}
	f := &v.stack[len(v.stack)-1]
	switch {
	case f.typ == nil:
	case f.typ.Kind == Leaf:
		v.text = append(v.text, v.scan.Text()...)
	case f.reported:
	// Unlike text, a CDATA section counts as content even where it is blank.
	case v.scan.CDATA() || len(bytes.TrimLeft(v.scan.Text(), " \t\r\n")) > 0:
		f.reported = true
		v.violate(CodeText, v.Path(), string(bytes.TrimSpace(v.scan.Text())), "elements only, no text between them")
	}
}

func (v *Validator) end() {
	if v.skip > 0 {
		v.skip--
		return
	}
	f := &v.stack[len(v.stack)-1]
	if f.typ == nil {
		v.pop()
		return
	}
	switch f.typ.Kind {
	case Leaf:
		v.leaf(f)
	case Sequence:
		v.missing(f, len(f.typ.Elements))
	case Choice:
		v.endChoice(f)
	case Wildcard:
		if f.count == 0 {
			v.violate(CodeMissing, v.Path(), "", "one element")
		}
	}
	if v.lax == 0 && f.typ.Kind != Leaf {
		v.observer.Leave(f.element)
	}
	v.pop()
}

func (v *Validator) endChoice(f *frame) {
	if f.at >= 0 {
		v.missing(f, f.at)
		return
	}
	for _, e := range f.typ.Elements {
		if e.Min == 0 {
			return
		}
	}
	v.violate(CodeMissing, v.Path(), "", "one of "+expected(f))
}

func (v *Validator) pop() {
	f := &v.stack[len(v.stack)-1]
	v.text = v.text[:f.textAt]
	v.stack = v.stack[:len(v.stack)-1]
	if len(v.stack) == v.lax {
		v.lax = 0
	}
}

func (v *Validator) leaf(f *frame) {
	simple := f.typ.Simple
	text := simple.Normalize(v.text[f.textAt:])
	if code, want := simple.Check(text); code != "" {
		v.violate(code, v.Path(), string(text), want)
	}
	if v.lax == 0 {
		v.observer.Value(f.element, text, v.attr)
	}
}
