package sim

import (
	"slices"

	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/internal/testkit"
)

// machines are the whole machine: every operation is signed, encoded and carried out in a block of its own by
// two machines, one of which is restarted now and then.
type machines struct {
	ledger *testkit.Ledger
	done   bool // this block has had its operation
}

func (m *machines) reader() state.Reader { return m.ledger.Store() }

func (m *machines) begin(now int64) error {
	m.ledger.Advance(now - m.ledger.Now() - 1000) // a block adds a second
	m.done = false
	return nil
}

func (m *machines) do(party, kind string, payload txn.Payload) (result, error) {
	m.done = true
	r := m.ledger.Do(party, kind, payload)
	return result{id: r.ID, status: r.Outcome.Result.Status, fault: r.Fault, items: slices.Clone(r.Outcome.Result.Items), why: testkit.Explain(r)}, nil
}

// end lets time pass where the operation came to nothing.
func (m *machines) end() error {
	if !m.done {
		m.ledger.Block()
	}
	return nil
}
