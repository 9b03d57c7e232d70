package main

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/internal/shareddata"
)

func TestFilesAreFresh(t *testing.T) {
	made, err := files(shareddata.Root())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range made {
		stands, err := os.ReadFile(filepath.Join(shareddata.Root(), f.path))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(stands, f.text) {
			t.Errorf("%s is stale: run go run ./internal/tsgen", f.path)
		}
	}
}

// What the SDK would encode in another way than package wire is refused, not guessed.
func TestUnknownFormsAreRefused(t *testing.T) {
	for name, v := range map[string]any{
		"a struct that may be left out": struct {
			A identity.Scope `cbor:"1,keyasint,omitempty" json:"a"`
		}{},
		"a pointer that has to be there": struct {
			A *money.Amount `cbor:"1,keyasint" json:"a"`
		}{},
		"an amount that may be left out": struct {
			A money.Amount `cbor:"1,keyasint,omitempty" json:"a"`
		}{},
		"a name as key": struct {
			A string `cbor:"a" json:"a"`
		}{},
		"no name in JSON": struct {
			A string `cbor:"1,keyasint" json:"-"`
		}{},
		"an embedded struct": struct{ identity.Scope }{},
	} {
		if list, err := fieldsOf(reflect.TypeOf(v)); err == nil {
			t.Errorf("%s: %+v", name, list)
		}
	}
	w := &kindsWriter{names: map[reflect.Type]string{}, taken: map[string]reflect.Type{}}
	for _, typed := range []reflect.Type{reflect.TypeFor[map[string]string](), reflect.TypeFor[[]byte](), reflect.TypeFor[float64](), reflect.TypeFor[[4]byte]()} {
		if form, _, err := w.form(typed); err == nil {
			t.Errorf("%s became %s", typed, form)
		}
	}
}
