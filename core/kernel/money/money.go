// Package money is exact money: unsigned 128-bit integers of an asset's minor units.
//
// An amount never exceeds 2^127-1; arithmetic that would leave that range says so
// instead of wrapping, and division always names its rounding. Floats do not occur.
// On the wire and in state an amount is exactly 16 bytes, big-endian; at the edges
// (JSON, text) it is an integer string of minor units, to be read with the asset's scale.
package money

import (
	"errors"
	"math/bits"
)

// Amount counts minor units of one asset. The zero value is zero; amounts compare with ==.
type Amount struct{ hi, lo uint64 }

// Zero is no money, Max the largest amount there can be: 2^127-1.
var (
	Zero = Amount{}
	Max  = Amount{hi: 1<<63 - 1, lo: 1<<64 - 1}
)

// ErrRange says that an encoded amount exceeds Max.
var ErrRange = errors.New("amount exceeds 2^127-1")

// FromUint64 gives the amount of n minor units.
func FromUint64(n uint64) Amount { return Amount{lo: n} }

// FromParts puts an amount together from its high and low 64 bits; ok is false above Max.
func FromParts(hi, lo uint64) (a Amount, ok bool) {
	if hi > Max.hi {
		return Amount{}, false
	}
	return Amount{hi: hi, lo: lo}, true
}

// Parts returns the high and low 64 bits.
func (a Amount) Parts() (hi, lo uint64) { return a.hi, a.lo }

// Uint64 returns the amount if it fits 64 bits.
func (a Amount) Uint64() (n uint64, ok bool) { return a.lo, a.hi == 0 }

// IsZero reports whether a is zero.
func (a Amount) IsZero() bool { return a.hi|a.lo == 0 }

// Cmp returns -1, 0 or 1 as a is below, equal to or above b.
func (a Amount) Cmp(b Amount) int {
	switch {
	case a == b:
		return 0
	case a.hi < b.hi || a.hi == b.hi && a.lo < b.lo:
		return -1
	}
	return 1
}

// Less reports a < b.
func (a Amount) Less(b Amount) bool { return a.Cmp(b) < 0 }

// Add returns a+b; ok is false if the sum exceeds Max.
func (a Amount) Add(b Amount) (sum Amount, ok bool) {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	hi, over := bits.Add64(a.hi, b.hi, carry)
	if over != 0 || hi > Max.hi {
		return Amount{}, false
	}
	return Amount{hi, lo}, true
}

// Sub returns a-b; ok is false if b exceeds a.
func (a Amount) Sub(b Amount) (difference Amount, ok bool) {
	lo, borrow := bits.Sub64(a.lo, b.lo, 0)
	hi, under := bits.Sub64(a.hi, b.hi, borrow)
	if under != 0 {
		return Amount{}, false
	}
	return Amount{hi, lo}, true
}

// SaturatingSub returns a-b, or zero if b exceeds a.
func (a Amount) SaturatingSub(b Amount) Amount {
	d, _ := a.Sub(b)
	return d
}

// Min returns the smaller of a and b.
func Min(a, b Amount) Amount {
	if b.Less(a) {
		return b
	}
	return a
}
