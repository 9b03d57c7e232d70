package payment

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Cancel ends a held payment of one's own; its funds are free again. (A payment that is
// still a proposal is recalled with approval.recall; a settled one can only be returned.)
type Cancel struct {
	Payment wire.Hash `cbor:"1,keyasint" json:"payment"`
	Reason  string    `cbor:"2,keyasint,omitempty" json:"reason,omitempty"` // ISO 20022 cancellation reason, e.g. CUST
}

var cancelKind = txn.Kind{
	Name: "payment.cancel", Version: 1,
	En:      "cancel a payment of one's own that is held for review",
	Zh:      "撤销本方待审的付款",
	New:     func() txn.Payload { return &Cancel{} },
	Example: `{"payment":"6f1d3b0c8a5e4f7d9c2b1a0e6f1d3b0c8a5e4f7d9c2b1a0e6f1d3b0c8a5e4f7d","reason":"CUST"}`,
}

// Validate checks the shape.
func (p *Cancel) Validate() error {
	if p.Payment.IsZero() {
		return fault.TxFieldMissing.With("payment", "", "the id of a held payment")
	}
	if !plainText(p.Reason, 4) {
		return fault.TxFieldInvalid.With("reason", p.Reason, "an ISO 20022 reason code of four characters")
	}
	return nil
}

// Access: any maker of the payer; taking back what has not moved needs no second officer.
func (p *Cancel) Access(c *txn.Context) (txn.Access, error) {
	access := txn.Access{Immediate: true}
	if h, ok := txn.FindHeld(c.Reader(), p.Payment); ok && len(h.Reserved) > 0 {
		access.Account = h.Reserved[0].Account // a payment debits one account
	}
	return access, nil
}

// Execute ends the hold.
func (p *Cancel) Execute(c *txn.Context) error {
	if o, ok := c.FindOutcome(p.Payment); ok && o.Result.Status == txn.Settled {
		return fault.PaymentNotCancellable.With("payment", "settled", "a held payment; a settled one is returned by its receiver")
	}
	if err := c.CancelHeld(p.Payment); err != nil {
		return err
	}
	c.SetStatus(txn.Cancelled)
	return nil
}
