package core

import (
	"fmt"

	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Recorded is one outcome of the log with its place.
type Recorded struct {
	ID      wire.Hash
	At      state.Position
	Outcome txn.Outcome
	Raw     []byte // the canonical bytes of Outcome
}

// EachOutcome visits the outcomes of a committed height in order: of transactions, and of
// what was carried out besides (parts of batches, ends of holds, timers).
func (m *Machine) EachOutcome(height int64, visit func(Recorded)) error {
	entries, err := m.entries(height)
	if err != nil {
		return err
	}
	for i, e := range entries {
		r := Recorded{ID: e.ID, At: state.Position{Height: height, Index: int32(i)}, Raw: e.Outcome}
		if err := wire.UnmarshalStored(e.Outcome, &r.Outcome); err != nil {
			return fmt.Errorf("outcome %d of height %d: %w", i, height, err)
		}
		visit(r)
	}
	return nil
}

// FindOutcome finds how a transaction ended: its own outcome, and the end of what it began
// where that has come later.
func (m *Machine) FindOutcome(id wire.Hash) (own Recorded, end *Recorded, ok bool) {
	own, ok = m.recorded(id, id)
	if !ok {
		return own, nil, false
	}
	if last, ended := m.recorded(txn.FinalID(id), id); ended {
		end = &last
	}
	return own, end, true
}

func (m *Machine) recorded(log, id wire.Hash) (r Recorded, ok bool) {
	at, ok := m.store.EntryByID(log)
	if !ok {
		return r, false
	}
	entry, ok := m.store.Entry(at)
	if !ok || wire.UnmarshalStored(entry.Outcome, &r.Outcome) != nil {
		return r, false
	}
	r.ID, r.At, r.Raw = id, at, entry.Outcome
	return r, true
}

// FindReference finds the record that a party's client reference is bound to.
func (m *Machine) FindReference(body *txn.Body) (wire.Hash, bool) {
	at, ok := m.store.EntryByRef(body.ReferenceKey())
	if !ok {
		return wire.Hash{}, false
	}
	entry, ok := m.store.Entry(at)
	return entry.ID, ok
}
