package core_test

import (
	"testing"

	"causeway/core/feature/approval"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/internal/testkit"
)

// refused checks that a transaction was refused for exactly that.
func refused(t testing.TB, r testkit.Result, want *fault.Fault) {
	t.Helper()
	if r.Fault != want {
		t.Fatalf("got %s, want a refusal with %s", testkit.Explain(r), want.Name)
	}
}

// status checks how a transaction that was not refused ended.
func status(t testing.TB, r testkit.Result, want txn.Status) {
	t.Helper()
	if got := r.Outcome.Result.Status; got != want {
		t.Fatalf("got %s, want %s", testkit.Explain(r), want)
	}
}

// spent checks how many whole units have left IMPORT's account since it had so much.
func spent(t testing.TB, l *testkit.Ledger, before money.Amount, units uint64) {
	t.Helper()
	want, _ := before.Sub(testkit.Units(units))
	if got := l.BalanceOf("IMPORT-CNY", testkit.ECNY).Total; got != want {
		t.Fatalf("IMPORT-CNY has %s, should have %s", got, want)
	}
}

func approve(id wire.Hash) *approval.Approve { return &approval.Approve{Proposal: id} }
