package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"causeway/client/keyring"
	"causeway/core"
	"causeway/core/kernel/calendar"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

const (
	chain = "causeway-bench-1"
	asset = "e-CNY"
)

func lei(prefix string, n int) identity.LEI {
	text := fmt.Sprintf("%s%0*d", prefix, 18-len(prefix), n)
	digits, err := identity.LEICheckDigits(text)
	check(err)
	return identity.LEI(text + digits)
}

// genesis is a charter, one sovereign with a city, a second sovereign, and ten rules on the
// path of every payment: three quotas, one expression, and six others.
func genesis() []byte {
	day := quota.Window{Kind: quota.Day}
	year := quota.Window{Kind: quota.Year}
	rolling := quota.Window{Kind: quota.Rolling, LengthMs: 24 * 3600_000, Buckets: 24}
	in := guard.Measure{Asset: asset}
	huge, _ := money.FromParts(1<<40, 0)
	rule := func(id string, set func(*guard.Rule)) guard.Rule {
		r := guard.Rule{ID: id}
		set(&r)
		return r
	}
	per := func(window quota.Window) *guard.Quota {
		return &guard.Quota{In: in, Limit: huge, Per: guard.PerParty, Window: window, Direction: quota.Out}
	}
	books := []guard.Rulebook{
		{Authority: "CHARTER", Version: 1, Rules: []guard.Rule{
			rule("assets", func(r *guard.Rule) { r.Assets = &guard.List{Allow: []string{asset, "HKDX"}} }),
			rule("purposes", func(r *guard.Rule) { r.Purposes = &guard.List{Allow: []string{"CGODDR", "CSTRDR", "COCADR"}} }),
		}},
		{Authority: "CN", Version: 1, Rules: []guard.Rule{
			rule("counterparts", func(r *guard.Rule) { r.Counterparts = &guard.List{Allow: []string{"CN", "HK", "AE"}} }),
			rule("maximum", func(r *guard.Rule) { r.Maximum = &guard.Maximum{In: in, Limit: huge} }),
			rule("year", func(r *guard.Rule) { r.Quota = per(year) }),
			rule("day", func(r *guard.Rule) { r.Quota = per(day) }),
			rule("odd", func(r *guard.Rule) {
				r.Expression = &guard.Expression{CEL: `payment.source_amount > minor("900000000000") && payer.party_class == "shell"`}
			}),
		}},
		{Authority: "CN-SH", Version: 1, Rules: []guard.Rule{
			rule("rolling", func(r *guard.Rule) { r.Quota = per(rolling) }),
			rule("evidence", func(r *guard.Rule) { r.Evidence = &guard.Evidence{Documents: []string{"invoice"}} }),
			rule("review", func(r *guard.Rule) { r.Review = &guard.Review{In: in, Above: huge, DeadlineMs: 3600_000} }),
		}},
	}
	supervisor := func(n int, home identity.AuthorityID) identity.Party {
		return identity.Party{LEI: lei("BENCHSUPERVISOR", n), Name: "Supervisor", Home: home, Residency: "CN", Class: "supervisor",
			Officers: []identity.Officer{{ID: "head", Roles: []string{identity.RoleMaker, identity.RoleAdmin}, Active: true}}}
	}
	g := core.Genesis{
		Chain: chain, TimeMs: time.Now().Add(-time.Hour).UnixMilli(), Params: txn.DefaultParams(),
		Calendars: []calendar.Calendar{{ID: "SH", Zone: calendar.Zone{ID: "SH", Transitions: []calendar.Transition{{FromUnixMs: 0, OffsetSeconds: 8 * 3600}}}}},
		Purposes:  []guard.Purpose{{Code: "CGODDR", Account: "current"}},
		Authorities: []guard.Authority{
			{ID: "CHARTER", Name: "Charter", Party: lei("BENCHSUPERVISOR", 0), Calendar: "SH"},
			{ID: "CN", Name: "CN", Parent: "CHARTER", Sovereign: "CN", Party: lei("BENCHSUPERVISOR", 1), Calendar: "SH"},
			{ID: "CN-SH", Name: "Shanghai", Parent: "CN", Sovereign: "CN", Party: lei("BENCHSUPERVISOR", 2), Calendar: "SH"},
		},
		Rulebooks: books,
		Parties:   []identity.Party{supervisor(0, "CHARTER"), supervisor(1, "CN"), supervisor(2, "CN-SH")},
	}
	data, err := json.Marshal(g)
	check(err)
	return data
}

func accountID(n int) ledger.AccountID { return ledger.AccountID(fmt.Sprintf("A%07d", n)) }

func payerLEI(n int) identity.LEI { return lei("BENCHPAYER", n) }

func payerKey(n int) *keyring.Key {
	k, err := keyring.FromSeed([]byte("causeway bench"), fmt.Sprint(n))
	check(err)
	return k
}

// populate writes n parties, each with a key of its own, an account and money, and remembers
// client references as so many earlier payments would have left them.
func populate(n, references int) func(*state.Block) {
	return func(b *state.Block) {
		ledger.PutAsset(b, ledger.Asset{ID: asset, Name: "e-CNY", Kind: ledger.CBDC, Backing: ledger.Liability, Scale: 2, Currency: "CNY",
			Authority: "CN", Issuer: lei("BENCHSUPERVISOR", 1), Approval: "BENCH", Expires: time.Now().AddDate(5, 0, 0).UnixMilli(), Cap: money.Max})
		for i := range n {
			k := payerKey(i)
			party := payerLEI(i)
			identity.PutParty(b, identity.Party{LEI: party, Name: "Payer " + fmt.Sprint(i), Home: "CN-SH", Residency: "CN", Class: "enterprise",
				Officers: []identity.Officer{{ID: "erp", Roles: []string{identity.RoleMaker}, Active: true}}})
			identity.PutKey(b, identity.Key{Public: k.Public(), Algorithm: k.Algorithm(), Party: party, Officer: "erp"})
			ledger.PutAccount(b, ledger.Account{ID: accountID(i), Owner: party, Authority: "CN-SH", Type: ledger.ResidentAccount})
			check(ledger.Post(b, []ledger.Posting{{To: accountID(i), Asset: asset, Amount: money.FromUint64(1 << 50)}}))
		}
		outcome := txn.Outcome{Result: txn.Result{Status: txn.Settled}}
		for i := range references {
			number := binary.BigEndian.AppendUint64(nil, uint64(i))
			id := wire.Sum([]byte("earlier"), number)
			data, _ := outcome.Encode(id)
			b.Append(state.Entry{ID: id, Ref: wire.Sum([]byte("reference"), number), Outcome: data})
		}
	}
}
