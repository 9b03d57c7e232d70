package node

import (
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

// OpenMachine opens the machine over a ledger, empty or not.
type OpenMachine func(genesis []byte, backend state.Backend) (Machine, error)

// CheckResult is the answer for the mempool; Code is a fault's number, 0 for ok.
type CheckResult struct {
	Code uint32
	Name string
	ID   wire.Hash
	Log  string
}

// Block is what consensus decided.
type Block struct {
	Height   int64
	TimeMs   int64
	Txs      [][]byte
	Proposer []byte
}

// TxResult is hashed into the next header: the code and 32 bytes of canonical outcome.
type TxResult struct {
	Code uint32
	Data []byte
	ID   wire.Hash
}

// ValidatorUpdate sets a validator's power; 0 removes it.
type ValidatorUpdate struct {
	PubKey []byte
	Power  int64
}

// Outcome is what a block did.
type Outcome struct {
	Height, TimeMs   int64
	Results          []TxResult
	Root             wire.Hash
	Writes           []state.Write
	ValidatorUpdates []ValidatorUpdate
}
