package core_test

import (
	"testing"

	"causeway/core/feature/approval"
	"causeway/core/feature/party"
	"causeway/core/feature/payment"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/internal/testkit"
)

// A batch of an approved file may be sent again, since its references see to it that nothing is
// paid twice. So it may be sent only as long as they are remembered.
func TestFileIsNotPaidAgainWhenReferencesAreForgotten(t *testing.T) {
	const day = 24 * 3600_000
	w := testkit.NewWorld()
	w.Params.ReferenceDays, w.Params.ProposalHours = 2, 24
	l := testkit.New(t, w)
	pay := *testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 10)
	pay.Reference = "salary-1"
	batch := &payment.Batch{Mode: payment.EachForItself, Payments: []payment.Send{pay}, Sum: pay.Amount}
	file := l.Must("IMPORT", "payment.file", &payment.File{
		Account: "IMPORT-CNY", Asset: testkit.ECNY, Hash: wire.Sum([]byte("file")), Batches: []wire.Hash{batch.ContentHash()}, Count: 1, Sum: pay.Amount,
	})
	batch.File = &file.ID
	before := l.BalanceOf("IMPORT-CNY", testkit.ECNY).Total
	paid := func() money.Amount {
		sum, _ := before.Sub(l.BalanceOf("IMPORT-CNY", testkit.ECNY).Total)
		return sum
	}
	l.Must("IMPORT", "payment.batch", batch)
	l.Must("IMPORT", "payment.batch", batch)
	for range 5 {
		l.Advance(day)
		l.Do("MILL", "payment.send", testkit.Pay("MILL-CNY", "PARTS-CNY", testkit.ECNY, 1))
		r := l.Do("IMPORT", "payment.batch", batch)
		if got := paid(); got != pay.Amount {
			t.Fatalf("the file was approved for 1000, %s are paid", got)
		}
		if r.Fault != nil && r.Fault != fault.PaymentFileUnknown {
			t.Fatal(testkit.Explain(r))
		}
	}
}

// Batches of an approved file need no approvals of their own, so the file needs theirs: a policy
// that names payment.batch is not gone round by way of a file.
func TestFileNeedsTheApprovalsOfItsBatches(t *testing.T) {
	w := testkit.NewWorld()
	w.Entity("IMPORT").Tiers = []identity.Tier{{Kinds: []string{"payment.send", "payment.batch"}, Approvals: 1, MakerChecker: true}}
	l := testkit.New(t, w)
	pay := *testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 10)
	pay.Reference = "salary-1"
	batch := &payment.Batch{Mode: payment.EachForItself, Payments: []payment.Send{pay}, Sum: pay.Amount}
	file := &payment.File{Account: "IMPORT-CNY", Asset: testkit.ECNY, Hash: wire.Sum([]byte("file")), Batches: []wire.Hash{batch.ContentHash()}, Count: 1, Sum: pay.Amount}
	r := l.Do("IMPORT", "payment.file", file)
	status(t, r, txn.Proposed)
	batch.File = &r.ID
	refused(t, l.Do("IMPORT", "payment.batch", batch), fault.PaymentFileUnknown)
	l.Must("IMPORT", "approval.approve", &approval.Approve{Proposal: r.ID}, "checker")
	l.Must("IMPORT", "payment.batch", batch)
}

// A key narrowed to accounts touches nothing that stands on others, not even to take it back.
func TestNarrowKeyCancelsNothingOfOtherAccounts(t *testing.T) {
	w := testkit.NewWorld()
	w.Rulebooks = []guard.Rulebook{{Authority: "CN-SH", Version: 1, Title: "Shanghai", Rules: []guard.Rule{
		{ID: "large", Review: &guard.Review{In: guard.Measure{Asset: testkit.ECNY}, Above: testkit.Units(100), DeadlineMs: 3600_000}},
	}}}
	l := testkit.New(t, w)
	k := newKey("maker", "IMPORT.narrow")
	k.Scope.Accounts = []string{"IMPORT-2"}
	add := party.AddKey(k)
	body := l.Draft("IMPORT", "key.add", &add)
	if r := l.Block(testkit.Sign(&body, append(l.Signers("IMPORT", "admin"), testkit.Key("IMPORT.narrow"))...))[0]; r.Fault != nil {
		t.Fatal(testkit.Explain(r))
	}
	held := l.Must("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 400))
	body = l.Draft("IMPORT", "payment.cancel", &payment.Cancel{Payment: held.ID})
	refused(t, l.Block(testkit.Sign(&body, testkit.Key("IMPORT.narrow")))[0], fault.KeyOutOfScope)
	status(t, l.Do("IMPORT", "payment.cancel", &payment.Cancel{Payment: held.ID}), txn.Cancelled)
}
