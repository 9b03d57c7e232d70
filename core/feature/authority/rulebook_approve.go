package authority

import (
	"slices"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
)

// ApproveRulebook approves a proposed version: another officer of the authority, or the
// supervisor of one above it.
type ApproveRulebook struct {
	Authority txn.AuthorityID `cbor:"1,keyasint" json:"authority"`
	Version   uint32          `cbor:"2,keyasint" json:"version"`
}

var approveKind = txn.Kind{
	Name: "rulebook.approve", Version: 1,
	En:      "Approve a proposed rulebook version, as an officer who has not proposed it.",
	Zh:      "批准规则手册的待批版本；批准人不得为提出人。",
	New:     func() txn.Payload { return new(ApproveRulebook) },
	Example: `{"authority":"CN-SH","version":3}`,
}

// Validate checks authority and version.
func (p *ApproveRulebook) Validate() error { return checkVersion(p.Authority, p.Version) }

// Access is for supervisors up the tree.
func (p *ApproveRulebook) Access(c *txn.Context) (txn.Access, error) {
	access, err := supervising(c, p.Authority)
	access.Officer = txn.AnyOfficer
	return access, err
}

// Execute approves the version. It comes into force at its time if that lies ahead; else
// rulebook.activate sets another.
func (p *ApproveRulebook) Execute(c *txn.Context) error {
	e, err := inState(c, p.Authority, p.Version, txn.RulebookProposed)
	if err != nil {
		return err
	}
	by, _ := drafts.Get(c.Reader(), versionKey(p.Authority, p.Version))
	fresh := func(officer string) bool { return by.Party != c.Party().LEI || !slices.Contains(by.Officers, officer) }
	if !slices.ContainsFunc(c.Signers(), fresh) {
		return fault.ApprovalOwnWork.With("officer", c.Maker(), "an officer who has not proposed the version")
	}
	if err := c.CheckRulebook(&e.Book); err != nil {
		return err
	}
	e.Status = txn.RulebookApproved
	schedule(c, &e, e.From)
	c.SaveEdition(e)
	c.Emit("rulebook.was_approved", RulebookApproved{Authority: p.Authority, Version: p.Version, From: e.From, By: c.Party().LEI})
	return nil
}

// RulebookApproved says that a version is approved, and from when it is in force.
type RulebookApproved struct {
	Authority txn.AuthorityID `cbor:"1,keyasint" json:"authority"`
	Version   uint32          `cbor:"2,keyasint" json:"version"`
	From      int64           `cbor:"3,keyasint,omitempty" json:"from,omitempty"` // Unix ms; 0 = not decided
	By        identity.LEI    `cbor:"4,keyasint" json:"by"`
}
