package identity

import (
	"slices"

	"causeway/core/kernel/state"
)

// AuthorityID names a supervisor in the authority tree: "CN", "CN-SH".
type AuthorityID string

// Party is a legal entity: who it is, whose rules it lives under, who acts for it.
// The name of a legal entity is public; natural persons appear only as officer ids.
type Party struct {
	LEI       LEI         `cbor:"1,keyasint" json:"lei"`
	Name      string      `cbor:"2,keyasint" json:"name"`
	Home      AuthorityID `cbor:"3,keyasint" json:"home"`                        // home authority, also its recovery
	Residency string      `cbor:"4,keyasint" json:"residency"`                   // ISO 3166 alpha-2
	Class     string      `cbor:"5,keyasint" json:"class"`                       // enterprise, bank, issuer, supervisor, …
	Roles     []string    `cbor:"6,keyasint,omitempty" json:"roles,omitempty"`   // market_maker, custodian, …
	Group     LEI         `cbor:"7,keyasint,omitempty" json:"group,omitempty"`   // ultimate parent
	Officers  []Officer   `cbor:"8,keyasint,omitempty" json:"officers"`          // in the order they were added
	Policy    Policy      `cbor:"9,keyasint" json:"policy"`                      // who must approve what
	BIC       string      `cbor:"10,keyasint,omitempty" json:"bic,omitempty"`    // ISO 9362, of a bank
	Frozen    string      `cbor:"11,keyasint,omitempty" json:"frozen,omitempty"` // reference of the freeze in force
	FrozenBy  AuthorityID `cbor:"12,keyasint,omitempty" json:"frozen_by,omitempty"`
}

// Officer is a named person or machine that acts for a party. Policies count officers, not keys.
type Officer struct {
	ID     string   `cbor:"1,keyasint" json:"id"`    // a handle such as "treasury.maker", never a person's name
	Roles  []string `cbor:"2,keyasint" json:"roles"` // maker, checker, admin
	Active bool     `cbor:"3,keyasint,omitempty" json:"active"`
}

// The roles an officer can have: a maker starts transactions, a checker approves them, an
// admin may besides change officers, keys and policy (which the policy still has to approve).
const (
	RoleMaker   = "maker"
	RoleChecker = "checker"
	RoleAdmin   = "admin"
)

// RoleMarketMaker lets a party post firm quotes.
const RoleMarketMaker = "market_maker"

// Officer finds an officer by its id.
func (p *Party) Officer(id string) *Officer {
	for i := range p.Officers {
		if p.Officers[i].ID == id {
			return &p.Officers[i]
		}
	}
	return nil
}

// Has reports whether the officer is active and has the role.
func (o *Officer) Has(role string) bool {
	return o != nil && o.Active && slices.Contains(o.Roles, role)
}

// HasRole reports whether the party has the role.
func (p *Party) HasRole(role string) bool { return slices.Contains(p.Roles, role) }

// GroupOrSelf is the ultimate parent, or the party itself where it has none.
func (p *Party) GroupOrSelf() LEI {
	if p.Group != "" {
		return p.Group
	}
	return p.LEI
}

var parties = state.NewTable[Party]("p", "party")

// FindParty reads a party. Inlined elsewhere it would put the key on the heap, each time.
//
//go:noinline
func FindParty(r state.Reader, lei LEI) (Party, bool) { return parties.Get(r, []byte(lei)) }

// PutParty writes a party. Only package txn calls it.
func PutParty(b *state.Block, p Party) { parties.Put(b, []byte(p.LEI), p) }

// PartyKey is the state key of a party's record, for proofs.
func PartyKey(lei LEI) []byte { return parties.Key([]byte(lei)) }

// ListParties visits parties in the order of their LEIs, starting at from.
func ListParties(r state.Reader, from LEI, visit func(Party) bool) {
	parties.Scan(r, nil, []byte(from), func(_ []byte, p Party) bool { return visit(p) })
}
