package ledger

import (
	"errors"

	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/wire"
)

// AppendState writes a balance as 16 bytes, or 32 with a reservation.
func (b Balance) AppendState(out []byte) []byte {
	total := b.Total.Bytes()
	out = append(out, total[:]...)
	if !b.Reserved.IsZero() {
		reserved := b.Reserved.Bytes()
		out = append(out, reserved[:]...)
	}
	return out
}

// DecodeState reads AppendState and refuses every other encoding.
func (b *Balance) DecodeState(data []byte) (err error) {
	if len(data) != 16 && len(data) != 32 {
		return errors.New("a balance is 16 or 32 bytes")
	}
	if b.Total, err = money.FromBytes([16]byte(data)); err != nil {
		return err
	}
	b.Reserved = money.Zero
	if len(data) == 32 {
		if b.Reserved, err = money.FromBytes([16]byte(data[16:])); err != nil {
			return err
		}
		if b.Reserved.IsZero() || b.Total.Less(b.Reserved) {
			return errors.New("a reservation is above zero and within the balance")
		}
	}
	return nil
}

// AppendCBOR writes the posting as wire.Marshal does.
func (p *Posting) AppendCBOR(to []byte) []byte {
	var f wire.Fields
	to = f.Begin(to)
	to = f.Text(to, 1, string(p.From))
	to = f.Text(to, 2, string(p.To))
	to = wire.AppendText(f.Key(to, 3), p.Asset)
	to = p.Amount.AppendCBOR(f.Key(to, 4))
	return f.End(to)
}

// AppendCBOR writes the account.
func (a Account) AppendCBOR(to []byte) []byte {
	var f wire.Fields
	to = f.Begin(to)
	to = wire.AppendText(f.Key(to, 1), a.ID)
	to = wire.AppendText(f.Key(to, 2), a.Owner)
	to = wire.AppendText(f.Key(to, 3), a.Authority)
	to = wire.AppendText(f.Key(to, 4), a.Type)
	if len(a.External) > 0 {
		to = wire.AppendArray(f.Key(to, 5), len(a.External))
		for i := range a.External {
			to = a.External[i].appendCBOR(to)
		}
	}
	if a.Receiver != nil {
		to = a.Receiver.appendCBOR(f.Key(to, 6))
	}
	to = f.Text(to, 7, a.Frozen)
	to = f.Text(to, 8, string(a.FrozenBy))
	to = f.True(to, 9, a.Closed)
	return f.End(to)
}

// ReadCBOR reads an account.
func (a *Account) ReadCBOR(r *wire.Reader) {
	m := r.Map()
	a.ID = AccountID(m.Key(1).Text())
	a.Owner = identity.LEI(m.Key(2).Text())
	a.Authority = identity.AuthorityID(m.Key(3).Text())
	a.Type = AccountType(m.Key(4).Text())
	a.External = nil
	if n := m.Array(5, externalLeast); n > 0 {
		a.External = make([]ExternalID, n)
		for i := range a.External {
			a.External[i].readCBOR(r)
		}
	}
	a.Receiver = nil
	if m.Has(6) {
		a.Receiver = new(ReceiverPolicy)
		a.Receiver.readCBOR(r)
	}
	a.Frozen = m.Text(7)
	a.FrozenBy = identity.AuthorityID(m.Text(8))
	a.Closed = m.True(9)
	m.End()
}

func (e *ExternalID) appendCBOR(to []byte) []byte {
	var f wire.Fields
	to = f.Begin(to)
	to = wire.AppendText(f.Key(to, 1), e.Scheme)
	to = wire.AppendText(f.Key(to, 2), e.ID)
	to = f.Text(to, 3, e.Agent)
	to = f.Text(to, 4, e.Asset)
	return f.End(to)
}

const externalLeast = 5

func (e *ExternalID) readCBOR(r *wire.Reader) {
	m := r.Map()
	e.Scheme = m.Key(1).Text()
	e.ID = m.Key(2).Text()
	e.Agent = m.Text(3)
	e.Asset = m.Text(4)
	m.End()
}

func (p *ReceiverPolicy) appendCBOR(to []byte) []byte {
	var f wire.Fields
	to = f.Begin(to)
	if len(p.Assets) > 0 {
		to = wire.AppendTexts(f.Key(to, 1), p.Assets)
	}
	if len(p.Purposes) > 0 {
		to = wire.AppendTexts(f.Key(to, 2), p.Purposes)
	}
	return f.End(to)
}

func (p *ReceiverPolicy) readCBOR(r *wire.Reader) {
	m := r.Map()
	p.Assets = wire.MapTexts[AssetID](&m, 1)
	p.Purposes = wire.MapTexts[string](&m, 2)
	m.End()
}
