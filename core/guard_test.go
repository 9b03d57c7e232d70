package core_test

import (
	"maps"
	"testing"

	"causeway/core/feature/asset"
	"causeway/core/feature/fx"
	"causeway/core/feature/issuance"
	"causeway/core/feature/payment"
	"causeway/core/feature/supervision"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/internal/testkit"
)

// mover is one way to move value. prepare does what has to stand before, and returns the
// transaction that moves; the obstacle comes in between.
type mover struct {
	name                       string
	payer, payee               string // accounts
	payerOwner, payeeOwner     string
	payerHome, payeeHome       string // party and authority that freeze there
	payerAuthority, payeeAuthy guard.AuthorityID
	asset                      txn.AssetID
	payment                    bool // is judged as a payment by the rulebooks
	prepare                    func(l *testkit.Ledger, amount money.Amount) []byte
}

// Amounts of the movers: those above reviewAbove are held, those above proposeAbove proposed.
var (
	little       = testkit.Units(100)
	reviewAbove  = testkit.Units(1_000)
	reviewed     = testkit.Units(1_500)
	proposeAbove = testkit.Units(2_000)
	proposed     = testkit.Units(2_500)
	dailyLimit   = testkit.Units(100_000)
)

// guardedWorld has one rule of each kind that matters: a review, a quota, a policy.
func guardedWorld() testkit.World {
	w := testkit.NewWorld()
	cny := guard.Measure{Asset: testkit.ECNY}
	w.Rulebooks = []guard.Rulebook{{Authority: "CN", Version: 1, Title: "Rules", Rules: []guard.Rule{
		{ID: "review", Bind: []guard.Role{guard.AsPayer}, When: &guard.When{Purposes: []string{"CSTRDR"}}, Review: &guard.Review{In: cny, Above: reviewAbove, DeadlineMs: 30 * 24 * 3600_000}},
		{ID: "daily", Bind: []guard.Role{guard.AsPayer}, Quota: &guard.Quota{In: cny, Limit: dailyLimit, Per: guard.PerParty, Window: quota.Window{Kind: quota.Month}, Direction: quota.Out}},
	}}}
	w.Entity("IMPORT").Tiers = []identity.Tier{{Kinds: []string{"payment.send"}, Asset: testkit.ECNY, Above: proposeAbove, Approvals: 1, MakerChecker: true}}
	return w
}

