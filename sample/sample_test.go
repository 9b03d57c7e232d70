package sample

import (
	"bytes"
	"testing"
	"time"

	"causeway/core"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/iso20022"
)

func TestPartiesAreInventedAndDistinct(t *testing.T) {
	seen := map[identity.LEI]bool{}
	for _, p := range Parties {
		if _, err := identity.ParseLEI(string(p.LEI)); err != nil || p.LEI[:4] != "9999" || seen[p.LEI] {
			t.Errorf("%s: LEI %s: %v", p.Handle, p.LEI, err)
		}
		seen[p.LEI] = true
	}
	public := map[string]string{}
	for _, role := range RolesOf() {
		key, err := Key(role)
		if err != nil {
			t.Fatal(err)
		}
		if other := public[string(key.Public())]; other != "" {
			t.Errorf("%s and %s have one key", role, other)
		}
		public[string(key.Public())] = role
	}
	for _, role := range []string{"", "hailan", "hailan.boss", "nobody.maker"} {
		if _, err := Key(role); err == nil {
			t.Errorf("role %q has a key", role)
		}
	}
}

func TestFilesAreGood(t *testing.T) {
	for _, name := range Files {
		data, err := File(name)
		if err != nil {
			t.Fatal(err)
		}
		report, err := iso20022.Check(bytes.NewReader(data), iso20022.Options{Today: "2026-11-23"})
		if err != nil || report.Verdict == iso20022.Refused || report.PaymentCount != 1 {
			t.Errorf("%s: %v %+v", name, err, report)
		}
	}
}

// Every transaction of the set-up is well formed and signed by whom it names; that it is carried
// out as well is what the development network shows.
func TestSetupIsWellFormed(t *testing.T) {
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	g, err := Genesis(Chain, now)
	if err != nil {
		t.Fatal(err)
	}
	stages, err := Setup(now)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	for _, stage := range append(stages, Activation(now.UnixMilli()+1)) {
		for _, step := range stage.Steps {
			raw, id, err := step.Sign(g.Chain, now)
			if err != nil {
				t.Fatalf("%s: %s: %v", stage.En, step.Kind, err)
			}
			tx, body, err := txn.Decode(raw)
			if err != nil || txn.ID(g.Chain, tx.Body) != id || len(tx.Signatures) != len(step.Signers) {
				t.Fatalf("%s: %s: %v", stage.En, step.Kind, err)
			}
			for i := range tx.Signatures {
				if err := identity.Verify(id, &tx.Signatures[i], [32]byte{}); err != nil {
					t.Errorf("%s: %s by %s: %v", stage.En, step.Kind, step.Signers[i], err)
				}
			}
			if _, err := core.Kinds.Payload(body.Kind, body.Version, body.Payload); err != nil {
				t.Errorf("%s: %v", step.Kind, err)
			}
			kinds[step.Kind] = true
		}
	}
	for _, kind := range []string{"authority.create", "party.register", "account.open", "asset.register", "reserve.attest", "allowance.raise", "issuance.mint", "rulebook.propose", "rulebook.approve", "rulebook.activate", "fx.quote"} {
		if !kinds[kind] {
			t.Errorf("the set-up has no %s", kind)
		}
	}
}
