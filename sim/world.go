package sim

import (
	"fmt"
	"math/big"
	"testing"

	"causeway/core/feature/fx"
	"causeway/core/feature/issuance"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/internal/testkit"
	"causeway/sim/model"
)

// limits are small against what accounts have, so that every rule refuses now and then.
var limits = model.Limits{
	Maximum: 60_000_000, Review: 100_000, Daily: 120_000_000, Rolling: 100_000_000, Net: 400_000_000, Cap: 1_200_000_000, Maker: 300_000_000,
	MaxAgeMs: 36 * 3600_000, ReviewMs: 2 * 3600_000, SupplyCap: map[string]int64{model.Yuan: 100_000_000 * 100},
}

// world is the fixture with one rule of each kind that counts or measures.
func world() testkit.World {
	w := testkit.NewWorld()
	yuan, dollar := guard.Measure{Asset: model.Yuan}, guard.Measure{Asset: model.Dollar}
	payer, n := []guard.Role{guard.AsPayer}, func(v int64) money.Amount { return money.FromUint64(uint64(v)) }
	w.Rulebooks = []guard.Rulebook{
		{Authority: "NET", Version: 1, Rules: []guard.Rule{
			{ID: "no.capital", When: &guard.When{Account: "capital"}, Counterparts: &guard.List{Deny: []string{"HK"}}},
		}},
		{Authority: "CN", Version: 1, Rules: []guard.Rule{
			{ID: "max", Bind: payer, Maximum: &guard.Maximum{In: yuan, Limit: n(limits.Maximum)}},
			{ID: "review", Bind: payer, When: &guard.When{Purposes: []string{"CSTRDR"}}, Review: &guard.Review{In: yuan, Above: n(limits.Review), DeadlineMs: limits.ReviewMs}},
			{ID: "daily", Bind: payer, Quota: &guard.Quota{In: yuan, Limit: n(limits.Daily), Per: guard.PerParty, Window: quota.Window{Kind: quota.Day}, Direction: quota.Out}},
			{ID: "cap", Cap: &guard.Cap{Asset: model.Yuan, Limit: n(limits.Cap)}},
		}},
		{Authority: "CN-SH", Version: 1, Rules: []guard.Rule{
			{ID: "rolling", Bind: payer, Quota: &guard.Quota{In: yuan, Limit: n(limits.Rolling), Per: guard.PerGroup, Window: quota.Window{Kind: quota.Rolling, LengthMs: 6 * 3600_000, Buckets: 6}, Direction: quota.Out}},
		}},
		{Authority: "HK", Version: 1, Rules: []guard.Rule{
			{ID: "net", Quota: &guard.Quota{In: dollar, Limit: n(limits.Net), Per: guard.PerParty, Window: quota.Window{Kind: quota.Month}, Direction: quota.Net}},
			{ID: "maker", Bind: []guard.Role{guard.AsMaker}, Quota: &guard.Quota{In: dollar, Limit: n(limits.Maker), Per: guard.PerParty, Window: quota.Window{Kind: quota.Day}, Direction: quota.Out}},
		}},
	}
	return w
}

// mirror makes the model of a ledger that has just been funded.
func mirror(l *testkit.Ledger) *model.Model {
	m := model.New(limits)
	r := l.Store()
	for _, e := range world().Entities {
		group := e.Name
		if e.Group != "" {
			group = e.Group
		}
		m.Parties[e.Name] = &model.Party{Group: group}
	}
	for name := range m.Parties { // supervisors own nothing and are never frozen here
		switch name {
		case "CHARTER", "SHANGHAI", "HKMA", "KEEPER":
			delete(m.Parties, name)
		}
	}
	ledger.ListAccounts(r, "", func(a txn.Account) bool {
		owner := ""
		for _, e := range world().Entities {
			if testkit.LEI(e.Name) == a.Owner {
				owner = e.Name
			}
		}
		sovereign := "HK"
		if a.Authority != "HK" {
			sovereign = "CN"
		}
		m.Accounts[string(a.ID)] = &model.Account{Owner: owner, Sovereign: sovereign, Shanghai: a.Authority == "CN-SH"}
		ledger.BalancesOf(r, a.ID, func(asset txn.AssetID, b txn.Balance) bool {
			m.Total[model.Place{Account: string(a.ID), Asset: string(asset)}] = whole(b.Total)
			return true
		})
		return true
	})
	for asset, issuer := range map[string]string{model.Yuan: "PBOC", model.Dollar: "HARBOUR"} {
		m.Supply[asset] = whole(ledger.Supply(r, txn.AssetID(asset)))
		a, _ := issuance.FindAllowance(r, txn.AssetID(asset), testkit.LEI(issuer))
		m.Allowance[asset] = whole(a.Left)
	}
	at, _ := issuance.FindAttestation(r, model.Dollar)
	m.Backed, m.AsOf = whole(at.Eligible), at.AsOf
	return m
}

func whole(a money.Amount) *big.Int {
	b := a.Bytes()
	return new(big.Int).SetBytes(b[:])
}

// compare proves that both ledgers have the same balances, reservations, supply, quotes and
// open holds.
func compare(r state.Reader, m *model.Model) error {
	places := 0
	var differ error
	say := func(format string, args ...any) {
		if differ == nil {
			differ = fmt.Errorf(format, args...)
		}
	}
	ledger.ListAccounts(r, "", func(a txn.Account) bool {
		for _, asset := range []string{model.Yuan, model.Dollar} {
			b, p := ledger.BalanceOf(r, a.ID, txn.AssetID(asset)), model.Place{Account: string(a.ID), Asset: asset}
			places++
			if total := orZero(m.Total[p]); whole(b.Total).Cmp(total) != 0 {
				say("%v has %s, in the model %s", p, b.Total, total)
			}
			if kept := orZero(m.Reserved[p]); whole(b.Reserved).Cmp(kept) != 0 {
				say("%v keeps %s, in the model %s", p, b.Reserved, kept)
			}
		}
		return true
	})
	for asset, supply := range m.Supply {
		if got := ledger.Supply(r, txn.AssetID(asset)); whole(got).Cmp(supply) != 0 {
			say("supply of %s is %s, in the model %s", asset, got, supply)
		}
	}
	quotes := 0
	for _, pair := range [][2]txn.AssetID{{model.Yuan, model.Dollar}, {model.Dollar, model.Yuan}} {
		fx.Best(r, pair[0], pair[1], func(fx.Quote) bool { quotes++; return true })
	}
	holds := 0
	txn.ListQueue(r, "CN", func(h txn.HeldPayment) bool {
		if m.Holds[h.ID.String()] == nil {
			say("%s is held, not in the model", h.ID)
		}
		holds++
		return true
	})
	if quotes != len(m.Quotes) || holds != len(m.Holds) {
		say("%d quotes stand, in the model %d; %d payments are held, in the model %d", quotes, len(m.Quotes), holds, len(m.Holds))
	}
	if places < 20 {
		say("only %d places were compared", places)
	}
	return differ
}

func orZero(n *big.Int) *big.Int {
	if n == nil {
		return new(big.Int)
	}
	return n
}

// funded is a ledger to begin with, and its storage replayed for the kernel.
func funded(tb testing.TB) *testkit.Ledger {
	l := testkit.New(tb, world())
	l.RestartEvery, l.CheckEvery = 0, 0
	return l
}

// proven checks the ledger's own invariants.
func proven(r state.Reader, now int64) error {
	if err := ledger.CheckConservation(r); err != nil {
		return err
	}
	if err := issuance.CheckBacking(r, now); err != nil {
		return err
	}
	return testkit.CheckReservations(r)
}
