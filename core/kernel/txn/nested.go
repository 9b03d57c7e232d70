package txn

import (
	"causeway/core/kernel/approval"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/wire"
)

// ProposalTimer is the timer that expires a proposal.
const ProposalTimer = "approval.expiry"

// run carries out, inside this transaction, what another had begun: a proposal that has its
// approvals, a held payment that has its answers. Its postings, events and status become
// this transaction's; its end is recorded under its own id besides. On an error nothing of
// it remains.
func (c *Context) run(id wire.Hash, party identity.LEI, kind string, version uint16, data []byte, signed []string, prior guard.Prior) (*Context, error) {
	if c.nested {
		return nil, fault.InternalBug.With("nesting", "a nested transaction runs another", "one level")
	}
	actor, err := c.FindParty(party)
	if err != nil {
		return nil, err
	}
	payload, err := c.env.Payload(kind, version, data)
	if err != nil {
		return nil, err
	}
	inner := NewContext(c.env, c.block, c.now, id, kind, actor, signed)
	inner.nested, inner.prior = true, prior
	mark := c.block.Mark()
	err = inner.carryOut(payload)
	c.private.Steps = append(c.private.Steps, inner.private.Steps...)
	c.result.Original = id
	if err != nil {
		c.block.Rollback(mark)
		f := fault.In(err)
		c.keeps = f.Fault != fault.InternalBug
		c.result.Status, c.result.Fault = Refused, f.Fault.Number
		c.private.Field, c.private.Found, c.private.Want = f.Field, f.Found, f.Want
		c.final(id, Result{Status: Refused, Fault: f.Fault.Number, Original: id, Party: party},
			Private{Steps: inner.private.Steps, Field: f.Field, Found: f.Found, Want: f.Want})
		return inner, err
	}
	c.result.Status = inner.result.Status
	c.result.Postings = append(c.result.Postings, inner.result.Postings...)
	c.result.Events = append(c.result.Events, inner.result.Events...)
	c.result.Items = append(c.result.Items, inner.result.Items...)
	c.validators = append(c.validators, inner.validators...)
	result := inner.result
	result.Original, result.Party = id, party
	c.final(id, result, inner.private)
	return inner, nil
}

func (c *Context) carryOut(p Payload) error {
	if err := p.Validate(); err != nil {
		return err
	}
	if _, err := p.Access(c); err != nil {
		return err
	}
	return p.Execute(c)
}

// final records the end of something begun earlier, for readers and later transactions.
func (c *Context) final(id wire.Hash, result Result, private Private) {
	result.Trace = wire.Sum(wire.Marshal(private))
	c.env.Finals = append(c.env.Finals, Final{ID: FinalID(id), Outcome: Outcome{result, private}})
}

// ProposedEvent says that a proposal waits for approvals.
type ProposedEvent struct {
	ID      wire.Hash    `cbor:"1,keyasint" json:"id"`
	Party   identity.LEI `cbor:"2,keyasint" json:"party"`
	Kind    string       `cbor:"3,keyasint" json:"kind"`
	Needed  uint8        `cbor:"4,keyasint" json:"needed"`
	Expires int64        `cbor:"5,keyasint" json:"expires"`
}

// Propose puts a payload on the ledger to wait for approvals. The context's signers have
// already approved it, as far as they count.
func (c *Context) Propose(kind string, version uint16, payload []byte, needed uint8, fourEyes bool, reference string) error {
	p := approval.Proposal{
		ID: c.id, Party: c.party.LEI, Kind: kind, Version: version, Payload: payload, Maker: c.Maker(), Signed: c.signed,
		Needed: needed, FourEyes: fourEyes, Created: c.now, Expires: c.now + int64(c.env.Params.ProposalHours)*3600_000,
		Status: approval.Open, Reference: reference,
	}
	if err := approval.Put(c.block, p); err != nil {
		return err
	}
	c.SetTimer(p.Expires, ProposalTimer, p.ID[:])
	c.result.Status = Proposed
	c.Emit("approval.was_proposed", ProposedEvent{ID: p.ID, Party: p.Party, Kind: kind, Needed: needed, Expires: p.Expires})
	return nil
}

// PayloadOf decodes a payload of the catalogue, as approval.propose must.
func (c *Context) PayloadOf(kind string, version uint16, data []byte) (Payload, error) {
	return c.env.Payload(kind, version, data)
}

// Proposal finds a proposal of the acting party that is still open.
func (c *Context) Proposal(id wire.Hash) (approval.Proposal, error) {
	p, ok := approval.Find(c.block, id)
	if !ok || p.Party != c.party.LEI {
		return p, fault.ApprovalNotFound.With("proposal", id.String(), "an open proposal of "+string(c.party.LEI))
	}
	if p.Status == approval.Expired || p.Status == approval.Open && c.now >= p.Expires {
		return p, fault.ApprovalExpired.With("proposal", id.String(), "an open proposal")
	}
	if p.Status != approval.Open {
		return p, fault.ApprovalClosed.With("proposal", p.Status.String(), "an open proposal")
	}
	return p, nil
}

// Approve adds the signers' approvals to a proposal and, if they suffice under the policy
// now in force, carries it out. A refusal then closes the proposal and is this
// transaction's result.
func (c *Context) Approve(p approval.Proposal) error {
	for _, officer := range c.signed {
		if p.FourEyes && officer == p.Maker {
			return fault.ApprovalOwnWork.With("officer", officer, "another officer")
		}
		for _, s := range p.Signed {
			if s == officer {
				return fault.ApprovalTwice.With("officer", officer, "an officer who has not signed yet")
			}
		}
		p.Signed = append(append([]string(nil), p.Signed...), officer)
	}
	c.result.Original = p.ID
	if !approval.Enough(&c.party, p.Maker, p.Signed, p.Needed, p.FourEyes) {
		return approval.Put(c.block, p)
	}
	_, err := c.run(p.ID, p.Party, p.Kind, p.Version, p.Payload, p.Signed, guard.Prior{})
	if fault.Of(err) == fault.InternalBug {
		return err
	}
	p.Status = approval.Executed
	if err != nil {
		p.Status, p.Fault = approval.Failed, fault.Of(err).Number
	}
	return c.CloseProposal(p)
}

// CloseProposal writes a proposal that is no longer open.
func (c *Context) CloseProposal(p approval.Proposal) error {
	c.ClearTimer(p.Expires, ProposalTimer, p.ID[:])
	c.result.Original = p.ID
	if p.Status == approval.Rejected || p.Status == approval.Recalled || p.Status == approval.Expired {
		as := Cancelled
		if p.Status == approval.Expired {
			as = Expired
		}
		c.final(p.ID, Result{Status: as, Original: p.ID, Party: p.Party}, Private{})
	}
	return approval.Put(c.block, p)
}
