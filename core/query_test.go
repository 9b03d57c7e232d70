package core_test

import (
	"testing"

	"causeway/core/feature/supervision"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/internal/testkit"
)

// Whatever was carried out leads to the transaction that did it, whose items lead back.
func TestCarrier(t *testing.T) {
	w := testkit.NewWorld()
	w.Entity("IMPORT").Tiers = []identity.Tier{{Kinds: []string{"payment.*"}, Approvals: 1, MakerChecker: true}}
	w.Rulebooks = []guard.Rulebook{{Authority: "CN", Version: 1, Rules: []guard.Rule{{ID: "review", Review: &guard.Review{In: guard.Measure{Asset: testkit.ECNY}, DeadlineMs: 3600_000}, When: &guard.When{Purposes: []string{"CSTRDR"}}}}}}
	l := testkit.New(t, w)
	lead := func(what string, id, carrier wire.Hash, want txn.Status, depth int) {
		t.Helper()
		got, parts, ok := l.Machine().Carrier(id)
		if !ok || got.ID != carrier || len(parts) != depth {
			t.Fatalf("%s: carried out by %s with %d parts (%v), want %s with %d", what, got.ID, len(parts), ok, carrier, depth)
		}
		last := got.Outcome.Result
		for _, p := range parts {
			last = p.Outcome.Result
		}
		if last.Status != want || depth > 0 && parts[depth-1].ID != id {
			t.Fatalf("%s: leads to %s, want %s", what, last.Status, want)
		}
	}

	batch := l.Must("IMPORT", "payment.batch", batchOf(10, 20))
	lead("a proposal", batch.ID, batch.ID, txn.Proposed, 0)
	approved := l.Must("IMPORT", "approval.approve", approve(batch.ID), "checker")
	lead("the approval itself", approved.ID, approved.ID, txn.Settled, 0)
	lead("an approved batch", batch.ID, approved.ID, txn.Settled, 1)
	inner, ok := l.Find(batch.ID)
	if !ok || len(inner.Result.Items) != 2 {
		t.Fatalf("%+v", inner.Result)
	}
	lead("a payment of an approved batch", inner.Result.Items[1].ID, approved.ID, txn.Settled, 2)
	carrier, _, _ := l.Machine().Carrier(approved.ID)
	if parts, err := l.Machine().Parts(carrier); err != nil || len(parts) != 3 {
		t.Fatalf("the approval carried out %d things: %v", len(parts), err)
	}

	services := testkit.Pay("MILL-CNY", "PARTS-CNY", testkit.ECNY, 5)
	services.Purpose = "CSTRDR"
	held := l.Must("MILL", "payment.send", services)
	lead("a held payment", held.ID, held.ID, txn.Held, 0)
	answer := l.Must("PBOC", "hold.approve", &supervision.ApproveHold{Hold: held.ID, Authority: "CN"})
	lead("an answered hold", held.ID, answer.ID, txn.Settled, 1)

	expired := l.Must("MILL", "payment.send", services)
	l.Advance(2 * 3600_000)
	l.Block()
	if o, _ := l.Find(expired.ID); o.Result.Status != txn.Expired {
		t.Fatalf("after the deadline it is %s", o.Result.Status)
	}
	lead("a hold that a timer ended", expired.ID, expired.ID, txn.Held, 0)
	if _, _, ok := l.Machine().Carrier(wire.Sum([]byte("nothing"))); ok {
		t.Fatal("what never was has been carried out")
	}
}

// The sender learns which rule of its own side refused, and of the other side only the fault.
func TestToldOnlyOfOnesOwnSide(t *testing.T) {
	w := testkit.NewWorld()
	limit := guard.Rule{ID: "most", Bind: []guard.Role{guard.AsPayee}, Maximum: &guard.Maximum{In: guard.Measure{Asset: testkit.HKDX}, Limit: testkit.Units(10)}}
	w.Rulebooks = []guard.Rulebook{{Authority: "CN", Version: 1, Rules: []guard.Rule{limit}}}
	l := testkit.New(t, w)
	r := l.Do("SUPPLY", "payment.send", testkit.Pay("SUPPLY-HKD", "IMPORT-CNY", testkit.HKDX, 11))
	if r.Fault == nil {
		t.Fatal("the payee's rule did not refuse")
	}
	told, steps := l.Machine().Told(&r.Outcome, testkit.LEI("SUPPLY"))
	if told.Fault != r.Fault || told.Field+told.Found+told.Want != "" {
		t.Errorf("the payer is told of the payee's rules: %v", told)
	}
	for _, s := range steps {
		if s.Authority == "CN" && (s.Rule != "" || s.Limit != nil) {
			t.Errorf("the payer sees %+v", s)
		}
	}
	draft := l.Draft("SUPPLY", "payment.send", testkit.Pay("SUPPLY-HKD", "IMPORT-CNY", testkit.HKDX, 11))
	asked, err := l.Machine().Explain(&draft, "maker", l.Now())
	if err != nil || asked.Error == nil || asked.Error.Fault != r.Fault || asked.Error.Field+asked.Error.Found+asked.Error.Want != "" {
		t.Errorf("who asks before paying is told of the payee's rules: %+v %v", asked, err)
	}
	own, _ := l.Machine().Told(&r.Outcome, testkit.LEI("IMPORT"))
	if own.Field+own.Found+own.Want == "" {
		t.Error("whose rule it is is not told of it")
	}
	short := l.Do("SUPPLY", "payment.send", testkit.Pay("SUPPLY-HKD", "SUPPLY-2", testkit.HKDX, 1<<40))
	if told, _ := l.Machine().Told(&short.Outcome, testkit.LEI("SUPPLY")); told.Fault != fault.FundsInsufficient || told.Want == "" {
		t.Errorf("%v", told)
	}
	done := l.Must("SUPPLY", "payment.send", testkit.Pay("SUPPLY-HKD", "SUPPLY-2", testkit.HKDX, 1))
	if told, _ := l.Machine().Told(&done.Outcome, testkit.LEI("SUPPLY")); told != nil {
		t.Errorf("what was not refused was: %v", told)
	}
}
