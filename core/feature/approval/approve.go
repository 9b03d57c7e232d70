package approval

import (
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Approve signs a proposal of the signers' own party.
type Approve struct {
	Proposal wire.Hash `cbor:"1,keyasint" json:"proposal"`
}

var approveKind = txn.Kind{
	Name: "approval.approve", Version: 1,
	En:      "Approve a proposal of one's own party; the last approval that the policy asks for carries it out.",
	Zh:      "批准本主体的提案；达到策略要求的最后一次批准即予执行。",
	New:     func() txn.Payload { return new(Approve) },
	Example: `{"proposal":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}`,
}

// Validate wants an id.
func (p *Approve) Validate() error { return checkProposal(p.Proposal) }

// Access measures the approver's key by what is approved: its kind, account and amount.
func (p *Approve) Access(c *txn.Context) (txn.Access, error) {
	proposal, access, err := answers(c, p.Proposal)
	if err != nil {
		return access, err
	}
	inner, err := c.ProposedAccess(&proposal)
	access.Account, access.Asset, access.Amount = inner.Account, inner.Asset, inner.Amount
	access.Powers = inner.Powers || inner.Officer == identity.RoleAdmin
	return access, err
}

// Execute adds the approvals and carries the proposal out if they suffice.
func (p *Approve) Execute(c *txn.Context) error {
	proposal, err := c.Proposal(p.Proposal)
	if err != nil {
		return err
	}
	c.Emit("approval.was_given", answered(c, &proposal))
	return c.Approve(proposal)
}
