package core_test

import (
	"testing"

	"causeway/core/feature/fx"
	"causeway/core/feature/issuance"
	"causeway/core/feature/party"
	"causeway/core/feature/payment"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/internal/testkit"
)

func post(l *testkit.Ledger, by, account string, rate money.Rate, size money.Amount) testkit.Result {
	return l.Must(by, "fx.quote", &fx.Post{Account: txn.AccountID(account), Source: testkit.ECNY, Target: testkit.HKDX, Rate: rate, Size: size, Expires: l.Now() + 3600_000})
}

// A maker's quota counts what it fills in one payment, from however many accounts it quotes.
func TestMakersQuotaCountsAllItsAccounts(t *testing.T) {
	w := testkit.NewWorld()
	w.Rulebooks = []guard.Rulebook{{Authority: "HK", Version: 1, Title: "Hong Kong", Rules: []guard.Rule{
		{ID: "making", Bind: []guard.Role{guard.AsMaker}, Quota: &guard.Quota{In: guard.Measure{Asset: testkit.HKDX}, Limit: testkit.Units(150), Per: guard.PerParty, Window: quota.Window{Kind: quota.Day}, Direction: quota.Out}},
	}}}
	l := testkit.New(t, w)
	l.Must("HKMA", "account.open", &party.OpenAccount{ID: "HUIHAI-FX2", Owner: testkit.LEI("HUIHAI"), Type: txn.ResidentAccount, Authority: "HK"})
	l.Must("HARBOUR", "issuance.mint", &issuance.Mint{Asset: testkit.HKDX, To: "HUIHAI-FX2", Amount: testkit.Units(1000)})
	one := money.Rate{Num: 1, Den: 1}
	post(l, "HUIHAI", "HUIHAI-FX", one, testkit.Units(100))
	post(l, "HUIHAI", "HUIHAI-FX2", one, testkit.Units(100))
	pay := &payment.Send{From: "IMPORT-CNY", To: "SUPPLY-HKD", Asset: testkit.ECNY, TargetAsset: testkit.HKDX, Amount: testkit.Units(200), WorstRate: &one, Purpose: "CGODDR"}
	l.Do("IMPORT", "payment.send", pay)
	spent := guard.FindCounter(l.Store(), "HK", "making", guard.PerParty, string(testkit.LEI("HUIHAI")))
	z := guard.ZoneOf(l.Store(), &guard.Authority{Calendar: "HK"})
	if got := spent.Measure(quota.Window{Kind: quota.Day}.At(&z.Zone, l.Now())).Out; testkit.Units(150).Less(got) {
		t.Fatalf("the maker gave %s in a day, its quota is 15000", got)
	}
	// Within the quota both accounts fill one payment.
	pay.Amount = testkit.Units(150)
	if r := l.Must("IMPORT", "payment.send", pay); len(r.Outcome.Result.Postings) != 4 {
		t.Fatalf("%d postings", len(r.Outcome.Result.Postings))
	}
	spent = guard.FindCounter(l.Store(), "HK", "making", guard.PerParty, string(testkit.LEI("HUIHAI")))
	if got := spent.Measure(quota.Window{Kind: quota.Day}.At(&z.Zone, l.Now())).Out; got != testkit.Units(150) {
		t.Fatalf("the maker's quota counts %s, it gave 15000", got)
	}
}

// Each fill rounds against the payer. Many fills of a minor unit each would make the whole far
// worse than the worst rate, and take more than approvals, key limits and holds count with.
func TestFillsTogetherKeepTheWorstRate(t *testing.T) {
	l := testkit.New(t, testkit.NewWorld())
	three := money.Rate{Num: 3, Den: 1}
	for range 10 {
		post(l, "HUIHAI", "HUIHAI-FX", three, money.FromUint64(1))
	}
	pay := &payment.Send{From: "IMPORT-CNY", To: "SUPPLY-HKD", Asset: testkit.ECNY, TargetAsset: testkit.HKDX, Amount: money.FromUint64(10), FixTarget: true, WorstRate: &three, Purpose: "CGODDR"}
	before := l.BalanceOf("IMPORT-CNY", testkit.ECNY).Total
	l.Do("IMPORT", "payment.send", pay)
	given, _ := before.Sub(l.BalanceOf("IMPORT-CNY", testkit.ECNY).Total)
	if most := money.FromUint64(4); most.Less(given) {
		t.Fatalf("the payer gave %s for 10 at the worst rate 3, should give at most %s", given, most)
	}
	// A quote behind the crumbs fills it.
	post(l, "NANYANG", "NANYANG-FX", three, testkit.Units(1))
	l.Must("IMPORT", "payment.send", pay)
	if given, _ := before.Sub(l.BalanceOf("IMPORT-CNY", testkit.ECNY).Total); given != money.FromUint64(4) {
		t.Fatalf("the payer gave %s, should give 4", given)
	}
	// With the source fixed the payee must get what the worst rate promises: 9 for 3.
	third := money.Rate{Num: 1, Den: 3}
	for range 3 {
		l.Must("HUIHAI", "fx.quote", &fx.Post{Account: "HUIHAI-FX", Source: testkit.HKDX, Target: testkit.ECNY, Rate: money.Rate{Num: 1, Den: 2}, Size: money.FromUint64(1), Expires: l.Now() + 3600_000})
	}
	back := &payment.Send{From: "SUPPLY-HKD", To: "IMPORT-CNY", Asset: testkit.HKDX, TargetAsset: testkit.ECNY, Amount: money.FromUint64(5), WorstRate: &third, Purpose: "CGODDR"}
	if r := l.Do("SUPPLY", "payment.send", back); r.Fault == nil {
		got := money.Zero
		for _, p := range r.Outcome.Result.Postings {
			if p.To == "IMPORT-CNY" {
				got, _ = got.Add(p.Amount)
			}
		}
		if got.Less(money.FromUint64(1)) {
			t.Fatalf("the payee got %s", got)
		}
	}
}

// An asset whose name runs into the next part of a key is no asset: a payment into it must not
// find quotes of another, which the guard would then not know of.
func TestNamesThatRunIntoKeysFindNothing(t *testing.T) {
	w := testkit.NewWorld()
	w.Rulebooks = []guard.Rulebook{{Authority: "HK", Version: 1, Title: "Hong Kong", Rules: []guard.Rule{
		{ID: "cap", When: &guard.When{Classes: []string{"enterprise"}}, Cap: &guard.Cap{Asset: testkit.HKDX, Limit: testkit.Units(2_000_000)}},
	}}}
	l := testkit.New(t, w)
	post(l, "HUIHAI", "HUIHAI-FX", money.Rate{Num: 1<<64 - 1, Den: 1}, testkit.Units(5_000_000))
	worst := money.Rate{Num: 1, Den: 1}
	before := l.BalanceOf("SUPPLY-HKD", testkit.HKDX)
	for _, target := range []txn.AssetID{"HKDX\x00", "HKDX\x00\x00", "HKDX\x00\x00\x00"} {
		l.Do("IMPORT", "payment.send", &payment.Send{From: "IMPORT-CNY", To: "SUPPLY-HKD", Asset: testkit.ECNY, TargetAsset: target, Amount: money.FromUint64(1), WorstRate: &worst, Purpose: "CGODDR"})
	}
	if after := l.BalanceOf("SUPPLY-HKD", testkit.HKDX); after != before {
		t.Fatalf("the payee has %s HKDX, more than its cap of 2,000,000.00", after.Total.Grouped(2))
	}
}
