package core_test

import (
	"testing"

	"causeway/core/feature/payment"
	"causeway/core/feature/supervision"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/txn"
	"causeway/internal/testkit"
)

// The end of a held payment is recorded under an id of its own. Returning by that id, too,
// would give the money back twice and take the payment off the quota twice.
func TestReturnNamesAPaymentByOneIDOnly(t *testing.T) {
	w := testkit.NewWorld()
	w.Rulebooks = []guard.Rulebook{{Authority: "CN-SH", Version: 1, Title: "Shanghai", Rules: []guard.Rule{
		{ID: "large", Review: &guard.Review{In: guard.Measure{Asset: testkit.ECNY}, Above: testkit.Units(100), DeadlineMs: 3600_000}},
		{ID: "daily", Quota: &guard.Quota{In: guard.Measure{Asset: testkit.ECNY}, Limit: testkit.Units(1_000), Per: guard.PerParty, Window: quota.Window{Kind: quota.Day}, Direction: quota.Out}},
	}}}
	l := testkit.New(t, w)
	for range 9 {
		l.Must("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 50))
	}
	held := l.Must("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 400))
	l.Must("SHANGHAI", "hold.approve", &supervision.ApproveHold{Hold: held.ID, Authority: "CN-SH"})
	l.Must("PARTS", "payment.return", &payment.Return{Payment: held.ID, Amount: testkit.Units(400), Reason: "AC04"})
	if r := l.Do("PARTS", "payment.return", &payment.Return{Payment: txn.FinalID(held.ID), Amount: testkit.Units(400), Reason: "AC04"}); r.Fault != fault.PaymentNotFound {
		t.Fatalf("a second return by another id: %s", testkit.Explain(r))
	}
	spent := guard.FindCounter(l.Store(), "CN-SH", "daily", string(testkit.LEI("IMPORT")))
	z := guard.ZoneOf(l.Store(), &guard.Authority{Calendar: "CN"})
	if got := spent.Measure(quota.Window{Kind: quota.Day}, &z.Zone, l.Now()).Out; got != testkit.Units(450) {
		t.Fatalf("the quota counts %s, should count 45000", got)
	}
}
