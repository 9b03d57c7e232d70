package issuance

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Cancel takes a request back before it is paid. It always passes: undoing a reservation is
// no movement, and frozen money stays frozen (DECISIONS 16).
type Cancel struct {
	Redemption wire.Hash `cbor:"1,keyasint" json:"redemption"`
}

var cancelKind = txn.Kind{
	Name: "redemption.cancel", Version: 1,
	En:      "take a redemption request back before it is paid",
	Zh:      "在支付前撤回赎回请求",
	New:     func() txn.Payload { return &Cancel{} },
	Example: `{"redemption":"7d865e959b2466918c9863afca942d0fb89d7c9ac0c99bafc3749504ded97730"}`,
}

// Validate checks the shape.
func (p *Cancel) Validate() error { return validRedemption(p.Redemption) }

func validRedemption(id wire.Hash) error {
	if id.IsZero() {
		return fault.TxFieldMissing.With("redemption", "", "the id of a redemption")
	}
	return nil
}

// Access: the holder.
func (p *Cancel) Access(c *txn.Context) (txn.Access, error) {
	r, ok := FindRedemption(c.Reader(), p.Redemption)
	if !ok {
		return txn.Access{}, fault.RedemptionNotFound.With("redemption", p.Redemption.String(), "the id of a redemption")
	}
	_, err := c.OwnAccount(r.From)
	return txn.Access{Account: r.From, Asset: r.Asset, Amount: r.Amount}, err
}

// Execute gives the reserved amount back to the account.
func (p *Cancel) Execute(c *txn.Context) error {
	r, err := find(c, p.Redemption, Requested)
	if err != nil {
		return err
	}
	if err := c.Unreserve(r.From, r.Asset, r.Amount); err != nil {
		return err
	}
	r.disarm(c)
	r.Status, r.Closed = Cancelled, c.Now()
	r.put(c)
	c.SetOriginal(r.ID)
	c.Emit("redemption.was_cancelled", RedemptionClosedEvent{Redemption: r.ID, Asset: r.Asset, From: r.From, Amount: r.Amount})
	return nil
}

// RedemptionClosedEvent says that a redemption has ended.
type RedemptionClosedEvent struct {
	Redemption wire.Hash     `cbor:"1,keyasint" json:"redemption"`
	Asset      txn.AssetID   `cbor:"2,keyasint" json:"asset"`
	From       txn.AccountID `cbor:"3,keyasint" json:"from"`
	Amount     money.Amount  `cbor:"4,keyasint" json:"amount"`
}
