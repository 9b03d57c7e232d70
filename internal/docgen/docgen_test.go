package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"causeway/core"
	"causeway/core/kernel/wire"
	"causeway/internal/shareddata"
)

func TestPagesAreFresh(t *testing.T) {
	made, err := pages(shareddata.Root())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range made {
		stands, err := os.ReadFile(filepath.Join(shareddata.Root(), p.path))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(stands, p.text) {
			t.Errorf("%s is stale: run go run ./internal/docgen", p.path)
		}
	}
}

// The examples on the page pass the checks of their kind that need no ledger, and survive the
// way to the wire and back.
func TestExamplesWouldPass(t *testing.T) {
	for _, k := range core.Kinds.All() {
		raw, err := core.Kinds.FromJSON(k.Name, []byte(k.Example))
		if err != nil {
			t.Errorf("%s: %v", k.Name, err)
			continue
		}
		payload, err := core.Kinds.Payload(k.Name, k.Version, raw)
		if err != nil {
			t.Errorf("%s: %v", k.Name, err)
			continue
		}
		if again := wire.Marshal(payload); !bytes.Equal(again, raw) {
			t.Errorf("%s: %x became %x", k.Name, raw, again)
		}
	}
}
