package xmltype

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestCanonical(t *testing.T) {
	for in, want := range map[Decimal]Decimal{"1": "1", "+01.10": "1.1", "-0": "0", "-0.0": "0", ".5": "0.5", "5.": "5", "000": "0", " 7.00\n": "7", "-3.20": "-3.2", "100": "100", "123456789012345678.00001": "123456789012345678.00001"} {
		if got := in.Canonical(); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for in, want := range map[Decimal]int{"1": 0, "1.50": 1, "1.000": 0, "0.00001": 5} {
		if got := in.Fraction(); got != want {
			t.Errorf("%q: %d", in, got)
		}
	}
}

// TestSum compares with rational arithmetic on the longest numbers that ISO 20022 allows.
func TestSum(t *testing.T) {
	number := rapid.Custom(func(t *rapid.T) Decimal {
		return Decimal(rapid.StringMatching(`[0-9]{1,18}(\.[0-9]{1,17})?`).Draw(t, "number"))
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := number.Draw(t, "a"), number.Draw(t, "b")
		sum, err := Sum(a, b)
		if err != nil {
			t.Fatal(err)
		}
		x, _ := new(big.Rat).SetString(string(a))
		y, _ := new(big.Rat).SetString(string(b))
		got, ok := new(big.Rat).SetString(string(sum))
		if !ok || got.Cmp(new(big.Rat).Add(x, y)) != 0 || sum != sum.Canonical() {
			t.Fatalf("%s + %s = %s", a, b, sum)
		}
	})
	for _, bad := range []Decimal{"", "x", "1e5", "NaN", "Infinity", "1.2.3", "--1", "+"} {
		if sum, err := Sum(bad, "1"); err == nil {
			t.Errorf("%q counts as a number: %s", bad, sum)
		}
	}
}

func TestExactlyOne(t *testing.T) {
	for _, c := range []struct {
		set  []bool
		good bool
	}{{nil, false}, {[]bool{false, false}, false}, {[]bool{true, false}, true}, {[]bool{true, true}, false}} {
		if err := ExactlyOne("C", c.set...); (err == nil) != c.good {
			t.Error(fmt.Sprint(c.set), err)
		}
	}
}
