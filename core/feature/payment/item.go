package payment

import (
	"causeway/core/kernel/money"
	"causeway/core/kernel/wire"
)

// ItemID is the id under which a payment of a batch, held batch or proposed batch is recorded.
func ItemID(batch wire.Hash, i int) wire.Hash { return itemID(batch, i) }

// Most is the most that a payment may debit: its amount, or by its worst rate.
func (p *Send) Most() (most money.Amount, ok bool) {
	most, err := p.reserve()
	return most, err == nil
}
