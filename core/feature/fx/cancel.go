package fx

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Cancel takes a quote back; what is left of it becomes available again.
type Cancel struct {
	Quote wire.Hash `cbor:"1,keyasint" json:"quote"`
}

var cancelKind = txn.Kind{
	Name: "fx.cancel", Version: 1,
	En:      "take back a firm quote",
	Zh:      "撤回确定报价",
	New:     func() txn.Payload { return &Cancel{} },
	Example: `{"quote":"6f1d3b0c8a5e4f7d9c2b1a0e6f1d3b0c8a5e4f7d9c2b1a0e6f1d3b0c8a5e4f7d"}`,
}

// Validate checks the shape.
func (p *Cancel) Validate() error {
	if p.Quote.IsZero() {
		return fault.TxFieldMissing.With("quote", "", "the id of a standing quote")
	}
	return nil
}

// Access: the maker, at once, since a stale price costs money by the second.
func (p *Cancel) Access(c *txn.Context) (txn.Access, error) {
	q, err := FindQuote(c.Reader(), p.Quote)
	if err != nil {
		return txn.Access{}, err
	}
	_, err = c.OwnAccount(q.Maker)
	return txn.Access{Account: q.Maker, Immediate: true}, err
}

// Execute gives the reservation back.
func (p *Cancel) Execute(c *txn.Context) error {
	q, err := FindQuote(c.Reader(), p.Quote)
	if err != nil {
		return err
	}
	return withdraw(c, q, "fx.was_cancelled")
}
