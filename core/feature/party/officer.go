package party

import (
	"slices"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
)

const (
	officersMax  = 64
	officerIDMax = 40
)

// NewOfficer is an officer to be added. It is active from then on.
type NewOfficer struct {
	ID    string   `cbor:"1,keyasint" json:"id"`    // a handle such as "treasury.maker", never a person's name
	Roles []string `cbor:"2,keyasint" json:"roles"` // maker, checker, admin
}

func (o NewOfficer) officer() identity.Officer {
	return identity.Officer{ID: o.ID, Roles: o.Roles, Active: true}
}

func checkOfficers(list []NewOfficer) error {
	if len(list) == 0 || len(list) > officersMax {
		return fault.PartyInvalid.With("officers", itoa(len(list)), "1 to "+itoa(officersMax))
	}
	for i, o := range list {
		path := "officers[" + itoa(i) + "]"
		if err := txn.CheckID(path+".id", o.ID, officerIDMax); err != nil {
			return err
		}
		if slices.ContainsFunc(list[:i], func(before NewOfficer) bool { return before.ID == o.ID }) {
			return fault.OfficerTaken.With(path+".id", o.ID, "each officer once")
		}
		if err := checkRoles(path+".roles", o.Roles); err != nil {
			return err
		}
	}
	return nil
}

func checkRoles(path string, roles []string) error {
	if len(roles) == 0 {
		return fault.TxFieldMissing.With(path, "", "maker, checker, admin")
	}
	for i, role := range roles {
		known := role == identity.RoleMaker || role == identity.RoleChecker || role == identity.RoleAdmin
		if !known || slices.Contains(roles[:i], role) {
			return fault.TxFieldInvalid.With(path, role, "each once, of maker, checker, admin")
		}
	}
	return nil
}

// begins reports whether an officer with these roles can start transactions.
func begins(roles []string) bool {
	return slices.Contains(roles, identity.RoleMaker) || slices.Contains(roles, identity.RoleAdmin)
}

// asAdmin is the access of whatever changes a party's officers, keys or policy.
func asAdmin() txn.Access { return txn.Access{Officer: identity.RoleAdmin, Powers: true} }

// ownOfficer finds an officer of the acting party.
func ownOfficer(c *txn.Context, id string) (*identity.Officer, error) {
	if o := c.Party().Officer(id); o != nil {
		return o, nil
	}
	return nil, fault.OfficerNotFound.With("officer", id, "an officer of "+string(c.Party().LEI))
}
