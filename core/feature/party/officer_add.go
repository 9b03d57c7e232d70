package party

import (
	"slices"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
)

// AddOfficer adds an officer to the acting party.
type AddOfficer struct {
	ID    string   `cbor:"1,keyasint" json:"id"`
	Roles []string `cbor:"2,keyasint" json:"roles"`
}

var addOfficerKind = txn.Kind{
	Name: "officer.add", Version: 1,
	En:      "Add an officer to one's own party; keys are added to it afterwards.",
	Zh:      "为本主体增加经办人；其密钥随后登记。",
	New:     func() txn.Payload { return new(AddOfficer) },
	Example: `{"id":"treasury.deputy","roles":["checker"]}`,
}

// Validate checks id and roles.
func (p *AddOfficer) Validate() error {
	return checkOfficers([]NewOfficer{{ID: p.ID, Roles: p.Roles}})
}

// Access is for an admin of the party.
func (p *AddOfficer) Access(*txn.Context) (txn.Access, error) { return asAdmin(), nil }

// Execute adds the officer at the end of the list.
func (p *AddOfficer) Execute(c *txn.Context) error {
	party := *c.Party()
	if party.Officer(p.ID) != nil {
		return fault.OfficerTaken.With("id", p.ID, "an id that no officer has had")
	}
	if len(party.Officers) >= officersMax {
		return fault.PartyInvalid.With("officers", itoa(len(party.Officers)+1), "at most "+itoa(officersMax))
	}
	party.Officers = append(slices.Clone(party.Officers), NewOfficer(*p).officer())
	c.SaveParty(party)
	c.Emit("officer.was_added", OfficerChanged{Party: party.LEI, Officer: p.ID, Roles: p.Roles, Active: true})
	return nil
}

// OfficerChanged says what an officer is from now on.
type OfficerChanged struct {
	Party   identity.LEI `cbor:"1,keyasint" json:"party"`
	Officer string       `cbor:"2,keyasint" json:"officer"`
	Roles   []string     `cbor:"3,keyasint" json:"roles"`
	Active  bool         `cbor:"4,keyasint" json:"active"`
}
