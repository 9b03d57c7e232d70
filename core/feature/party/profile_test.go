package party

import (
	"testing"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

func TestKindPatterns(t *testing.T) {
	for pattern, want := range map[string]bool{
		"payment.send": true, "payment.*": true, "party.set_policy": true,
		"*": false, "payment": false, "payment.": false, ".send": false, "Payment.send": false, "payment.se*": false, "*.send": false, "a.b.c": false,
	} {
		if got := checkKinds("kinds", []string{pattern}, 1) == nil; got != want {
			t.Errorf("%q: %v", pattern, got)
		}
	}
}

func TestPolicyBounds(t *testing.T) {
	for name, tier := range map[string]identity.Tier{
		"an amount of nothing": {Above: money.FromUint64(1), Approvals: 1},
		"too many approvals":   {Approvals: approvalsMax + 1},
		"no kind":              {Kinds: []string{"*"}, Approvals: 1},
	} {
		if checkPolicy(&identity.Policy{Tiers: []identity.Tier{tier}}) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := checkPolicy(&identity.Policy{Tiers: make([]identity.Tier, tiersMax+1)}); fault.Of(err) != fault.PolicyInvalid {
		t.Errorf("too many tiers: %v", err)
	}
}

// TestPasskeysNameTheirRelyingParty: a passkey without one would accept assertions made for
// any site, and other keys have none.
func TestPasskeysNameTheirRelyingParty(t *testing.T) {
	public := []byte{
		0x03, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2,
		0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96,
	} // the generator of P-256
	hash := wire.Hash{1}
	for _, c := range []struct {
		algorithm identity.Algorithm
		hashed    bool
		want      bool
	}{{identity.WebAuthn, true, true}, {identity.WebAuthn, false, false}, {identity.P256, false, true}, {identity.P256, true, false}} {
		key := NewKey{Officer: "a", Algorithm: c.algorithm, Public: public}
		if c.hashed {
			key.RPIDHash = &hash
		}
		if err := key.validate(""); (err == nil) != c.want {
			t.Errorf("%s with a hash %v: %v", c.algorithm, c.hashed, err)
		}
	}
}

// TestEncryptionKeysProveNothing: an X25519 key cannot sign its own registration.
func TestEncryptionKeysProveNothing(t *testing.T) {
	keys := possessed([]NewKey{{Algorithm: identity.X25519}, {Algorithm: identity.Ed25519}})
	if len(keys) != 1 || keys[0].Algorithm != identity.Ed25519 {
		t.Errorf("%v", keys)
	}
}

var _ = []txn.RegistersKeys{new(Register), new(AddKey), new(RotateKey), new(Recover)}
