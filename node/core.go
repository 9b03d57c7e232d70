package node

import (
	"causeway/core"
	"causeway/core/kernel/state"
)

var _ Machine = (*core.Machine)(nil)

// OpenCore opens the real machine.
func OpenCore(genesis []byte, backend state.Backend, limits state.Limits) (Machine, error) {
	machine, err := core.OpenLimited(genesis, backend, limits)
	if err != nil {
		return nil, err
	}
	return machine, nil
}

// Ledger is the core that a machine is, or that it wraps; nil for any other, such as a test's.
func Ledger(m Machine) *core.Machine {
	if wrapping, ok := m.(interface{ Core() *core.Machine }); ok {
		return wrapping.Core()
	}
	ledger, _ := m.(*core.Machine)
	return ledger
}

// Core lets the node drive a machine that is open already.
func Core(m *core.Machine) Machine { return m }
