package core_test

import (
	"bytes"
	"slices"
	"testing"

	"causeway/core"
	"causeway/core/feature/issuance"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/internal/testkit"
)

// fuzzed is a ledger on which anything may be tried.
func fuzzed(f *testing.F) *testkit.Ledger {
	l := testkit.New(f, guardedWorld())
	l.RestartEvery, l.CheckEvery = 0, 0
	return l
}

// try carries out one transaction on it and checks what must hold whatever it was.
func try(t *testing.T, l *testkit.Ledger, raw []byte) {
	t.Helper()
	l.Under(t)
	m := l.Machine()
	m.Check(raw, l.Now(), false)
	_, _ = m.ExplainRequest(raw, l.Now())
	l.Block(raw) // fails the test on a bug, on an error, on any difference between two machines
	if err := ledger.CheckConservation(l.Store()); err != nil {
		t.Fatal(err)
	}
	if err := issuance.CheckBacking(l.Store(), l.Now()); err != nil {
		t.Fatal(err)
	}
	if err := testkit.CheckReservations(l.Store()); err != nil {
		t.Fatal(err)
	}
}

// FuzzTransaction: no bytes make the machine panic or create value.
func FuzzTransaction(f *testing.F) {
	l := fuzzed(f)
	for _, m := range movers() {
		f.Add(m.prepare(l, little))
	}
	f.Add([]byte{})
	f.Add(wire.Marshal(&txn.Transaction{}))
	f.Fuzz(func(t *testing.T, raw []byte) { try(t, l, raw) })
}

// FuzzPayload: nor does any payload that is well signed by all officers of some party.
func FuzzPayload(f *testing.F) {
	l := fuzzed(f)
	kinds, parties := core.Kinds.All(), testkit.NewWorld().Entities
	for i, k := range kinds {
		data, err := core.Kinds.FromJSON(k.Name, []byte(k.Example))
		if err != nil {
			f.Fatal(err)
		}
		for p := range parties {
			f.Add(uint8(i), uint8(p), []byte(data))
		}
	}
	for _, m := range movers() {
		_, body, err := txn.Decode(m.prepare(l, little))
		if err != nil {
			f.Fatal(err)
		}
		kind := slices.IndexFunc(kinds, func(k txn.Kind) bool { return k.Name == body.Kind })
		party := slices.IndexFunc(parties, func(e testkit.Entity) bool { return testkit.LEI(e.Name) == body.Party })
		f.Add(uint8(kind), uint8(party), []byte(body.Payload))
	}
	f.Fuzz(func(t *testing.T, kind, party uint8, data []byte) {
		k, who := kinds[int(kind)%len(kinds)], parties[int(party)%len(parties)].Name
		if _, err := core.Kinds.Payload(k.Name, k.Version, data); err != nil {
			return
		}
		for _, officers := range [][]string{{"maker"}, {"admin", "maker", "checker", "checker2"}} {
			body := l.Draft(who, k.Name, k.New())
			body.Payload = data
			try(t, l, testkit.Sign(&body, l.Signers(who, officers...)...))
		}
	})
}

// FuzzPayloadJSON: what JSON is read as a payload has one canonical form.
func FuzzPayloadJSON(f *testing.F) {
	kinds := core.Kinds.All()
	for i, k := range kinds {
		f.Add(uint8(i), []byte(k.Example))
	}
	f.Fuzz(func(t *testing.T, kind uint8, text []byte) {
		k := kinds[int(kind)%len(kinds)]
		data, err := core.Kinds.FromJSON(k.Name, text)
		if err != nil {
			return
		}
		shown, err := core.Kinds.ToJSON(k.Name, k.Version, data)
		if err != nil {
			t.Fatalf("%s: valid JSON gave a payload that does not decode: %v", k.Name, err)
		}
		again, err := core.Kinds.FromJSON(k.Name, shown)
		if err != nil || !bytes.Equal(again, data) {
			t.Fatalf("%s: %s became %s: %v", k.Name, text, shown, err)
		}
	})
}
