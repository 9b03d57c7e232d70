package money

import "math/bits"

// Rate is an exact ratio Num/Den between minor units of two assets (or a share of one).
type Rate struct {
	Num uint64 `cbor:"1,keyasint" json:"num,string"`
	Den uint64 `cbor:"2,keyasint" json:"den,string"`
}

// Valid reports that both terms are above zero.
func (r Rate) Valid() bool { return r.Num > 0 && r.Den > 0 }

// Inverse returns Den/Num.
func (r Rate) Inverse() Rate { return Rate{Num: r.Den, Den: r.Num} }

// Cmp compares two valid rates exactly, by cross multiplication.
func (r Rate) Cmp(s Rate) int {
	ah, al := bits.Mul64(r.Num, s.Den)
	bh, bl := bits.Mul64(s.Num, r.Den)
	switch {
	case ah == bh && al == bl:
		return 0
	case ah < bh || ah == bh && al < bl:
		return -1
	}
	return 1
}

// MulRateFloor returns ⌊a·Num/Den⌋; ok is false if that exceeds Max or the rate is not valid.
func (a Amount) MulRateFloor(r Rate) (Amount, bool) { return a.MulDivFloor(r.Num, r.Den) }

// MulRateCeil returns ⌈a·Num/Den⌉; ok is false if that exceeds Max or the rate is not valid.
func (a Amount) MulRateCeil(r Rate) (Amount, bool) { return a.MulDivCeil(r.Num, r.Den) }

// MulDivFloor returns ⌊a·n/d⌋ with a 192-bit intermediate; ok is false above Max or for d = 0.
func (a Amount) MulDivFloor(n, d uint64) (Amount, bool) {
	q, _, ok := a.mulDiv(n, d)
	return q, ok
}

// MulDivCeil returns ⌈a·n/d⌉ with a 192-bit intermediate; ok is false above Max or for d = 0.
func (a Amount) MulDivCeil(n, d uint64) (Amount, bool) {
	q, remainder, ok := a.mulDiv(n, d)
	if !ok || remainder == 0 {
		return q, ok
	}
	return q.Add(FromUint64(1))
}

func (a Amount) mulDiv(n, d uint64) (quotient Amount, remainder uint64, ok bool) {
	if d == 0 {
		return Amount{}, 0, false
	}
	// p2·2^128 + p1·2^64 + p0 = a·n
	mid, p0 := bits.Mul64(a.lo, n)
	p2, low := bits.Mul64(a.hi, n)
	p1, carry := bits.Add64(mid, low, 0)
	p2 += carry
	if p2 >= d {
		return Amount{}, 0, false
	}
	q1, r := bits.Div64(p2, p1, d)
	q0, r := bits.Div64(r, p0, d)
	if q1 > Max.hi {
		return Amount{}, 0, false
	}
	return Amount{q1, q0}, r, true
}
