package node

import (
	"causeway/core"
	"causeway/core/kernel/state"
)

// Core lets the node drive the real machine. The types differ because consensus counts
// validators and proposers, which the core has no use for.
func Core(m *core.Machine) Machine { return ledger{m} }

// OpenCore is Core as an OpenMachine.
func OpenCore(genesis []byte, backend state.Backend) (Machine, error) {
	m, err := core.Open(genesis, backend)
	if err != nil {
		return nil, err
	}
	return Core(m), nil
}

type ledger struct{ *core.Machine }

// Ledger gives back the core that a machine made by Core drives; nil for any other.
func Ledger(m Machine) *core.Machine {
	if l, ok := m.(ledger); ok {
		return l.Machine
	}
	return nil
}

func (l ledger) Check(tx []byte, nowMs int64, recheck bool) CheckResult {
	r := l.Machine.Check(tx, nowMs, recheck)
	return CheckResult{Code: r.Code, Name: r.Name, ID: r.ID, Log: r.Log}
}

func (l ledger) Execute(b Block) (*Outcome, error) {
	o, err := l.Machine.Execute(core.Block{Height: b.Height, TimeMs: b.TimeMs, Txs: b.Txs})
	if err != nil {
		return nil, err
	}
	out := &Outcome{Height: o.Height, TimeMs: o.TimeMs, Results: results(o.Results), Root: o.Root, Writes: o.Writes}
	for _, v := range o.Validators {
		out.ValidatorUpdates = append(out.ValidatorUpdates, ValidatorUpdate{PubKey: v.PublicKey, Power: v.Power})
	}
	return out, nil
}

func (l ledger) Results(height int64) ([]TxResult, error) {
	list, err := l.Machine.Results(height)
	return results(list), err
}

func results(list []core.TxResult) []TxResult {
	out := make([]TxResult, len(list))
	for i, r := range list {
		out[i] = TxResult{Code: r.Code, Data: r.Data, ID: r.ID}
	}
	return out
}
