package core_test

import (
	"fmt"
	"testing"

	"causeway/core/feature/payment"
	"causeway/core/feature/supervision"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/internal/testkit"
)

// What a held batch remembers does not grow with its payments times the rules they met.
func TestHeldBatchRemembersEachRuleOnce(t *testing.T) {
	w := testkit.NewWorld()
	book := guard.Rulebook{Authority: "CN-SH", Version: 1, Title: "Shanghai", Rules: []guard.Rule{
		{ID: "review", Review: &guard.Review{In: guard.Measure{Asset: testkit.ECNY}, DeadlineMs: 3600_000}},
	}}
	for i := range 20 {
		book.Rules = append(book.Rules, guard.Rule{ID: fmt.Sprintf("q%d", i), Quota: &guard.Quota{
			In: guard.Measure{Asset: testkit.ECNY}, Limit: testkit.Units(1_000_000), Per: guard.PerParty, Window: quota.Window{Kind: quota.Day}, Direction: quota.Out}})
	}
	w.Rulebooks = []guard.Rulebook{book}
	l := testkit.New(t, w)
	batch := &payment.Batch{Mode: payment.AllOrNothing}
	for i := range 50 {
		p := *testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 1)
		p.Reference = fmt.Sprintf("item-%d", i)
		batch.Payments = append(batch.Payments, p)
		batch.Sum, _ = batch.Sum.Add(p.Amount)
	}
	r := l.Must("IMPORT", "payment.batch", batch)
	h, ok := txn.FindHeld(l.Store(), r.ID)
	if !ok || len(h.Charges) != 20 || len(h.Waiting) != 1 || len(h.Waiting[0].Rules) != 1 {
		t.Fatalf("%d charges, waiting %+v", len(h.Charges), h.Waiting)
	}
	if steps := len(r.Outcome.Private.Steps); steps > 1000 {
		t.Fatalf("a trace of %d steps", steps)
	}
	l.Must("SHANGHAI", "hold.approve", &supervision.ApproveHold{Hold: r.ID, Authority: "CN-SH"})
	z := guard.ZoneOf(l.Store(), &guard.Authority{Calendar: "CN"})
	spent := guard.FindCounter(l.Store(), "CN-SH", "q7", guard.PerParty, string(testkit.LEI("IMPORT")))
	if got := spent.Measure(quota.Window{Kind: quota.Day}.At(&z.Zone, l.Now())).Out; got != testkit.Units(50) {
		t.Fatalf("the quota counts %s, the batch paid 5000", got)
	}
	if got, want := l.BalanceOf("IMPORT-CNY", testkit.ECNY).Reserved, money.Zero; got != want {
		t.Fatalf("%s is still reserved", got)
	}
}
