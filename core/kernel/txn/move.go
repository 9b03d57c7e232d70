package txn

import (
	"slices"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
)

// Move is the one way to move value: it asks the guard about the journal and, if it is
// allowed, posts it and books its quota charges. On a hold nothing has moved and the caller
// decides (Hold, or refuse); a refusal is returned as an error, with its trace recorded.
func (c *Context) Move(o *Order, postings []Posting) (*Decision, error) {
	d, err := c.env.Guard.Judge(c.takeRoom(), c.block, c.now, o, postings, c.prior)
	if err != nil {
		return nil, err
	}
	c.private.Steps = joined(c.private.Steps, d.Steps)
	if d.Verdict == guard.Refuse {
		return d, d.Refusal
	}
	if d.Verdict == guard.Hold {
		return d, nil
	}
	if err := ledger.Post(c.block, postings); err != nil {
		return d, err
	}
	c.moved(postings)
	c.private.Charges = joined(c.private.Charges, d.Settle(c.block, &c.prior))
	if c.result.Status != Partial {
		c.result.Status = Settled
	}
	return d, nil
}

// joined is list and more; mostly there was nothing before, and more is taken as it is.
func joined[L ~[]E, E any](list, more L) L {
	if len(list) == 0 {
		return more[:len(more):len(more)]
	}
	return append(list, more...)
}

// JudgeMaker asks whether a market maker's own path lets it fill this part of an order.
func (c *Context) JudgeMaker(part *Order, maker *Side) (*Decision, error) {
	return c.env.Guard.JudgeMaker(c.block, c.now, part, maker)
}

// ChargeMaker books what a maker's own path counts. A return of the payment does not undo it:
// the maker's exchange stands.
func (c *Context) ChargeMaker(d *Decision) Charges { return d.Charge(c.block, false) }

// UndoMaker takes back what ChargeMaker has booked.
func (c *Context) UndoMaker(charged Charges) { guard.Undo(c.block, charged) }

// ChargeHeld books what a decision to hold would charge, for a batch whose payments wait
// together: each is measured with those before it. Hold books them for good.
func (c *Context) ChargeHeld(d *Decision) { d.Charge(c.block, true) }

// AddTrace records steps of parts that are not recorded themselves.
func (c *Context) AddTrace(steps []Step) { c.private.Steps = append(c.private.Steps, steps...) }

// Skipped records why a market maker was passed over.
func (c *Context) Skipped(maker AccountID, quote string, reason *fault.Error) {
	c.private.Steps = append(c.private.Steps, Step{
		Rule: "fx.maker_skipped", Scope: string(maker) + " " + quote, Verdict: guard.Allow, Fault: reason.Fault.Number, Found: reason.Found, Want: reason.Want,
	})
}

// SkippedBy records that a maker's own path did not let it fill. What a rulebook measured stands
// in steps of that rulebook's authority, where whoever may not see it does not.
func (c *Context) SkippedBy(maker AccountID, quote string, d *Decision) {
	reason := d.Refusal
	for i := range d.Steps {
		if s := &d.Steps[i]; s.Version != 0 && s.Verdict == guard.Refuse {
			reason = d.Refusal.Fault.Err()
			c.private.Steps = append(c.private.Steps, *s)
		}
	}
	c.Skipped(maker, quote, reason)
}

// UndoCharges lowers what a payment charged, each in its own window, by the share
// part/whole of it: a return is not new flow.
func (c *Context) UndoCharges(charges Charges, part, whole money.Amount) {
	undone := make(Charges, 0, len(charges))
	for _, charge := range charges {
		charge.Out = share(charge.Out, part, whole)
		charge.In = share(charge.In, part, whole)
		undone = append(undone, charge)
	}
	guard.Undo(c.block, undone)
}

// share is ⌊amount·part/whole⌋; for amounts beyond 64 bits it gives all or nothing, which
// errs on the side of counting too much.
func share(amount, part, whole money.Amount) money.Amount {
	if part == whole {
		return amount
	}
	p, ok1 := part.Uint64()
	w, ok2 := whole.Uint64()
	if !ok1 || !ok2 {
		return money.Zero
	}
	got, _ := amount.MulDivFloor(p, w)
	return got
}

// Reserve keeps an amount of an account from being spent, for a quote, a redemption, a hold.
func (c *Context) Reserve(account AccountID, asset AssetID, amount money.Amount) error {
	return ledger.Reserve(c.block, account, asset, amount)
}

// Unreserve undoes (part of) a reservation; more than is reserved is a defect.
func (c *Context) Unreserve(account AccountID, asset AssetID, amount money.Amount) error {
	if amount.IsZero() {
		return nil
	}
	if !ledger.Unreserve(c.block, account, asset, amount) {
		return fault.InternalBug.With("reservation of "+string(account), "less than "+amount.Digits(), "what was reserved")
	}
	return nil
}

// Mark and Rollback undo what a part of a transaction has done, with its postings, events
// and charges; a batch in which each payment stands for itself needs them.
type Mark struct {
	state, postings, events, charges, items, validators int
	status                                              Status
	prior                                               guard.Prior
}

// Mark remembers this moment.
func (c *Context) Mark() Mark {
	prior := guard.Prior{Answered: c.prior.Answered, Charges: slices.Clone(c.prior.Charges)}
	return Mark{c.block.Mark(), len(c.result.Postings), len(c.result.Events), len(c.private.Charges), len(c.result.Items), len(c.validators), c.result.Status, prior}
}

// Rollback returns to it. The trace stays: it says why.
func (c *Context) Rollback(m Mark) {
	c.rollback(m.state)
	c.result.Postings = c.result.Postings[:m.postings]
	c.result.Events = c.result.Events[:m.events]
	c.private.Charges = c.private.Charges[:m.charges]
	c.result.Items = c.result.Items[:m.items]
	c.validators = c.validators[:m.validators]
	c.result.Status, c.prior = m.status, m.prior
}
