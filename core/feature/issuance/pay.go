package issuance

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// bankReferenceMax is the length of ISO 20022 Max35Text.
const bankReferenceMax = 35

// Pay states that the issuer has paid a redemption out at its bank. It stops the clock; what
// happened at the bank is a fact, so neither pause nor freeze refuses it.
type Pay struct {
	Redemption    wire.Hash `cbor:"1,keyasint" json:"redemption"`
	BankReference string    `cbor:"2,keyasint" json:"bank_reference"` // of the payout, at most 35 printable ASCII characters
}

var payKind = txn.Kind{
	Name: "redemption.pay", Version: 1,
	En:      "state that a redemption was paid out, with the bank's reference",
	Zh:      "声明赎回款已支付并附银行参考号",
	New:     func() txn.Payload { return &Pay{} },
	Example: `{"redemption":"7d865e959b2466918c9863afca942d0fb89d7c9ac0c99bafc3749504ded97730","bank_reference":"FPS-20261123-004417"}`,
}

// Validate checks the shape.
func (p *Pay) Validate() error {
	if p.BankReference == "" || !ascii(p.BankReference, bankReferenceMax) {
		return fault.TxFieldInvalid.With("bank_reference", p.BankReference, "1 to 35 printable ASCII characters")
	}
	return validRedemption(p.Redemption)
}

// Access: the issuer.
func (p *Pay) Access(c *txn.Context) (txn.Access, error) { return issuerOfRedemption(c, p.Redemption) }

// Execute stops the clock.
func (p *Pay) Execute(c *txn.Context) error {
	r, err := find(c, p.Redemption, Requested)
	if err != nil {
		return err
	}
	r.disarm(c)
	r.Status, r.Reference, r.Paid = Paid, p.BankReference, c.Now()
	r.put(c)
	c.SetOriginal(r.ID)
	c.Emit("redemption.was_paid", PaidEvent{Redemption: r.ID, Asset: r.Asset, Holder: r.Holder, BankReference: p.BankReference, Late: r.Breached != 0})
	return nil
}

// PaidEvent says that a holder has its money, by the issuer's word.
type PaidEvent struct {
	Redemption    wire.Hash    `cbor:"1,keyasint" json:"redemption"`
	Asset         txn.AssetID  `cbor:"2,keyasint" json:"asset"`
	Holder        identity.LEI `cbor:"3,keyasint" json:"holder"`
	BankReference string       `cbor:"4,keyasint" json:"bank_reference"`
	Late          bool         `cbor:"5,keyasint,omitempty" json:"late,omitempty"` // the deadline had been missed
}
