package txn

import (
	"slices"

	"causeway/core/kernel/approval"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// depthMax is how deep transactions run others.
const depthMax = 2

// ProposalTimer is the timer that expires a proposal.
const ProposalTimer = "approval.expiry"

// run carries out, inside this transaction, what another had begun: a proposal that has its
// approvals, a held payment that has its answers. Its postings, events and status become
// this transaction's; its end is recorded under its own id besides. On an error nothing of
// it remains.
func (c *Context) run(id wire.Hash, party identity.LEI, kind string, version uint16, data []byte, signed []string, prior guard.Prior) (*Context, error) {
	// A proposal to answer a hold runs the answer, which runs the payment: two levels, no more.
	if c.depth == depthMax {
		return nil, fault.InternalBug.With("nesting", "too deep", "two levels")
	}
	actor, err := c.FindParty(party)
	if err != nil {
		return nil, err
	}
	payload, err := c.env.Payload(kind, version, data)
	if err != nil {
		return nil, err
	}
	inner := NewContext(c.env, c.block, c.now, id, kind, &actor, signed)
	inner.depth, inner.prior = c.depth+1, prior
	inner.prior.Charges = slices.Clone(prior.Charges) // lowered as they are used up
	mark := c.block.Mark()
	err = inner.carryOut(payload)
	result, private := inner.result, inner.private
	if err != nil {
		c.rollback(mark)
		f := fault.In(err)
		c.keeps = f.Fault != fault.InternalBug
		result = Result{Status: Refused, Fault: f.Fault.Number}
		private = Private{Steps: inner.private.Steps, Field: f.Field, Found: f.Found, Want: f.Want}
		c.private.Field, c.private.Found, c.private.Want = f.Field, f.Found, f.Want
	} else {
		if result.Status == 0 {
			result.Status = Done // as Finish says of what stands alone
		}
		c.validators = append(c.validators, inner.validators...)
		c.keeps = c.keeps || inner.keeps
		guard.Undo(c.block, inner.prior.Charges) // what a hold had charged beyond what it came to
	}
	result.Original, result.Party = id, party
	c.result.Status, c.result.Fault = result.Status, result.Fault
	log := FinalID(id)
	if result.Status == Held { // held afresh by a rule that is new: not its end
		log = HeldAgainID(id, c.id)
	}
	c.Record(log, id, wire.Hash{}, result, private)
	return inner, err
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

// Part carries out one part of this transaction that stands for itself: a payment of a batch.
// It has its own id, client reference and outcome; if it fails nothing of it remains but the
// record of its refusal. In an all-or-nothing batch the caller undoes all parts together.
func (c *Context) Part(id wire.Hash, reference string, content any, carryOut func(*Context) error) error {
	ref, bound := referenceOf(c.party.LEI, reference), boundTo(wire.Marshal(content))
	if !ref.IsZero() {
		first, err := FindReference(c.block, ref, reference, bound)
		if err == nil && !first.IsZero() {
			c.result.Items = append(c.result.Items, Item{ID: first, Status: Duplicate})
			return nil
		}
		if err != nil {
			c.refusePart(id, nil, err)
			return err
		}
	}
	inner := NewContext(c.env, c.block, c.now, id, c.kind, c.party, c.signed)
	inner.depth, inner.prior = c.depth, c.prior
	inner.found.partyAt = c.found.partyAt
	mark := c.block.Mark()
	if err := carryOut(inner); err != nil {
		c.rollback(mark)
		c.refusePart(id, inner, err)
		return err
	}
	c.prior = inner.prior
	result := inner.result
	result.Party, result.Bound = c.party.LEI, bound[:]
	if result.Status == 0 {
		result.Status = Done
	}
	c.Record(id, id, ref, result, inner.private)
	return nil
}

func (c *Context) refusePart(id wire.Hash, inner *Context, err error) {
	f := fault.In(err)
	private := Private{Field: f.Field, Found: f.Found, Want: f.Want}
	if inner != nil {
		private.Steps = inner.private.Steps
	}
	c.Record(id, id, wire.Hash{}, Result{Status: Refused, Fault: f.Fault.Number, Party: c.party.LEI}, private)
}

// Record keeps the outcome of something that is not this transaction itself (a payment of a
// batch, the end of what was held or proposed) under its own log id, and names it with its
// hash among this transaction's items. Value that it moved stands there and only there.
func (c *Context) Record(log, id, ref wire.Hash, result Result, private Private) {
	outcome := Outcome{Result: result, Private: private}
	outcome.seal(c.desk.private)
	c.desk.private = outcome.private
	data, hash := outcome.Encode(log)
	c.block.Append(state.Entry{ID: log, Ref: ref, Outcome: data})
	c.result.Items = append(c.result.Items, Item{ID: id, Status: result.Status, Fault: result.Fault, Hash: hash})
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
// now in force and under the one it was proposed under, carries it out. A refusal then closes
// the proposal and is this transaction's result.
func (c *Context) Approve(p approval.Proposal) error {
	access, err := c.ProposedAccess(&p)
	if err != nil {
		return err
	}
	needed, fourEyes := c.Approvals(p.Kind, access)
	p.Needed, p.FourEyes = max(p.Needed, needed), p.FourEyes || fourEyes
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
	if !approval.Enough(c.party, p.Maker, p.Signed, p.Needed, p.FourEyes) {
		return approval.Put(c.block, p)
	}
	_, err = c.run(p.ID, p.Party, p.Kind, p.Version, p.Payload, p.Signed, guard.Prior{})
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
		c.Record(FinalID(p.ID), p.ID, wire.Hash{}, Result{Status: as, Original: p.ID, Party: p.Party}, Private{})
	}
	return approval.Put(c.block, p)
}
