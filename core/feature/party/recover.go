package party

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
)

// Recover helps an officer who has lost every key: the supervisor of the party's home revokes
// them all and registers a new one, which signs too.
type Recover struct {
	Party identity.LEI `cbor:"1,keyasint" json:"party"`
	Key   NewKey       `cbor:"2,keyasint" json:"key"` // its officer is the one recovered
}

var recoverKind = txn.Kind{
	Name: "party.recover", Version: 1,
	En:  "Replace all keys of an officer by a new one, as the supervisor of the party's home; the new key signs as well.",
	Zh:  "由主体所属监管机构以新密钥替换经办人的全部密钥；新密钥须同时签名。",
	New: func() txn.Payload { return new(Recover) },
	Example: `{"party":"5493001KJTIIGC8Y1R12","key":{"officer":"treasury.maker","algorithm":"ed25519",
"public":"278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e","scope":{}}}`,
}

// Validate checks the LEI and the new key, which must sign.
func (p *Recover) Validate() error {
	if err := txn.CheckLEI("party", p.Party); err != nil {
		return err
	}
	if err := p.Key.validate("key."); err != nil {
		return err
	}
	if !p.Key.Algorithm.Signs() {
		return fault.KeyEncryptionOnly.With("key.algorithm", p.Key.Algorithm.String(), "a signing key")
	}
	return nil
}

// NewKeys are those that must sign this.
func (p *Recover) NewKeys() []identity.Key { return possessed([]NewKey{p.Key}) }

// Access is for the supervisor of the party's home. A supervisor that is its own home needs an
// admin for that, as for any key of its own: else its makers could make themselves admins.
func (p *Recover) Access(c *txn.Context) (txn.Access, error) {
	party, err := c.FindParty(p.Party)
	if err != nil {
		return txn.Access{}, err
	}
	var access txn.Access
	if p.Party == c.Party().LEI {
		access = asAdmin()
	}
	return access, c.ActsFor(party.Home)
}

// Execute revokes the old keys and registers the new one.
func (p *Recover) Execute(c *txn.Context) error {
	party, err := c.FindParty(p.Party)
	if err != nil {
		return err
	}
	if o := party.Officer(p.Key.Officer); o == nil {
		return fault.OfficerNotFound.With("key.officer", p.Key.Officer, "an officer of "+string(p.Party))
	} else if !o.Active {
		return fault.OfficerInactive.With("key.officer", p.Key.Officer, "an active officer")
	}
	for _, key := range keysOf(c, p.Party, p.Key.Officer) {
		if key.Revoked == 0 {
			revoke(c, key)
		}
	}
	c.Emit("party.was_recovered", Recovered{Party: p.Party, Officer: p.Key.Officer, By: c.Party().LEI})
	return addKey(c, p.Party, &p.Key)
}

// Recovered says that a supervisor has given an officer a new key.
type Recovered struct {
	Party   identity.LEI `cbor:"1,keyasint" json:"party"`
	Officer string       `cbor:"2,keyasint" json:"officer"`
	By      identity.LEI `cbor:"3,keyasint" json:"by"`
}
