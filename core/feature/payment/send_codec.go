package payment

import (
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// AppendCBOR writes the payment by hand, as its tags say.
func (p Send) AppendCBOR(to []byte) []byte {
	var f wire.Fields
	to = f.Begin(to)
	to = wire.AppendText(f.Key(to, 1), p.From)
	to = wire.AppendText(f.Key(to, 2), p.To)
	to = wire.AppendText(f.Key(to, 3), p.Asset)
	to = f.Text(to, 4, string(p.TargetAsset))
	to = p.Amount.AppendCBOR(f.Key(to, 5))
	to = f.True(to, 6, p.FixTarget)
	if p.WorstRate != nil {
		to = wire.AppendRate(f.Key(to, 7), p.WorstRate)
	}
	to = wire.AppendText(f.Key(to, 8), p.Purpose)
	if p.UETR != nil {
		to = wire.AppendBytes(f.Key(to, 9), p.UETR[:])
	}
	to = f.Text(to, 10, p.EndToEnd)
	if len(p.Documents) > 0 {
		to = wire.AppendArray(f.Key(to, 11), len(p.Documents))
		for i := range p.Documents {
			to = txn.AppendDocument(to, &p.Documents[i])
		}
	}
	if p.Remittance != nil {
		to = wire.AppendHash(f.Key(to, 12), p.Remittance)
	}
	if p.Sealed != nil {
		to = wire.AppendHash(f.Key(to, 13), p.Sealed)
	}
	to = f.Text(to, 14, p.Reference)
	return f.End(to)
}

// carried is what most payments of a program have, in one piece of memory.
type carried struct {
	uetr       UETR
	remittance wire.Hash
}

// ReadCBOR reads a payment.
func (p *Send) ReadCBOR(r *wire.Reader) {
	*p = Send{}
	m := r.Map()
	p.From = txn.AccountID(m.Key(1).Text())
	p.To = txn.AccountID(m.Key(2).Text())
	p.Asset = txn.AssetID(m.Key(3).Text())
	p.TargetAsset = txn.AssetID(m.Text(4))
	p.Amount = m.Key(5).Amount()
	p.FixTarget = m.True(6)
	if m.Has(7) {
		p.WorstRate = new(money.Rate)
		*p.WorstRate = r.Rate()
	}
	p.Purpose = m.Key(8).Text()
	var with *carried
	if m.Has(9) {
		with = new(carried)
		p.UETR = &with.uetr
		r.Fixed(p.UETR[:])
		if !p.UETR.valid() {
			r.Refuse(errUETR)
		}
	}
	p.EndToEnd = m.Text(10)
	if n := m.Array(11, txn.DocumentLeast); n > 0 {
		p.Documents = make([]txn.Document, n)
		for i := range p.Documents {
			p.Documents[i] = txn.ReadDocument(r)
		}
	}
	if m.Has(12) {
		if with == nil {
			with = new(carried)
		}
		p.Remittance = &with.remittance
		r.Fixed(p.Remittance[:])
	}
	if m.Has(13) {
		p.Sealed = new(wire.Hash)
		r.Fixed(p.Sealed[:])
	}
	p.Reference = m.Text(14)
	m.End()
}
