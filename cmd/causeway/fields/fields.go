// Package fields makes command-line flags from the fields of a payload, by reflection.
//
// Each flag states one JSON field; together they are the JSON form of the payload, which the
// catalogue then reads as strictly as any other. A field of a compound type takes JSON. There
// is no list of flags anywhere: a new kind has its command at once. An amount is written as
// people write it, in units of the asset that another field names: 1000.00. Nothing is rounded.
package fields

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/spf13/pflag"

	"causeway/core/kernel/money"
)

// Flags are the flags of one payload type.
type Flags struct {
	order  []string
	values map[string]*value
}

// value is one flag: it keeps the JSON of its field, or the text of an amount.
type value struct {
	field, flag string
	kind        shape
	json        json.RawMessage
	text        string
	unit        unit
}

// shape is how a flag's text becomes JSON.
type shape uint8

const (
	textShape   shape = iota // a JSON string
	numberShape              // a JSON number
	boolShape
	listShape // a list of texts, separated by commas
	rateShape // NUM/DEN
	jsonShape // as it stands
	amountShape
)

var shapeNames = [...]string{"text", "number", "", "list", "num/den", "json", "amount"}

// Of adds the flags of a payload, which is a pointer to a struct.
func Of(set *pflag.FlagSet, payload any) *Flags {
	f := &Flags{values: map[string]*value{}}
	t := reflect.TypeOf(payload).Elem()
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		v := &value{field: name, kind: shapeOf(t.Field(i).Type)}
		f.order = append(f.order, name)
		f.values[name] = v
		usage := v.kind.usage()
		switch {
		case v.kind == amountShape:
			v.unit = unitOf(t.Field(i).Tag)
			usage = v.unit.usage()
		case v.kind == jsonShape && holdsAmounts(t.Field(i).Type):
			usage += "; amounts in it are minor units, as text"
		}
		if !strings.Contains(options, "omitempty") && v.kind != boolShape {
			usage += " (required)"
		}
		v.flag = flagName(name, set)
		flag := set.VarPF(v, v.flag, "", usage)
		if v.kind == boolShape {
			flag.NoOptDefVal = "true"
		}
	}
	return f
}

// flagName keeps payload fields apart from the flags that every command has.
func flagName(field string, set *pflag.FlagSet) string {
	name := strings.ReplaceAll(field, "_", "-")
	if set.Lookup(name) != nil || Reserved[name] {
		return name + "-field"
	}
	return name
}

// Reserved are the names of flags that commands have besides those of their payload.
var Reserved = map[string]bool{
	"as": true, "client-reference": true, "config": true, "dry-run": true, "expires-in": true, "help": true, "json": true, "key": true, "lang": true,
	"output": true, "sender": true, "timeout": true, "url": true, "verbose": true, "wait": true,
}

var (
	unmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
	rate        = reflect.TypeFor[money.Rate]()
	amount      = reflect.TypeFor[money.Amount]()
)

func shapeOf(t reflect.Type) shape {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t {
	case rate:
		return rateShape
	case amount:
		return amountShape
	}
	if reflect.PointerTo(t).Implements(unmarshaler) {
		return textShape
	}
	switch t.Kind() {
	case reflect.String:
		return textShape
	case reflect.Bool:
		return boolShape
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return numberShape
	case reflect.Slice:
		if shapeOf(t.Elem()) == textShape {
			return listShape
		}
	}
	return jsonShape
}

func (s shape) usage() string {
	switch s {
	case listShape:
		return "values, separated by commas"
	case rateShape:
		return "ratio of minor units, as in 10874/10000"
	case jsonShape:
		return "JSON"
	}
	return ""
}

// String shows what was given.
func (v *value) String() string { return v.text + string(v.json) }

// Type names the shape in help.
func (v *value) Type() string { return shapeNames[v.kind] }

// Set reads a flag.
func (v *value) Set(text string) error {
	var plain any = text
	switch v.kind {
	case textShape:
	case amountShape:
		v.text = text
		return v.checkAmount(text)
	case numberShape, boolShape, jsonShape:
		if !json.Valid([]byte(text)) {
			return fmt.Errorf("%q is not %s", text, [...]string{numberShape: "a number", boolShape: "true or false", jsonShape: "JSON"}[v.kind])
		}
		plain = json.RawMessage(text)
	case listShape:
		plain = strings.Split(text, ",")
	case rateShape:
		num, den, ok := strings.Cut(text, "/")
		if !ok {
			return fmt.Errorf("%q is not a ratio such as 10874/10000", text)
		}
		plain = map[string]string{"num": num, "den": den}
	}
	data, err := json.Marshal(plain)
	v.json = data
	return err
}

// JSON is the payload: base, an object or nothing, with the given flags over it, and the amounts
// that were given in units of an asset. Without a ledger those are not what they say, but the
// rest of the payload can be checked.
func (f *Flags) JSON(base []byte, ledger Ledger) ([]byte, []Stated, error) {
	object := map[string]json.RawMessage{}
	if len(base) > 0 {
		if err := json.Unmarshal(base, &object); err != nil {
			return nil, nil, fmt.Errorf("--json: %w", err)
		}
	}
	for _, name := range f.order {
		if v := f.values[name]; v.json != nil {
			object[name] = v.json
		}
	}
	var stated []Stated
	for _, name := range f.order {
		v := f.values[name]
		if v.text == "" {
			continue
		}
		s, err := v.minor(object, ledger)
		if err != nil {
			return nil, nil, err
		}
		if object[name], err = json.Marshal(s.Minor); err != nil {
			return nil, nil, err
		}
		if s.Text != "" {
			stated = append(stated, s)
		}
	}
	data, err := json.Marshal(object)
	return data, stated, err
}
