package core_test

import (
	"testing"

	"causeway/core/feature/payment"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/internal/testkit"
)

// People approve the manifest of a file once; its batches then run without them, each once and
// only as the manifest names it (DECISIONS 25).
func TestFileIsApprovedOnce(t *testing.T) {
	w := testkit.NewWorld()
	w.Entity("IMPORT").Tiers = []identity.Tier{{Kinds: []string{"payment.*"}, Approvals: 1, MakerChecker: true}}
	l := testkit.New(t, w)

	batches := make([]*payment.Batch, 2)
	file := &payment.File{Account: "IMPORT-CNY", Asset: testkit.ECNY, Hash: wire.Sum([]byte("file")), Count: 4, Sum: testkit.Units(100)}
	for i := range batches {
		batches[i] = batchOf(10*uint64(i)+10, 10*uint64(i)+20) // 30, then 50
		batches[i].Payments[0].Reference += string(rune('a' + i))
		batches[i].Payments[1].Reference += string(rune('a' + i))
		file.Batches = append(file.Batches, batches[i].ContentHash())
	}
	file.Sum = testkit.Units(30 + 50)
	proposed := l.Must("IMPORT", "payment.file", file)
	if proposed.Outcome.Result.Status != txn.Proposed {
		t.Fatalf("the manifest is %s, should be proposed", proposed.Outcome.Result.Status)
	}
	for i := range batches {
		batches[i].File, batches[i].Part = &proposed.ID, uint16(i)
	}
	refused(t, l.Do("IMPORT", "payment.batch", batches[0]), fault.PaymentFileUnknown)

	l.Must("IMPORT", "approval.approve", approve(proposed.ID), "checker")
	before := l.BalanceOf("IMPORT-CNY", testkit.ECNY).Total
	status(t, l.Must("IMPORT", "payment.batch", batches[0]), txn.Settled)
	status(t, l.Must("IMPORT", "payment.batch", batches[0]), txn.Settled) // again: pays nothing
	spent(t, l, before, 30)

	altered := *batches[1]
	altered.Payments = append([]payment.Send(nil), altered.Payments...)
	altered.Payments[0].To = "MILL-CNY"
	refused(t, l.Do("IMPORT", "payment.batch", &altered), fault.PaymentFileMismatch)
	moved := *batches[1]
	moved.Part = 0
	refused(t, l.Do("IMPORT", "payment.batch", &moved), fault.PaymentFileMismatch)
	refused(t, l.Do("MILL", "payment.batch", batches[1]), fault.AccountNotOwned)

	status(t, l.Must("IMPORT", "payment.batch", batches[1]), txn.Settled)
	spent(t, l, before, 80)

	alone := batchOf(1, 1)
	status(t, l.Must("IMPORT", "payment.batch", alone), txn.Proposed) // without a file it needs approval
}

func batchOf(units ...uint64) *payment.Batch {
	b := &payment.Batch{Mode: payment.EachForItself}
	for i, n := range units {
		p := testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, n)
		p.Reference = "item-" + string(rune('0'+i))
		b.Payments = append(b.Payments, *p)
		b.Sum, _ = b.Sum.Add(p.Amount)
	}
	return b
}
