package issuance

import (
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Burn takes the units of a paid redemption out of being. Until then they count as supply.
type Burn struct {
	Redemption wire.Hash `cbor:"1,keyasint" json:"redemption"`
}

var burnKind = txn.Kind{
	Name: "redemption.burn", Version: 1,
	En:      "burn the units of a redemption that was paid",
	Zh:      "销毁已支付赎回的份额",
	New:     func() txn.Payload { return &Burn{} },
	Example: `{"redemption":"7d865e959b2466918c9863afca942d0fb89d7c9ac0c99bafc3749504ded97730"}`,
}

// Validate checks the shape.
func (p *Burn) Validate() error { return validRedemption(p.Redemption) }

// Access: the issuer.
func (p *Burn) Access(c *txn.Context) (txn.Access, error) { return issuerOfRedemption(c, p.Redemption) }

// Execute frees the reservation and burns in the same breath; a refusal of the guard (a
// pause, a freeze of the holder) undoes both and the units stay reserved.
func (p *Burn) Execute(c *txn.Context) error {
	r, err := find(c, p.Redemption, Paid)
	if err != nil {
		return err
	}
	if err := c.Unreserve(r.From, r.Asset, r.Amount); err != nil {
		return err
	}
	if _, err := burn(c, r.Asset, r.From, r.Amount); err != nil {
		return err
	}
	r.Status, r.Closed = Burned, c.Now()
	r.put(c)
	c.SetOriginal(r.ID)
	c.Emit("redemption.was_burned", RedemptionClosedEvent{Redemption: r.ID, Asset: r.Asset, From: r.From, Amount: r.Amount})
	settleBreachAfterBurn(c, r.Asset)
	return nil
}

// settleBreachAfterBurn: less supply can end a shortfall, never begin one.
func settleBreachAfterBurn(c *txn.Context, asset txn.AssetID) {
	if _, open := FindBreach(c.Reader(), asset); open {
		settleBreach(c, asset)
	}
}
