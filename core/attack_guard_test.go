package core_test

import (
	"fmt"
	"strings"
	"testing"

	"causeway/core"
	"causeway/core/feature/issuance"
	"causeway/core/feature/party"
	"causeway/core/feature/payment"
	"causeway/core/feature/supervision"
	"causeway/core/kernel/calendar"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/internal/testkit"
)

// An account directly under the charter lies in no sovereign: a list of counterparts that are
// allowed does not allow it.
func TestNoSovereignIsOnNoAllowList(t *testing.T) {
	w := testkit.NewWorld()
	w.Rulebooks = []guard.Rulebook{{Authority: "CN-SH", Version: 1, Title: "Shanghai", Rules: []guard.Rule{
		{ID: "counterparts", Counterparts: &guard.List{Allow: []string{"CN", "HK"}}},
	}}}
	l := testkit.New(t, w)
	l.Must("CHARTER", "account.open", &party.OpenAccount{ID: "OFFSHORE", Owner: testkit.LEI("CHARTER"), Type: "treasury", Authority: "NET"})
	refused(t, l.Do("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "OFFSHORE", testkit.ECNY, 10)), fault.RuleCounterpart)
	status(t, l.Do("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 10)), txn.Settled)
}

// A rule bound to a role in which it can never act would look like a limit and be none.
func TestRulesThatCouldNeverFireAreRefused(t *testing.T) {
	in := guard.Measure{Asset: testkit.ECNY}
	day := quota.Window{Kind: quota.Day}
	for name, rule := range map[string]guard.Rule{
		"out for payees":          {ID: "a", Bind: []guard.Role{guard.AsPayee}, Quota: &guard.Quota{In: in, Per: guard.PerParty, Window: day, Direction: quota.Out}},
		"in for payers":           {ID: "a", Bind: []guard.Role{guard.AsPayer}, Quota: &guard.Quota{In: in, Per: guard.PerParty, Window: day, Direction: quota.In}},
		"cap of payers":           {ID: "a", Bind: []guard.Role{guard.AsPayer}, Cap: &guard.Cap{Asset: testkit.ECNY}},
		"counterparts for makers": {ID: "a", Bind: []guard.Role{guard.AsMaker}, Counterparts: &guard.List{Deny: []string{"US"}}},
	} {
		book := guard.Rulebook{Authority: "CN", Version: 1, Rules: []guard.Rule{rule}}
		if fault.Of(book.Validate()) != fault.RulebookInvalid {
			t.Errorf("%s: accepted", name)
		}
	}
	for name, rule := range map[string]guard.Rule{
		"out for makers":        {ID: "a", Bind: []guard.Role{guard.AsMaker, guard.AsPayer}, Quota: &guard.Quota{In: in, Per: guard.PerParty, Window: day, Direction: quota.Out}},
		"cap of an asset":       {ID: "a", Bind: []guard.Role{guard.AsAsset}, Cap: &guard.Cap{Asset: testkit.ECNY}},
		"net for everyone":      {ID: "a", Bind: []guard.Role{guard.AsMaker, guard.AsPayer, guard.AsPayee, guard.AsAsset}, Quota: &guard.Quota{In: in, Per: guard.PerParty, Window: day, Direction: quota.Net}},
		"counterparts of payee": {ID: "a", Bind: []guard.Role{guard.AsPayee}, Counterparts: &guard.List{Deny: []string{"US"}}},
	} {
		book := guard.Rulebook{Authority: "CN", Version: 1, Rules: []guard.Rule{rule}}
		if err := book.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Nobody is passed over with numbers of its own rules: a payer learns that a maker could not
// fill, and what for, but not how much of the maker's quota is left.
func TestSkippedMakersKeepTheirNumbers(t *testing.T) {
	w := testkit.NewWorld()
	w.Rulebooks = []guard.Rulebook{{Authority: "HK", Version: 1, Title: "Hong Kong", Rules: []guard.Rule{
		{ID: "making", Bind: []guard.Role{guard.AsMaker}, Quota: &guard.Quota{In: guard.Measure{Asset: testkit.HKDX}, Limit: money.FromUint64(12_345), Per: guard.PerParty, Window: quota.Window{Kind: quota.Day}, Direction: quota.Out}},
	}}}
	l := testkit.New(t, w)
	one := money.Rate{Num: 1, Den: 1}
	post(l, "HUIHAI", "HUIHAI-FX", one, testkit.Units(200))
	pay := &payment.Send{From: "IMPORT-CNY", To: "PARTS-CNY", Asset: testkit.ECNY, TargetAsset: testkit.HKDX, Amount: testkit.Units(200), WorstRate: &one, Purpose: "CGODDR"}
	r := l.Do("IMPORT", "payment.send", pay)
	refused(t, r, fault.FxNoQuote)
	_, steps := l.Machine().Told(&r.Outcome, testkit.LEI("IMPORT"))
	seen := false
	for _, s := range steps {
		seen = seen || s.Rule == "fx.maker_skipped" && s.Fault == fault.RuleQuota.Number
		for _, text := range []string{s.Found, s.Want} {
			if strings.Contains(text, "12345") || strings.Contains(text, "20000") {
				t.Errorf("the payer is told %q of the maker's quota", text)
			}
		}
	}
	if !seen {
		t.Error("the payer is not told that a maker was passed over")
	}
}

// Reserves attested by a custodian that is frozen back no new money.
func TestFrozenCustodianBacksNothingNew(t *testing.T) {
	l := testkit.New(t, testkit.NewWorld())
	l.Must("HKMA", "freeze.party", payloadOf(t, "freeze.party", `{"authority":"HK","id":"`+string(testkit.LEI("KEEPER"))+`","reference":"ORDER-1","reason_code":"fraud"}`))
	refused(t, l.Do("HARBOUR", "issuance.mint", &issuance.Mint{Asset: testkit.HKDX, To: "HARBOUR-TREASURY", Amount: testkit.Units(1)}), fault.PartyFrozen)
}

// A payment whose deadline has passed is over, even where its timer has to wait for others.
func TestLateAnswerDoesNotSettle(t *testing.T) {
	w := testkit.NewWorld()
	w.Params.TimersPerBlock = 1
	w.Rulebooks = []guard.Rulebook{{Authority: "CN-SH", Version: 1, Title: "Shanghai", Rules: []guard.Rule{
		{ID: "large", Review: &guard.Review{In: guard.Measure{Asset: testkit.ECNY}, Above: testkit.Units(100), DeadlineMs: 60_000}},
	}}}
	l := testkit.New(t, w)
	held := l.Block(
		l.Signed("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 400)),
		l.Signed("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 500)),
	)
	l.Advance(60_000)
	approve := func(id wire.Hash) []byte {
		return l.Signed("SHANGHAI", "hold.approve", &supervision.ApproveHold{Hold: id, Authority: "CN-SH"})
	}
	for _, r := range l.Block(approve(held[0].ID), approve(held[1].ID)) {
		if r.Fault != fault.HoldClosed && r.Fault != fault.HoldExpired {
			t.Fatalf("answered after the deadline: %s", testkit.Explain(r))
		}
	}
	l.Block()
	for _, h := range held {
		if end, _ := l.Find(h.ID); end.Result.Status != txn.Expired {
			t.Errorf("ended as %s", end.Result.Status)
		}
	}
}

// A name is judged alike by every build: by written rules, not by the tables of a library.
func TestNamesDoNotDependOnUnicodeTables(t *testing.T) {
	for name, good := range map[string]bool{"Müller & Söhne": true, "上海进口有限公司": true, "a\u200bb": false, "\u202eab": false, "a\u2028b": false, "\U000323B0": true} {
		err := txn.CheckName("name", name, 40)
		if (err == nil) != good {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// However many hours are closed, only some of them are looked for in the days to come: a search
// goes through a year, and a batch has a thousand payments.
func TestSearchForOpenHoursIsBounded(t *testing.T) {
	w := testkit.NewWorld()
	book := guard.Rulebook{Authority: "CN-SH", Version: 1, Title: "Shanghai"}
	for i := range 200 {
		h := guard.Hours{}
		for k := range 21 {
			h.Sessions = append(h.Sessions, calendar.Hours{Weekdays: calendar.WeekdaySet(calendar.Sunday), FromMinute: uint16(k), ToMinute: uint16(k + 1)})
		}
		book.Rules = append(book.Rules, guard.Rule{ID: fmt.Sprintf("h%d", i), Hours: &h})
	}
	w.Rulebooks = []guard.Rulebook{book}
	l := testkit.New(t, w)
	r := l.Do("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 1))
	refused(t, r, fault.RuleHours)
	found := 0
	for _, s := range r.Outcome.Private.Steps {
		if s.PassesAt != 0 {
			found++
		}
	}
	if found == 0 || found > 5 {
		t.Fatalf("%d of 200 rules were looked for", found)
	}
}

// One authority can stand above both sides. A payer sees what its rules measured of the payer,
// and of the payee no more than that a rule refused.
func TestSharedAuthorityTellsNothingOfThePayee(t *testing.T) {
	in := guard.Measure{Asset: testkit.ECNY}
	day := quota.Window{Kind: quota.Day}
	w := testkit.NewWorld()
	w.Rulebooks = []guard.Rulebook{{Authority: "CN-SH", Version: 1, Title: "Shanghai", Rules: []guard.Rule{
		{ID: "sent", Quota: &guard.Quota{In: in, Limit: testkit.Units(100_000), Per: guard.PerParty, Window: day, Direction: quota.Out}},
		{ID: "received", Quota: &guard.Quota{In: in, Limit: testkit.Units(777), Per: guard.PerParty, Window: day, Direction: quota.In}},
		{ID: "held", Cap: &guard.Cap{Asset: testkit.ECNY, Limit: testkit.Units(30_000_000)}},
	}}}
	l := testkit.New(t, w)
	l.Must("MILL", "payment.send", testkit.Pay("MILL-CNY", "PARTS-CNY", testkit.ECNY, 123))
	body := l.Draft("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 700))
	e, err := l.Machine().Explain(&body, "maker", l.Now())
	if err != nil || e.Fault != fault.RuleQuota.Name {
		t.Fatalf("%+v: %v", e, err)
	}
	text := fmt.Sprintf("%+v", e.Error)
	sent := false
	for _, s := range e.Steps {
		text += fmt.Sprintf(" %s %s %v %v %v %s %s", s.Rule, s.Scope, s.Measured, s.Limit, s.Headroom, s.Found, s.Want)
		sent = sent || s.Rule == "sent" && s.Measured != nil && *s.Measured == testkit.Units(700)
	}
	for _, secret := range []string{string(testkit.LEI("PARTS")), "PARTS-CNY", "received", "77700", "82300", "65400", "100082300"} {
		if strings.Contains(text, secret) {
			t.Errorf("the payer is told %s of the payee: %s", secret, text)
		}
	}
	if !sent {
		t.Errorf("the payer is not told what was measured of itself: %s", text)
	}
}

func payloadOf(t testing.TB, kind, text string) txn.Payload {
	t.Helper()
	data, err := core.Kinds.FromJSON(kind, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	k, _ := core.Kinds.Kind(kind)
	p, err := core.Kinds.Payload(kind, k.Version, data)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
