package fx

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Want is what a payment needs exchanged. Exactly one of SourceAmount and TargetAmount is
// above zero and fixed; the other follows from the fills. Every fill is at Worst or better.
type Want struct {
	Order        *txn.Order // kind, parties and purpose; assets as below
	Source       txn.AssetID
	Target       txn.AssetID
	SourceAmount money.Amount
	TargetAmount money.Amount
	Worst        money.Rate // minor units of target per minor unit of source
}

// Fill is a part of a quote that a payment takes.
type Fill struct {
	Quote    Quote
	Source   money.Amount
	Target   money.Amount
	decision *txn.Decision
	charged  txn.Charges // to the maker's quotas, for decision
}

// looked bounds how many quotes one payment looks at: takers of quotes of frozen or
// exhausted makers pass them by, but not without end.
const looked = 64

// Match finds the fills of a payment without taking them, and charges the makers' quotas, so
// that each maker is measured with those before it; the caller undoes that where the payment
// does not come about. Fixed source: the target is floored; fixed target: the source is
// ceiled; both against the payer. O(looked).
func Match(c *txn.Context, w Want) (fills []Fill, source, target money.Amount, err error) {
	m := matching{c: c, want: w, left: w.SourceAmount}
	if w.SourceAmount.IsZero() {
		m.left = w.TargetAmount
	}
	var standing []Quote
	Best(c.Reader(), w.Source, w.Target, func(q Quote) bool {
		if len(standing) == looked || q.Rate.Cmp(w.Worst) < 0 {
			return false
		}
		standing = append(standing, q)
		return true
	})
	for _, q := range standing {
		if m.left.IsZero() || len(m.fills) >= int(c.Params().FillsMax) {
			break
		}
		if err := m.offer(q); err != nil {
			return nil, source, target, err
		}
	}
	if !m.left.IsZero() {
		return nil, source, target, fault.FxNoQuote.With("quotes "+string(w.Source)+" to "+string(w.Target), "short of "+m.left.Digits(), "firm quotes at the worst rate or better for all of it")
	}
	return m.fills, m.source, m.target, nil
}

type matching struct {
	c              *txn.Context
	want           Want
	left           money.Amount // of whichever amount is fixed
	source, target money.Amount // of the fills
	fills          []Fill
}

// offer takes what it can of one quote, or passes it by with the reason in the trace.
func (m *matching) offer(q Quote) error {
	skip := func(reason *fault.Error) { m.c.Skipped(q.Maker, q.ID.String()[:16], reason) }
	if q.Expires <= m.c.Now() {
		skip(fault.FxQuoteNotFound.With("quote", "expired", "a standing quote"))
		return nil
	}
	maker, err := m.c.Side(q.Maker)
	if err != nil {
		return err
	}
	if m.want.Order.Payer != nil && maker.Party.LEI == m.want.Order.Payer.Party.LEI {
		skip(fault.FxQuoteInvalid.With("maker", "the payer itself", "another party"))
		return nil
	}
	if m.want.Order.Payee != nil && q.Maker == m.want.Order.Payee.Account.ID {
		skip(fault.FxQuoteInvalid.With("maker", "the account that is paid", "another account"))
		return nil
	}
	f, err := m.size(q)
	if err != nil {
		return err
	}
	source, target, kept := m.with(f)
	if !kept {
		skip(fault.FxQuoteInvalid.With("fill", f.Source.Digits()+" for "+f.Target.Digits(), "an amount at the worst rate after rounding"))
		return nil
	}
	if taken, err := m.judge(&f, maker); err != nil || !taken {
		return err
	}
	m.fills, m.source, m.target = append(m.fills, f), source, target
	if m.want.SourceAmount.IsZero() {
		m.left = m.left.SaturatingSub(f.Target)
	} else {
		m.left = m.left.SaturatingSub(f.Source)
	}
	return nil
}

// judge asks the maker's own path, and charges it. What the same account fills already in this
// payment is judged again together with the new fill, so that its caps and limits see the sum;
// the later decision stands for both.
func (m *matching) judge(f *Fill, maker *txn.Side) (taken bool, err error) {
	part := *m.want.Order
	part.SourceAsset, part.TargetAsset, part.SourceAmount, part.TargetAmount = m.want.Source, m.want.Target, f.Source, f.Target
	earlier := m.withEarlier(&part, f.Quote.Maker)
	if earlier != nil {
		m.c.UndoMaker(earlier.charged)
	}
	decision, err := m.c.JudgeMaker(&part, maker)
	if err != nil {
		return false, err
	}
	if decision.Refusal != nil {
		if earlier != nil {
			earlier.charged = m.c.ChargeMaker(earlier.decision)
		}
		m.c.SkippedBy(f.Quote.Maker, f.Quote.ID.String()[:16], decision)
		return false, nil
	}
	if earlier != nil {
		earlier.decision, earlier.charged = nil, nil
	}
	f.decision, f.charged = decision, m.c.ChargeMaker(decision)
	return true, nil
}

