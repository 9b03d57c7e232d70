package approval

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Reject closes a proposal of the signers' own party.
type Reject struct {
	Proposal wire.Hash `cbor:"1,keyasint" json:"proposal"`
}

var rejectKind = txn.Kind{
	Name: "approval.reject", Version: 1,
	En:      "Reject a proposal of one's own party, which closes it.",
	Zh:      "否决本主体的提案，提案随即关闭。",
	New:     func() txn.Payload { return new(Reject) },
	Example: `{"proposal":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}`,
}

// Validate wants an id.
func (p *Reject) Validate() error { return checkProposal(p.Proposal) }

// Access is that of whoever could have approved.
func (p *Reject) Access(c *txn.Context) (txn.Access, error) {
	proposal, access, err := answers(c, p.Proposal)
	if err == nil && proposal.Maker == c.Maker() {
		err = fault.ApprovalOwnWork.With("officer", c.Maker(), "another officer; whoever proposed it recalls it")
	}
	return access, err
}

// Execute closes the proposal.
func (p *Reject) Execute(c *txn.Context) error {
	proposal, err := c.Proposal(p.Proposal)
	if err != nil {
		return err
	}
	proposal.Status = txn.ProposalRejected
	c.Emit("approval.was_rejected", answered(c, &proposal))
	return c.CloseProposal(proposal)
}
