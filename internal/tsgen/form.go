package main

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"causeway/core/feature/payment"
	"causeway/core/kernel/calendar"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// field is one field of a struct as it stands on the wire and in JSON.
type field struct {
	reflect.StructField
	key      int
	json     string
	presence string // must; filled: unless it is empty; given: unless it is not there
	shown    bool   // JSON shows it although the wire leaves it out
	text     bool   // a number as text in JSON
	embedded bool   // another kind's payload
}

// fieldsOf reads the tags of a struct, in the order of the keys.
func fieldsOf(t reflect.Type) ([]field, error) {
	var list []field
	_, embeds := reflect.New(t).Interface().(txn.Embeds)
	for i := range t.NumField() {
		f := field{StructField: t.Field(i), presence: "must"}
		if !f.IsExported() || f.Anonymous {
			return nil, fmt.Errorf("field %s is embedded or not exported", f.Name)
		}
		parts := strings.Split(f.Tag.Get("cbor"), ",")
		var err error
		if f.key, err = strconv.Atoi(parts[0]); err != nil || f.key < 0 || !slices.Contains(parts, "keyasint") {
			return nil, fmt.Errorf("field %s has no number as its key", f.Name)
		}
		omitted := slices.Contains(parts, "omitempty") || slices.Contains(parts, "omitzero")
		switch {
		case omitted && f.Type.Kind() == reflect.Pointer:
			f.presence = "given"
		case omitted && omissible(f.Type):
			f.presence = "filled"
		case omitted, f.Type.Kind() == reflect.Pointer:
			return nil, fmt.Errorf("field %s: whether a %s is left out is not known to the SDK", f.Name, f.Type)
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			return nil, fmt.Errorf("field %s has no name in JSON", f.Name)
		}
		f.json = name
		f.text = strings.Contains(options, "string")
		f.shown = f.presence == "filled" && !strings.Contains(options, "omitempty")
		f.embedded = embeds && name == "payload"
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b field) int { return a.key - b.key })
	return list, nil
}

// omissible types are those whose empty value the encoder of package wire and the SDK leave out
// alike. A struct is not: whether it is empty depends on its own fields.
func omissible(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Slice, reflect.Bool, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Int32, reflect.Int64:
		return !t.Implements(marshaler)
	}
	return false
}

var (
	marshaler     = reflect.TypeFor[interface{ MarshalCBOR() ([]byte, error) }]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
)

// form is how the SDK encodes a type, and which TypeScript type it is.
func (w *kindsWriter) form(t reflect.Type) (form, typed string, err error) {
	switch t {
	case reflect.TypeFor[money.Amount]():
		return `"amount"`, "Amount", nil
	case reflect.TypeFor[wire.Hash]():
		return `"hash"`, "Hash", nil
	case reflect.TypeFor[wire.Hex]():
		return `"hex"`, "Hex", nil
	case reflect.TypeFor[payment.UETR]():
		return `"uetr"`, "string", nil
	case reflect.TypeFor[calendar.Weekdays]():
		return w.enumeration(t, flags)
	}
	switch {
	case t.Kind() == reflect.Pointer:
		return w.form(t.Elem())
	case t.Implements(textMarshaler) && t.Kind() == reflect.Uint8:
		return w.enumeration(t, texts)
	case t.Implements(textMarshaler), t.Implements(jsonMarshaler), t.Implements(marshaler):
		return "", "", fmt.Errorf("the SDK does not know how %s writes itself", t)
	}
	switch t.Kind() {
	case reflect.String:
		return `"text"`, "string", nil
	case reflect.Bool:
		return `"bool"`, "boolean", nil
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return fmt.Sprintf(`"u%d"`, t.Bits()), "number", nil
	case reflect.Int32:
		return `"i32"`, "number", nil
	case reflect.Uint64:
		return `"u64"`, "Integer", nil
	case reflect.Int64:
		return `"i64"`, "Integer", nil
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "", "", errors.New("bytes are of the type wire.Hex")
		}
		form, typed, err = w.form(t.Elem())
		if strings.Contains(typed, "|") {
			typed = "(" + typed + ")"
		}
		return "{ list: " + form + " }", typed + "[]", err
	case reflect.Struct:
		name, known := w.names[t]
		if !known {
			name = pascal(t.String())
			err = w.name(t, name)
		}
		return fmt.Sprintf("{ struct: %q }", name), name, err
	}
	return "", "", fmt.Errorf("the SDK has no form for %s", t)
}

// word is a number and its text.
type word struct {
	number int
	text   string
}

// enumeration writes the texts of a small number that is read and written as text.
func (w *kindsWriter) enumeration(t reflect.Type, list func(reflect.Type) ([]word, error)) (form, typed string, err error) {
	name, known := w.names[t]
	if !known {
		name = pascal(t.String())
		if err := w.name(t, name); err != nil {
			return "", "", err
		}
		all, err := list(t)
		if err != nil {
			return "", "", err
		}
		var quoted, pairs []string
		for _, one := range all {
			quoted = append(quoted, strconv.Quote(one.text))
			pairs = append(pairs, fmt.Sprintf("%s: %d", one.text, one.number))
		}
		typed := strings.Join(quoted, " | ")
		if t == reflect.TypeFor[calendar.Weekdays]() {
			fmt.Fprintf(&w.words, "/** Any of %s, each once, with spaces between. */\nexport type %s = string;\n\n", strings.Join(quoted, ", "), name)
		} else {
			fmt.Fprintf(&w.words, "export type %s = %s;\n\n", name, typed)
		}
		fmt.Fprintf(&w.tables, "  %s: { %s },\n", name, strings.Join(pairs, ", "))
	}
	kind := "words"
	if t == reflect.TypeFor[calendar.Weekdays]() {
		kind = "flags"
	}
	return fmt.Sprintf("{ %s: %q }", kind, name), name, nil
}

// texts are the numbers whose text is read back as the same number.
func texts(t reflect.Type) (list []word, err error) {
	for n := range 256 {
		if text, ok := textOf(t, n); ok {
			list = append(list, word{n, text})
		}
	}
	if len(list) == 0 || len(list) > 32 {
		return nil, fmt.Errorf("%s has %d texts", t, len(list))
	}
	return list, nil
}

// flags are the texts of single bits; several are written with spaces between.
func flags(t reflect.Type) (list []word, err error) {
	for bit := range 8 {
		if text, ok := textOf(t, 1<<bit); ok && text != "" {
			list = append(list, word{1 << bit, text})
		}
	}
	if both, ok := textOf(t, 3); !ok || len(list) < 2 || both != list[0].text+" "+list[1].text {
		return nil, fmt.Errorf("%s is no set of words", t)
	}
	return list, nil
}

func textOf(t reflect.Type, n int) (string, bool) {
	v := reflect.New(t)
	v.Elem().SetUint(uint64(n))
	text, err := v.Interface().(encoding.TextMarshaler).MarshalText()
	if err != nil {
		return "", false
	}
	back := reflect.New(t)
	err = back.Interface().(encoding.TextUnmarshaler).UnmarshalText(text)
	return string(text), err == nil && back.Elem().Uint() == uint64(n)
}
