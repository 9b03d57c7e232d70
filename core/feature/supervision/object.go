package supervision

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
)

// object is a kind of thing that can be frozen.
type object interface {
	noun() string
	find(c *txn.Context, id string) (subject, error)
}

// subject is one such thing: where it lies, the freeze in force, and how to change that.
type subject struct {
	under    txn.AuthorityID
	frozen   string
	frozenBy txn.AuthorityID
	save     func(reference string, by txn.AuthorityID) error
}

type (
	party   struct{}
	account struct{}
	asset   struct{}
)

func (party) noun() string   { return "party" }
func (account) noun() string { return "account" }
func (asset) noun() string   { return "asset" }

func (party) find(c *txn.Context, id string) (subject, error) {
	p, err := c.FindParty(identity.LEI(id))
	return subject{p.Home, p.Frozen, p.FrozenBy, func(reference string, by txn.AuthorityID) error {
		countSpell(c, partySpell(p.LEI), reference != "")
		p.Frozen, p.FrozenBy = reference, by
		c.SaveParty(p)
		return nil
	}}, err
}

func (account) find(c *txn.Context, id string) (subject, error) {
	a, err := c.FindAccount(txn.AccountID(id))
	return subject{a.Authority, a.Frozen, a.FrozenBy, func(reference string, by txn.AuthorityID) error {
		countSpell(c, accountSpell(a.ID), reference != "")
		a.Frozen, a.FrozenBy = reference, by
		return c.SaveAccount(a)
	}}, err
}

func (asset) find(c *txn.Context, id string) (subject, error) {
	a, err := c.FindAsset(txn.AssetID(id))
	return subject{a.Authority, a.Frozen, a.FrozenBy, func(reference string, by txn.AuthorityID) error {
		a.Frozen, a.FrozenBy = reference, by
		return c.SaveAsset(a)
	}}, err
}

// actsAs refuses with power.missing unless the acting party is that very authority's
// supervisor: emergency powers are not inherited silently, they name who uses them.
func actsAs(c *txn.Context, id txn.AuthorityID) error {
	if _, err := c.FindAuthority(id); err != nil {
		return err
	}
	if !c.Is(id) {
		return fault.PowerMissing.With("authority "+string(id), "party "+string(c.Party().LEI), "its supervisor")
	}
	return nil
}

// Bounds of what an authority writes on record.
const (
	referenceMax = txn.ReferenceMax // characters
	reasonMax    = 35               // ISO 20022 Max35Text
)

func validReference(reference string) error {
	if reference == "" || len(reference) > referenceMax {
		return fault.TxFieldInvalid.With("reference", reference, "1 to 64 printable ASCII characters")
	}
	for i := 0; i < len(reference); i++ {
		if reference[i] < 0x20 || reference[i] > 0x7e {
			return fault.TxFieldInvalid.With("reference", reference, "1 to 64 printable ASCII characters")
		}
	}
	return nil
}

// validReason accepts codes only: what is in clear on the ledger is no free text (DECISIONS 21).
func validReason(code string) error {
	bad := code == "" || len(code) > reasonMax
	for i := 0; i < len(code) && !bad; i++ {
		r := code[i]
		bad = (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-' && r != '.'
	}
	if bad {
		return fault.TxFieldInvalid.With("reason_code", code, "1 to 35 letters, digits, or any of _ - .")
	}
	return nil
}