func movers() []mover {
	domestic := mover{
		payer: "IMPORT-CNY", payerOwner: "IMPORT", payee: "MILL-CNY", payeeOwner: "MILL", payerHome: "SHANGHAI", payeeHome: "SHANGHAI",
		payerAuthority: "CN-SH", payeeAuthy: "CN-SH", asset: testkit.ECNY, payment: true,
	}
	of := func(name string, base mover, prepare func(l *testkit.Ledger, amount money.Amount) []byte) mover {
		base.name, base.prepare = name, prepare
		return base
	}
	abroad := domestic
	abroad.payee, abroad.payeeOwner, abroad.payeeHome, abroad.payeeAuthy = "SUPPLY-HKD", "SUPPLY", "HKMA", "HK"
	ending := domestic
	ending.payment = false
	minting := ending
	minting.payer, minting.payerOwner, minting.payerHome, minting.payerAuthority = "", "PBOC", "PBOC", "CN"
	minting.payee, minting.payeeOwner = "IMPORT-CNY", "IMPORT"
	burning := ending
	burning.payee, burning.payeeOwner = "", ""
	quoting := burning
	quoting.payer, quoting.payerOwner, quoting.payerHome, quoting.payerAuthority = "HUIHAI-FX", "HUIHAI", "HKMA", "HK"
	return []mover{
		of("send", domestic, func(l *testkit.Ledger, a money.Amount) []byte {
			return l.Signed("IMPORT", "payment.send", send("MILL-CNY", a))
		}),
		of("exchange", abroad, func(l *testkit.Ledger, a money.Amount) []byte {
			offer(l, testkit.ECNY, testkit.HKDX, 1_000_000)
			p := send("SUPPLY-HKD", a)
			p.TargetAsset, p.WorstRate = testkit.HKDX, &money.Rate{Num: 1, Den: 1}
			return l.Signed("IMPORT", "payment.send", p)
		}),
		of("batch of each", domestic, func(l *testkit.Ledger, a money.Amount) []byte {
			return l.Signed("IMPORT", "payment.batch", batchWith(payment.EachForItself, a))
		}),
		of("batch of all", domestic, func(l *testkit.Ledger, a money.Amount) []byte {
			return l.Signed("IMPORT", "payment.batch", batchWith(payment.AllOrNothing, a))
		}),
		of("batch of a file", domestic, func(l *testkit.Ledger, a money.Amount) []byte {
			b := batchWith(payment.EachForItself, a)
			b.Payments[0].Reference = "one"
			file := l.Must("IMPORT", "payment.file", &payment.File{Account: "IMPORT-CNY", Asset: testkit.ECNY, Hash: wire.Sum([]byte("f")), Batches: []wire.Hash{b.ContentHash()}, Count: 1, Sum: a})
			b.File = &file.ID
			return l.Signed("IMPORT", "payment.batch", b)
		}),
		of("answer to a hold", domestic, func(l *testkit.Ledger, a money.Amount) []byte {
			p := send("MILL-CNY", money.Min(a, reviewed))
			if a == little {
				p.Amount = reviewed
			}
			p.Purpose = "CSTRDR"
			held := l.Must("IMPORT", "payment.send", p)
			return l.Signed("PBOC", "hold.approve", &supervision.ApproveHold{Hold: held.ID, Authority: "CN"})
		}),
		of("approval of a proposal", domestic, func(l *testkit.Ledger, a money.Amount) []byte {
			if a == little {
				a = proposed
			}
			waits := l.Must("IMPORT", "payment.send", send("MILL-CNY", a))
			return l.Signed("IMPORT", "approval.approve", approve(waits.ID), "checker")
		}),
		of("return", ending, func(l *testkit.Ledger, a money.Amount) []byte {
			paid := l.Must("MILL", "payment.send", testkit.Pay("MILL-CNY", "IMPORT-CNY", testkit.ECNY, 100))
			return l.Signed("IMPORT", "payment.return", &payment.Return{Payment: paid.ID, Amount: a, Reason: "AC04"})
		}),
		of("mint", minting, func(l *testkit.Ledger, a money.Amount) []byte {
			return l.Signed("PBOC", "issuance.mint", &issuance.Mint{Asset: testkit.ECNY, To: "IMPORT-CNY", Amount: a})
		}),
		of("burn", burning, func(l *testkit.Ledger, a money.Amount) []byte {
			asked := l.Must("IMPORT", "redemption.request", &issuance.Request{Asset: testkit.ECNY, From: "IMPORT-CNY", Amount: money.Min(a, little), PayTo: wire.Sum([]byte("bank"))})
			l.Must("PBOC", "redemption.pay", &issuance.Pay{Redemption: asked.ID, BankReference: "FPS-1"})
			return l.Signed("PBOC", "redemption.burn", &issuance.Burn{Redemption: asked.ID})
		}),
		of("quote", quoting, func(l *testkit.Ledger, a money.Amount) []byte {
			return l.Signed("HUIHAI", "fx.quote", &fx.Post{Account: "HUIHAI-FX", Source: testkit.HKDX, Target: testkit.ECNY, Rate: money.Rate{Num: 1, Den: 1}, Size: a, Expires: l.Now() + 3600_000})
		}),
	}
}

func send(to txn.AccountID, a money.Amount) *payment.Send {
	return &payment.Send{From: "IMPORT-CNY", To: to, Asset: testkit.ECNY, Amount: a, Purpose: "CGODDR"}
}

