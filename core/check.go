package core

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Check answers for the mempool whether a transaction may be offered to a block. It reads
// the committed state, may run beside Execute, and binds nobody: Execute judges again. A
// recheck looks only at what a new block can change for a transaction that passed before.
func (m *Machine) Check(raw []byte, nowMs int64, recheck bool) CheckResult {
	request, err := m.decode(raw)
	if err != nil {
		return refusedCheck(wire.Sum(raw), err)
	}
	if err := m.check(request, nowMs, recheck); err != nil {
		return refusedCheck(request.id, err)
	}
	return CheckResult{ID: request.id}
}

func (m *Machine) check(q *content, nowMs int64, recheck bool) error {
	if err := expiry(&q.body, nowMs); err != nil {
		return err
	}
	if _, spent := m.store.EntryByID(q.id); spent {
		return fault.TxReplayed.With("transaction", q.id.String(), "a transaction that was not in a block before")
	}
	if recheck {
		return nil
	}
	if err := q.payload.Validate(); err != nil {
		return err
	}
	moment := m.store.Moment()
	asked := &request{content: q}
	if err := m.signers(m.store, asked, nowMs); err != nil {
		return err
	}
	asked.remember(moment)
	return nil
}

func refusedCheck(id wire.Hash, err error) CheckResult {
	stated := fault.In(err)
	return CheckResult{ID: id, Code: uint32(stated.Fault.Number), Name: stated.Fault.Name, Log: stated.Error()}
}

// Preverify checks the signatures of transactions in batches and remembers the valid ones, so
// that Check and Execute find them verified; it also reads ahead what they will need. Bad ones are left for Check to name. Several
// goroutines of the node may call it at once.
func (m *Machine) Preverify(txs [][]byte) {
	items := make([]identity.Item, 0, len(txs))
	origins := make([]origin, 0, len(txs))
	for _, raw := range txs {
		request, err := m.decode(raw)
		if err != nil {
			continue
		}
		m.readAhead(request)
		for i := range request.signatures {
			if request.checked.has(i) {
				continue
			}
			s := &request.signatures[i]
			item := identity.Item{ID: request.id, Sig: s}
			if s.Alg == identity.WebAuthn {
				key, ok := identity.FindKey(m.store, s.Alg, s.Key)
				if !ok {
					continue
				}
				item.RPIDHash = key.RPIDHash
			}
			items, origins = append(items, item), append(origins, origin{&request.checked, i})
		}
	}
	for i, err := range m.verifier.VerifyAll(items) {
		if err == nil {
			origins[i].checked.mark(origins[i].signature, items[i].Sig.Alg)
		}
	}
}

// origin is where a signature comes from.
type origin struct {
	checked   *checked
	signature int
}

// readAhead brings what the transaction will need into the caches, while other cores are free:
// blocks are carried out by one.
func (m *Machine) readAhead(q *content) {
	if m.store.Warmed() {
		return
	}
	if reads, ok := q.payload.(txn.ReadsAhead); ok {
		reads.ReadAhead(&txn.Ahead{Guard: m.guard, Store: m.store})
	}
}

// Results lists the results of the transactions of a committed block, in their order.
func (m *Machine) Results(height int64) ([]TxResult, error) {
	var results []TxResult
	err := m.EachOutcome(height, func(e Recorded) {
		if e.Outcome.Tx > 0 {
			hash := e.Outcome.Result.Hash(e.ID)
			results = append(results, TxResult{ID: e.ID, Code: uint32(e.Outcome.Result.Fault), Data: hash[:]})
		}
	})
	return results, err
}

// entries reads a height's log.
func (m *Machine) entries(height int64) ([]state.Entry, error) { return m.store.Entries(height) }
