package supervision

import (
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
)

// Spell counts how long something has been frozen in all, for clocks that a freeze stops
// (DECISIONS 16).
type Spell struct {
	PastMs int64 `cbor:"1,keyasint,omitempty"` // of freezes that have ended
	Since  int64 `cbor:"2,keyasint,omitempty"` // Unix ms, of the freeze in force
}

// at is the time frozen until now.
func (s Spell) at(now int64) int64 {
	if s.Since != 0 {
		return s.PastMs + now - s.Since
	}
	return s.PastMs
}

// turn begins or ends a freeze; a freeze taken over by another authority goes on.
func (s Spell) turn(now int64, frozen bool) Spell {
	switch {
	case frozen && s.Since == 0:
		s.Since = now
	case !frozen:
		s = Spell{PastMs: s.at(now)}
	}
	return s
}

var spells = txn.NewTable[Spell]("fs", "freeze.spell")

func partySpell(lei identity.LEI) []byte   { return []byte("p" + string(lei)) }
func accountSpell(id txn.AccountID) []byte { return []byte("a" + string(id)) }

func countSpell(c *txn.Context, key []byte, frozen bool) {
	s, _ := spells.Get(c.Reader(), key)
	spells.Put(c, key, s.turn(c.Now(), frozen))
}

// FrozenMs is how long a party and one of its accounts have been frozen until now, each in
// milliseconds since they exist. A clock that a freeze stops compares two such readings.
func FrozenMs(r txn.Reader, now int64, owner identity.LEI, id txn.AccountID) (party, account int64) {
	p, _ := spells.Get(r, partySpell(owner))
	a, _ := spells.Get(r, accountSpell(id))
	return p.at(now), a.at(now)
}
