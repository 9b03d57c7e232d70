package guard

import "causeway/core/kernel/state"

// State keys of the authority tree's records, for proofs.

// AuthorityKey is the state key of an authority.
func AuthorityKey(id AuthorityID) []byte { return authorities.Key([]byte(id)) }

// EditionKey is the state key of a version of a rulebook.
func EditionKey(id AuthorityID, version uint32) []byte { return editions.Key(editionKey(id, version)) }

// CalendarKey is the state key of a calendar.
func CalendarKey(id string) []byte { return calendars.Key([]byte(id)) }

// PurposeKey is the state key of a purpose code.
func PurposeKey(code string) []byte { return purposes.Key([]byte(code)) }

// RatesKey is the state key of a rate table.
func RatesKey(id AuthorityID, unit string) []byte { return rates.Key(rateKey(id, unit)) }

// ListRates visits all rate tables, authority by authority.
func ListRates(r state.Reader, visit func(RateTable) bool) {
	rates.Scan(r, nil, nil, func(_ []byte, t RateTable) bool { return visit(t) })
}
