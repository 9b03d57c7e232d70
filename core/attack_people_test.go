package core_test

import (
	"testing"

	"causeway/client/keyring"
	"causeway/core/feature/approval"
	"causeway/core/feature/party"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/internal/testkit"
)

func newKey(officer, label string) party.NewKey {
	k := testkit.Key(label)
	return party.NewKey{Officer: officer, Algorithm: k.Algorithm(), Public: k.Public()}
}

// A supervisor is the recovery of the parties below it, and its own home is itself: a maker of
// it must not give the admin a key by way of recovery.
func TestMakerDoesNotRecoverItsOwnAdmin(t *testing.T) {
	l := testkit.New(t, testkit.NewWorld())
	send := func(by string, officers ...string) testkit.Result {
		body := l.Draft(by, "party.recover", &party.Recover{Party: testkit.LEI("SHANGHAI"), Key: newKey("admin", by+".stolen")})
		return l.Block(testkit.Sign(&body, append(l.Signers(by, officers...), testkit.Key(by+".stolen"))...))[0]
	}
	refused(t, send("SHANGHAI", "maker"), fault.OfficerRole)
	if r := send("SHANGHAI", "admin"); r.Fault != nil {
		t.Fatalf("an admin replaces a key of an admin: %s", testkit.Explain(r))
	}
	if r := send("PBOC", "maker"); r.Fault != nil {
		t.Fatalf("the supervisor above recovers: %s", testkit.Explain(r))
	}
}

// A proposal is carried out under the policy in force when its last approval comes.
func TestTightenedPolicyBindsOpenProposals(t *testing.T) {
	w := testkit.NewWorld()
	w.Entity("IMPORT").Tiers = []identity.Tier{{Kinds: []string{"payment.*"}, Approvals: 1, MakerChecker: true}}
	l := testkit.New(t, w)
	p := l.Must("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 10))
	l.Must("IMPORT", "party.set_policy", &party.SetPolicy{Policy: identity.Policy{Tiers: []identity.Tier{{Kinds: []string{"payment.*"}, Approvals: 2, MakerChecker: true}}}}, "admin", "checker")
	if r := l.Must("IMPORT", "approval.approve", &approval.Approve{Proposal: p.ID}, "checker"); r.Outcome.Result.Status != txn.Done {
		t.Fatalf("one approval where two are asked for: %s", testkit.Explain(r))
	}
	if r := l.Must("IMPORT", "approval.approve", &approval.Approve{Proposal: p.ID}, "checker2"); r.Outcome.Result.Status != txn.Settled {
		t.Fatalf("two approvals: %s", testkit.Explain(r))
	}
	// A looser policy does not loosen what was proposed under the stricter one.
	p = l.Must("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 10))
	l.Must("IMPORT", "party.set_policy", &party.SetPolicy{}, "admin", "checker", "checker2")
	if r := l.Must("IMPORT", "approval.approve", &approval.Approve{Proposal: p.ID}, "checker"); r.Outcome.Result.Status != txn.Done {
		t.Fatalf("one approval of two: %s", testkit.Explain(r))
	}
}

// A key narrowed to approvals approves no change of officers, keys or policy, unless its scope
// names that kind.
func TestNarrowKeyApprovesNoPowers(t *testing.T) {
	w := testkit.NewWorld()
	w.Entity("IMPORT").Tiers = []identity.Tier{{Kinds: []string{"officer.*", "key.*", "party.*"}, Approvals: 2}, {Kinds: []string{"payment.*"}, Approvals: 2}}
	l := testkit.New(t, w)
	give := func(label string, kinds ...string) {
		k := newKey("checker", label)
		k.Scope.Kinds = kinds
		add := party.AddKey(k)
		body := l.Draft("IMPORT", "key.add", &add)
		r := l.Block(testkit.Sign(&body, append(l.Signers("IMPORT", "admin", "checker"), testkit.Key(label))...))[0]
		if r.Fault != nil {
			t.Fatal(testkit.Explain(r))
		}
	}
	give("IMPORT.narrow", "approval.*")
	give("IMPORT.named", "officer.add")
	approve := func(id wire.Hash, key keyring.Signer) testkit.Result {
		body := l.Draft("IMPORT", "approval.approve", &approval.Approve{Proposal: id})
		return l.Block(testkit.Sign(&body, key))[0]
	}
	powers := l.Must("IMPORT", "officer.add", &party.AddOfficer{ID: "mole", Roles: []string{"admin", "checker"}}, "admin")
	refused(t, approve(powers.ID, testkit.Key("IMPORT.narrow")), fault.KeyOutOfScope)
	if r := approve(powers.ID, testkit.Key("IMPORT.named")); r.Fault != nil {
		t.Fatalf("named in its scope: %s", testkit.Explain(r))
	}
	pay := l.Must("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 10))
	if r := approve(pay.ID, testkit.Key("IMPORT.narrow")); r.Outcome.Result.Status != txn.Settled {
		t.Fatalf("approvals of payments are within its scope: %s", testkit.Explain(r))
	}
}
