package core_test

import (
	"testing"

	"causeway/core/feature/payment"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/money"
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
