package issuance

import (
	"causeway/core/feature/supervision"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Request asks the issuer to redeem at par. The amount is reserved until it is paid and
// burned, or cancelled; the deadline is counted in business days of the asset's calendar.
type Request struct {
	Asset  txn.AssetID   `cbor:"1,keyasint" json:"asset"`
	From   txn.AccountID `cbor:"2,keyasint" json:"from"`
	Amount money.Amount  `cbor:"3,keyasint" json:"amount" unit:"asset"` // minor units
	PayTo  wire.Hash     `cbor:"4,keyasint" json:"pay_to"`              // salted hash of the bank details, which go to the issuer beside the ledger
}

var requestKind = txn.Kind{
	Name: "redemption.request", Version: 1,
	En:      "ask the issuer to redeem units at par; the deadline clock starts",
	Zh:      "请求发行人按面值赎回；期限开始计算",
	New:     func() txn.Payload { return &Request{} },
	Example: `{"asset":"HKDX","from":"HK-SUPPLY-HKD","amount":"2500000","pay_to":"2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"}`,
}

// Validate checks the shape.
func (p *Request) Validate() error {
	switch {
	case p.Asset == "":
		return fault.TxFieldMissing.With("asset", "", "the id of an asset")
	case p.From == "":
		return fault.TxFieldMissing.With("from", "", "the holder's account")
	case p.Amount.IsZero():
		return fault.AmountZero.With("amount", "0", "above zero")
	case p.PayTo.IsZero():
		return fault.TxFieldMissing.With("pay_to", "", "the hash of the bank details to pay to")
	}
	return nil
}

// Access: the owner of the account.
func (p *Request) Access(c *txn.Context) (txn.Access, error) {
	_, err := c.OwnAccount(p.From)
	return txn.Access{Account: p.From, Asset: p.Asset, Amount: p.Amount}, err
}

// Execute asks the guard whether the units could be burned, reserves them, starts the clock.
func (p *Request) Execute(c *txn.Context) error {
	a, err := c.FindAsset(p.Asset)
	if err != nil {
		return err
	}
	if a.RedeemIn == 0 {
		return fault.RedemptionNotOffered.With("asset "+string(a.ID), "no redemption term", "an asset that is redeemed at par")
	}
	calendar, err := c.FindCalendar(a.Calendar)
	if err != nil {
		return err
	}
	if err := burnable(c, p.Asset, p.From, p.Amount); err != nil {
		return err
	}
	if err := c.Reserve(p.From, p.Asset, p.Amount); err != nil {
		return err
	}
	deadline, known := calendar.AddBusinessDays(c.Now(), int(a.RedeemIn))
	r := Redemption{
		ID: c.ID(), Asset: p.Asset, Holder: c.Party().LEI, From: p.From, Amount: p.Amount, PayTo: p.PayTo,
		Requested: c.Now(), Due: deadline, Deadline: deadline, Status: Requested,
	}
	r.FrozenParty, r.FrozenAccount = supervision.FrozenMs(c.Reader(), c.Now(), r.Holder, r.From)
	r.arm(c, deadline)
	r.put(c)
	byAsset.Put(c, indexKey(string(r.Asset), r.ID), true)
	byHolder.Put(c, indexKey(string(r.Holder), r.ID), true)
	c.Emit("redemption.was_requested", RequestedEvent{
		Redemption: r.ID, Asset: r.Asset, Holder: r.Holder, From: r.From, Amount: r.Amount, PayTo: r.PayTo, Deadline: deadline, Unannounced: !known,
	})
	return nil
}

// burnable asks the guard as for the burn itself, and takes the answer back: only the pause
// of the asset does not count, because an issuer cannot pause to escape redemption
// (DECISIONS 16). Under a pause the request reserves and the clock runs; the burn waits.
func burnable(c *txn.Context, asset txn.AssetID, from txn.AccountID, amount money.Amount) error {
	mark := c.Mark()
	d, err := burn(c, asset, from, amount)
	c.Rollback(mark)
	if fault.Of(err) != fault.AssetPaused {
		return err
	}
	for i := range d.Steps {
		if s := &d.Steps[i]; s.Fault != 0 && !s.Answered && s.Fault != fault.AssetPaused.Number {
			return fault.Numbered(s.Fault).With(s.Scope, s.Found, s.Want)
		}
	}
	return nil
}

// burn moves an amount out of being, through the guard.
func burn(c *txn.Context, asset txn.AssetID, from txn.AccountID, amount money.Amount) (*txn.Decision, error) {
	payer, err := c.Side(from)
	if err != nil {
		return nil, err
	}
	order := &txn.Order{
		Kind: burnKind.Name, Nature: txn.Redeem, Payer: payer,
		SourceAsset: asset, SourceAmount: amount, TargetAsset: asset, TargetAmount: amount,
	}
	return c.Move(order, []txn.Posting{{From: from, Asset: asset, Amount: amount}})
}

// RequestedEvent says that a redemption waits for its payout.
type RequestedEvent struct {
	Redemption wire.Hash     `cbor:"1,keyasint" json:"redemption"`
	Asset      txn.AssetID   `cbor:"2,keyasint" json:"asset"`
	Holder     identity.LEI  `cbor:"3,keyasint" json:"holder"`
	From       txn.AccountID `cbor:"4,keyasint" json:"from"`
	Amount     money.Amount  `cbor:"5,keyasint" json:"amount"`
	PayTo      wire.Hash     `cbor:"6,keyasint" json:"pay_to"`
	Deadline   int64         `cbor:"7,keyasint" json:"deadline"` // Unix ms, the first moment that is too late
	// Unannounced says that the deadline lies beyond the announced holidays and counts weekends alone.
	Unannounced bool `cbor:"8,keyasint,omitempty" json:"holidays_unannounced,omitempty"`
}
