package core_test

import (
	"testing"

	"causeway/core/kernel/txn"
	"causeway/internal/testkit"
)

func TestPaymentSettles(t *testing.T) {
	l := testkit.New(t, testkit.NewWorld())
	before := l.BalanceOf("PARTS-CNY", testkit.ECNY)
	r := l.Must("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 250))
	if r.Outcome.Result.Status != txn.Settled {
		t.Fatalf("status %s", r.Outcome.Result.Status)
	}
	want, _ := before.Total.Add(testkit.Units(250))
	if got := l.BalanceOf("PARTS-CNY", testkit.ECNY).Total; got != want {
		t.Fatalf("payee has %s, should have %s", got, want)
	}
}
