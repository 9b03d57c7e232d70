package readmodel

import (
	"errors"

	"causeway/core"
	"causeway/core/kernel/state"
)

// ErrGone says that a block is no longer kept: the reader begins anew from the present state.
var ErrGone = errors.New("the block is not kept")

// Source is what the reader pulls from. Its methods are called from one goroutine and must not
// wait for the reader.
type Source interface {
	// Ledger is the machine whose committed state and outcomes are read. It may be another one
	// each time: a node that restores a snapshot opens its machine anew.
	Ledger() *core.Machine
	// Block reads a committed block; ErrGone if it is kept no longer.
	Block(height int64) (Block, error)
	// Genesis is the state of height 0.
	Genesis() (state.Reader, error)
}

// Block is a block as it was agreed on.
type Block struct {
	TimeMs int64 // Unix ms
	Hash   []byte
	Txs    [][]byte
}

// GenesisState makes the state of height 0 from a genesis document, in memory.
func GenesisState(document []byte) (state.Reader, error) {
	backend := state.NewMemory()
	machine, err := core.Open(document, backend)
	if err != nil {
		return nil, err
	}
	_, writes := machine.Genesis()
	backend.Apply(writes)
	machine.Commit()
	return machine.Store(), nil
}

// past is the state after a height, of which the store may be ahead.
type past struct {
	store  *state.Store
	height int64
	exact  bool     // panics with notKept, rather than give a later value, where history is too short
	only   []string // if not nil: Scan visits these keys alone
}

// notKept is what an exact reading panics with; the seeding recovers it.
type notKept struct{ error }

// Get reads a key as it was. Beyond the history that the node keeps it gives what there is now:
// the events still to come name every record that has changed since, so it is read again.
func (p *past) Get(key []byte) ([]byte, bool) {
	if p.store.Height() == p.height && p.store.Cached(key) {
		// From memory, which a new block changes only after the height.
		if value, ok := p.store.Get(key); p.store.Height() == p.height {
			return value, ok
		}
	}
	value, ok, err := p.store.GetAt(key, p.height)
	switch {
	case err == nil:
		return value, ok
	case p.exact:
		panic(notKept{err})
	}
	return p.store.Get(key)
}

// Scan visits the keys that there are now and were there then. Those that have gone since are
// visited by a second reading, with only.
func (p *past) Scan(prefix, from []byte, visit func(key, value []byte) bool) {
	if p.only != nil {
		for _, key := range p.only {
			if len(key) >= len(prefix) && key[:len(prefix)] == string(prefix) {
				if value, ok := p.Get([]byte(key)); ok && !visit([]byte(key), value) {
					return
				}
			}
		}
		return
	}
	p.store.Scan(prefix, from, func(key, _ []byte) bool {
		value, ok := p.Get(key)
		return !ok || visit(key, value)
	})
}
