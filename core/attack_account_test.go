package core_test

import (
	"testing"

	"causeway/core/feature/approval"
	"causeway/core/feature/party"
	"causeway/core/feature/payment"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/internal/testkit"
)

// An account cannot be closed while any of its money waits, and what came to a closed account
// cannot be returned to it.
func TestClosedAccountsHoldAndTakeNothing(t *testing.T) {
	l := testkit.New(t, testkit.NewWorld())
	paid := l.Must("MILL", "payment.send", testkit.Pay("MILL-CNY", "PARTS-CNY", testkit.ECNY, 1_000_000))
	l.Must("MILL", "account.close", &party.CloseAccount{ID: "MILL-CNY"})
	refused(t, l.Do("PARTS", "payment.return", &payment.Return{Payment: paid.ID, Amount: testkit.Units(5), Reason: "AC04"}), fault.AccountClosed)
	refused(t, l.Do("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "MILL-CNY", testkit.ECNY, 5)), fault.AccountClosed)
	refused(t, l.Do("PARTS", "account.close", &party.CloseAccount{ID: "PARTS-CNY"}), fault.AccountNotEmpty)
}

// Whoever has signed and is no longer active does not count, and neither does who was given the
// wrong role; a proposal waits for others.
func TestApprovalsOfFormerOfficersDoNotCount(t *testing.T) {
	w := testkit.NewWorld()
	w.Entity("IMPORT").Tiers = []identity.Tier{{Kinds: []string{"payment.*"}, Approvals: 2, MakerChecker: true}}
	l := testkit.New(t, w)
	l.Must("IMPORT", "officer.add", &party.AddOfficer{ID: "checker3", Roles: []string{"checker"}}, "admin", "checker", "checker2")
	p := l.Must("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 10))
	l.Must("IMPORT", "approval.approve", &approval.Approve{Proposal: p.ID}, "checker")
	l.Must("IMPORT", "officer.set", &party.SetOfficer{ID: "checker", Roles: []string{"checker"}, Active: false}, "admin", "checker", "checker2")
	status(t, l.Do("IMPORT", "approval.approve", &approval.Approve{Proposal: p.ID}, "checker2"), txn.Done)
	if end, _ := l.Find(p.ID); end.Result.Status != txn.Proposed {
		t.Fatalf("carried out with one approval that counts: %s", end.Result.Status)
	}
}

// The same reference for a batch and for a payment in it binds the payment: sent again, nothing
// is paid twice.
func TestOneReferenceForBatchAndItem(t *testing.T) {
	l := testkit.New(t, testkit.NewWorld())
	pay := *testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 10)
	pay.Reference = "same"
	send := func() testkit.Result {
		body := l.Draft("IMPORT", "payment.batch", &payment.Batch{Mode: payment.EachForItself, Payments: []payment.Send{pay}, Sum: pay.Amount})
		body.Reference = "same"
		return l.Block(testkit.Sign(&body, l.Signers("IMPORT")...))[0]
	}
	before := l.BalanceOf("IMPORT-CNY", testkit.ECNY).Total
	for range 3 {
		send()
	}
	if paid, _ := before.Sub(l.BalanceOf("IMPORT-CNY", testkit.ECNY).Total); paid != pay.Amount {
		t.Fatalf("paid %s, should have paid 1000", paid)
	}
}

// A mint, a burn, a return and a batch as a whole are no payments to give back.
func TestOnlyPaymentsAreReturned(t *testing.T) {
	l := testkit.New(t, testkit.NewWorld())
	paid := l.Must("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 10))
	back := l.Must("PARTS", "payment.return", &payment.Return{Payment: paid.ID, Amount: testkit.Units(10), Reason: "AC04"})
	var mint wire.Hash
	for h := int64(1); h < l.Machine().Height() && mint.IsZero(); h++ {
		for _, r := range l.Log(h) {
			if p := r.Outcome.Result.Postings; len(p) == 1 && p[0].From == "" && p[0].To == "IMPORT-CNY" {
				mint = r.ID
			}
		}
	}
	batch := l.Must("IMPORT", "payment.batch", &payment.Batch{Mode: payment.AllOrNothing, Payments: []payment.Send{*testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 10)}, Sum: testkit.Units(10)})
	for _, id := range map[string]wire.Hash{"mint": mint, "return": back.ID, "batch": batch.ID} {
		for _, by := range []string{"IMPORT", "PARTS"} {
			refused(t, l.Do(by, "payment.return", &payment.Return{Payment: id, Amount: testkit.Units(1), Reason: "AC04"}), fault.PaymentNotReturnable)
		}
	}
}
