package identity

import (
	"slices"

	"causeway/core/kernel/money"
)

// Policy says how many distinct officers must approve what. The first tier that fits
// decides; where none fits, one maker suffices.
type Policy struct {
	Tiers []Tier `cbor:"1,keyasint,omitempty" json:"tiers,omitempty"`
}

// Tier binds kinds and amounts to a number of approvals.
type Tier struct {
	Kinds []string     `cbor:"1,keyasint,omitempty" json:"kinds,omitempty"` // "payment.send", "payment.*"; empty = every kind
	Asset string       `cbor:"2,keyasint,omitempty" json:"asset,omitempty"` // empty = any; Above needs one
	Above money.Amount `cbor:"3,keyasint" json:"above"`                     // minor units; the tier fits amounts above this
	// Approvals counts distinct checkers besides the maker if MakerChecker, else
	// distinct officers including the maker.
	Approvals    uint8 `cbor:"4,keyasint" json:"approvals"`
	MakerChecker bool  `cbor:"5,keyasint,omitempty" json:"maker_checker,omitempty"`
}

// TierFor finds the first tier that fits; ok is false where none does.
func (p Policy) TierFor(kind, asset string, amount money.Amount) (tier Tier, ok bool) {
	for _, t := range p.Tiers {
		if (len(t.Kinds) == 0 || MatchesKind(t.Kinds, kind)) &&
			(t.Asset == "" || t.Asset == asset) && (t.Above.IsZero() || t.Above.Less(amount)) {
			return t, true
		}
	}
	return Tier{}, false
}

// MatchesKind reports whether kind is listed, by its name or by its noun as "payment.*".
func MatchesKind(listed []string, kind string) bool {
	return slices.ContainsFunc(listed, func(pattern string) bool {
		if n := len(pattern); n > 2 && pattern[n-2:] == ".*" {
			return len(kind) >= n-1 && kind[:n-1] == pattern[:n-1]
		}
		return pattern == kind
	})
}
