package core_test

import (
	"testing"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/txn"
	"causeway/internal/testkit"
)

// Of a batch, each payment that would not pass is explained: measured with those before it.
func TestExplainTellsOfEachPaymentOfABatch(t *testing.T) {
	w := testkit.NewWorld()
	w.Rulebooks = []guard.Rulebook{{Authority: "CN", Version: 1, Rules: []guard.Rule{
		{ID: "review", Review: &guard.Review{In: guard.Measure{Asset: testkit.ECNY}, DeadlineMs: 3600_000}, When: &guard.When{Purposes: []string{"CSTRDR"}}},
	}}}
	l := testkit.New(t, w)
	batch := batchOf(10, 20, 30)
	batch.Payments[1].Purpose = "CSTRDR"
	batch.Payments[2].Purpose = "NOSUCH"
	body := l.Draft("IMPORT", "payment.batch", batch)
	e, err := l.Machine().Explain(&body, "maker", l.Now())
	if err != nil || e.Status != txn.Partial || len(e.Items) != 3 || len(e.Parts) != 2 {
		t.Fatalf("%+v %v", e, err)
	}
	held, refused := e.Parts[0], e.Parts[1]
	if held.ID != e.Items[1].ID || len(held.Waiting) != 1 || held.Waiting[0].Authority != "CN" || len(held.Steps) == 0 {
		t.Errorf("%+v", held)
	}
	if refused.ID != e.Items[2].ID || refused.Error == nil || refused.Error.Fault != fault.PaymentPurposeUnknown {
		t.Errorf("%+v", refused.Error)
	}
}
