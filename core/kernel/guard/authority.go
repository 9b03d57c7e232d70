package guard

import (
	"causeway/core/kernel/calendar"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// AuthorityID names a supervisor.
type AuthorityID = identity.AuthorityID

// DepthMax bounds the authority tree: charter, sovereign, local, pilot and two to spare.
const DepthMax = 6

// Authority is one supervisor in the tree; the charter has no parent.
type Authority struct {
	ID        AuthorityID  `cbor:"1,keyasint" json:"id"`
	Name      string       `cbor:"2,keyasint" json:"name"`
	Parent    AuthorityID  `cbor:"3,keyasint,omitempty" json:"parent,omitempty"`
	Sovereign string       `cbor:"4,keyasint,omitempty" json:"sovereign,omitempty"` // ISO 3166 alpha-2 of the jurisdiction; empty for the charter
	Party     identity.LEI `cbor:"5,keyasint" json:"party"`                         // the supervisor that acts for it
	Calendar  string       `cbor:"6,keyasint" json:"calendar"`
	Version   uint32       `cbor:"7,keyasint,omitempty" json:"version,omitempty"`  // rulebook in force; 0 = none
	Hash      wire.Hash    `cbor:"8,keyasint" json:"hash"`                         // of that rulebook
	Proposed  uint32       `cbor:"9,keyasint,omitempty" json:"proposed,omitempty"` // highest version ever proposed
}

// RateTable gives units of account: Rates[i] turns minor units of an asset into minor
// units of Unit. It is dated; a quota measured by a stale table refuses.
type RateTable struct {
	Authority  AuthorityID `cbor:"1,keyasint" json:"authority"`
	Unit       string      `cbor:"2,keyasint" json:"unit"`
	ValidUntil int64       `cbor:"3,keyasint" json:"valid_until"` // Unix ms
	Rates      []UnitRate  `cbor:"4,keyasint" json:"rates"`
}

// UnitRate is one row of a RateTable.
type UnitRate struct {
	Asset ledger.AssetID `cbor:"1,keyasint" json:"asset"`
	Rate  money.Rate     `cbor:"2,keyasint" json:"rate"`
}

// Purpose is a registered purpose code.
type Purpose struct {
	Code    string `cbor:"1,keyasint" json:"code"`
	Account string `cbor:"2,keyasint" json:"account"` // "current" or "capital"
}

var (
	// A judgement looks at these in place; whoever asks for one gets a copy.
	authorities = state.NewTable[*Authority]("u", "authority")
	calendars   = state.NewTable[*calendar.Calendar]("uc", "authority.calendar")
	rates       = state.NewTable[RateTable]("ur", "authority.rates")
	purposes    = state.NewTable[Purpose]("up", "authority.purpose")
)

// FindAuthority reads an authority.
func FindAuthority(r state.Reader, id AuthorityID) (Authority, bool) {
	if a, ok := authorities.Get(r, []byte(id)); ok {
		return *a, true
	}
	return Authority{}, false
}

// PutAuthority writes an authority. Only package txn calls it.
func PutAuthority(b *state.Block, a Authority) { authorities.Put(b, []byte(a.ID), &a) }

// ListAuthorities visits all authorities in the order of their ids.
func ListAuthorities(r state.Reader, visit func(Authority) bool) {
	authorities.Scan(r, nil, nil, func(_ []byte, a *Authority) bool { return visit(*a) })
}

// Within reports whether id is ancestor or one of its descendants. O(depth).
func Within(r state.Reader, id, ancestor AuthorityID) bool {
	for range DepthMax {
		if id == ancestor {
			return true
		}
		a, ok := authorities.Get(r, []byte(id))
		if !ok || a.Parent == "" {
			return false
		}
		id = a.Parent
	}
	return false
}

// FindCalendar reads a calendar (business days and time zone).
func FindCalendar(r state.Reader, id string) (calendar.Calendar, bool) {
	if c, ok := calendars.Get(r, []byte(id)); ok {
		return *c, true
	}
	return calendar.Calendar{}, false
}

// PutCalendar writes a calendar. Only package txn calls it.
func PutCalendar(b *state.Block, c calendar.Calendar) { calendars.Put(b, []byte(c.ID), &c) }

// ListCalendars visits all calendars in the order of their ids.
func ListCalendars(r state.Reader, visit func(calendar.Calendar) bool) {
	calendars.Scan(r, nil, nil, func(_ []byte, c *calendar.Calendar) bool { return visit(*c) })
}

func rateKey(authority AuthorityID, unit string) []byte {
	return []byte(string(authority) + "\x00" + unit)
}

// FindRates reads the rate table of an authority for a unit of account.
func FindRates(r state.Reader, authority AuthorityID, unit string) (RateTable, bool) {
	return rates.Get(r, rateKey(authority, unit))
}

// PutRates writes a rate table. Only package txn calls it.
func PutRates(b *state.Block, t RateTable) { rates.Put(b, rateKey(t.Authority, t.Unit), t) }

// FindPurpose reads a registered purpose code. Inlined elsewhere it would put the key on the heap,
// each time.
//
//go:noinline
func FindPurpose(r state.Reader, code string) (Purpose, bool) { return purposes.Get(r, []byte(code)) }

// PutPurpose registers a purpose code. Only package txn calls it.
func PutPurpose(b *state.Block, p Purpose) { purposes.Put(b, []byte(p.Code), p) }

// ListPurposes visits the registered purpose codes.
func ListPurposes(r state.Reader, visit func(Purpose) bool) {
	purposes.Scan(r, nil, nil, func(_ []byte, p Purpose) bool { return visit(p) })
}
