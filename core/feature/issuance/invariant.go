package issuance

import (
	"fmt"

	"causeway/core/kernel/txn"
)

// CheckBacking proves invariant 2 over the whole state: no liability or claim exceeds its
// cap, and no reserved asset what was last attested, but that a breach is on record. What an
// attestation's age means is for the moment of a mint; a stale one is no breach, but one from
// after now is impossible. Supply without any attestation cannot have been minted.
func CheckBacking(r txn.Reader, now int64) (broken error) {
	txn.ListAssets(r, "", func(a txn.Asset) bool {
		supply, limit := txn.SupplyOf(r, a.ID), a.Cap
		if a.Backing == txn.Reserved {
			at, _ := FindAttestation(r, a.ID)
			limit = at.Eligible
			if at.AsOf > now || at.Total.Less(at.Eligible) {
				broken = fmt.Errorf("invariant attestation_is_possible: of %s as of %d, now %d, eligible %s of %s", a.ID, at.AsOf, now, at.Eligible, at.Total)
				return false
			}
		}
		b, breached := FindBreach(r, a.ID)
		switch short := limit.Less(supply); {
		case short && !breached:
			broken = fmt.Errorf("invariant supply_is_backed: %s has supply %s, backed are %s, no breach on record", a.ID, supply, limit)
		case !short && breached:
			broken = fmt.Errorf("invariant breach_ends: %s is backed (%s of %s), but a breach since %d is on record", a.ID, supply, limit, b.Since)
		}
		return broken == nil
	})
	return broken
}
