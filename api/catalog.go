package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"causeway/core"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/money"
	"causeway/core/kernel/wire"
)

// Catalog is what can be sent and what can be looked up.
type Catalog struct {
	Kinds []Kind `json:"kinds"`
	Nouns []Noun `json:"nouns"`
}

// Kind is one kind of transaction.
type Kind struct {
	Name    string          `json:"name"`
	Version uint16          `json:"version"`
	En      string          `json:"en"`
	Zh      string          `json:"zh"`
	Fields  []Field         `json:"fields"`
	Example json.RawMessage `json:"example,omitempty"`
}

// Field is a field of a payload.
type Field struct {
	Name     string  `json:"name"`
	Type     string  `json:"type" doc:"JSON type; amount: digits of minor units in a string"`
	Optional bool    `json:"optional,omitempty"`
	Doc      string  `json:"doc,omitempty"`
	Fields   []Field `json:"fields,omitempty" doc:"of an object, or of the objects of an array"`
}

// Noun can be looked up.
type Noun struct {
	Name     string `json:"name"`
	En       string `json:"en"`
	Zh       string `json:"zh"`
	Listed   bool   `json:"listed"`
	Provable bool   `json:"provable"`
}

// FaultRow is a row of the table of refusals.
type FaultRow struct {
	Number    uint16 `json:"number"`
	Name      string `json:"name"`
	Class     string `json:"class"`
	HTTP      int    `json:"http"`
	ISO       string `json:"iso20022_reason"`
	Retryable bool   `json:"retryable"`
	En        string `json:"en"`
	Zh        string `json:"zh"`
}

type catalogOutput struct{ Body *Catalog }

type faultsOutput struct{ Body []FaultRow }

func (a *API) catalog() {
	catalog, faults := kinds(), faultTable()
	huma.Register(a.huma, huma.Operation{
		OperationID: "catalog", Method: http.MethodGet, Path: "/v1/catalog", Summary: "Kinds of transactions and nouns", Tags: []string{"reference"},
	}, func(context.Context, *struct{}) (*catalogOutput, error) { return &catalogOutput{catalog}, nil })
	huma.Register(a.huma, huma.Operation{
		OperationID: "faults", Method: http.MethodGet, Path: "/v1/faults", Summary: "The table of refusals", Tags: []string{"reference"},
	}, func(context.Context, *struct{}) (*faultsOutput, error) { return &faultsOutput{faults}, nil })
}

func kinds() *Catalog {
	c := &Catalog{}
	for _, k := range core.Kinds.All() {
		kind := Kind{Name: k.Name, Version: k.Version, En: k.En, Zh: k.Zh, Fields: fields(reflect.TypeOf(k.New()).Elem(), 0)}
		if json.Valid([]byte(k.Example)) {
			kind.Example = json.RawMessage(k.Example)
		}
		c.Kinds = append(c.Kinds, kind)
	}
	for _, v := range core.Kinds.Views() {
		c.Nouns = append(c.Nouns, Noun{Name: v.Noun, En: v.En, Zh: v.Zh, Listed: v.List != nil, Provable: v.Key != nil})
	}
	return c
}

func faultTable() (rows []FaultRow) {
	for _, f := range fault.All() {
		rows = append(rows, FaultRow{Number: f.Number, Name: f.Name, Class: f.Class.String(), HTTP: f.HTTP(), ISO: f.ISO, Retryable: f.Retryable, En: f.En, Zh: f.Zh})
	}
	return rows
}

// depthMax ends descriptions of types that contain themselves (rules within rules).
const depthMax = 6

func fields(t reflect.Type, depth int) (list []Field) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct && f.Tag.Get("json") == "" {
			list = append(list, fields(f.Type, depth)...)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		field := Field{Name: name, Doc: f.Tag.Get("doc"), Optional: strings.Contains(options, "omitempty") || f.Type.Kind() == reflect.Pointer}
		field.Type, field.Fields = jsonType(f.Type, depth)
		list = append(list, field)
	}
	return list
}

var textMarshaler = reflect.TypeFor[interface{ MarshalText() ([]byte, error) }]()

func jsonType(t reflect.Type, depth int) (string, []Field) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[money.Amount]():
		return "amount", nil
	case t == reflect.TypeFor[wire.Hash]():
		return "hash", nil
	case t == reflect.TypeFor[wire.Hex]():
		return "hexadecimal", nil
	case t.Implements(textMarshaler), reflect.PointerTo(t).Implements(textMarshaler):
		return "string", nil
	}
	switch t.Kind() {
	case reflect.Bool:
		return "boolean", nil
	case reflect.String:
		return "string", nil
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return "base64", nil
		}
		inner, list := jsonType(t.Elem(), depth)
		return "array of " + inner, list
	case reflect.Map:
		return "object", nil
	case reflect.Struct:
		if depth >= depthMax {
			return "object", nil
		}
		return "object", fields(t, depth+1)
	}
	return "integer", nil
}