func batchWith(mode string, a money.Amount) *payment.Batch {
	return &payment.Batch{Mode: mode, Payments: []payment.Send{*send("MILL-CNY", a)}, Sum: a}
}

func offer(l *testkit.Ledger, source, target txn.AssetID, units uint64) {
	l.Must("HUIHAI", "fx.quote", &fx.Post{Account: "HUIHAI-FX", Source: source, Target: target, Rate: money.Rate{Num: 109, Den: 100}, Size: testkit.Units(units), Expires: l.Now() + 20*3600_000})
}

// end is how the movement itself ended: in a batch of each, that is its payment's status.
func end(l *testkit.Ledger, r testkit.Result) (txn.Status, *fault.Fault) {
	result := r.Outcome.Result
	if items := result.Items; result.Status == txn.Partial && len(items) == 1 {
		return items[0].Status, fault.Numbered(items[0].Fault)
	}
	return result.Status, r.Fault
}

// obstacle is something that stands in the way, put there after the movement was prepared.
type obstacle struct {
	name string
	put  func(l *testkit.Ledger, m *mover)
	// want is the refusal, nil where the movement has to pass all the same.
	want func(m *mover) *fault.Fault
}

func always(f *fault.Fault) func(*mover) *fault.Fault {
	return func(*mover) *fault.Fault { return f }
}

// ifAccount: a movement without that end has nothing that could be frozen there.
func freezing(noun string, id func(*mover) (object, by string, authority guard.AuthorityID), want *fault.Fault) obstacle {
	return obstacle{
		put: func(l *testkit.Ledger, m *mover) {
			object, by, authority := id(m)
			if object != "" {
				l.Must(by, "freeze."+noun, freezeOf(noun, object, authority))
			}
		},
		want: func(m *mover) *fault.Fault {
			object, _, _ := id(m)
			switch {
			case object == "":
				return nil
			case m.name == "quote":
				return fault.AccountFrozen
			}
			return want
		},
	}
}

func obstacles() []obstacle {
	named := func(name string, o obstacle) obstacle { o.name = name; return o }
	onPayments := func(f *fault.Fault) func(*mover) *fault.Fault {
		return func(m *mover) *fault.Fault {
			if m.payment {
				return f
			}
			return nil
		}
	}
	return []obstacle{
		{"nothing", func(*testkit.Ledger, *mover) {}, always(nil)},
		{"paused asset", func(l *testkit.Ledger, m *mover) {
			l.Must("PBOC", "asset.pause", &asset.Pause{Asset: testkit.ECNY, Authority: "CN", Reference: "INCIDENT-1"})
		}, always(fault.AssetPaused)},
		{"frozen asset", func(l *testkit.Ledger, m *mover) {
			l.Must("PBOC", "freeze.asset", freezeOf("asset", testkit.ECNY, "CN"))
		}, func(m *mover) *fault.Fault {
			if m.name == "quote" {
				return fault.AssetPaused
			}
			return fault.AssetFrozen
		}},
		named("frozen payer", freezing("party", func(m *mover) (string, string, guard.AuthorityID) {
			return string(testkit.LEI(m.payerOwner)), m.payerHome, m.payerAuthority
		}, fault.PartyFrozen)),
		named("frozen payee", freezing("party", func(m *mover) (string, string, guard.AuthorityID) {
			if m.payee == "" {
				return "", "", ""
			}
			return string(testkit.LEI(m.payeeOwner)), m.payeeHome, m.payeeAuthy
		}, fault.PartyFrozen)),
		named("frozen account of the payer", freezing("account", func(m *mover) (string, string, guard.AuthorityID) {
			return m.payer, m.payerHome, m.payerAuthority
		}, fault.AccountFrozen)),
		named("frozen account of the payee", freezing("account", func(m *mover) (string, string, guard.AuthorityID) {
			return m.payee, m.payeeHome, m.payeeAuthy
		}, fault.AccountFrozen)),
		{"expired approval", func(l *testkit.Ledger, m *mover) {
			l.Inject(func(b *state.Block) {
				a, _ := ledger.FindAsset(b, testkit.ECNY)
				a.Expires = l.Now()
				ledger.PutAsset(b, a)
			})
		}, func(m *mover) *fault.Fault {
			switch m.name {
			case "return", "burn": // money finds its way home
				return nil
			case "quote":
				return fault.AssetPaused
			}
			return fault.AssetExpired
		}},
		{"exhausted quota", exhaust, func(m *mover) *fault.Fault {
			if m.name == "answer to a hold" { // has charged when it was held
				return nil
			}
			return onPayments(fault.RuleQuota)(m)
		}},
		{"looser child", loosen, onPayments(fault.RuleMaximum)},
	}
}

