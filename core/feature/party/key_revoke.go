package party

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// RevokeKey takes a key of the acting party out of use for ever.
type RevokeKey struct {
	Algorithm identity.Algorithm `cbor:"1,keyasint" json:"algorithm"`
	Public    wire.Hex           `cbor:"2,keyasint" json:"public"`
}

var revokeKeyKind = txn.Kind{
	Name: "key.revoke", Version: 1,
	En:      "Revoke a key at once: an officer its own, an admin any of the party's.",
	Zh:      "立即撤销密钥：经办人可撤销本人的密钥，管理员可撤销本主体任一密钥。",
	New:     func() txn.Payload { return new(RevokeKey) },
	Example: `{"algorithm":"ed25519","public":"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"}`,
}

// Validate checks the form of the key.
func (p *RevokeKey) Validate() error { return checkPublic("", p.Algorithm, p.Public) }

// Access needs no approvals: a stolen key must not wait. It takes power away and gives none;
// whoever is locked out is helped by party.recover.
func (p *RevokeKey) Access(c *txn.Context) (txn.Access, error) {
	key, err := ownKey(c, p.Algorithm, p.Public)
	if err != nil {
		return txn.Access{}, err
	}
	if key.Officer == c.Maker() {
		return txn.Access{Officer: txn.AnyOfficer, Immediate: true}, nil
	}
	if !c.Party().Officer(c.Maker()).Has(identity.RoleAdmin) {
		return txn.Access{}, fault.OfficerRole.With("officer "+c.Maker(), "a key of officer "+key.Officer, "its own key, or an admin")
	}
	return txn.Access{Officer: identity.RoleAdmin, Immediate: true}, nil
}

// Execute revokes the key.
func (p *RevokeKey) Execute(c *txn.Context) error {
	key, err := ownKey(c, p.Algorithm, p.Public)
	if err == nil {
		revoke(c, key)
	}
	return err
}
