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
	var f wire.Fields
	to = f.Begin(to)
	to = f.Text(to, 1, string(p.From))
	to = f.Text(to, 2, string(p.To))
	to = wire.AppendText(f.Key(to, 3), p.Asset)
	to = p.Amount.AppendCBOR(f.Key(to, 4))
	return f.End(to)
}
