package main

import (
	"testing"

	"causeway/core/feature/payment"
	"causeway/core/kernel/fault"
)

// No refusal shows minor units as if they were units.
func TestRefusalsInUnits(t *testing.T) {
	decimals := func(asset string) (uint8, bool) { return 2, asset == "e-CNY" || asset == "HKDX" }
	send := &payment.Send{Asset: "e-CNY", TargetAsset: "HKDX", FixTarget: true}
	rule := []step{{Verdict: refuses, Fault: fault.RuleMaximum.Name, Unit: "HKDX"}}
	for _, test := range []struct {
		refusal     *fault.Error
		trace       []step
		found, want string
	}{
		{fault.FundsInsufficient.With("A", "100", "123456"), nil, "1.00 e-CNY", "1,234.56 e-CNY"},
		{fault.RuleMaximum.With("amount", "123456", "at most 100"), rule, "1,234.56 HKDX", "at most 1.00 HKDX"},
		{fault.RuleMaximum.With("amount", "123456", "at most 100"), nil, "123456 minor units", "at most 100 minor units"},
		{fault.RuleQuota.With("X per day", "300", "at most 200 e-CNY, so at most 100 now"), nil, "300 minor units", "at most 2.00 e-CNY, so at most 100 minor units now"},
		{fault.RuleQuota.With("X per day", "300", "at most 200 e-CNY, so at most 100 now"), []step{{Verdict: refuses, Fault: fault.RuleQuota.Name, Unit: "e-CNY"}}, "3.00 e-CNY", "at most 2.00 e-CNY, so at most 1.00 e-CNY now"},
		{fault.FxNoQuote.With("quotes", "short of 100", "firm quotes"), nil, "short of 100 minor units", "firm quotes"},
		{fault.KeyOutOfScope.With("amount", "100", "at most 50"), nil, "1.00 e-CNY", "at most 0.50 e-CNY"},
		{fault.KeyOutOfScope.With("account", "100", "A"), nil, "100", "A"},
		{fault.TxFieldInvalid.With("reason", "100", "four"), nil, "100", "four"},
	} {
		if got := inUnits(test.refusal, send, test.trace, decimals); got.Found != test.found || got.Want != test.want {
			t.Errorf("%s: %q, %q; want %q, %q", test.refusal, got.Found, got.Want, test.found, test.want)
		}
	}
}
