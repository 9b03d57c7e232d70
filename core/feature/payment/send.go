package payment

import (
	"causeway/core/feature/fx"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Bounds of a payment's references.
const (
	documentsMax   = 16
	endToEndMax    = 35 // ISO 20022 Max35Text
	documentRefMax = 35
)

// Send pays from one account to another. In one asset Amount is all there is; in two, the
// amount fixes either what the payer gives or what the payee gets, and WorstRate bounds the
// exchange.
type Send struct {
	From        txn.AccountID  `cbor:"1,keyasint" json:"from"`
	To          txn.AccountID  `cbor:"2,keyasint" json:"to"`
	Asset       txn.AssetID    `cbor:"3,keyasint" json:"asset"`                                               // what the payer gives
	TargetAsset txn.AssetID    `cbor:"4,keyasint,omitempty" json:"target_asset,omitempty"`                    // what the payee gets; empty = the same
	Amount      money.Amount   `cbor:"5,keyasint" json:"amount" unit:"target_asset if fix_target else asset"` // minor units of Asset, or of TargetAsset if FixTarget
	FixTarget   bool           `cbor:"6,keyasint,omitempty" json:"fix_target,omitempty"`                      // Amount is what the payee gets
	WorstRate   *money.Rate    `cbor:"7,keyasint,omitempty" json:"worst_rate,omitempty"`                      // minor units of TargetAsset per minor unit of Asset
	Purpose     string         `cbor:"8,keyasint" json:"purpose"`                                             // registered purpose code
	UETR        *UETR          `cbor:"9,keyasint,omitempty" json:"uetr,omitempty"`                            // carried through
	EndToEnd    string         `cbor:"10,keyasint,omitempty" json:"end_to_end,omitempty"`                     // the payer's reference for the payee
	Documents   []txn.Document `cbor:"11,keyasint,omitempty" json:"documents,omitempty"`                      // evidence
	Remittance  *wire.Hash     `cbor:"12,keyasint,omitempty" json:"remittance,omitempty"`                     // salted hash of the remittance information
	Sealed      *wire.Hash     `cbor:"13,keyasint,omitempty" json:"sealed,omitempty"`                         // salted hash of a sealed payload (travel rule)
	Reference   string         `cbor:"14,keyasint,omitempty" json:"item_reference,omitempty"`                 // in a batch: this payment's own client reference
}

// SendKind is payment.send.
var SendKind = txn.Kind{
	Name: "payment.send", Version: 1,
	En:      "pay from one account to another, in one asset or across two (payment versus payment)",
	Zh:      "从一个账户向另一账户付款，同一资产或跨两种资产（同步交收）",
	New:     func() txn.Payload { return &Send{} },
	Example: `{"from":"SH-IMPORT-CNY","to":"HK-SUPPLY-HKD","asset":"e-CNY","target_asset":"HKDX","amount":"125000000","fix_target":true,"worst_rate":{"num":"107","den":"100"},"purpose":"CGODDR","uetr":"eb6305c9-1f7f-49de-aed0-16487c27b42d","end_to_end":"INV-2026-0117"}`,
}

// Validate checks the shape.
func (p *Send) Validate() error {
	switch {
	case p.From == "":
		return fault.TxFieldMissing.With("from", "", "the payer's account")
	case p.To == "":
		return fault.TxFieldMissing.With("to", "", "the payee's account")
	case p.From == p.To:
		return fault.PaymentSameAccount.With("to", string(p.To), "another account")
	case p.Asset == "":
		return fault.TxFieldMissing.With("asset", "", "the asset the payer gives")
	case p.Amount.IsZero():
		return fault.AmountZero.With("amount", "0", "above zero")
	case p.Purpose == "":
		return fault.PaymentPurposeMissing.With("purpose", "", "a purpose code such as CGODDR")
	case p.TargetAsset == p.Asset:
		return fault.TxFieldInvalid.With("target_asset", string(p.TargetAsset), "empty where it is the same asset")
	case p.TargetAsset == "" && (p.FixTarget || p.WorstRate != nil):
		return fault.TxFieldInvalid.With("worst_rate, fix_target", "set", "empty for a payment in one asset")
	case p.TargetAsset != "" && (p.WorstRate == nil || !p.WorstRate.Valid()):
		return fault.FxWorstRateMissing.With("worst_rate", "none", "minor units of "+string(p.TargetAsset)+" per minor unit of "+string(p.Asset))
	}
	return p.validateReferences()
}

func (p *Send) validateReferences() error {
	if !plainText(p.EndToEnd, endToEndMax) {
		return fault.TxFieldInvalid.With("end_to_end", p.EndToEnd, "at most 35 printable ASCII characters")
	}
	if !plainText(p.Reference, txn.ReferenceMax) {
		return fault.TxFieldInvalid.With("item_reference", p.Reference, "at most 64 printable ASCII characters")
	}
	if len(p.Documents) > documentsMax {
		return fault.TxFieldInvalid.With("documents", "too many", "at most 16")
	}
	for _, d := range p.Documents {
		if d.Kind == "" || !plainText(d.Kind, documentRefMax) || !plainText(d.Ref, documentRefMax) || d.Hash.IsZero() {
			return fault.TxFieldInvalid.With("documents", d.Kind+" "+d.Ref, "kind and ref of at most 35 printable ASCII characters, and a hash")
		}
	}
	return nil
}

func plainText(text string, most int) bool {
	if len(text) > most {
		return false
	}
	for i := 0; i < len(text); i++ {
		if text[i] < 0x20 || text[i] > 0x7e {
			return false
		}
	}
	return true
}

// target is the asset the payee gets.
func (p *Send) target() txn.AssetID {
	if p.TargetAsset == "" {
		return p.Asset
	}
	return p.TargetAsset
}

// reserve is the most the payer may have to give: the amount, or by the worst rate.
func (p *Send) reserve() (money.Amount, error) {
	if !p.FixTarget {
		return p.Amount, nil
	}
	most, ok := p.Amount.MulRateCeil(p.WorstRate.Inverse())
	if !ok {
		return most, fault.AmountOverflow.With("amount at the worst rate", p.Amount.Digits(), "an amount that fits")
	}
	return most, nil
}

// Access: the owner of the debited account. Policies and key limits see what the payer may
// have to give at the worst rate.
func (p *Send) Access(c *txn.Context) (txn.Access, error) {
	if p.Reference != "" && !c.Nested() {
		return txn.Access{}, fault.TxFieldInvalid.With("item_reference", p.Reference, "empty outside a batch: a transaction has a client reference of its own")
	}
	if err := c.Owns(p.From); err != nil {
		return txn.Access{}, err
	}
	most, err := p.reserve()
	return txn.Access{Account: p.From, Asset: p.Asset, Amount: most}, err
}

// ReadAhead names the accounts.
func (p *Send) ReadAhead(a *txn.Ahead) {
	a.Payment(p.From, p.To, p.Asset, p.Purpose)
	if p.TargetAsset != "" {
		a.Payment(p.From, p.To, p.TargetAsset, p.Purpose)
	}
}

// Execute pays, or holds for whoever has to review.
func (p *Send) Execute(c *txn.Context) error {
	decision, moved, err := p.pay(c)
	if err != nil || moved {
		return err
	}
	most, err := p.reserve()
	if err != nil {
		return err
	}
	return c.Hold(c.ID(), SendKind.Name, SendKind.Version, p, []*txn.Decision{decision},
		txn.Reservation{Account: p.From, Asset: p.Asset, Amount: most})
}

// pay settles (moved), or returns the decision that asks for a review, with nothing done.
func (p *Send) pay(c *txn.Context) (decision *txn.Decision, moved bool, err error) {
	order, err := p.order(c)
	if err != nil {
		return nil, false, err
	}
	mark := c.Mark()
	if p.TargetAsset != "" {
		decision, err = p.exchange(c, order)
	} else {
		decision, err = c.Move(&order, []txn.Posting{{From: p.From, To: p.To, Asset: p.Asset, Amount: p.Amount}})
	}
	if err != nil {
		return nil, false, err
	}
	if decision.Held() {
		c.Rollback(mark)
		return decision, false, nil
	}
	return decision, true, nil
}

func (p *Send) order(c *txn.Context) (order txn.Order, err error) {
	payer, err := c.Side(p.From)
	if err != nil {
		return order, err
	}
	payee, err := c.Side(p.To)
	if err != nil {
		return order, err
	}
	purpose, err := c.FindPurpose(p.Purpose)
	if err != nil {
		return order, err
	}
	return txn.Order{
		Kind: SendKind.Name, Nature: txn.Transfer, Payer: payer, Payee: payee, Purpose: purpose,
		SourceAsset: p.Asset, SourceAmount: p.Amount, TargetAsset: p.target(), TargetAmount: p.Amount,
		Documents: p.Documents,
	}, nil
}

// exchange takes the quotes, completes the order with both totals and moves what it asks for.
func (p *Send) exchange(c *txn.Context, order txn.Order) (*txn.Decision, error) {
	want := fx.Want{Order: &order, Source: p.Asset, Target: p.TargetAsset, Worst: *p.WorstRate}
	if p.FixTarget {
		want.TargetAmount = p.Amount
	} else {
		want.SourceAmount = p.Amount
	}
	fills, source, target, err := fx.Match(c, want)
	if err != nil {
		return nil, err
	}
	order.SourceAmount, order.TargetAmount = source, target
	postings, err := fx.Take(c, p.From, p.To, fills)
	if err != nil {
		return nil, err
	}
	return c.Move(&order, postings)
}
