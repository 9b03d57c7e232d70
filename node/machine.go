package node

import (
	"causeway/core"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// Machine is the pure core as the node drives it. Everything it decides is a function of its
// committed state and of the block; the node only carries bytes to it and to disk.
type Machine interface {
	ChainID() string
	Height() int64
	Root() wire.Hash
	// Genesis gives the state of height 0, for a ledger that is still empty; Commit follows.
	Genesis() (root wire.Hash, writes []state.Write)
	// Warm reads the state into memory, as far as the limits let it, before the first block.
	Warm()
	// Check answers for the mempool from committed state; safe beside Execute.
	Check(tx []byte, nowMs int64, recheck bool) CheckResult
	// Preverify fills the verified-once cache: the signatures of many transactions at once cost
	// a quarter of what they cost one by one. It decides nothing; safe from several goroutines.
	Preverify(txs [][]byte)
	// Execute computes a block's outcome. An error is a broken invariant: the node stops.
	Execute(Block) (*Outcome, error)
	// Commit makes the last outcome the committed state, after its writes are durable.
	Commit()
	// Results are the results of an earlier block, in its order.
	Results(height int64) ([]TxResult, error)
}

// OpenMachine opens a machine over a ledger, empty or not; the limits bound its memory and the
// history that it keeps.
type OpenMachine func(genesis []byte, backend state.Backend, limits state.Limits) (Machine, error)

// What passes between the node and the machine is the machine's own.
type (
	Block       = core.Block
	Outcome     = core.Outcome
	TxResult    = core.TxResult
	CheckResult = core.CheckResult
)
