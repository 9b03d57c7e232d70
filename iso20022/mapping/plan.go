package mapping

import (
	"causeway/core/feature/payment"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/iso20022/model"
)

// Bounds of one submission; genesis may set lower ones.
const (
	batchPaymentsMax = 1000
	batchBytesMax    = 400 << 10
)

// Submission is one transaction to sign and send, with the payments it carries.
type Submission struct {
	Kind      txn.Kind
	Payload   txn.Payload
	Party     identity.LEI
	Reference string // client reference of the transaction; empty for a batch, whose items have their own
	Items     []Item
}

// Planner collects the payments of a file into submissions: one payment alone is a
// payment.send, several are batches in which each stands for itself, one batch per debited
// account and asset at a time, so memory is bounded by the batch.
type Planner struct {
	mapper *Mapper
	emit   func(Submission) error
	group  []Item
	bytes  int
	count  int
}

// Most is what the payments may debit at their worst rates, in minor units: what a policy on
// approvals measures.
func (s *Submission) Most() (most money.Amount, ok bool) {
	ok = true
	for i := range s.Items {
		send, amount := &s.Items[i].Send, s.Items[i].Send.Amount
		if send.FixTarget {
			if amount, ok = amount.MulRateCeil(send.WorstRate.Inverse()); !ok {
				return most, false
			}
		}
		if most, ok = most.Add(amount); !ok {
			return most, false
		}
	}
	return most, ok
}

// NewPlanner makes a planner that hands submissions to emit as they are full.
func NewPlanner(m *Mapper, emit func(Submission) error) *Planner {
	return &Planner{mapper: m, emit: emit}
}

// Add maps a payment and adds it. One with a problem is returned with it and never sent.
func (p *Planner) Add(file *model.File, one *model.Payment) (Item, error) {
	p.count++
	item, err := p.mapper.Map(file, one)
	if err != nil || item.Problem != nil {
		return item, err
	}
	if len(p.group) > 0 {
		first := &p.group[0].Send
		if first.From != item.Send.From || first.Asset != item.Send.Asset {
			if err := p.flush(); err != nil {
				return item, err
			}
		}
	}
	size := len(wire.Marshal(&item.Send))
	if len(p.group) == batchPaymentsMax || p.bytes+size > batchBytesMax {
		if err := p.flush(); err != nil {
			return item, err
		}
	}
	item.Payment.Raw = nil // hashed already; a batch must not hold the file
	p.group = append(p.group, item)
	p.bytes += size
	return item, nil
}

// Close hands out what is left.
func (p *Planner) Close() error {
	if len(p.group) == 1 && p.count == 1 {
		item := p.group[0]
		send := item.Send
		reference := send.Reference
		send.Reference = ""
		return p.emit(Submission{Kind: payment.SendKind, Payload: &send, Party: item.Party, Reference: reference, Items: p.group})
	}
	return p.flush()
}

func (p *Planner) flush() error {
	if len(p.group) == 0 {
		return nil
	}
	batch := &payment.Batch{Mode: payment.EachForItself}
	for _, item := range p.group {
		batch.Payments = append(batch.Payments, item.Send)
		batch.Sum, _ = batch.Sum.Add(item.Send.Amount) // Validate refuses an overflow
	}
	s := Submission{Kind: payment.BatchKind, Payload: batch, Party: p.group[0].Party, Items: p.group}
	p.group, p.bytes = nil, 0
	return p.emit(s)
}
