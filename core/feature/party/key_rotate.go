package party

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// RotateKey replaces an officer's own signing key by a new one with the same scope. The old
// key and the new one both sign.
type RotateKey struct {
	OldAlgorithm identity.Algorithm `cbor:"1,keyasint" json:"old_algorithm"`
	OldPublic    wire.Hex           `cbor:"2,keyasint" json:"old_public"`
	Algorithm    identity.Algorithm `cbor:"3,keyasint" json:"algorithm"`
	Public       wire.Hex           `cbor:"4,keyasint" json:"public"`
	RPIDHash     *wire.Hash         `cbor:"5,keyasint,omitempty" json:"rp_id_hash,omitempty"`
}

var rotateKeyKind = txn.Kind{
	Name: "key.rotate", Version: 1,
	En:  "Replace one's own key by a new one with the same scope; both sign.",
	Zh:  "以新密钥替换本人的旧密钥，权限范围不变；新旧密钥均须签名。",
	New: func() txn.Payload { return new(RotateKey) },
	Example: `{"old_algorithm":"ed25519","old_public":"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
"algorithm":"ed25519","public":"278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e"}`,
}

// Validate checks both keys: they sign, and differ.
func (p *RotateKey) Validate() error {
	if !p.OldAlgorithm.Signs() || !p.Algorithm.Signs() {
		return fault.KeyEncryptionOnly.With("algorithm", p.Algorithm.String(), "two signing keys; encryption keys are added and revoked")
	}
	if err := checkPublic("old_", p.OldAlgorithm, p.OldPublic); err != nil {
		return err
	}
	if p.OldAlgorithm == p.Algorithm && string(p.OldPublic) == string(p.Public) {
		return fault.KeyTaken.With("public", p.Public.String(), "a new key")
	}
	// The officer is the signer: any valid handle stands for it here.
	return p.newKey("officer", identity.Scope{}).validate("")
}

func (p *RotateKey) newKey(officer string, scope identity.Scope) *NewKey {
	return &NewKey{Officer: officer, Algorithm: p.Algorithm, Public: p.Public, Scope: scope, RPIDHash: p.RPIDHash}
}

// NewKeys are those that must sign this.
func (p *RotateKey) NewKeys() []identity.Key {
	return possessed([]NewKey{*p.newKey("", identity.Scope{})})
}

// Access is for the officer whose key it is, with that very key.
func (p *RotateKey) Access(c *txn.Context) (txn.Access, error) {
	old, err := ownKey(c, p.OldAlgorithm, p.OldPublic)
	if err != nil {
		return txn.Access{}, err
	}
	if old.Officer != c.Maker() {
		return txn.Access{}, fault.OfficerRole.With("officer "+c.Maker(), "a key of officer "+old.Officer, "the officer's own key")
	}
	return txn.Access{Officer: txn.AnyOfficer, SignedBy: &old}, nil
}

// Execute revokes the old key and registers the new one.
func (p *RotateKey) Execute(c *txn.Context) error {
	old, err := ownKey(c, p.OldAlgorithm, p.OldPublic)
	if err != nil {
		return err
	}
	revoke(c, old)
	return addKey(c, c.Party().LEI, p.newKey(old.Officer, old.Scope))
}
