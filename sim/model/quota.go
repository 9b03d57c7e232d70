package model

import (
	"math/big"
	"time"
)

const (
	hourMs = 3_600_000
	dayMs  = 24 * hourMs
)

// Flow is what a bucket has counted.
type Flow struct{ Out, In *big.Int }

// Charge is what one payment has added to one bucket.
type Charge struct {
	Key     string
	Bucket  int64
	Out, In *big.Int
}

// window is a rule's way of looking back.
type window int

const (
	day window = iota
	month
	rolling // six hours in six parts
)

// bucket is where a flow of now is counted; since is the beginning of what counts, and width
// how long a bucket of it is.
func (w window) bucket(now int64) int64 {
	switch w {
	case day:
		return (now+8*hourMs)/dayMs*dayMs - 8*hourMs
	case month:
		return w.since(now)
	}
	return now / hourMs * hourMs
}

func (w window) since(now int64) int64 {
	switch w {
	case day:
		return w.bucket(now)
	case month:
		t := time.UnixMilli(now + 8*hourMs).UTC()
		return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC).UnixMilli() - 8*hourMs
	}
	return now - 6*hourMs
}

func (m *Model) measure(key string, w window) (out, in *big.Int) {
	out, in = new(big.Int), new(big.Int)
	for start, f := range m.Counters[key] {
		counts := start >= w.since(m.Now)
		if w == rolling { // whole until wholly outside
			counts = start+hourMs > w.since(m.Now)
		}
		if counts {
			out.Add(out, f.Out)
			in.Add(in, f.In)
		}
	}
	return out, in
}

// quota asks whether an amount more would keep a limit, taking off what a hold has charged
// before. It returns what would be charged.
func (m *Model) quota(j *judgement, key string, w window, limit int64, out, in *big.Int, net bool) {
	left := new(big.Int).Set(out)
	for _, c := range j.prior {
		if c.Key == key && left.Sign() > 0 && c.Out.Sign() > 0 {
			used := smaller(left, c.Out)
			left = new(big.Int).Sub(left, used)
			j.kept = append(j.kept, Charge{key, c.Bucket, used, new(big.Int)})
		}
	}
	if left.Sign() == 0 && in.Sign() == 0 {
		return
	}
	counted, came := m.measure(key, w)
	counted.Add(counted, left)
	most := big.NewInt(limit)
	if net {
		most.Add(most, came)
	}
	if (!net || left.Sign() > 0) && counted.Cmp(most) > 0 {
		j.refuse("quota " + key)
	}
	j.charges = append(j.charges, Charge{key, w.bucket(m.Now), left, in})
}

func smaller(a, b *big.Int) *big.Int {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

func (m *Model) charge(c Charge) {
	buckets := m.Counters[c.Key]
	if buckets == nil {
		buckets = map[int64]*Flow{}
		m.Counters[c.Key] = buckets
	}
	f := buckets[c.Bucket]
	if f == nil {
		f = &Flow{new(big.Int), new(big.Int)}
		buckets[c.Bucket] = f
	}
	f.Out, f.In = new(big.Int).Add(f.Out, c.Out), new(big.Int).Add(f.In, c.In)
}

// undo lowers a charge in its own bucket, not below zero.
func (m *Model) undo(c Charge) {
	f := m.Counters[c.Key][c.Bucket]
	if f == nil {
		return
	}
	f.Out, f.In = new(big.Int).Sub(f.Out, smaller(f.Out, c.Out)), new(big.Int).Sub(f.In, smaller(f.In, c.In))
}
