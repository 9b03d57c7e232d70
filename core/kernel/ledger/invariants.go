package ledger

import (
	"fmt"

	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
)

// CheckConservation proves invariants 1 and 3 over the whole state: the balances of every
// asset sum to its supply, and no reservation exceeds its balance. It reads every balance,
// so it is for tests, the simulator and offline checks.
func CheckConservation(r state.Reader) error {
	sums := map[AssetID]money.Amount{}
	var broken error
	balances.Scan(r, nil, nil, func(key []byte, b Balance) bool {
		asset := AssetID(key[indexZero(key)+1:])
		sum, ok := sums[asset].Add(b.Total)
		if !ok || b.Total.Less(b.Reserved) {
			broken = fmt.Errorf("invariant balance_in_range: %q", key)
			return false
		}
		sums[asset] = sum
		return true
	})
	ListAssets(r, "", func(a Asset) bool {
		if supply := Supply(r, a.ID); broken == nil && sums[a.ID] != supply {
			broken = fmt.Errorf("invariant supply_equals_balances: %s has supply %s, balances sum to %s", a.ID, supply, sums[a.ID])
		}
		delete(sums, a.ID)
		return broken == nil
	})
	if broken == nil && len(sums) > 0 {
		broken = fmt.Errorf("invariant asset_registered: %d assets with balances are not registered", len(sums))
	}
	return broken
}

func indexZero(key []byte) int {
	for i, c := range key {
		if c == 0 {
			return i
		}
	}
	return -1
}
