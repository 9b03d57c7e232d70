package approval

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Recall takes back the signer's own proposal.
type Recall struct {
	Proposal wire.Hash `cbor:"1,keyasint" json:"proposal"`
}

var recallKind = txn.Kind{
	Name: "approval.recall", Version: 1,
	En:      "Take back one's own proposal before it is carried out.",
	Zh:      "在执行前撤回本人提交的提案。",
	New:     func() txn.Payload { return new(Recall) },
	Example: `{"proposal":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}`,
}

// Validate wants an id.
func (p *Recall) Validate() error { return checkProposal(p.Proposal) }

// Access is for the officer who proposed it, whatever roles that officer has now.
func (p *Recall) Access(c *txn.Context) (txn.Access, error) {
	proposal, err := c.Proposal(p.Proposal)
	if err == nil && proposal.Maker != c.Maker() {
		err = fault.ApprovalNotMaker.With("officer", c.Maker(), proposal.Maker)
	}
	return txn.Access{Officer: txn.AnyOfficer, Kind: proposal.Kind, Immediate: true}, err
}

// Execute closes the proposal.
func (p *Recall) Execute(c *txn.Context) error {
	proposal, err := c.Proposal(p.Proposal)
	if err != nil {
		return err
	}
	proposal.Status = txn.ProposalRecalled
	c.Emit("approval.was_recalled", answered(c, &proposal))
	return c.CloseProposal(proposal)
}
