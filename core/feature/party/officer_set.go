package party

import (
	"slices"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
)

// SetOfficer gives an officer of the acting party other roles, or switches it off or on.
type SetOfficer struct {
	ID     string   `cbor:"1,keyasint" json:"id"`
	Roles  []string `cbor:"2,keyasint" json:"roles"` // all it has from now on
	Active bool     `cbor:"3,keyasint" json:"active"`
}

var setOfficerKind = txn.Kind{
	Name: "officer.set", Version: 1,
	En:      "Set the roles of an officer of one's own party, or deactivate it.",
	Zh:      "设定本主体经办人的角色，或停用该经办人。",
	New:     func() txn.Payload { return new(SetOfficer) },
	Example: `{"id":"treasury.deputy","roles":["maker","checker"],"active":true}`,
}

// Validate checks id and roles.
func (p *SetOfficer) Validate() error {
	return checkOfficers([]NewOfficer{{ID: p.ID, Roles: p.Roles}})
}

// Access is for an admin of the party.
func (p *SetOfficer) Access(*txn.Context) (txn.Access, error) { return asAdmin(), nil }

// Execute refuses to leave the party without an admin who can sign, or with a policy nobody can fulfil.
func (p *SetOfficer) Execute(c *txn.Context) error {
	if _, err := ownOfficer(c, p.ID); err != nil {
		return err
	}
	party := *c.Party()
	party.Officers = slices.Clone(party.Officers)
	officer := party.Officer(p.ID)
	officer.Roles, officer.Active = p.Roles, p.Active
	admin := func(o identity.Officer) bool { return o.Has(identity.RoleAdmin) && canSign(c, party.LEI, o.ID) }
	if !slices.ContainsFunc(party.Officers, admin) {
		return fault.OfficerLast.With("officer "+p.ID, "the last active admin with a key", "another active admin with a key first")
	}
	if err := txn.CheckPolicy(&party); err != nil {
		return err
	}
	c.SaveParty(party)
	c.Emit("officer.was_set", OfficerChanged{Party: party.LEI, Officer: p.ID, Roles: p.Roles, Active: p.Active})
	return nil
}
