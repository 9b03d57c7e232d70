package guard

import (
	"fmt"
	"testing"

	"causeway/core/kernel/calendar"
	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

const (
	benchNow   = 1_774_000_000_000
	benchAsset = "e-CNY"
)

var benchDocuments = []Document{{Kind: "invoice", Hash: wire.Sum([]byte("invoice"))}}

// benchBooks are ten rules on the path of every payment: three quotas, one expression, and six others.
func benchBooks() []Rulebook {
	in := Measure{Asset: benchAsset}
	huge, _ := money.FromParts(1<<40, 0)
	per := func(w quota.Window) *Quota {
		return &Quota{In: in, Limit: huge, Per: PerParty, Window: w, Direction: quota.Out}
	}
	odd := `payment.source_amount > minor("900000000000") && payer.party_class == "shell"`
	return []Rulebook{
		{Authority: "CHARTER", Version: 1, Rules: []Rule{
			{ID: "assets", Assets: &List{Allow: []string{benchAsset, "HKDX"}}},
			{ID: "purposes", Purposes: &List{Allow: []string{"CGODDR", "CSTRDR", "COCADR"}}},
		}},
		{Authority: "CN", Version: 1, Rules: []Rule{
			{ID: "counterparts", Counterparts: &List{Allow: []string{"CN", "HK", "AE"}}},
			{ID: "maximum", Maximum: &Maximum{In: in, Limit: huge}},
			{ID: "year", Quota: per(quota.Window{Kind: quota.Year})},
			{ID: "day", Quota: per(quota.Window{Kind: quota.Day})},
			{ID: "odd", Expression: &Expression{CEL: odd}},
		}},
		{Authority: "CN-SH", Version: 1, Rules: []Rule{
			{ID: "rolling", Quota: per(quota.Window{Kind: quota.Rolling, LengthMs: 24 * 3600_000, Buckets: 24})},
			{ID: "evidence", Evidence: &Evidence{Documents: []string{"invoice"}}},
			{ID: "review", Review: &Review{In: in, Above: huge, DeadlineMs: 3600_000}},
		}},
	}
}

func benchLEI(n int) identity.LEI { return identity.LEI(fmt.Sprintf("BENCHPAYER%010d", n)) }

func benchAccount(n int) ledger.AccountID { return ledger.AccountID(fmt.Sprintf("A%07d", n)) }

// benchStore holds so many parties with an account each, under a charter, a sovereign and a city.
func benchStore(b testing.TB, parties int) (*state.Memory, *state.Store) {
	memory := state.NewMemory()
	store, err := state.Open(memory)
	if err != nil {
		b.Fatal(err)
	}
	block := store.Begin(1)
	PutCalendar(block, calendar.Calendar{ID: "SH", Zone: calendar.Zone{ID: "SH", Transitions: []calendar.Transition{{OffsetSeconds: 8 * 3600}}}})
	above := AuthorityID("")
	for _, book := range benchBooks() {
		a := Authority{ID: book.Authority, Parent: above, Calendar: "SH", Version: 1, Hash: book.Hash()}
		if above != "" {
			a.Sovereign = "CN"
		}
		PutAuthority(block, a)
		PutEdition(block, Edition{Book: book, Status: InForce})
		above = book.Authority
	}
	ledger.PutAsset(block, ledger.Asset{ID: benchAsset, Kind: ledger.CBDC, Backing: ledger.Liability, Scale: 2, Authority: "CN", Expires: benchNow * 2, Cap: money.Max})
	for i := range parties {
		identity.PutParty(block, identity.Party{LEI: benchLEI(i), Home: "CN-SH", Residency: "CN", Class: "enterprise"})
		ledger.PutAccount(block, ledger.Account{ID: benchAccount(i), Owner: benchLEI(i), Authority: "CN-SH", Type: ledger.ResidentAccount})
	}
	adopt(memory, store, block)
	return memory, store
}

func adopt(memory *state.Memory, store *state.Store, block *state.Block) {
	_, writes := block.Seal()
	memory.Apply(writes)
	store.Adopt(block)
}

func benchOrder(b testing.TB, r state.Reader, from, to ledger.AccountID) (*Order, []ledger.Posting) {
	side := func(id ledger.AccountID) *Side {
		account, ok := ledger.LookAtAccount(r, id)
		if !ok {
			b.Fatal("no account")
		}
		s, err := FindSide(r, account)
		if err != nil {
			b.Fatal(err)
		}
		return s
	}
	amount := money.FromUint64(1_000)
	return &Order{
		Kind: "payment.send", Nature: Transfer, Payer: side(from), Payee: side(to), Purpose: Purpose{Code: "CGODDR", Account: "current"},
		SourceAsset: benchAsset, SourceAmount: amount, TargetAsset: benchAsset, TargetAmount: amount,
		Documents: benchDocuments,
	}, []ledger.Posting{{From: from, To: to, Asset: benchAsset, Amount: amount}}
}

// BenchmarkPayment judges and charges payments of many parties, block after block.
func BenchmarkPayment(b *testing.B) {
	const parties, inBlock = 4096, 1024
	memory, store := benchStore(b, parties)
	g, accounts := New(), make([]ledger.AccountID, parties)
	for i := range accounts {
		accounts[i] = benchAccount(i)
	}
	var room Room
	pay := func(block *state.Block, n int) {
		order, postings := benchOrder(b, block, accounts[n%parties], accounts[(n+1)%parties])
		d, err := g.Judge(&room, block, benchNow, order, postings, Prior{})
		if err != nil || d.Verdict != Allow {
			b.Fatal(err, d)
		}
		d.Settle(block, &Prior{})
	}
	block := store.Begin(2)
	for n := range parties { // each has counted something before
		pay(block, n)
	}
	adopt(memory, store, block)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if n%inBlock == 0 {
			block = store.Begin(3)
			block.Expect(inBlock)
		}
		pay(block, n*7)
		n++
	}
}

func TestJudgingAllocatesLittle(t *testing.T) {
	_, store := benchStore(t, 2)
	block, g, room := store.Begin(2), New(), Room{}
	order, postings := benchOrder(t, block, benchAccount(0), benchAccount(1))
	if n := testing.AllocsPerRun(100, func() {
		if d, err := g.Judge(&room, block, benchNow, order, postings, Prior{}); err != nil || d.Verdict != Allow {
			t.Fatal(err, d)
		}
	}); n > 11 { // seven of them are the expression's
		t.Errorf("%v allocations", n)
	}
}
