package authority

import (
	"strconv"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
)

// Create puts a supervisor into the tree, below another.
type Create struct {
	ID        txn.AuthorityID `cbor:"1,keyasint" json:"id"`
	Name      string          `cbor:"2,keyasint" json:"name"`
	Parent    txn.AuthorityID `cbor:"3,keyasint" json:"parent"`
	Sovereign string          `cbor:"4,keyasint" json:"sovereign"`                    // ISO 3166 alpha-2; the parent's own unless that is the charter
	Party     identity.LEI    `cbor:"5,keyasint" json:"party"`                        // the supervisor that acts for it
	Calendar  string          `cbor:"6,keyasint,omitempty" json:"calendar,omitempty"` // none: UTC, every day a business day
}

var createKind = txn.Kind{
	Name: "authority.create", Version: 1,
	En:      "Put an authority into the tree, as the supervisor of its parent.",
	Zh:      "由上级监管机构在监管树中设立下级机构。",
	New:     func() txn.Payload { return new(Create) },
	Example: `{"id":"CN-SH","name":"Shanghai","parent":"CN","sovereign":"CN","party":"5493001KJTIIGC8Y1R12","calendar":"CN"}`,
}

// Validate checks the form of all fields.
func (p *Create) Validate() error {
	if err := checkAuthority("id", p.ID); err != nil {
		return err
	}
	if err := txn.CheckName("name", p.Name, nameMax); err != nil {
		return err
	}
	if err := checkAuthority("parent", p.Parent); err != nil {
		return err
	}
	if err := txn.CheckCountry("sovereign", p.Sovereign); err != nil {
		return err
	}
	return txn.CheckLEI("party", p.Party)
}

func checkAuthority(field string, id txn.AuthorityID) error {
	return txn.CheckID(field, string(id), idMax)
}

// Access is for the parent's supervisor.
func (p *Create) Access(c *txn.Context) (txn.Access, error) {
	return supervising(c, p.Parent)
}

// supervising is the access of whoever acts for an authority or one above it.
func supervising(c *txn.Context, id txn.AuthorityID) (txn.Access, error) {
	if _, err := c.FindAuthority(id); err != nil {
		return txn.Access{}, err
	}
	return txn.Access{}, c.ActsFor(id)
}

// exactly is the access of the authority's own supervisor: a parent does not write its
// child's rules, it has its own, which bind the child's subjects too.
func exactly(c *txn.Context, id txn.AuthorityID) (txn.Access, error) {
	if _, err := c.FindAuthority(id); err != nil {
		return txn.Access{}, err
	}
	if !c.Is(id) {
		return txn.Access{}, fault.PowerMissing.With("authority "+string(id), "party "+string(c.Party().LEI), "its own supervisor")
	}
	return txn.Access{}, nil
}

// Execute writes the authority. It has no rulebook yet: those above it bind it.
func (p *Create) Execute(c *txn.Context) error {
	if _, err := c.FindAuthority(p.ID); err == nil {
		return fault.AuthorityTaken.With("id", string(p.ID), "an id that no authority has")
	}
	parent, err := c.FindAuthority(p.Parent)
	if err != nil {
		return err
	}
	if depth := len(c.Path(p.Parent)) + 1; depth > txn.AuthorityDepthMax {
		return fault.AuthorityInvalid.With("parent", strconv.Itoa(depth)+" levels", "at most "+strconv.Itoa(txn.AuthorityDepthMax))
	}
	if parent.Parent != "" && p.Sovereign != parent.Sovereign {
		return fault.AuthorityInvalid.With("sovereign", p.Sovereign, parent.Sovereign+", the parent's")
	}
	if _, err := c.FindParty(p.Party); err != nil {
		return err
	}
	if p.Calendar != "" {
		if _, err := c.FindCalendar(p.Calendar); err != nil {
			return err
		}
	}
	c.SaveAuthority(txn.Authority{ID: p.ID, Name: p.Name, Parent: p.Parent, Sovereign: p.Sovereign, Party: p.Party, Calendar: p.Calendar})
	c.Emit("authority.was_created", Created{ID: p.ID, Parent: p.Parent, Sovereign: p.Sovereign, Party: p.Party})
	return nil
}

// Created says that an authority exists.
type Created struct {
	ID        txn.AuthorityID `cbor:"1,keyasint" json:"id"`
	Parent    txn.AuthorityID `cbor:"2,keyasint" json:"parent"`
	Sovereign string          `cbor:"3,keyasint" json:"sovereign"`
	Party     identity.LEI    `cbor:"4,keyasint" json:"party"`
}
