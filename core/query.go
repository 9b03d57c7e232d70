package core

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Told is what the party that sent a transaction may know of its refusal, beyond what the
// public result says: field, found and want, unless a rule out of its sight refused; and the
// trace as Redact leaves it. It is nil for what was not refused.
func (m *Machine) Told(o *txn.Outcome, lei identity.LEI) (*fault.Error, []guard.Step) {
	party, ok := identity.FindParty(m.store, lei)
	if !ok {
		party = identity.Party{LEI: lei}
	}
	steps := m.Redact(o.Private.Steps, party)
	f := fault.Numbered(o.Result.Fault)
	if f == nil {
		return nil, steps
	}
	told := f.With(o.Private.Field, o.Private.Found, o.Private.Want)
	for i := range o.Private.Steps {
		if s := &o.Private.Steps[i]; s.Verdict == guard.Refuse && s.Fault == f.Number && !shown(steps, s) {
			told = f.Err()
		}
	}
	return told, steps
}

// shown reports whether a step has come through Redact whole.
func shown(steps []guard.Step, s *guard.Step) bool {
	for i := range steps {
		if steps[i].Authority == s.Authority && steps[i].Rule == s.Rule && !s.Quiet {
			return true
		}
	}
	return false
}

// Carrier finds what carried out an id: the transaction itself, or the one that made, answered
// or approved it (a batch, an approval, an answer to a hold). The parts lead from the carrier's
// items to the id, the outermost first. The end of something counts before its beginning,
// unless a timer brought it: that has no carrier.
func (m *Machine) Carrier(id wire.Hash) (carrier Recorded, parts []Recorded, ok bool) {
	for _, log := range []wire.Hash{txn.FinalID(id), id} {
		at, known := m.store.EntryByID(log)
		if !known {
			continue
		}
		if carrier, parts, ok = m.carrierAt(at, id); ok {
			break
		}
	}
	return carrier, parts, ok
}

func (m *Machine) carrierAt(at state.Position, id wire.Hash) (carrier Recorded, parts []Recorded, ok bool) {
	var block []Recorded
	if m.EachOutcome(at.Height, func(r Recorded) { block = append(block, r) }) != nil {
		return carrier, nil, false
	}
	for i := int(at.Index); i < len(block); i++ {
		if block[i].Outcome.Tx == 0 {
			continue // recorded before the transaction that brought it about
		}
		carrier = block[i]
		if i == int(at.Index) {
			return carrier, nil, true
		}
		parts, ok = partsTo(&carrier.Outcome.Result, block[:i], carrier.ID, id)
		return carrier, parts, ok
	}
	return carrier, nil, false
}

// Parts are all outcomes that a transaction's items name, with theirs in turn.
func (m *Machine) Parts(carrier Recorded) (parts []Recorded, err error) {
	var block []Recorded
	if err := m.EachOutcome(carrier.At.Height, func(r Recorded) { block = append(block, r) }); err != nil {
		return nil, err
	}
	open := []*txn.Result{&carrier.Outcome.Result}
	for len(open) > 0 {
		for _, item := range open[0].Items {
			if part, ok := partOf(block[:carrier.At.Index], carrier.ID, item); ok {
				parts = append(parts, part)
				open = append(open, &part.Outcome.Result)
			}
		}
		open = open[1:]
	}
	return parts, nil
}

func partsTo(result *txn.Result, block []Recorded, carrier, id wire.Hash) ([]Recorded, bool) {
	for _, item := range result.Items {
		part, ok := partOf(block, carrier, item)
		if !ok {
			continue
		}
		if item.ID == id {
			return []Recorded{part}, true
		}
		if rest, ok := partsTo(&part.Outcome.Result, block, carrier, id); ok {
			return append([]Recorded{part}, rest...), true
		}
	}
	return nil, false
}

// partOf finds the outcome an item names, under whichever id it was recorded.
func partOf(block []Recorded, carrier wire.Hash, item txn.Item) (Recorded, bool) {
	for _, log := range []wire.Hash{item.ID, txn.FinalID(item.ID), txn.HeldAgainID(item.ID, carrier)} {
		for i := range block {
			if block[i].ID == log && block[i].Outcome.Result.Hash(log) == item.Hash {
				part := block[i]
				part.ID = item.ID
				return part, true
			}
		}
	}
	return Recorded{}, false
}

// CheckError is why Check refuses a transaction, stated in full; nil if it does not.
func (m *Machine) CheckError(raw []byte, nowMs int64) error {
	request, err := m.decode(raw)
	if err != nil {
		return err
	}
	return m.check(request, nowMs, false)
}
