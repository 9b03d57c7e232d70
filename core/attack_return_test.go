package core_test

import (
	"testing"

	"causeway/core/feature/issuance"
	"causeway/core/feature/payment"
	"causeway/core/feature/supervision"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/money"
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
	spent := guard.FindCounter(l.Store(), "CN-SH", "daily", guard.PerParty, string(testkit.LEI("IMPORT")))
	z := guard.ZoneOf(l.Store(), &guard.Authority{Calendar: "CN"})
	if got := spent.Measure(quota.Window{Kind: quota.Day}.At(&z.Zone, l.Now())).Out; got != testkit.Units(450) {
		t.Fatalf("the quota counts %s, should count 45000", got)
	}
}

// A return ends a flow and no limit of flows stands in its way. But one in another asset than
// was paid must not leave the payer with what its rulebooks do not let it hold.
func TestForeignReturnKeepsWhatAccountsMayHold(t *testing.T) {
	w := testkit.NewWorld()
	w.Rulebooks = []guard.Rulebook{{Authority: "CN-SH", Version: 1, Title: "Shanghai", Rules: []guard.Rule{
		{ID: "hkd.cap", Cap: &guard.Cap{Asset: testkit.HKDX, Limit: testkit.Units(30)}},
		{ID: "cny.cap", Cap: &guard.Cap{Asset: testkit.ECNY, Limit: testkit.Units(20_000_000)}},
		{ID: "maximum", Maximum: &guard.Maximum{In: guard.Measure{Asset: testkit.HKDX}, Limit: testkit.Units(100)}},
	}}}
	l := testkit.New(t, w)
	one := money.Rate{Num: 1, Den: 1}
	post(l, "HUIHAI", "HUIHAI-FX", one, testkit.Units(1000))
	paid := l.Must("IMPORT", "payment.send", &payment.Send{From: "IMPORT-CNY", To: "SUPPLY-HKD", Asset: testkit.ECNY, TargetAsset: testkit.HKDX, Amount: testkit.Units(100), WorstRate: &one, Purpose: "CGODDR"})
	back := func(units uint64) testkit.Result {
		return l.Do("SUPPLY", "payment.return", &payment.Return{Payment: paid.ID, Amount: testkit.Units(units), Reason: "AC04"})
	}
	refused(t, back(31), fault.RuleCap)
	status(t, back(30), txn.Returned)
	refused(t, back(1), fault.RuleCap)
	// In the asset that was paid, nothing of that is asked: the payer had it before.
	l.Must("PBOC", "issuance.mint", &issuance.Mint{Asset: testkit.ECNY, To: "IMPORT-CNY", Amount: testkit.Units(9_000_000)})
	home := l.Must("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 1_000_000))
	l.Must("PBOC", "issuance.mint", &issuance.Mint{Asset: testkit.ECNY, To: "IMPORT-CNY", Amount: testkit.Units(2_000_000)})
	status(t, l.Do("PARTS", "payment.return", &payment.Return{Payment: home.ID, Amount: testkit.Units(1_000_000), Reason: "AC04"}), txn.Returned)
}
