package core_test

import (
	"testing"

	"causeway/core"
	"causeway/core/feature/issuance"
	"causeway/core/feature/supervision"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/internal/testkit"
)

// Lessons that others paid for (DOMAIN §12). 1 is TestStaleReservesStopMinting and issuance.txt,
// 2 is TestNoWayRoundTheGuard, 11 is quota.txt.

// Lesson 3: forcedTransfer(from, from) unfroze coins. Here no power gives another: whatever an
// officer of any party does to a frozen account, only its unfreezing unfreezes it.
func TestNothingButUnfreezingUnfreezes(t *testing.T) {
	l := testkit.New(t, testkit.NewWorld())
	paid := l.Must("MILL", "payment.send", testkit.Pay("MILL-CNY", "IMPORT-CNY", testkit.ECNY, 100))
	asked := l.Must("IMPORT", "redemption.request", &issuance.Request{Asset: testkit.ECNY, From: "IMPORT-CNY", Amount: testkit.Units(5), PayTo: wire.Sum([]byte("bank"))})
	l.Must("SHANGHAI", "freeze.account", freezeOf("account", "IMPORT-CNY", "CN-SH"))
	for _, try := range []struct{ party, kind, payload string }{
		{"IMPORT", "payment.send", `{"from":"IMPORT-CNY","to":"IMPORT-2","asset":"e-CNY","amount":"1","purpose":"CGODDR"}`},
		{"IMPORT", "payment.return", `{"payment":"` + paid.ID.String() + `","amount":"1","reason":"AC04"}`},
		{"IMPORT", "account.update", `{"id":"IMPORT-CNY"}`},
		{"SHANGHAI", "account.update", `{"id":"IMPORT-CNY"}`},
		{"IMPORT", "redemption.cancel", `{"redemption":"` + asked.ID.String() + `"}`},
		{"SHANGHAI", "freeze.party", `{"authority":"CN-SH","id":"` + string(testkit.LEI("IMPORT")) + `","reference":"O-2","reason_code":"x"}`},
		{"SHANGHAI", "unfreeze.party", `{"authority":"CN-SH","id":"` + string(testkit.LEI("IMPORT")) + `","reference":"O-2","reason_code":"x"}`},
		{"PBOC", "asset.unpause", `{"asset":"e-CNY","authority":"CN","reference":"I-1"}`},
		{"PBOC", "issuance.mint", `{"asset":"e-CNY","to":"IMPORT-CNY","amount":"1"}`},
		{"SHANGHAI", "payment.cancel", `{"payment":"` + paid.ID.String() + `"}`},
	} {
		l.Do(try.party, try.kind, testkit.Payload(try.kind, try.payload))
		refused(t, l.Do("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "MILL-CNY", testkit.ECNY, 1)), fault.AccountFrozen)
	}
	l.Must("SHANGHAI", "unfreeze.account", testkit.Payload("unfreeze.account", `{"authority":"CN-SH","id":"IMPORT-CNY","reference":"O-3","reason_code":"x"}`))
	l.Must("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "MILL-CNY", testkit.ECNY, 1))
}

// Lesson 5: what waits has an owner, a deadline and one state. A held payment that nobody
// answers ends by itself; so do an FX quote and a proposal. Owner and timer are checked after
// every block by the ledger of the tests; here nothing may be left at the end of time.
func TestNothingWaitsForEver(t *testing.T) {
	l := testkit.New(t, guardedWorld())
	pay := send("MILL-CNY", reviewed)
	pay.Purpose = "CSTRDR"
	held := l.Must("IMPORT", "payment.send", pay)
	waits := l.Must("IMPORT", "payment.send", send("MILL-CNY", proposed))
	offer(l, testkit.HKDX, testkit.ECNY, 10)
	l.Advance(31 * 24 * 3600_000)
	l.Block()
	for id, want := range map[wire.Hash]txn.Status{held.ID: txn.Expired, waits.ID: txn.Expired} {
		if o, _ := l.Find(id); o.Result.Status != want {
			t.Errorf("%s is %s, want %s", id, o.Result.Status, want)
		}
	}
	for account, b := range map[string]txn.Balance{"IMPORT-CNY": l.BalanceOf("IMPORT-CNY", testkit.ECNY), "HUIHAI-FX": l.BalanceOf("HUIHAI-FX", testkit.ECNY)} {
		if !b.Reserved.IsZero() {
			t.Errorf("%s still keeps %s", account, b.Reserved)
		}
	}
}

// Lesson 6: wall-clock time in validation makes nodes disagree. A block of any time, long past
// or far ahead, gives both machines the same answer, and that follows block time.
func TestOnlyBlockTimeCounts(t *testing.T) {
	l := testkit.New(t, testkit.NewWorld())
	early := l.Signed("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "MILL-CNY", testkit.ECNY, 1))
	l.Advance(40 * 365 * 24 * 3600_000) // the year 2066
	refused(t, l.Block(early)[0], fault.TxExpired)
	late := l.Signed("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "MILL-CNY", testkit.ECNY, 1))
	l.Advance(-40 * 365 * 24 * 3600_000)
	refused(t, l.Block(late)[0], fault.TxExpiryTooFar)
	l.Must("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "MILL-CNY", testkit.ECNY, 1))
}

// Lesson 7: idempotency recorded before durability. A block that was carried out but never
// became durable has spent no id and bound no reference; one that did has both, in one write.
func TestReplayMemoryIsWrittenWithTheEffect(t *testing.T) {
	l := testkit.New(t, testkit.NewWorld())
	body := l.Draft("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "MILL-CNY", testkit.ECNY, 1))
	body.Reference = "INV-1"
	tx := testkit.Sign(&body, l.Signers("IMPORT")...)

	backend := state.NewMemory()
	m := reopen(t, backend)
	_, writes := m.Genesis()
	backend.Apply(writes)
	m.Commit()
	for i, b := range l.Blocks {
		o := execute(t, m, b)
		backend.Apply(o.Writes)
		m.Commit()
		if o.Root != l.Roots[i] {
			t.Fatalf("root at height %d differs", b.Height)
		}
	}
	next := core.Block{Height: m.Height() + 1, TimeMs: l.Now() + 1000, Txs: [][]byte{tx}}
	lost := execute(t, m, next)

	m = reopen(t, backend) // the power went before the write
	again := execute(t, m, next)
	if again.Results[0].Code != 0 || again.Root != lost.Root {
		t.Fatalf("after the loss the payment ended with %d", again.Results[0].Code)
	}
	backend.Apply(again.Writes)

	m = reopen(t, backend) // and after it, before Commit
	body.Expires++
	twin := testkit.Sign(&body, l.Signers("IMPORT")...)
	o := execute(t, m, core.Block{Height: m.Height() + 1, TimeMs: l.Now() + 2000, Txs: [][]byte{tx, twin}})
	if got := fault.Numbered(uint16(o.Results[0].Code)); got != fault.TxReplayed {
		t.Fatalf("the same transaction: %v", got)
	}
	backend.Apply(o.Writes)
	m.Commit()
	if own, _, ok := m.FindOutcome(o.Results[1].ID); !ok || own.Outcome.Result.Status != txn.Duplicate {
		t.Fatalf("the same reference: %s", own.Outcome.Result.Status)
	}
}

func reopen(t *testing.T, backend state.Backend) *core.Machine {
	t.Helper()
	m, err := core.Open(testkit.NewWorld().Genesis(), backend)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func execute(t *testing.T, m *core.Machine, b core.Block) *core.Outcome {
	t.Helper()
	o, err := m.Execute(b)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// Lesson 9: totals that forget locked amounts. Supply counts what is held, quoted, waiting for
// redemption and frozen.
func TestSupplyCountsWhatIsLocked(t *testing.T) {
	l := testkit.New(t, guardedWorld())
	before := ledger.Supply(l.Store(), testkit.ECNY)
	pay := send("MILL-CNY", reviewed)
	pay.Purpose = "CSTRDR"
	held := l.Must("IMPORT", "payment.send", pay)
	offer(l, testkit.HKDX, testkit.ECNY, 10)
	l.Must("MILL", "redemption.request", &issuance.Request{Asset: testkit.ECNY, From: "MILL-CNY", Amount: testkit.Units(5), PayTo: wire.Sum([]byte("bank"))})
	l.Must("SHANGHAI", "freeze.account", freezeOf("account", "PARTS-CNY", "CN-SH"))
	sum := money.Zero
	for _, a := range []string{"IMPORT-CNY", "MILL-CNY", "PARTS-CNY", "HUIHAI-FX"} {
		sum, _ = sum.Add(l.BalanceOf(a, testkit.ECNY).Total)
	}
	if after := ledger.Supply(l.Store(), testkit.ECNY); after != before || sum != before {
		t.Fatalf("supply %s, balances %s, before %s", after, sum, before)
	}
	view, _ := core.Kinds.View("supply")
	if v, _ := view.Get(l.Store(), testkit.ECNY); v.(issuance.Supply).Supply != before {
		t.Fatalf("the view says %v", v)
	}
	l.Must("PBOC", "hold.approve", &supervision.ApproveHold{Hold: held.ID, Authority: "CN"})
	if after := ledger.Supply(l.Store(), testkit.ECNY); after != before {
		t.Fatalf("supply %s after the answer, before %s", after, before)
	}
}

// Lesson 10: one asset, one scale, for ever. No kind has a field that could change it, and the
// ledger refuses a record that would.
func TestScaleNeverChanges(t *testing.T) {
	l := testkit.New(t, testkit.NewWorld())
	again := testkit.Payload("asset.register", `{"id":"e-CNY","name":"Digital yuan","kind":"cbdc","scale":4,"currency":"CNY","authority":"CN",
		"issuer":"`+string(testkit.LEI("PBOC"))+`","approval":"A","expires":1826931600000,"cap":"1","redeem_in":1,"calendar":"CN"}`)
	refused(t, l.Do("PBOC", "asset.register", again), fault.AssetTaken)
	data, err := core.Kinds.FromJSON("asset.update", []byte(`{"asset":"e-CNY","scale":4}`))
	if fault.Of(err) != fault.TxFieldInvalid {
		t.Fatalf("asset.update takes a scale: %x %v", data, err)
	}
	a, _ := ledger.FindAsset(l.Store(), testkit.ECNY)
	if a.Scale != 2 {
		t.Fatalf("scale %d", a.Scale)
	}
}
