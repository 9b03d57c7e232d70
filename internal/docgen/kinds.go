package main

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"causeway/core"
	"causeway/core/kernel/money"
	"causeway/core/kernel/wire"
	"causeway/internal/sourcedoc"
)

// kindsPage lists every kind with its fields, then the types that fields are made of, then
// what can be looked up.
func kindsPage(root string) ([]byte, error) {
	w := &kindsWriter{sources: sourcedoc.New(root)}
	w.text.WriteString("# Kinds of transaction\n\n" + generated)
	w.text.WriteString(kindsIntroduction)
	for _, k := range core.Kinds.All() {
		fmt.Fprintf(&w.text, "- [`%s`](#%s): %s\n", k.Name, anchor(k.Name), sentence(k.En))
	}
	for _, k := range core.Kinds.All() {
		t := reflect.TypeOf(k.New()).Elem()
		fmt.Fprintf(&w.text, "\n## %s\n\n%s\n%s\n\n", k.Name, sentence(k.En), k.Zh)
		fmt.Fprintf(&w.text, "Version %d. ", k.Version)
		if err := w.structure(t); err != nil {
			return nil, err
		}
		example, err := pretty(k.Example)
		if err != nil {
			return nil, fmt.Errorf("%s: example: %w", k.Name, err)
		}
		fmt.Fprintf(&w.text, "\n```json\n%s\n```\n", example)
	}
	if err := w.nested(); err != nil {
		return nil, err
	}
	w.views()
	return w.text.Bytes(), nil
}

const kindsIntroduction = `A transaction is a body and signatures over its id. The body names a kind, the kind's version, the
party that acts, an optional client reference, an expiry at most 24 hours ahead, and the payload: the
fields below. On the wire a payload is canonical CBOR with the integer keys of the column *key*; JSON is
its form for people and interfaces. Fields marked *optional* may be left out. Amounts are integers of
minor units, written as text. Times are Unix milliseconds.

The flags of the command line take an amount as people write it, in units of the asset that the column
*form* names, with no more decimals than that asset has, and never rounded: ` + "`--amount 1000.00`" + `. A bare ` + "`1000`" + `
is a thousand units. Minor units are written ` + "`100000minor`" + `, which is the only form where no asset is named.
Amounts inside of a flag that takes JSON are minor units as text, as everywhere in JSON and YAML.

`

type kindsWriter struct {
	text    bytes.Buffer
	sources *sourcedoc.Sources
	queue   []reflect.Type // struct types that fields have led to
}

// structure writes where a struct is declared, its comment, and its fields.
func (w *kindsWriter) structure(t reflect.Type) error {
	d, err := w.sources.Of(t)
	if err != nil {
		return err
	}
	fmt.Fprintf(&w.text, "Declared in [%s](../../%s).\n\n%s\n", d.File, d.File, d.Doc)
	w.text.WriteString("\n| field | key | form | |\n|---|---|---|---|\n")
	for i := range t.NumField() {
		f := t.Field(i)
		key, rest, _ := strings.Cut(f.Tag.Get("cbor"), ",")
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || key == "" {
			continue
		}
		form := w.form(f.Type) + unit(f.Tag)
		if strings.Contains(options, "string") {
			form += ", as text"
		}
		if strings.Contains(rest, "omitempty") {
			form += "; optional"
		}
		fmt.Fprintf(&w.text, "| `%s` | %s | %s | %s |\n", name, key, form, cell(d.Fields[f.Name]))
	}
	return nil
}

// unit says how the command line reads an amount.
func unit(tag reflect.StructTag) string {
	text := tag.Get("unit")
	if decimals := tag.Get("decimals"); decimals != "" {
		return ", with `" + decimals + "` decimals"
	}
	if text == "" {
		return ""
	}
	if payment, received := strings.CutPrefix(text, "received by "); received {
		return " of what `" + payment + "` brought"
	}
	words := strings.Fields(text)
	for i, word := range words {
		if word != "if" && word != "else" {
			words[i] = "`" + word + "`"
		}
	}
	return " of " + strings.Join(words, " ")
}

// nested writes the types of fields, and those that their own fields lead to.
func (w *kindsWriter) nested() error {
	w.text.WriteString("\n# Types of fields\n")
	done := map[reflect.Type]bool{}
	for len(w.queue) > 0 {
		next := w.queue
		w.queue = nil
		slices.SortFunc(next, func(a, b reflect.Type) int { return strings.Compare(a.String(), b.String()) })
		for _, t := range next {
			if done[t] {
				continue
			}
			done[t] = true
			fmt.Fprintf(&w.text, "\n## %s\n\n", t)
			if err := w.structure(t); err != nil {
				return err
			}
		}
	}
	return nil
}

var textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()

// form says how a value of a type is written in JSON.
func (w *kindsWriter) form(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[money.Amount]():
		return "amount"
	case reflect.TypeFor[wire.Hash]():
		return "hash: 64 hexadecimal digits"
	case reflect.TypeFor[wire.Hex]():
		return "bytes: hexadecimal text"
	}
	switch {
	case t.Kind() == reflect.Pointer:
		return w.form(t.Elem())
	case t.Implements(textMarshaler):
		return "text"
	case t.Kind() == reflect.Slice:
		return "list of " + w.form(t.Elem())
	case t.Kind() == reflect.Struct:
		w.queue = append(w.queue, t)
		return "[" + t.String() + "](#" + anchor(t.String()) + ")"
	case t.Kind() == reflect.String:
		return "text"
	case t.Kind() == reflect.Bool:
		return "true or false"
	}
	return "integer"
}

func (w *kindsWriter) views() {
	w.text.WriteString("\n# What can be looked up\n\n")
	w.text.WriteString("Each noun is read by id; most can be listed; the record behind a noun marked *proof* can be proven against a state root.\n\n")
	w.text.WriteString("| noun | | | list | proof |\n|---|---|---|---|---|\n")
	yes := map[bool]string{true: "yes"}
	for _, v := range core.Kinds.Views() {
		fmt.Fprintf(&w.text, "| `%s` | %s | %s | %s | %s |\n", v.Noun, cell(sentence(v.En)), cell(v.Zh), yes[v.List != nil], yes[v.Key != nil])
	}
}

// pretty indents JSON and changes nothing else: order and numbers stay as they stand.
func pretty(text string) (string, error) {
	var out bytes.Buffer
	err := json.Indent(&out, []byte(text), "", "  ")
	return out.String(), err
}

// anchor is how a heading is linked to: lower case, and of the punctuation only - and _ stay.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r == ' ':
			return '-'
		}
		return -1
	}, heading)
}

// cell keeps a text inside one cell of a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// sentence begins with a capital letter and ends with a full stop.
func sentence(text string) string {
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}
