package money

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func (a Amount) big() *big.Int {
	n := new(big.Int).Lsh(new(big.Int).SetUint64(a.hi), 64)
	return n.Add(n, new(big.Int).SetUint64(a.lo))
}

func anyAmount(t *rapid.T, label string) Amount {
	hi := rapid.Uint64Range(0, Max.hi).Draw(t, label+".hi")
	if rapid.Bool().Draw(t, label+".small") {
		hi = 0
	}
	return Amount{hi, rapid.Uint64().Draw(t, label+".lo")}
}

func TestArithmeticAgreesWithBigIntegers(t *testing.T) {
	limit := Max.big()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyAmount(t, "a"), anyAmount(t, "b")
		n, d := rapid.Uint64().Draw(t, "n"), rapid.Uint64().Draw(t, "d")
		agree := func(what string, got Amount, ok bool, want *big.Int) {
			inRange := want != nil && want.Sign() >= 0 && want.Cmp(limit) <= 0
			if ok != inRange || ok && got.big().Cmp(want) != 0 {
				t.Fatalf("%s: got %v %v, want %v", what, got, ok, want)
			}
		}
		sum, ok := a.Add(b)
		agree("add", sum, ok, new(big.Int).Add(a.big(), b.big()))
		difference, ok := a.Sub(b)
		agree("sub", difference, ok, new(big.Int).Sub(a.big(), b.big()))
		var floor, ceil *big.Int
		if d > 0 {
			product := new(big.Int).Mul(a.big(), new(big.Int).SetUint64(n))
			q, m := new(big.Int).QuoRem(product, new(big.Int).SetUint64(d), new(big.Int))
			floor, ceil = q, new(big.Int).Set(q)
			if m.Sign() > 0 {
				ceil.Add(ceil, big.NewInt(1))
			}
		}
		got, ok := a.MulDivFloor(n, d)
		agree("floor", got, ok, floor)
		if ok { // the ceiling is asked only where the floor exists
			got, ok = a.MulDivCeil(n, d)
			agree("ceil", got, ok, ceil)
		}
		if a.Cmp(b) != a.big().Cmp(b.big()) || a.Digits() != a.big().String() {
			t.Fatal("cmp or digits")
		}
		r, s := Rate{n | 1, d | 1}, Rate{a.lo | 1, b.lo | 1}
		left := new(big.Int).Mul(new(big.Int).SetUint64(r.Num), new(big.Int).SetUint64(s.Den))
		right := new(big.Int).Mul(new(big.Int).SetUint64(s.Num), new(big.Int).SetUint64(r.Den))
		if r.Cmp(s) != left.Cmp(right) {
			t.Fatal("rate cmp")
		}
		scale := uint8(rapid.IntRange(0, ScaleMax).Draw(t, "scale"))
		back, err := Parse(a.Format(scale), scale)
		if err != nil || back != a {
			t.Fatalf("format %q: %v %v", a.Format(scale), back, err)
		}
		raw, _ := a.MarshalCBOR()
		var decoded Amount
		if decoded.UnmarshalCBOR(raw) != nil || decoded != a {
			t.Fatal("cbor")
		}
	})
}

func TestParseIsExactOrRefuses(t *testing.T) {
	for _, c := range []struct {
		text  string
		scale uint8
		want  string
	}{
		{"1250000.00", 2, "125000000"}, {"0", 2, "0"}, {"0.1", 2, "10"}, {"1.500", 2, "150"},
		{"170141183460469231731687303715884105727", 0, "170141183460469231731687303715884105727"},
	} {
		a, err := Parse(c.text, c.scale)
		if err != nil || a.Digits() != c.want {
			t.Errorf("Parse(%q, %d) = %v, %v; want %s", c.text, c.scale, a, err, c.want)
		}
	}
	for _, text := range []string{"", ".", "1.", ".5", "-1", "+1", "1e3", "1,000", " 1", "1.001", "١", "0x10",
		"170141183460469231731687303715884105728", strings.Repeat("9", 500)} {
		if a, err := Parse(text, 2); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", text, a)
		}
	}
	if got := FromUint64(125000000).Grouped(2); got != "1,250,000.00" {
		t.Error(got)
	}
}

func FuzzAmountText(f *testing.F) {
	f.Add("1250000.00", uint8(2))
	f.Add("9999999999999999999999999999999999999999", uint8(18))
	f.Fuzz(func(t *testing.T, text string, scale uint8) {
		scale %= ScaleMax + 1
		a, err := Parse(text, scale)
		if err != nil {
			return
		}
		if b, err := Parse(a.Format(scale), scale); err != nil || a != b {
			t.Fatalf("%q -> %v -> %v %v", text, a, b, err)
		}
	})
}
