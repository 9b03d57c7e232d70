package txn

import (
	"causeway/core/kernel/approval"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/wire"
)

// Proposal is a transaction that waits for approvals.
type Proposal = approval.Proposal

// How a proposal can end without being carried out.
const (
	ProposalOpen     = approval.Open
	ProposalRejected = approval.Rejected
	ProposalRecalled = approval.Recalled
)

// CheckPolicy refuses a policy that the party's active officers could never fulfil.
func CheckPolicy(p *identity.Party) error { return approval.Satisfiable(p) }

// Approvals says what the acting party's policy asks for before something may be done.
func (c *Context) Approvals(kind string, a Access) (needed uint8, fourEyes bool) {
	if a.Powers {
		return approval.NeedForPowers(c.party)
	}
	needed, fourEyes = approval.Need(c.party, kind, string(a.Asset), a.Amount)
	if a.Spares != "" {
		besides, other := approval.Need(c.party, a.Spares, string(a.Asset), a.Amount)
		needed, fourEyes = max(needed, besides), fourEyes || other
	}
	return needed, fourEyes
}

// Approved reports whether these officers satisfy a need, the maker being the one who signed
// this transaction first.
func (c *Context) Approved(officers []string, needed uint8, fourEyes bool) bool {
	return approval.Enough(c.party, c.Maker(), officers, needed, fourEyes)
}

// ProposedAccess is what a proposal touches, as its own maker would.
func (c *Context) ProposedAccess(p *Proposal) (Access, error) {
	payload, err := c.env.Payload(p.Kind, p.Version, p.Payload)
	if err != nil {
		return Access{}, err
	}
	maker := NewContext(c.env, c.block, c.now, p.ID, p.Kind, c.party, p.Signed)
	maker.depth, maker.found.partyAt = depthMax, c.found.partyAt
	return payload.Access(maker)
}

// ExpiredEvent says that a proposal did not get its approvals in time.
type ExpiredEvent struct {
	ID    wire.Hash    `cbor:"1,keyasint" json:"id"`
	Party identity.LEI `cbor:"2,keyasint" json:"party"`
	Kind  string       `cbor:"3,keyasint" json:"kind"`
}

// ExpireProposal is ProposalTimer: it closes a proposal that is still open.
func ExpireProposal(c *Context, id []byte) error {
	if len(id) != len(wire.Hash{}) {
		return fault.InternalBug.With("timer "+ProposalTimer, "an id of another length", "32 bytes")
	}
	p, ok := approval.Find(c.block, wire.Hash(id))
	if !ok || p.Status != approval.Open {
		return fault.InternalBug.With("timer "+ProposalTimer, "no open proposal", "the timer of an open one")
	}
	p.Status = approval.Expired
	c.Emit("approval.was_expired", ExpiredEvent{ID: p.ID, Party: p.Party, Kind: p.Kind})
	return c.CloseProposal(p)
}