// with adds a fill to the sums, and tells whether the worst rate is kept in spite of rounding.
// With the target fixed all fills together are measured: no more is given than was reserved,
// approved and within the key's limit. With the source fixed each fill is, by itself.
func (m *matching) with(f Fill) (source, target money.Amount, kept bool) {
	source, ok := m.source.Add(f.Source)
	if !ok {
		return source, target, false
	}
	if target, ok = m.target.Add(f.Target); !ok {
		return source, target, false
	}
	if m.want.SourceAmount.IsZero() {
		most, ok := target.MulRateCeil(m.want.Worst.Inverse())
		return source, target, !ok || source.Cmp(most) <= 0
	}
	return source, target, m.promised(f)
}

// promised: a fill gives at least what its source buys at the worst rate.
func (m *matching) promised(f Fill) bool {
	least, ok := f.Source.MulRateFloor(m.want.Worst)
	return ok && !f.Source.IsZero() && !f.Target.Less(least)
}

// withEarlier adds what the same maker fills already in this payment, so that its quotas and
// caps see the sum and not each quote alone; the later decision stands for both.
func (m *matching) withEarlier(part *txn.Order, maker txn.AccountID) (last *Fill) {
	for i := range m.fills {
		if f := &m.fills[i]; f.Quote.Maker == maker {
			part.SourceAmount, _ = part.SourceAmount.Add(f.Source)
			part.TargetAmount, _ = part.TargetAmount.Add(f.Target)
			last = f
		}
	}
	return last
}

// size is how much of a quote the rest of the payment takes.
func (m *matching) size(q Quote) (f Fill, err error) {
	f.Quote = q
	ok := true
	if m.want.SourceAmount.IsZero() { // fixed target
		f.Target = money.Min(m.left, q.Left)
		f.Source, ok = f.Target.MulRateCeil(q.Rate.Inverse())
	} else if f.Target, ok = m.left.MulRateFloor(q.Rate); !ok || q.Left.Less(f.Target) {
		return m.exhaust(q) // more than the quote has
	} else {
		f.Source = m.left
	}
	if !ok {
		return f, fault.AmountOverflow.With("fill", f.Target.Digits(), "an amount that fits")
	}
	if f.Source.IsZero() || f.Target.IsZero() {
		return f, fault.FxFillZero.With("fill of "+q.ID.String()[:16], "0 after rounding", "an amount that buys at least one minor unit")
	}
	return f, nil
}

// exhaust takes all of a quote; where a whole minor unit of the source would buy too little of
// what is left, it leaves that. A crumb that not one minor unit can buy stays whole.
func (m *matching) exhaust(q Quote) (Fill, error) {
	f := Fill{Quote: q, Target: q.Left}
	var ok bool
	if f.Source, ok = q.Left.MulRateCeil(q.Rate.Inverse()); !ok {
		return f, fault.AmountOverflow.With("fill", q.Left.Digits(), "an amount that fits")
	}
	if !m.promised(f) {
		f.Source, _ = q.Left.MulRateFloor(q.Rate.Inverse())
		f.Target, _ = f.Source.MulRateFloor(q.Rate) // at most Left
	}
	return f, nil
}

// Take takes fills: quotes shrink, what they reserved becomes available for the journal
// that follows in the same transaction. It returns the postings of both legs.
func Take(c *txn.Context, payer, payee txn.AccountID, fills []Fill) ([]txn.Posting, error) {
	var postings []txn.Posting
	for _, f := range fills {
		if err := c.Unreserve(f.Quote.Maker, f.Quote.Target, f.Target); err != nil {
			return nil, err
		}
		q := f.Quote
		q.Left, _ = q.Left.Sub(f.Target)
		save(c, q)
		if f.decision != nil {
			c.AddTrace(f.decision.Steps)
		}
		c.Emit("fx.was_taken", Taken{Quote: q.ID, Maker: q.Maker, Source: f.Source, Target: f.Target, Left: q.Left})
		postings = append(postings,
			txn.Posting{From: payer, To: q.Maker, Asset: q.Source, Amount: f.Source},
			txn.Posting{From: q.Maker, To: payee, Asset: q.Target, Amount: f.Target})
	}
	return postings, nil
}

// Taken is the event of a fill.
type Taken struct {
	Quote  wire.Hash     `cbor:"1,keyasint" json:"quote"`
	Maker  txn.AccountID `cbor:"2,keyasint" json:"maker"`
	Source money.Amount  `cbor:"3,keyasint" json:"source"`
	Target money.Amount  `cbor:"4,keyasint" json:"target"`
	Left   money.Amount  `cbor:"5,keyasint" json:"left"`
}
