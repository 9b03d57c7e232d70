package ledger

import (
	"errors"

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
	f := wire.BeginFields(to)
	f.Text(1, string(p.From))
	f.Text(2, string(p.To))
	f.Set(wire.AppendText(f.Key(3), p.Asset))
	f.Set(p.Amount.AppendCBOR(f.Key(4)))
	return f.End()
}
