package payment

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Return gives back (part of) a settled payment, from the account that received it to the
// account that paid, in the asset received. It lowers what the payment charged to quotas, in
// the window of the payment, and is no new flow.
type Return struct {
	Payment wire.Hash    `cbor:"1,keyasint" json:"payment"`
	Amount  money.Amount `cbor:"2,keyasint" json:"amount" unit:"received by payment"` // minor units of the asset received
	Reason  string       `cbor:"3,keyasint" json:"reason"`                            // ISO 20022 return reason, e.g. AC04
}

var returned = txn.NewTable[money.Amount]("pr", "payment.returned")

var returnKind = txn.Kind{
	Name: "payment.return", Version: 1,
	En:      "return a settled payment, in whole or in part, to whoever paid it",
	Zh:      "将已结算付款全部或部分退回付款方",
	New:     func() txn.Payload { return &Return{} },
	Example: `{"payment":"6f1d3b0c8a5e4f7d9c2b1a0e6f1d3b0c8a5e4f7d9c2b1a0e6f1d3b0c8a5e4f7d","amount":"125000000","reason":"AC04"}`,
}

// Validate checks the shape.
func (p *Return) Validate() error {
	switch {
	case p.Payment.IsZero():
		return fault.TxFieldMissing.With("payment", "", "the id of a settled payment")
	case p.Amount.IsZero():
		return fault.AmountZero.With("amount", "0", "above zero")
	case len(p.Reason) != 4 || !plainText(p.Reason, 4):
		return fault.TxFieldInvalid.With("reason", p.Reason, "an ISO 20022 return reason of four characters")
	}
	return nil
}

// settled is what a payment came to, read from its outcome.
type settled struct {
	payer, payee txn.AccountID
	asset        txn.AssetID
	received     money.Amount
	outcome      txn.Outcome
}

func (p *Return) settled(c *txn.Context) (s settled, err error) {
	o, ok := c.FindOutcome(p.Payment)
	if !ok {
		return s, fault.PaymentNotFound.With("payment", p.Payment.String(), "a payment still remembered")
	}
	postings := o.Result.Postings
	if o.Result.Status != txn.Settled || len(postings) == 0 || postings[0].From == "" || postings[len(postings)-1].To == "" {
		return s, fault.PaymentNotReturnable.With("payment", o.Result.Status.String(), "a settled payment")
	}
	// The end of what was held or proposed has a log id of its own. A payment goes by one id
	// only, else it could be returned once by each.
	if original := o.Result.Original; !original.IsZero() && original != p.Payment {
		return s, fault.PaymentNotFound.With("payment", p.Payment.String(), original.String())
	}
	last := postings[len(postings)-1]
	s = settled{payer: postings[0].From, payee: last.To, asset: last.Asset, outcome: o}
	for _, posting := range postings {
		if posting.To == s.payee && posting.Asset == s.asset {
			s.received, _ = s.received.Add(posting.Amount)
		}
	}
	return s, nil
}

// Access: the owner of the account that was paid.
func (p *Return) Access(c *txn.Context) (txn.Access, error) {
	s, err := p.settled(c)
	if err != nil {
		return txn.Access{}, err
	}
	_, err = c.OwnAccount(s.payee)
	return txn.Access{Account: s.payee, Asset: s.asset, Amount: p.Amount}, err
}

// Execute moves the money back, past the guard like any movement.
func (p *Return) Execute(c *txn.Context) error {
	s, err := p.settled(c)
	if err != nil {
		return err
	}
	before, _ := returned.Get(c.Reader(), p.Payment[:])
	total, ok := before.Add(p.Amount)
	if !ok || s.received.Less(total) {
		left, _ := s.received.Sub(before)
		return fault.PaymentReturnTooMuch.With("amount", p.Amount.Digits(), "at most "+left.Digits())
	}
	from, err := c.Side(s.payee)
	if err != nil {
		return err
	}
	to, err := c.Side(s.payer)
	if err != nil {
		return err
	}
	order := &txn.Order{
		Kind: returnKind.Name, Nature: txn.Return, Payer: from, Payee: to,
		SourceAsset: s.asset, SourceAmount: p.Amount, TargetAsset: s.asset, TargetAmount: p.Amount,
		Foreign: s.asset != s.outcome.Result.Postings[0].Asset,
	}
	if _, err := c.Move(order, []txn.Posting{{From: s.payee, To: s.payer, Asset: s.asset, Amount: p.Amount}}); err != nil {
		return err
	}
	returned.Put(c, p.Payment[:], total)
	c.UndoCharges(s.outcome.Private.Charges, p.Amount, s.received)
	c.SetOriginal(p.Payment)
	c.SetStatus(txn.Returned)
	c.Emit("payment.was_returned", Returned{Payment: p.Payment, Amount: p.Amount, Total: total, Reason: p.Reason})
	return nil
}

// Returned is the event of a return.
type Returned struct {
	Payment wire.Hash    `cbor:"1,keyasint" json:"payment"`
	Amount  money.Amount `cbor:"2,keyasint" json:"amount"`
	Total   money.Amount `cbor:"3,keyasint" json:"total"`
	Reason  string       `cbor:"4,keyasint" json:"reason"`
}
