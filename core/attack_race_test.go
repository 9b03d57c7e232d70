package core_test

import (
	"testing"

	"causeway/client/keyring"
	"causeway/core/feature/authority"
	"causeway/core/feature/fx"
	"causeway/core/feature/party"
	"causeway/core/feature/payment"
	"causeway/core/feature/supervision"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/internal/testkit"
)

// Whoever is first in a block ends a held payment; the others find it closed. Funds and quota
// charges follow the one end there is.
func TestEndsOfOneHoldInOneBlock(t *testing.T) {
	for first := range 3 {
		w := testkit.NewWorld()
		w.Rulebooks = []guard.Rulebook{{Authority: "CN-SH", Version: 1, Title: "Shanghai", Rules: []guard.Rule{
			{ID: "large", Review: &guard.Review{In: guard.Measure{Asset: testkit.ECNY}, Above: testkit.Units(100), DeadlineMs: 3600_000}},
		}}}
		l := testkit.New(t, w)
		held := l.Must("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 400))
		ends := [][]byte{
			l.Signed("IMPORT", "payment.cancel", &payment.Cancel{Payment: held.ID}),
			l.Signed("SHANGHAI", "hold.approve", &supervision.ApproveHold{Hold: held.ID, Authority: "CN-SH"}),
			l.Signed("SHANGHAI", "hold.refuse", &supervision.RefuseHold{Hold: held.ID, Authority: "CN-SH", Reason: "no"}),
		}
		ends[0], ends[first] = ends[first], ends[0]
		for i, r := range l.Block(ends...) {
			if i == 0 && r.Fault != nil || i > 0 && r.Fault != fault.HoldClosed && r.Fault != fault.PaymentNotCancellable {
				t.Fatalf("order %d: %d ended %s", first, i, testkit.Explain(r))
			}
		}
	}
}

// A hold, its cancellation and the money it frees, all in one block, beside a payment of the
// same money: it is spent once.
func TestFreedMoneyIsSpentOnce(t *testing.T) {
	w := testkit.NewWorld()
	w.Rulebooks = []guard.Rulebook{{Authority: "CN-SH", Version: 1, Title: "Shanghai", Rules: []guard.Rule{
		{ID: "large", When: &guard.When{Purposes: []string{"CSTRDR"}}, Review: &guard.Review{In: guard.Measure{Asset: testkit.ECNY}, DeadlineMs: 3600_000}},
	}}}
	l := testkit.New(t, w)
	all := *testkit.Pay("MILL-CNY", "PARTS-CNY", testkit.ECNY, 1_000_000)
	reviewed := all
	reviewed.Purpose = "CSTRDR"
	body := l.Draft("MILL", "payment.send", &reviewed)
	tx := testkit.Sign(&body, l.Signers("MILL")...)
	id := txn.ID(testkit.Chain, mustBody(t, tx))
	r := l.Block(tx, l.Signed("MILL", "payment.send", &all), l.Signed("MILL", "payment.cancel", &payment.Cancel{Payment: id}),
		l.Signed("MILL", "payment.send", &all), l.Signed("MILL", "payment.send", &all),
		l.Signed("SHANGHAI", "hold.approve", &supervision.ApproveHold{Hold: id, Authority: "CN-SH"}))
	status(t, r[0], txn.Held)
	refused(t, r[1], fault.FundsInsufficient)
	status(t, r[2], txn.Cancelled)
	status(t, r[3], txn.Settled)
	refused(t, r[4], fault.FundsInsufficient)
	refused(t, r[5], fault.HoldClosed)
}

// Two payments for the last of a quote, and its cancellation, in one block.
func TestLastOfAQuoteInOneBlock(t *testing.T) {
	l := testkit.New(t, testkit.NewWorld())
	one := money.Rate{Num: 1, Den: 1}
	q := post(l, "HUIHAI", "HUIHAI-FX", one, testkit.Units(100))
	pay := &payment.Send{From: "IMPORT-CNY", To: "SUPPLY-HKD", Asset: testkit.ECNY, TargetAsset: testkit.HKDX, Amount: testkit.Units(60), WorstRate: &one, Purpose: "CGODDR"}
	r := l.Block(l.Signed("IMPORT", "payment.send", pay), l.Signed("IMPORT", "payment.send", pay),
		l.Signed("HUIHAI", "fx.cancel", &fx.Cancel{Quote: q.ID}), l.Signed("HUIHAI", "fx.cancel", &fx.Cancel{Quote: q.ID}), l.Signed("IMPORT", "payment.send", pay))
	status(t, r[0], txn.Settled)
	refused(t, r[1], fault.FxNoQuote)
	status(t, r[2], txn.Done)
	refused(t, r[3], fault.FxQuoteNotFound)
	refused(t, r[4], fault.FxNoQuote)
	if b := l.BalanceOf("HUIHAI-FX", testkit.HKDX); !b.Reserved.IsZero() {
		t.Fatalf("%s is still reserved", b.Reserved)
	}
}

// The limits of amounts: a fixed target whose price overflows, a rate at both ends, supply and
// quotas next to 2^127-1.
func TestExchangeAtTheEndOfTheRange(t *testing.T) {
	l := testkit.New(t, testkit.NewWorld())
	big, small := money.Rate{Num: 1<<64 - 1, Den: 1}, money.Rate{Num: 1, Den: 1<<64 - 1}
	post(l, "HUIHAI", "HUIHAI-FX", big, testkit.Units(100))
	post(l, "NANYANG", "NANYANG-FX", small, testkit.Units(100))
	for _, worst := range []money.Rate{big, small} {
		for _, fix := range []bool{false, true} {
			for _, amount := range []money.Amount{money.Max, money.FromUint64(1), money.FromUint64(1<<64 - 1), testkit.Units(150)} {
				l.Do("IMPORT", "payment.send", &payment.Send{From: "IMPORT-CNY", To: "SUPPLY-HKD", Asset: testkit.ECNY, TargetAsset: testkit.HKDX, Amount: amount, FixTarget: fix, WorstRate: &worst, Purpose: "CGODDR"})
			}
		}
	}
}

func mustBody(t testing.TB, raw []byte) []byte {
	t.Helper()
	decoded, _, err := txn.Decode(raw)
	if err != nil {
		t.Fatal(err)
	}
	return decoded.Body
}

// A rulebook comes into force at its time, however much else is due before it.
func TestStormOfTimersPutsOffNoRulebook(t *testing.T) {
	w := testkit.NewWorld()
	w.Params.TimersPerBlock = 2
	l := testkit.New(t, w)
	from := l.Now() + 60_000
	l.Must("SHANGHAI", "rulebook.propose", &authority.ProposeRulebook{Authority: "CN-SH", Title: "Small payments", From: from, Rules: []guard.Rule{
		{ID: "maximum", Maximum: &guard.Maximum{In: guard.Measure{Asset: testkit.ECNY}, Limit: testkit.Units(1)}},
	}})
	l.Must("SHANGHAI", "rulebook.approve", &authority.ApproveRulebook{Authority: "CN-SH", Version: 1}, "checker")
	var storm [][]byte
	for range 20 {
		storm = append(storm, l.Signed("HUIHAI", "fx.quote", &fx.Post{Account: "HUIHAI-FX", Source: testkit.ECNY, Target: testkit.HKDX, Rate: money.Rate{Num: 1, Den: 1}, Size: testkit.Units(1), Expires: from - 1}))
	}
	for _, r := range l.Block(storm...) {
		status(t, r, txn.Done)
	}
	l.Advance(from - l.Now())
	refused(t, l.Do("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 10)), fault.RuleMaximum)
}

// A key that is revoked signs nothing after that, in the same block either; before it, in the
// same block, it still does.
func TestRevokedKeyInOneBlock(t *testing.T) {
	l := testkit.New(t, testkit.NewWorld())
	key := l.Signers("IMPORT")[0]
	pay := func(units uint64) []byte {
		return l.Signed("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, units))
	}
	r := l.Block(pay(1), l.Signed("IMPORT", "key.revoke", &party.RevokeKey{Algorithm: key.Algorithm(), Public: key.Public()}, "admin"), pay(2))
	status(t, r[0], txn.Settled)
	if r[1].Fault != nil {
		t.Fatal(testkit.Explain(r[1]))
	}
	refused(t, r[2], fault.KeyRevoked)
}

// Who stands behind a transaction is remembered from the mempool to the block. What the mempool
// has let pass does not count any more once the key, the officer or the party has changed, in an
// earlier block or in the same, and counts again only where it still holds.
func TestStandingEndsBetweenMempoolAndBlock(t *testing.T) {
	changes := map[string]struct {
		kind    string
		payload func(l *testkit.Ledger) txn.Payload
		fault   *fault.Fault
	}{
		"key": {"key.revoke", func(l *testkit.Ledger) txn.Payload {
			key := l.Signers("IMPORT")[0]
			return &party.RevokeKey{Algorithm: key.Algorithm(), Public: key.Public()}
		}, fault.KeyRevoked},
		"officer": {"officer.set", func(*testkit.Ledger) txn.Payload {
			return &party.SetOfficer{ID: "maker", Roles: []string{identity.RoleMaker}}
		}, fault.OfficerInactive},
	}
	for name, change := range changes {
		for _, same := range []bool{false, true} {
			l := testkit.New(t, testkit.NewWorld())
			pay := l.Signed("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 2))
			other := l.Signed("MILL", "payment.send", testkit.Pay("MILL-CNY", "PARTS-CNY", testkit.ECNY, 2))
			for _, tx := range [][]byte{pay, other} {
				if passed := l.Machine().Check(tx, l.Now()+1000, false); passed.Code != 0 {
					t.Fatalf("%s: the mempool refuses what is good: %s", name, passed.Log)
				}
			}
			block := [][]byte{l.Signed("IMPORT", change.kind, change.payload(l), "admin")}
			if !same {
				if r := l.Block(block...); r[0].Fault != nil {
					t.Fatalf("%s: %s", name, testkit.Explain(r[0]))
				}
				block = nil
			}
			r := l.Block(append(block, pay, other)...)
			refused(t, r[len(r)-2], change.fault)
			status(t, r[len(r)-1], txn.Settled)
		}
	}
}

// A party, an officer and a key that a block brings may sign in that very block.
func TestNewKeyInOneBlock(t *testing.T) {
	l := testkit.New(t, testkit.NewWorld())
	fresh, err := keyring.FromSeed([]byte("fresh"), "fresh")
	if err != nil {
		t.Fatal(err)
	}
	body := l.Draft("IMPORT", "key.add", &party.AddKey{Officer: "maker", Algorithm: fresh.Algorithm(), Public: fresh.Public()})
	add := testkit.Sign(&body, append(l.Signers("IMPORT", "admin"), fresh)...)
	payment := l.Draft("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 3))
	r := l.Block(testkit.Sign(&payment, fresh), add, testkit.Sign(&payment, fresh))
	refused(t, r[0], fault.KeyUnknown)
	if r[1].Fault != nil {
		t.Fatal(testkit.Explain(r[1]))
	}
	status(t, r[2], txn.Settled)
}
