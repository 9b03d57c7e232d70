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
}

// looked bounds how many quotes one payment looks at: takers of quotes of frozen or
// exhausted makers pass them by, but not without end.
const looked = 64

// Match finds the fills of a payment without taking them. Fixed source: the target is
// floored; fixed target: the source is ceiled; both against the payer. O(looked).
func Match(c *txn.Context, w Want) (fills []Fill, source, target money.Amount, err error) {
	m := matching{c: c, want: w, left: w.SourceAmount}
	if w.SourceAmount.IsZero() {
		m.left = w.TargetAmount
	}
	seen := 0
	Best(c.Reader(), w.Source, w.Target, func(q Quote) bool {
		if seen++; seen > looked || q.Rate.Cmp(w.Worst) < 0 || m.left.IsZero() {
			return false
		}
		err = m.offer(q)
		return err == nil && len(m.fills) < int(c.Params().FillsMax)
	})
	if err != nil {
		return nil, source, target, err
	}
	if !m.left.IsZero() {
		return nil, source, target, fault.FxNoQuote.With("quotes "+string(w.Source)+" to "+string(w.Target), "short of "+m.left.Digits(), "firm quotes at the worst rate or better for all of it")
	}
	for _, f := range m.fills {
		var ok1, ok2 bool
		source, ok1 = source.Add(f.Source)
		target, ok2 = target.Add(f.Target)
		if !ok1 || !ok2 {
			return nil, source, target, fault.AmountOverflow.With("fills", "overflow", "a sum up to 2^127-1")
		}
	}
	return m.fills, source, target, nil
}

type matching struct {
	c     *txn.Context
	want  Want
	left  money.Amount // of whichever amount is fixed
	fills []Fill
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
	part := *m.want.Order
	part.SourceAsset, part.TargetAsset, part.SourceAmount, part.TargetAmount = m.want.Source, m.want.Target, f.Source, f.Target
	earlier := m.withEarlier(&part, q.Maker)
	decision, err := m.c.JudgeMaker(&part, maker)
	if err != nil {
		return err
	}
	if decision.Refusal != nil {
		skip(decision.Refusal)
		return nil
	}
	if earlier != nil {
		earlier.decision = nil
	}
	f.decision = decision
	m.fills = append(m.fills, f)
	if m.want.SourceAmount.IsZero() {
		m.left = m.left.SaturatingSub(f.Target)
	} else {
		m.left = m.left.SaturatingSub(f.Source)
	}
	return nil
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
	} else if f.Target, ok = m.left.MulRateFloor(q.Rate); !ok || q.Left.Less(f.Target) {
		f.Target, ok = q.Left, true // more than the quote has: all of it
	} else {
		f.Source = m.left
	}
	if f.Source.IsZero() {
		f.Source, ok = f.Target.MulRateCeil(q.Rate.Inverse())
	}
	if !ok {
		return f, fault.AmountOverflow.With("fill", f.Target.Digits(), "an amount that fits")
	}
	if f.Source.IsZero() || f.Target.IsZero() {
		return f, fault.FxFillZero.With("fill of "+q.ID.String()[:16], "0 after rounding", "an amount that buys at least one minor unit")
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
			c.ChargeMaker(f.decision)
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
