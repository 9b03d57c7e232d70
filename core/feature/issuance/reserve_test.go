package issuance

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"causeway/core/kernel/money"
)

func TestHaircutsFloorEachHolding(t *testing.T) {
	units := money.FromUint64
	for name, test := range map[string]struct {
		composition []Holding
		want        money.Amount
	}{
		"nothing":                      {nil, money.Zero},
		"cash counts whole":            {[]Holding{{"cash", units(7), 0, true}}, units(7)},
		"what is not eligible, nought": {[]Holding{{"cash", units(7), 0, false}, {"bond", units(5), 0, true}}, units(5)},
		"9998.94 is 9998":              {[]Holding{{"bond", units(10_203), 200, true}}, units(9_998)},
		"all cut off":                  {[]Holding{{"bond", units(10_000), 10_000, true}}, money.Zero},
		"a unit less a hair is none":   {[]Holding{{"bond", units(1), 1, true}}, money.Zero},
		// 0.5 and 0.5 are no backing, though together they would be 1.
		"halves do not add up": {[]Holding{{"bond", units(1), 5_000, true}, {"bill", units(1), 5_000, true}}, money.Zero},
		"the largest amount":   {[]Holding{{"cash", money.Max, 0, true}}, money.Max},
	} {
		if got := eligible(test.composition); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

// TestEligibleAgreesWithIntegers compares with arbitrary integers, for every composition that
// passes Validate.
func TestEligibleAgreesWithIntegers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &Attest{Asset: "HKDX", StatementHash: [32]byte{1}, StatementID: "S", AsOf: 1, Currency: "HKD"}
		want, total := new(big.Int), new(big.Int)
		for range rapid.IntRange(0, 6).Draw(t, "holdings") {
			hi := rapid.Uint64Max(1<<60-1).Draw(t, "hi") >> rapid.IntRange(0, 60).Draw(t, "shift")
			amount, _ := money.FromParts(hi, max(1, rapid.Uint64().Draw(t, "lo")))
			h := Holding{"bond", amount, uint16(rapid.IntRange(0, wholeBps).Draw(t, "haircut")), rapid.Bool().Draw(t, "eligible")}
			p.Composition = append(p.Composition, h)
			p.Total, _ = p.Total.Add(amount)
			bytes := amount.Bytes()
			whole := new(big.Int).SetBytes(bytes[:])
			total.Add(total, whole)
			if h.Eligible {
				left := new(big.Int).Mul(whole, big.NewInt(int64(wholeBps-uint64(h.HaircutBps))))
				want.Add(want, left.Div(left, big.NewInt(wholeBps)))
			}
		}
		if err := p.Validate(); err != nil {
			t.Fatal(err)
		}
		if got := eligible(p.Composition); got.Digits() != want.String() || p.Total.Digits() != total.String() {
			t.Fatalf("eligible %s of %s, want %s of %s", got, p.Total, want, total)
		}
		p.Total, _ = p.Total.Add(money.FromUint64(1))
		if p.Validate() == nil {
			t.Fatal("a total that is not the sum passes")
		}
	})
}
