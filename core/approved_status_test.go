package core_test

import (
	"testing"

	"causeway/core/feature/payment"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/internal/testkit"
)

// What moves nothing ends as done, also where it was approved first: its end has a status.
func TestApprovedEndHasAStatus(t *testing.T) {
	w := testkit.NewWorld()
	w.Entity("IMPORT").Tiers = []identity.Tier{{Kinds: []string{"payment.*"}, Approvals: 1, MakerChecker: true}}
	l := testkit.New(t, w)
	file := &payment.File{
		Account: "IMPORT-CNY", Asset: testkit.ECNY, Hash: wire.Sum([]byte("file")), Batches: []wire.Hash{batchOf(10).ContentHash()},
		Count: 1, Sum: money.FromUint64(1000),
	}
	proposed := l.Must("IMPORT", "payment.file", file)
	l.Must("IMPORT", "approval.approve", approve(proposed.ID), "checker")
	if end, ok := l.Find(proposed.ID); !ok || end.Result.Status != txn.Done {
		t.Errorf("%v %s", ok, end.Result.Status)
	}
}
