package txn

import (
	"causeway/core/kernel/calendar"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/state"
)

// SaveParty writes a party's record.
func (c *Context) SaveParty(p identity.Party) {
	identity.PutParty(c.block, p)
	c.env.changes++
	if p.LEI == c.party.LEI {
		c.party, c.found.partyAt = &p, c.env.changes
	}
}

// SaveKey writes a key's record.
func (c *Context) SaveKey(k identity.Key) { identity.PutKey(c.block, k) }

// SaveAccount writes an account; external ids must be free.
func (c *Context) SaveAccount(a Account) error {
	for _, e := range a.External {
		if other, ok := ledger.FindExternal(c.block, e.Scheme, e.ID, e.Agent); ok && other != a.ID {
			return fault.AccountTaken.With("external id "+e.Scheme+" "+e.ID, "stands for another account", "a free one")
		}
	}
	ledger.PutAccount(c.block, a)
	c.env.changes++
	return nil
}

// SaveAsset writes an asset's record; scale and kind never change.
func (c *Context) SaveAsset(a Asset) error {
	if before, ok := ledger.FindAsset(c.block, a.ID); ok && (before.Scale != a.Scale || before.Kind != a.Kind || before.Backing != a.Backing) {
		return fault.AssetInvalid.With("asset "+string(a.ID), "a change of scale, kind or backing", "the ones it was registered with")
	}
	ledger.PutAsset(c.block, a)
	return nil
}

// SaveAuthority writes an authority's record.
func (c *Context) SaveAuthority(a Authority) { guard.PutAuthority(c.block, a) }

// SaveEdition writes a version of a rulebook.
func (c *Context) SaveEdition(e Edition) { guard.PutEdition(c.block, e) }

// SaveCalendar writes a calendar.
func (c *Context) SaveCalendar(cal calendar.Calendar) { guard.PutCalendar(c.block, cal) }

// SaveRates writes a rate table.
func (c *Context) SaveRates(t RateTable) { guard.PutRates(c.block, t) }

// SavePurpose registers a purpose code.
func (c *Context) SavePurpose(p Purpose) { guard.PutPurpose(c.block, p) }

// CheckRulebook refuses a rulebook that is not valid or looser than those above it.
func (c *Context) CheckRulebook(b *Rulebook) error {
	if err := b.Validate(); err != nil {
		return err
	}
	return guard.CheckAgainstAncestors(c.block, b)
}

// Table is a feature's own table: a prefix nobody else writes.
type Table[V any] struct{ inner state.Table[V] }

// NewTable declares a table; prefixes are unique on the whole machine.
func NewTable[V any](prefix, name string) Table[V] {
	return Table[V]{state.NewTable[V](prefix, name)}
}

// Get reads a record.
func (t Table[V]) Get(r Reader, key []byte) (V, bool) { return t.inner.Get(r, key) }

// Put writes a record.
func (t Table[V]) Put(c *Context, key []byte, v V) { t.inner.Put(c.block, key, v) }

// Key is the whole state key of a record, for proofs.
func (t Table[V]) Key(key []byte) []byte { return t.inner.Key(key) }

// Delete removes a record.
func (t Table[V]) Delete(c *Context, key []byte) { t.inner.Delete(c.block, key) }

// Scan visits records with the prefix, from prefix+from on, in the order of their keys.
func (t Table[V]) Scan(r Reader, prefix, from []byte, visit func(key []byte, v V) bool) {
	t.inner.Scan(r, prefix, from, visit)
}
