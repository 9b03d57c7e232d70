package payment

import (
	"encoding/binary"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// The two ways in which a batch can be meant; the sender says which.
const (
	AllOrNothing  = "all"
	EachForItself = "each"
)

// Batch pays several payments from one account in one transaction.
type Batch struct {
	Mode     string       `cbor:"1,keyasint" json:"mode"` // all: every one or none; each: every one for itself
	Payments []Send       `cbor:"2,keyasint" json:"payments"`
	Sum      money.Amount `cbor:"3,keyasint" json:"sum"`                      // of the amounts, minor units: a control total
	File     *wire.Hash   `cbor:"4,keyasint,omitempty" json:"file,omitempty"` // id of the payment.file that people have approved
	Part     uint16       `cbor:"5,keyasint,omitempty" json:"part,omitempty"` // which batch of that file, from 0
}

// BatchKind is payment.batch.
var BatchKind = txn.Kind{
	Name: "payment.batch", Version: 1,
	En:      "pay several payments from one account, all or nothing or each for itself",
	Zh:      "从同一账户批量付款：全部成功或逐笔独立",
	New:     func() txn.Payload { return &Batch{} },
	Example: `{"mode":"each","sum":"3000","payments":[{"from":"SH-IMPORT-CNY","to":"SH-PARTS-CNY","asset":"e-CNY","amount":"1000","purpose":"CGODDR","item_reference":"a1"},{"from":"SH-IMPORT-CNY","to":"SH-PARTS-CNY","asset":"e-CNY","amount":"2000","purpose":"CGODDR","item_reference":"a2"}]}`,
}

// Validate checks the shape: one debited account and asset, distinct references, the sum.
func (p *Batch) Validate() error {
	if p.Mode != AllOrNothing && p.Mode != EachForItself {
		return fault.TxFieldInvalid.With("mode", p.Mode, "all or each")
	}
	if len(p.Payments) == 0 {
		return fault.PaymentBatchEmpty.With("payments", "none", "at least one")
	}
	if p.File == nil && p.Part != 0 {
		return fault.TxFieldInvalid.With("part", "set", "empty without a file")
	}
	var sum money.Amount
	references := map[string]bool{}
	for i := range p.Payments {
		s := &p.Payments[i]
		if err := at(i, s.Validate()); err != nil {
			return err
		}
		if s.From != p.Payments[0].From || s.Asset != p.Payments[0].Asset {
			return at(i, fault.TxFieldInvalid.With("from, asset", string(s.From)+", "+string(s.Asset), "the same in the whole batch: "+string(p.Payments[0].From)+", "+string(p.Payments[0].Asset)))
		}
		if s.Reference == "" && p.File != nil {
			return at(i, fault.TxFieldMissing.With("item_reference", "", "a reference, so that sending a batch of a file again pays nothing twice"))
		}
		if s.Reference != "" && references[s.Reference] {
			return at(i, fault.PaymentReferenceTwice.With("item_reference", s.Reference, "distinct references"))
		}
		references[s.Reference] = true
		var ok bool
		if sum, ok = sum.Add(s.Amount); !ok {
			return at(i, fault.AmountOverflow.With("sum", "overflow", "a sum up to 2^127-1"))
		}
	}
	if sum != p.Sum {
		return fault.PaymentBatchSum.With("sum", p.Sum.Digits(), sum.Digits())
	}
	return nil
}

// at says which payment of the batch an error is about.
func at(i int, err error) error {
	if err == nil {
		return nil
	}
	stated := *fault.In(err)
	stated.Field = "payments[" + itoa(i) + "]." + stated.Field
	return &stated
}

// Access: the owner of the debited account. A batch of an approved file needs no further
// approvals: people have approved the manifest.
func (p *Batch) Access(c *txn.Context) (txn.Access, error) {
	if most := int(c.Params().BatchPaymentsMax); len(p.Payments) > most {
		return txn.Access{}, fault.PaymentBatchTooLarge.With("payments", itoa(len(p.Payments)), "at most "+itoa(most))
	}
	if _, err := c.OwnAccount(p.Payments[0].From); err != nil {
		return txn.Access{}, err
	}
	access := txn.Access{Account: p.Payments[0].From, Asset: p.Payments[0].Asset}
	for i := range p.Payments {
		most, err := p.Payments[i].reserve()
		if err != nil {
			return access, at(i, err)
		}
		var ok bool
		if access.Amount, ok = access.Amount.Add(most); !ok {
			return access, fault.AmountOverflow.With("sum", "overflow", "a sum up to 2^127-1")
		}
	}
	if p.File != nil {
		if _, err := p.manifest(c); err != nil {
			return access, err
		}
		access.Immediate = true
	}
	return access, nil
}

// Execute pays each for itself, or all or none.
func (p *Batch) Execute(c *txn.Context) error {
	if p.File != nil {
		if err := p.tick(c); err != nil {
			return err
		}
	}
	if p.Mode == AllOrNothing {
		return p.all(c)
	}
	settled, held := 0, 0
	for i := range p.Payments {
		s, id := &p.Payments[i], itemID(c.ID(), i)
		status := txn.Refused
		err := c.Part(id, s.Reference, s, func(part *txn.Context) error {
			err := s.Execute(part)
			status = part.Status()
			return err
		})
		switch {
		case fault.Of(err) == fault.InternalBug:
			return err
		case err == nil && status == txn.Held:
			held++
		case err == nil:
			settled++
		}
	}
	switch len(p.Payments) {
	case settled:
		c.SetStatus(txn.Settled)
	case held:
		c.SetStatus(txn.Held)
	default:
		c.SetStatus(txn.Partial)
	}
	return nil
}

// all pays every payment or none; if any has to be reviewed, the whole batch waits with
// everything reserved.
func (p *Batch) all(c *txn.Context) error {
	mark := c.Mark()
	var decisions []*txn.Decision
	var trace []txn.Step
	wait := false
	for i := range p.Payments {
		s := &p.Payments[i]
		err := c.Part(itemID(c.ID(), i), s.Reference, s, func(part *txn.Context) error {
			decision, moved, err := s.pay(part)
			if err == nil && !moved {
				wait = true
				part.ChargeHeld(decision) // so that the next payment is measured with it
			}
			decisions, trace = append(decisions, decision), bounded(trace, part.Trace(), err != nil)
			return err
		})
		if fault.Of(err) == fault.InternalBug {
			return err
		}
		if err != nil {
			c.AddTrace(trace)
			stated := fault.In(at(i, err))
			return &fault.Error{Fault: stated.Fault, Field: stated.Field, Found: stated.Found, Want: stated.Want}
		}
	}
	if !wait {
		c.SetStatus(txn.Settled)
		return nil
	}
	c.Rollback(mark)
	c.AddTrace(trace)
	access, err := p.Access(c)
	if err != nil {
		return err
	}
	return c.Hold(c.ID(), BatchKind.Name, BatchKind.Version, p, decisions,
		txn.Reservation{Account: access.Account, Asset: access.Asset, Amount: access.Amount})
}

// traceMax bounds the trace of a batch that stands or falls together, in steps.
const traceMax = 1000

// bounded adds the trace of one payment to that of its batch; of the one that is refused,
// everything.
func bounded(trace, steps []txn.Step, refused bool) []txn.Step {
	if !refused {
		steps = steps[:min(len(steps), max(0, traceMax-len(trace)))]
	}
	return append(trace, steps...)
}

// itemID is the id of a payment inside a batch.
func itemID(batch wire.Hash, i int) wire.Hash {
	return wire.Sum([]byte("causeway/item/1"), batch[:], binary.BigEndian.AppendUint32(nil, uint32(i)))
}
