package money

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"strings"
)

// ScaleMax is the largest number of decimals an asset may have.
const ScaleMax = 18

// Parse reads a plain decimal such as "1250000.00" into minor units of the given scale.
// It is exact: more decimals than the scale are refused unless they are zeros, as are
// signs, exponents, separators, an empty text and anything above Max.
func Parse(text string, scale uint8) (Amount, error) {
	whole, fraction, dotted := strings.Cut(text, ".")
	if whole == "" || dotted && fraction == "" {
		return Amount{}, fmt.Errorf("amount %q is not a plain decimal such as 1250000.00", clip(text))
	}
	if trimmed := strings.TrimRight(fraction, "0"); len(trimmed) > int(scale) {
		return Amount{}, fmt.Errorf("amount %q has %d decimals, the asset has %d", clip(text), len(trimmed), scale)
	} else if len(fraction) > int(scale) {
		fraction = fraction[:scale]
	}
	var a Amount
	for _, part := range [...]string{whole, fraction, zeros[:int(scale)-len(fraction)]} {
		for i := 0; i < len(part); i++ {
			digit := part[i] - '0'
			if digit > 9 {
				return Amount{}, fmt.Errorf("amount %q is not a plain decimal such as 1250000.00", clip(text))
			}
			var ok bool
			if a, ok = a.timesTen(uint64(digit)); !ok {
				return Amount{}, fmt.Errorf("amount %q exceeds 2^127-1 minor units", clip(text))
			}
		}
	}
	return a, nil
}

const zeros = "0000000000000000000000000000000000000000"

func clip(text string) string {
	if len(text) > 48 {
		return text[:48] + "…"
	}
	return text
}

func (a Amount) timesTen(digit uint64) (Amount, bool) {
	carry, lo := bits.Mul64(a.lo, 10)
	over, hi := bits.Mul64(a.hi, 10)
	hi, c := bits.Add64(hi, carry, 0)
	if over != 0 || c != 0 {
		return Amount{}, false
	}
	lo, c = bits.Add64(lo, digit, 0)
	hi, c = bits.Add64(hi, 0, c)
	return Amount{hi, lo}, c == 0 && hi <= Max.hi
}

// Digits writes the amount as an integer of minor units.
func (a Amount) Digits() string {
	if a.hi == 0 {
		return fmt.Sprintf("%d", a.lo)
	}
	const chunk = 1e19 // the largest power of ten in 64 bits
	q1, r := bits.Div64(0, a.hi, chunk)
	q0, r := bits.Div64(r, a.lo, chunk)
	if q1 == 0 {
		return fmt.Sprintf("%d%019d", q0, r)
	}
	q, m := bits.Div64(q1, q0, chunk)
	return fmt.Sprintf("%d%019d%019d", q, m, r)
}

// String is Digits.
func (a Amount) String() string { return a.Digits() }

// Format writes the amount with exactly scale decimals, no separators: "1250000.00".
func (a Amount) Format(scale uint8) string {
	digits := a.Digits()
	if scale == 0 {
		return digits
	}
	if pad := int(scale) + 1 - len(digits); pad > 0 {
		digits = zeros[:pad] + digits
	}
	point := len(digits) - int(scale)
	return digits[:point] + "." + digits[point:]
}

// Grouped is Format with thousands separated by commas, for people.
func (a Amount) Grouped(scale uint8) string {
	whole, fraction, dotted := strings.Cut(a.Format(scale), ".")
	var out strings.Builder
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			out.WriteByte(',')
		}
		out.WriteRune(digit)
	}
	if dotted {
		out.WriteString("." + fraction)
	}
	return out.String()
}

// MarshalText writes minor units as an integer, for JSON and YAML.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.Digits()), nil }

// UnmarshalText reads an integer of minor units.
func (a *Amount) UnmarshalText(text []byte) error {
	got, err := Parse(string(text), 0)
	if err == nil && got.Digits() != string(text) {
		err = fmt.Errorf("amount %q must be an integer of minor units without leading zeros or decimals", clip(string(text)))
	}
	if err != nil {
		return err
	}
	*a = got
	return nil
}

// Bytes is the encoding in state and on the wire: 16 bytes, big-endian.
func (a Amount) Bytes() (b [16]byte) {
	binary.BigEndian.PutUint64(b[:8], a.hi)
	binary.BigEndian.PutUint64(b[8:], a.lo)
	return b
}

// FromBytes reads Bytes; ErrRange above Max.
func FromBytes(b [16]byte) (Amount, error) {
	a, ok := FromParts(binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:]))
	if !ok {
		return Amount{}, ErrRange
	}
	return a, nil
}

const cborHeader = 0x50 // major type 2 (byte string), length 16

// MarshalCBOR writes a byte string of exactly 16 bytes.
func (a Amount) MarshalCBOR() ([]byte, error) { return a.AppendCBOR(make([]byte, 0, 17)), nil }

// AppendCBOR appends the same to what is there.
func (a Amount) AppendCBOR(to []byte) []byte {
	b := a.Bytes()
	return append(append(to, cborHeader), b[:]...)
}

// UnmarshalCBOR accepts nothing but a byte string of exactly 16 bytes within range.
func (a *Amount) UnmarshalCBOR(data []byte) error {
	if len(data) != 17 || data[0] != cborHeader {
		return errors.New("an amount is a byte string of exactly 16 bytes")
	}
	got, err := FromBytes([16]byte(data[1:]))
	if err != nil {
		return err
	}
	*a = got
	return nil
}
