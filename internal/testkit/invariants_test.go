package testkit

import (
	"testing"

	"causeway/core/feature/issuance"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// A check that never fails proves nothing: each finds the damage that it is there to find.
func TestInvariantsFindDamage(t *testing.T) {
	w := NewWorld()
	w.Rulebooks = []guard.Rulebook{{Authority: "CN", Version: 1, Rules: []guard.Rule{{
		ID: "review", Bind: []guard.Role{guard.AsPayer}, Review: &guard.Review{In: guard.Measure{Asset: ECNY}, Above: Units(10), DeadlineMs: 3600_000},
	}}}}
	for _, damage := range []struct {
		name  string
		do    func(l *Ledger, b *state.Block, held txn.HeldPayment)
		check func(l *Ledger, before map[holding]money.Amount) error
	}{
		{"money from nowhere", func(_ *Ledger, b *state.Block, _ txn.HeldPayment) {
			put(b, "b/PARTS-CNY\x00"+ECNY, Units(5_000_000))
		}, func(l *Ledger, _ map[holding]money.Amount) error { return ledger.CheckConservation(l.Store()) }},
		{"supply without backing", func(_ *Ledger, b *state.Block, _ txn.HeldPayment) {
			a, _ := ledger.FindAsset(b, ECNY)
			a.Cap = Units(1)
			ledger.PutAsset(b, a)
		}, func(l *Ledger, _ map[holding]money.Amount) error { return issuance.CheckBacking(l.Store(), l.now) }},
		{"a reservation for nothing", func(_ *Ledger, b *state.Block, _ txn.HeldPayment) {
			if err := ledger.Reserve(b, "PARTS-CNY", ECNY, Units(1)); err != nil {
				t.Fatal(err)
			}
		}, func(l *Ledger, _ map[holding]money.Amount) error { return CheckReservations(l.Store()) }},
		{"a hold that keeps nothing", func(_ *Ledger, b *state.Block, h txn.HeldPayment) {
			ledger.Unreserve(b, h.Reserved[0].Account, h.Reserved[0].Asset, h.Reserved[0].Amount)
		}, func(l *Ledger, _ map[holding]money.Amount) error { return CheckReservations(l.Store()) }},
		{"a deadline without a timer", func(_ *Ledger, b *state.Block, h txn.HeldPayment) {
			for _, due := range txn.DueTimers(b, h.Deadline, 100) {
				due.Remove(b)
			}
		}, func(l *Ledger, _ map[holding]money.Amount) error { return l.checkTimers() }},
		{"a held payment in no queue", func(_ *Ledger, b *state.Block, h txn.HeldPayment) {
			b.Delete(append([]byte("hq/CN\x00"), h.ID[:]...))
		}, func(l *Ledger, _ map[holding]money.Amount) error { return l.checkQueues() }},
		{"a balance that no posting moved", func(_ *Ledger, b *state.Block, _ txn.HeldPayment) {
			if err := ledger.Post(b, []ledger.Posting{{From: "IMPORT-CNY", To: "MILL-CNY", Asset: ECNY, Amount: Units(1)}}); err != nil {
				t.Fatal(err)
			}
		}, func(l *Ledger, before map[holding]money.Amount) error { return l.checkPostings(before) }},
	} {
		t.Run(damage.name, func(t *testing.T) {
			l := New(t, w)
			r := l.Must("IMPORT", "payment.send", Pay("IMPORT-CNY", "MILL-CNY", ECNY, 20))
			held, ok := txn.FindHeld(l.Store(), r.ID)
			if !ok {
				t.Fatal("nothing is held")
			}
			if err := damage.check(l, totals(l.Store())); err != nil {
				t.Fatalf("before the damage: %v", err)
			}
			before := totals(l.Store())
			l.Inject(func(b *state.Block) { damage.do(l, b, held) })
			if err := damage.check(l, before); err == nil {
				t.Fatal("the damage was not found")
			}
		})
	}
}

// put writes a balance past the ledger.
func put(b *state.Block, key string, total money.Amount) {
	b.Put([]byte(key), ledger.Balance{Total: total}.AppendState(nil))
}

// Two ledgers of one world are the same ledger: keys, ids and times all follow from names.
func TestFixtureIsDeterministic(t *testing.T) {
	a, z := New(t, NewWorld()), New(t, NewWorld())
	if a.Machine().Root() != z.Machine().Root() || a.Machine().Root() == (wire.Hash{}) {
		t.Fatalf("roots %s and %s", a.Machine().Root(), z.Machine().Root())
	}
}
