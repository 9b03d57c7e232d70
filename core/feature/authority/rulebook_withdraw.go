package authority

import "causeway/core/kernel/txn"

// WithdrawRulebook takes back a version that is not in force yet.
type WithdrawRulebook struct {
	Authority txn.AuthorityID `cbor:"1,keyasint" json:"authority"`
	Version   uint32          `cbor:"2,keyasint" json:"version"`
}

var withdrawKind = txn.Kind{
	Name: "rulebook.withdraw", Version: 1,
	En:      "Withdraw a rulebook version before it comes into force.",
	Zh:      "在生效前撤回规则手册版本。",
	New:     func() txn.Payload { return new(WithdrawRulebook) },
	Example: `{"authority":"CN-SH","version":3}`,
}

// Validate checks authority and version.
func (p *WithdrawRulebook) Validate() error { return checkVersion(p.Authority, p.Version) }

// Access is for the authority's supervisor, or one above it.
func (p *WithdrawRulebook) Access(c *txn.Context) (txn.Access, error) {
	return supervising(c, p.Authority)
}

// Execute withdraws the version and its timer.
func (p *WithdrawRulebook) Execute(c *txn.Context) error {
	e, err := inState(c, p.Authority, p.Version, txn.RulebookProposed, txn.RulebookApproved)
	if err != nil {
		return err
	}
	schedule(c, &e, 0)
	e.Status = txn.RulebookWithdrawn
	c.SaveEdition(e)
	c.Emit("rulebook.was_withdrawn", Withdrawn{Authority: p.Authority, Version: p.Version})
	return nil
}
