package schema

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// Kind is the shape of a type's content.
type Kind uint8

// The shapes that occur in ISO 20022 schemas.
const (
	Leaf     Kind = iota // text, perhaps with one attribute
	Sequence             // elements in order
	Choice               // exactly one of the elements
	Wildcard             // exactly one element of a namespace: supplementary data, signatures
)

// Unbounded is the Max of an element that may repeat without limit.
const Unbounded = 1<<31 - 1

// Type is a complex or simple type.
type Type struct {
	Name     string
	Kind     Kind
	Elements []Element // Sequence, Choice
	Simple   *Simple   // Leaf
	Attr     string    // the one required attribute of a Leaf, or ""
	AttrType *Simple
	Space    string // Wildcard: a namespace, or "" for any
	Strict   bool   // Wildcard: the element must be declared
}

// Element is a child in a sequence or choice.
type Element struct {
	Name     string
	Type     *Type
	Min, Max int
}

// Schema is the table of one message version.
type Schema struct {
	Version string // pacs.008.001.08
	Space   string // urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08
	Root    Element
	Types   map[string]*Type
}

// Prefix begins the namespace of every ISO 20022 message.
const Prefix = "urn:iso:std:iso:20022:tech:xsd:"

// Table is the text of a schema, read when it is first needed.
type Table struct {
	Version string
	text    string
	once    sync.Once
	schema  *Schema
}

// Define names a generated table.
func Define(version, text string) *Table { return &Table{Version: version, text: text} }

// Schema reads the table. A generated table that does not read is a broken build: it panics.
func (t *Table) Schema() *Schema {
	t.once.Do(func() {
		s, err := parse(t.Version, t.text)
		if err != nil {
			panic(fmt.Sprintf("schema table %s: %v", t.Version, err))
		}
		t.schema = s
	})
	return t.schema
}

// parse reads the lines of a table:
//
//	root NAME TYPE
//	text NAME base [l min max] [p pattern] [f fractionDigits] [t totalDigits] [m minInclusive] [e value...]
//	attr NAME TEXTTYPE ATTRIBUTE TEXTTYPE
//	seq  NAME child:TYPE[occurs] ...
//	one  NAME child:TYPE[occurs] ...
//	any  NAME namespace lax|strict
func parse(version, text string) (*Schema, error) {
	s := &Schema{Version: version, Space: Prefix + version, Types: map[string]*Type{}}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for _, line := range lines {
		words := strings.Split(line, " ")
		if len(words) < 3 {
			return nil, fmt.Errorf("line %q", line)
		}
		if words[0] != "root" {
			s.Types[words[1]] = &Type{Name: words[1]}
		}
	}
	for _, line := range lines {
		if err := s.line(strings.Split(line, " ")); err != nil {
			return nil, fmt.Errorf("%s: %w", line, err)
		}
	}
	return s, s.attributes(lines)
}

func (s *Schema) line(words []string) error {
	t := s.Types[words[1]]
	switch words[0] {
	case "root":
		s.Root = Element{Name: words[1], Type: s.Types[words[2]], Min: 1, Max: 1}
		if s.Root.Type == nil {
			return fmt.Errorf("no type %s", words[2])
		}
	case "text":
		simple, err := parseSimple(words[1], words[2:])
		t.Simple = simple
		return err
	case "attr":
		t.Attr = words[3]
	case "seq", "one":
		t.Kind = Sequence
		if words[0] == "one" {
			t.Kind = Choice
		}
		for _, word := range words[2:] {
			e, err := s.child(word)
			if err != nil {
				return err
			}
			t.Elements = append(t.Elements, e)
		}
	case "any":
		t.Kind, t.Space, t.Strict = Wildcard, words[2], words[3] == "strict"
		if t.Space == "##any" {
			t.Space = ""
		}
	default:
		return fmt.Errorf("unknown kind of line")
	}
	return nil
}

// attributes links the types with an attribute once every text type is read.
func (s *Schema) attributes(lines []string) error {
	for _, line := range lines {
		words := strings.Split(line, " ")
		if words[0] != "attr" {
			continue
		}
		base, attr := s.Types[words[2]], s.Types[words[4]]
		if base == nil || attr == nil || base.Simple == nil || attr.Simple == nil {
			return fmt.Errorf("line %q names unknown types", line)
		}
		s.Types[words[1]].Simple, s.Types[words[1]].AttrType = base.Simple, attr.Simple
	}
	return nil
}

func (s *Schema) child(word string) (Element, error) {
	name, rest, _ := strings.Cut(word, ":")
	e := Element{Name: name, Min: 1, Max: 1}
	typeName := rest
	if i := strings.IndexAny(rest, "?*+{"); i >= 0 {
		typeName = rest[:i]
		var err error
		if e.Min, e.Max, err = occurs(rest[i:]); err != nil {
			return e, err
		}
	}
	if e.Type = s.Types[typeName]; e.Type == nil {
		return e, fmt.Errorf("no type %s", typeName)
	}
	return e, nil
}

func occurs(text string) (int, int, error) {
	switch text {
	case "?":
		return 0, 1, nil
	case "*":
		return 0, Unbounded, nil
	case "+":
		return 1, Unbounded, nil
	}
	low, high, _ := strings.Cut(strings.Trim(text, "{}"), ",")
	minimum, err := strconv.Atoi(low)
	if err != nil || high == "" {
		return minimum, Unbounded, err
	}
	maximum, err := strconv.Atoi(high)
	return minimum, maximum, err
}