func freezeOf(noun, id string, authority guard.AuthorityID) txn.Payload {
	return testkit.Payload("freeze."+noun, `{"authority":"`+string(authority)+`","id":"`+id+`","reference":"ORDER-1","reason_code":"court_order"}`)
}

// exhaust pays until nothing is left of the payer's quota.
func exhaust(l *testkit.Ledger, m *mover) {
	if m.payerOwner != "IMPORT" {
		return
	}
	try := l.Do("IMPORT", "payment.batch", batchWith(payment.AllOrNothing, dailyLimit))
	if try.Fault == nil {
		return
	}
	for _, step := range try.Outcome.Private.Steps {
		if step.Rule == "daily" && step.Headroom != nil && !step.Headroom.IsZero() {
			l.Must("IMPORT", "payment.batch", batchWith(payment.AllOrNothing, *step.Headroom))
		}
	}
}

// loosen puts a tight rule into the parent and a loose one of the same id into the child, past
// the check that would have refused it: the parent's has to decide.
func loosen(l *testkit.Ledger, _ *mover) {
	maximum := func(limit money.Amount) []guard.Rule {
		return []guard.Rule{{ID: "max", Bind: []guard.Role{guard.AsPayer}, Maximum: &guard.Maximum{In: guard.Measure{Asset: testkit.ECNY}, Limit: limit}}}
	}
	l.Inject(func(b *state.Block) {
		for id, limit := range map[guard.AuthorityID]money.Amount{"CN": money.FromUint64(1), "CN-SH": money.Max} {
			a, _ := guard.FindAuthority(b, id)
			book := guard.Rulebook{Authority: id, Version: a.Version + 1, Title: "Injected", Rules: maximum(limit)}
			a.Version, a.Proposed, a.Hash = book.Version, book.Version, book.Hash()
			guard.PutEdition(b, guard.Edition{Book: book, Status: guard.InForce, From: l.Now()})
			guard.PutAuthority(b, a)
		}
	})
}

// No way of moving value goes round the guard (lesson 2: checks attached to message types leak).
func TestNoWayRoundTheGuard(t *testing.T) {
	for _, m := range movers() {
		for _, o := range obstacles() {
			t.Run(m.name+"/"+o.name, func(t *testing.T) {
				l := testkit.New(t, guardedWorld())
				tx := m.prepare(l, little)
				o.put(l, &m)
				before := l.Totals()
				r := l.Block(tx)[0]
				got, why := end(l, r)
				want := o.want(&m)
				if why != want {
					t.Fatalf("ended %s %v, want %v: %s", got, why, want, testkit.Explain(r))
				}
				moved := !maps.Equal(before, l.Totals())
				if want == nil && (got == txn.Refused || !moved) {
					t.Fatalf("ended %s and moved nothing", got)
				}
				if freed := m.name == "answer to a hold"; want != nil && moved && !freed {
					t.Fatalf("was refused and changed balances from %v to %v", before, l.Totals())
				}
			})
		}
	}
}
