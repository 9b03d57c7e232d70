package model

import (
	"math/big"
	"slices"
)

// Quote is a firm offer of Target for Source.
type Quote struct {
	ID, Maker, Source, Target string
	Num, Den                  int64 // target per source
	Left                      *big.Int
	Expires                   int64
}

// Fill is a part of a quote.
type Fill struct {
	Quote          *Quote
	Source, Target *big.Int
}

// Post puts a quote into the book.
func (m *Model) Post(q Quote) Status {
	switch {
	case m.Paused[q.Source] || m.Paused[q.Target] || m.still(q.Maker),
		m.available(Place{q.Maker, q.Target}).Cmp(q.Left) < 0:
		return Refused
	}
	add(m.Reserved, Place{q.Maker, q.Target}, q.Left)
	m.Quotes = append(m.Quotes, &q)
	return Done
}

// Withdraw takes a quote back.
func (m *Model) Withdraw(id string) Status {
	for i, q := range m.Quotes {
		if q.ID == id {
			m.release(q.Maker, q.Target, q.Left)
			m.Quotes = slices.Delete(m.Quotes, i, i+1)
			return Done
		}
	}
	return Refused
}

// fillsMax is how many quotes one payment may take.
const fillsMax = 16

// match finds the fills of a payment: best price first, then the oldest.
func (m *Model) match(p *Payment) (fills []Fill, ok bool) {
	var book []*Quote
	for _, q := range m.Quotes {
		if q.Source == p.Asset && q.Target == p.Target {
			book = append(book, q)
		}
	}
	slices.SortStableFunc(book, func(a, b *Quote) int { return compare(b.Num, b.Den, a.Num, a.Den) })
	left := new(big.Int).Set(p.Amount)
	for _, q := range book {
		if compare(q.Num, q.Den, p.WorstNum, p.WorstDen) < 0 || left.Sign() == 0 || len(fills) == fillsMax {
			break
		}
		if m.Accounts[q.Maker].Owner == m.Accounts[p.From].Owner || q.Maker == p.To {
			continue
		}
		f, crumb := size(q, p, left)
		if !crumb && (f.Source.Sign() == 0 || f.Target.Sign() == 0) {
			return nil, false
		}
		if !worthIt(p, f, fills) {
			continue
		}
		if m.still(q.Maker) || !m.makerMay(q, f, fills) {
			continue
		}
		fills = append(fills, f)
		if p.FixTarget {
			left.Sub(left, f.Target)
		} else {
			left.Sub(left, f.Source)
		}
	}
	return fills, left.Sign() == 0
}

// compare orders two fractions.
func compare(a, b, c, d int64) int {
	return new(big.Int).Mul(big.NewInt(a), big.NewInt(d)).Cmp(new(big.Int).Mul(big.NewInt(c), big.NewInt(b)))
}

// size is what a quote gives to what is left of a payment; rounding is against the payer. A
// quote that is exhausted may leave a crumb that no whole unit of the source buys fairly.
func size(q *Quote, p *Payment, left *big.Int) (f Fill, crumb bool) {
	num, den := big.NewInt(q.Num), big.NewInt(q.Den)
	if p.FixTarget {
		target := new(big.Int).Set(smaller(left, q.Left))
		return Fill{q, up(new(big.Int).Mul(target, den), num), target}, false
	}
	target := down(left, num, den)
	if target.Cmp(q.Left) <= 0 {
		return Fill{q, new(big.Int).Set(left), target}, false
	}
	f = Fill{q, up(new(big.Int).Mul(q.Left, den), num), q.Left}
	if !promised(p, f) {
		f.Source = down(q.Left, den, num)
		f.Target = down(f.Source, num, den)
	}
	return f, true
}

// worthIt: rounding must not bring a fill below the worst rate; where the target is fixed, all
// fills together must not cost more than the worst rate would.
func worthIt(p *Payment, f Fill, earlier []Fill) bool {
	if !p.FixTarget {
		return promised(p, f)
	}
	source, target := new(big.Int).Set(f.Source), new(big.Int).Set(f.Target)
	for _, e := range earlier {
		source.Add(source, e.Source)
		target.Add(target, e.Target)
	}
	return source.Cmp(up(target.Mul(target, big.NewInt(p.WorstDen)), big.NewInt(p.WorstNum))) <= 0
}

func promised(p *Payment, f Fill) bool {
	return f.Source.Sign() > 0 && f.Target.Cmp(down(f.Source, big.NewInt(p.WorstNum), big.NewInt(p.WorstDen))) >= 0
}

// down multiplies by a fraction and rounds down.
func down(n, num, den *big.Int) *big.Int {
	return new(big.Int).Quo(new(big.Int).Mul(n, num), den)
}

// up divides and rounds up.
func up(n, d *big.Int) *big.Int {
	quotient, rest := new(big.Int).QuoRem(n, d, new(big.Int))
	if rest.Sign() > 0 {
		quotient.Add(quotient, big.NewInt(1))
	}
	return quotient
}

// makerMay asks the quota of market makers, over all that this one fills of the payment.
func (m *Model) makerMay(q *Quote, f Fill, earlier []Fill) bool {
	if q.Target != Dollar {
		return true
	}
	counted, _ := m.measure("maker "+m.Accounts[q.Maker].Owner, day)
	counted.Add(counted, f.Target)
	for _, e := range earlier {
		if e.Quote.Maker == q.Maker {
			counted.Add(counted, e.Target)
		}
	}
	return counted.Cmp(big.NewInt(m.Limits.Maker)) <= 0
}

// take settles fills: both legs of each.
func (m *Model) take(p *Payment, fills []Fill) {
	for _, f := range fills {
		q := f.Quote
		m.release(q.Maker, q.Target, f.Target)
		q.Left = new(big.Int).Sub(q.Left, f.Target)
		m.move(p.From, q.Maker, q.Source, f.Source)
		m.move(q.Maker, p.To, q.Target, f.Target)
		if q.Target == Dollar {
			m.charge(Charge{"maker " + m.Accounts[q.Maker].Owner, day.bucket(m.Now), f.Target, new(big.Int)})
		}
	}
	m.Quotes = slices.DeleteFunc(m.Quotes, func(q *Quote) bool { return q.Left.Sign() == 0 })
}
