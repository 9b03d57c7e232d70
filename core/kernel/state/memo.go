package state

import "sync/atomic"

// memo remembers what the values that are asked for most decode to: the few records that every
// payment needs, and those that a transaction asks for again. It is a table of fixed size in which a
// newcomer takes the place of whoever stood there, once it is asked for twice with no other between:
// most records belong to one payer and are not worth it. Nothing has to be forgotten when a value
// changes: a decoded value answers only for the very bytes it was decoded from, and those are
// never changed.
type memo struct {
	slots [memoSlots]atomic.Pointer[memory]
	asked [memoSlots]atomic.Uint32 // for whom last, in vain
}

const memoSlots = 1 << 14

type memory struct {
	raw   []byte
	table any // the core of the table that decoded it
	value any
}

// find returns what raw was decoded to by a table.
func (m *memo) find(hash uint64, raw []byte, table any) any {
	found := m.slots[hash%memoSlots].Load()
	if found == nil || len(found.raw) != len(raw) || &found.raw[0] != &raw[0] || found.table != table {
		return nil
	}
	return found.value
}

// again reports that the same was asked for in vain before.
func (m *memo) again(hash uint64) bool {
	asked, tag := &m.asked[hash%memoSlots], tag(hash)
	if asked.Load() == tag {
		return true
	}
	asked.Store(tag)
	return false
}

func (m *memo) keep(hash uint64, raw []byte, table, value any) {
	m.slots[hash%memoSlots].Store(&memory{raw, table, value})
}
