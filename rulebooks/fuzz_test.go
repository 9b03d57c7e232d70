package rulebooks

import (
	"testing"

	"causeway/core/kernel/guard"
	"causeway/core/kernel/wire"
)

// FuzzParse: whatever is accepted is what the ledger would accept, and survives its encoding.
func FuzzParse(f *testing.F) {
	for _, id := range IDs {
		data, err := Text(id)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("authority: CN\ndecimals: {e-CNY: 2}\nrules:\n  - {id: a, hours: [mon 22:00-02:30 business days]}\n  - {id: b, cap: {in: e-CNY, limit: \"1,000.00\"}}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		book, err := Parse(data)
		if err != nil {
			return
		}
		if err := book.Validate(); err != nil {
			t.Fatalf("accepted, and yet not valid: %v", err)
		}
		var back guard.Rulebook
		if err := wire.Unmarshal(wire.Marshal(book), &back); err != nil || back.Hash() != book.Hash() {
			t.Fatalf("does not survive its encoding: %v", err)
		}
	})
}
