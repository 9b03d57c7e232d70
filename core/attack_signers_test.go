package core_test

import (
	"slices"
	"testing"

	"causeway/core/feature/party"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/internal/testkit"
)

// Signatures stand outside the signed id. Whoever takes one off, or changes their order, on
// the way to a block must not be able to spend the id of what was signed.
func TestNobodyTakesASignatureOff(t *testing.T) {
	w := testkit.NewWorld()
	w.Entity("IMPORT").Tiers = []identity.Tier{{Kinds: []string{"payment.*"}, Approvals: 1, MakerChecker: true}}
	l := testkit.New(t, w)
	whole := l.Signed("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "MILL-CNY", testkit.ECNY, 7), "maker", "checker")
	altered := func(change func(*txn.Transaction)) []byte {
		tx, _, err := txn.Decode(whole)
		if err != nil {
			t.Fatal(err)
		}
		tx.Signatures = slices.Clone(tx.Signatures)
		change(&tx)
		return tx.Encode()
	}
	results := l.Block(
		altered(func(tx *txn.Transaction) { tx.Signatures = tx.Signatures[:1] }),
		altered(func(tx *txn.Transaction) { slices.Reverse(tx.Signatures) }),
		altered(func(tx *txn.Transaction) { tx.Signatures = append(tx.Signatures, tx.Signatures[0]) }),
		whole,
	)
	for _, r := range results[:3] {
		refused(t, r, fault.TxSignersDiffer)
	}
	status(t, results[3], txn.Settled)
}

// Under four eyes an admin alone gives nobody a key: else one person could be both eyes.
func TestAdminAloneDoesNotMakeACheckerOfItself(t *testing.T) {
	w := testkit.NewWorld()
	w.Entity("IMPORT").Tiers = []identity.Tier{{Kinds: []string{"payment.*"}, Approvals: 1, MakerChecker: true}}
	l := testkit.New(t, w)
	mine := testkit.Key("IMPORT.admin/as-checker")
	add := &party.AddKey{Officer: "checker", Algorithm: identity.Ed25519, Public: mine.Public()}
	body := l.Draft("IMPORT", "key.add", add)
	alone := l.Block(testkit.Sign(&body, testkit.Key("IMPORT.admin"), mine))[0]
	status(t, alone, txn.Proposed)
	pay := l.Draft("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "MILL-CNY", testkit.ECNY, 7))
	refused(t, l.Block(testkit.Sign(&pay, testkit.Key("IMPORT.maker"), mine))[0], fault.KeyUnknown)
	status(t, l.Do("IMPORT", "officer.set", &party.SetOfficer{ID: "admin", Roles: []string{"admin", "checker"}, Active: true}, "admin"), txn.Proposed)
	status(t, l.Do("IMPORT", "party.set_policy", &party.SetPolicy{}, "admin"), txn.Proposed)
}
