package core

import (
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"

	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// ProtocolVersion is the newest protocol this binary can carry out.
const ProtocolVersion = 1

// Machine carries out blocks. Execute and Commit are for one goroutine; Check, Explain and
// the readers may run beside them.
type Machine struct {
	genesis  *Genesis
	store    *state.Store
	guard    *guard.Guard
	verifier *identity.Verifier
	decoded  *decoded
	params   txn.Params

	mu      sync.RWMutex // Commit against readers that need one height throughout
	pending *state.Block // executed, not yet committed

	timeMs atomic.Int64 // of the last block carried out since the machine was opened
}

const (
	cachedKeys     = 1 << 20 // points of public keys: 204 MB once half a million have signed, 51 MB for 100,000
	cachedVerified = 1 << 18 // verified-once signatures: several full blocks, 9 MB
)

// Open reads the machine's state from a backend; an empty one still needs Genesis.
func Open(genesis []byte, backend state.Backend) (*Machine, error) {
	return OpenLimited(genesis, backend, state.DefaultLimits())
}

// OpenLimited is Open with other limits of memory and history than the default.
func OpenLimited(genesis []byte, backend state.Backend, limits state.Limits) (*Machine, error) {
	g, err := ParseGenesis(genesis)
	if err != nil {
		return nil, err
	}
	store, err := state.OpenLimited(backend, limits)
	if err != nil {
		return nil, err
	}
	m := &Machine{genesis: g, store: store, guard: guard.New(), verifier: identity.NewVerifier(cachedKeys, cachedVerified), decoded: newDecoded(), params: g.Params}
	m.timeMs.Store(g.TimeMs)
	if stored, ok := genesisParams.Get(store, []byte("params")); ok {
		m.params = stored
	}
	return m, nil
}

// Genesis gives the state the ledger begins with; like Execute's, its writes are to be made
// durable, then Commit. On a ledger that has begun it has nothing to write.
func (m *Machine) Genesis() (wire.Hash, []state.Write) { return m.GenesisWith(nil) }

// GenesisWith is Genesis with more state written into height 0, for benchmarks and simulators
// that need a large ledger at once. Every node must be given the same.
func (m *Machine) GenesisWith(more func(*state.Block)) (wire.Hash, []state.Write) {
	if _, begun := genesisParams.Get(m.store, []byte("params")); begun {
		return m.store.Root(), nil
	}
	block := m.store.Begin(0)
	m.genesis.write(block)
	if more != nil {
		more(block)
	}
	root, writes := block.Seal()
	m.pending = block
	return root, writes
}

// Warm reads the state into memory, as far as the limits let it, before the first block.
func (m *Machine) Warm() { m.store.Warm() }

// ChainID names the chain; it is part of every transaction's id.
func (m *Machine) ChainID() string { return m.genesis.Chain }

// GenesisHash identifies the genesis document.
func (m *Machine) GenesisHash() wire.Hash { return m.genesis.Hash() }

// Height is that of the last committed block.
func (m *Machine) Height() int64 { return m.store.Height() }

// Root is the state root after it.
func (m *Machine) Root() wire.Hash { return m.store.Root() }

// Params are the network's limits.
func (m *Machine) Params() txn.Params { return m.params }

// Store gives readers the committed state.
func (m *Machine) Store() *state.Store { return m.store }

// Execute carries out a block. Nothing is committed: the caller makes Outcome.Writes
// durable and calls Commit. An error means that an invariant over the block is broken or
// that this binary is too old; the node must stop and say so.
func (m *Machine) Execute(b Block) (*Outcome, error) {
	if version := txn.ProtocolAt(m.store, b.Height); version > ProtocolVersion {
		return nil, &invariant{"protocol_known", fmt.Sprintf("height %d needs protocol version %d, this binary has %d: install a newer one", b.Height, version, ProtocolVersion)}
	}
	block := m.store.Begin(b.Height)
	block.Expect(len(b.Txs))
	run := &blockRun{Machine: m, block: block, now: b.TimeMs, env: m.newEnv(b.Height)}
	run.outcome = &Outcome{Height: b.Height, TimeMs: b.TimeMs, Results: make([]TxResult, 0, len(b.Txs))}
	run.timers()
	for _, raw := range b.Txs {
		run.transaction(raw)
	}
	if len(b.Txs) > 0 {
		run.forget()
	}
	run.outcome.Root, run.outcome.Writes = block.Seal()
	m.mu.Lock()
	m.pending = block
	m.timeMs.Store(b.TimeMs)
	m.mu.Unlock()
	return run.outcome, nil
}

func (m *Machine) newEnv(height int64) *txn.Env {
	return &txn.Env{Chain: m.genesis.Chain, Guard: m.guard, Params: m.params, Payload: Kinds.Payload, Height: height, Urgent: Kinds.urgent}
}

// Commit makes the last executed block the committed one, after its writes are durable.
func (m *Machine) Commit() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.pending != nil {
		m.store.Adopt(m.pending)
		m.pending = nil
	}
	if stored, ok := genesisParams.Get(m.store, []byte("params")); ok && stored != m.params { // only at genesis, when nobody reads yet
		m.params = stored
	}
}

// days records the first height of each day with transactions, so that references can be
// forgotten by age.
var days = state.NewTable[int64]("d", "reference.day")

const dayMs = 24 * 3600_000

// forgetPerBlock bounds the expiry of client references in one block.
const forgetPerBlock = 20_000

// forget drops client references older than reference_days, bounded per block.
func (r *blockRun) forget() {
	day := func(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }
	today := r.now / dayMs
	if _, known := days.Get(r.block, day(today)); !known {
		days.Put(r.block, day(today), r.outcome.Height)
	}
	var oldest, next int64
	found := 0
	days.Scan(r.block, nil, nil, func(key []byte, height int64) bool {
		if found++; found == 1 {
			oldest = int64(binary.BigEndian.Uint64(key))
		} else {
			next = height
		}
		return found < 2
	})
	if found == 2 && oldest < today-int64(r.params.ReferenceDays) && r.block.ForgetBefore(next, forgetPerBlock) {
		days.Delete(r.block, day(oldest))
	}
}
