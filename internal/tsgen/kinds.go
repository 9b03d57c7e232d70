package main

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"

	"causeway/core"
	"causeway/core/kernel/txn"
	"causeway/internal/sourcedoc"
)

// kindsFile declares an interface for every payload and every struct in it, and writes the
// structs again as tables for the encoder.
func kindsFile(root string) ([]byte, error) {
	w := &kindsWriter{sources: sourcedoc.New(root), names: map[reflect.Type]string{}, taken: map[string]reflect.Type{}}
	var payloads, rows bytes.Buffer
	for _, k := range core.Kinds.All() {
		t := reflect.TypeOf(k.New()).Elem()
		name, known := w.names[t]
		if !known {
			name = pascal(k.Name)
			if err := w.name(t, name); err != nil {
				return nil, err
			}
		}
		_, embeds := k.New().(txn.Embeds)
		fmt.Fprintf(&payloads, "  /** %s */\n  %q: %s;\n", comment(k.En), k.Name, name)
		fmt.Fprintf(&rows, "  %q: { version: %d, struct: %q, embeds: %t },\n", k.Name, k.Version, name, embeds)
	}
	for len(w.queue) > 0 {
		t := w.queue[0]
		w.queue = w.queue[1:]
		if err := w.structure(t); err != nil {
			return nil, err
		}
	}
	provable, err := nouns()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString(header)
	out.WriteString("import type { Amount, Decimal, Field, Hash, Hex, Integer, Words } from \"./schema.js\";\n\n")
	out.Write(w.words.Bytes())
	out.Write(w.interfaces.Bytes())
	fmt.Fprintf(&out, "/** The payload of each kind. */\nexport interface Payloads {\n%s}\n\n", payloads.Bytes())
	out.WriteString("/** The name of a kind of transaction. */\nexport type Kind = keyof Payloads;\n\n")
	fmt.Fprintf(&out, "/** What can be looked up, by noun; of what can be proven the table's prefix and how its key is made of an id. */\nexport const nouns = {\n%s} as const;\n\n", provable)
	out.WriteString("/** The name of something that can be looked up. */\nexport type Noun = keyof typeof nouns;\n\n")
	out.WriteString("/** A payload inside of another one: the object, or the hexadecimal of its encoding. */\nexport type Embedded = Hex | Payloads[Kind];\n\n")
	fmt.Fprintf(&out, "/** Version and struct of each kind; embeds: its field payload is another kind's. */\n"+
		"export const kinds: Readonly<Record<Kind, { version: number; struct: string; embeds: boolean }>> = {\n%s};\n\n", rows.Bytes())
	fmt.Fprintf(&out, "/** Texts that stand for numbers on the wire. */\nexport const words: Readonly<Record<string, Words>> = {\n%s};\n\n", w.tables.Bytes())
	fmt.Fprintf(&out, "/** Fields of each struct, in the order of their keys: key, name, form, when it is on the wire. */\n"+
		"export const structs: Readonly<Record<string, readonly Field[]>> = {\n%s};\n", w.structs.Bytes())
	return out.Bytes(), nil
}

type kindsWriter struct {
	sources    *sourcedoc.Sources
	names      map[reflect.Type]string
	taken      map[string]reflect.Type
	queue      []reflect.Type
	words      bytes.Buffer // types of enumerated texts
	tables     bytes.Buffer // their numbers
	interfaces bytes.Buffer
	structs    bytes.Buffer
}

// name gives a type its TypeScript name and, once, a place in the queue.
func (w *kindsWriter) name(t reflect.Type, name string) error {
	if other, taken := w.taken[name]; taken && other != t {
		return fmt.Errorf("%s and %s would both be named %s", t, other, name)
	}
	w.names[t], w.taken[name] = name, t
	if t.Kind() == reflect.Struct {
		w.queue = append(w.queue, t)
	}
	return nil
}

func (w *kindsWriter) structure(t reflect.Type) error {
	declared, err := w.sources.Of(t)
	if err != nil {
		return err
	}
	list, err := fieldsOf(t)
	if err != nil {
		return fmt.Errorf("%s: %w", t, err)
	}
	if declared.Doc != "" {
		fmt.Fprintf(&w.interfaces, "/** %s */\n", comment(declared.Doc))
	}
	fmt.Fprintf(&w.interfaces, "export interface %s {\n", w.names[t])
	fmt.Fprintf(&w.structs, "  %s: [\n", w.names[t])
	for _, f := range list {
		form, typed, err := w.form(f.Type)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", t, f.Name, err)
		}
		if f.text {
			if form != `"u64"` {
				return fmt.Errorf("%s.%s: only numbers of 64 bits are written as text", t, f.Name)
			}
			form, typed = `"decimal"`, "Decimal"
		}
		if f.embedded {
			typed = "Embedded"
		}
		if text := comment(strings.TrimPrefix(declared.Fields[f.Name]+measured(f.Tag), "; ")); text != "" {
			fmt.Fprintf(&w.interfaces, "  /** %s */\n", text)
		}
		optional := ""
		if f.presence != "must" {
			optional = "?"
		}
		fmt.Fprintf(&w.interfaces, "  %s%s: %s;\n", f.json, optional, typed)
		fmt.Fprintf(&w.structs, "    [%d, %q, %s, %q%s],\n", f.key, f.json, form, f.presence, map[bool]string{true: ", true"}[f.shown])
	}
	w.interfaces.WriteString("}\n\n")
	w.structs.WriteString("  ],\n")
	return nil
}

// measured says in which asset's minor units an amount is.
func measured(tag reflect.StructTag) string {
	if unit := tag.Get("unit"); unit != "" {
		return "; counts minor units of: " + unit
	}
	if decimals := tag.Get("decimals"); decimals != "" {
		return "; counts units with as many decimals as " + decimals + " says"
	}
	return ""
}

// pascal makes a name of a type: payment.send becomes PaymentSend.
func pascal(name string) string {
	var out strings.Builder
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return r == '.' || r == '_' }) {
		out.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return out.String()
}

// comment keeps a text inside of a comment.
func comment(text string) string { return strings.ReplaceAll(text, "*/", "* /") }
