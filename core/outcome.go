package core

import (
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Block is what consensus has agreed on.
type Block struct {
	Height int64
	TimeMs int64 // block time, Unix ms: the median of the previous commit
	Txs    [][]byte
}

// TxResult is what goes into the block's results: DECISIONS call it code and data.
type TxResult struct {
	ID   wire.Hash
	Code uint32 // fault number, 0 = not refused
	Data []byte // hash of the canonical result
}

// Outcome is all that a block has done.
type Outcome struct {
	Height     int64
	TimeMs     int64
	Results    []TxResult // one per transaction, in order
	Root       wire.Hash
	Writes     []state.Write // to be made durable in one atomic write, then Commit
	Validators []txn.ValidatorChange
	Bugs       []string // transactions that ended as internal.bug: raise an alarm
}

// CheckResult answers for the mempool.
type CheckResult struct {
	ID   wire.Hash
	Code uint32
	Name string
	Log  string
}

// invariant is a block that must not be: the node stops and names it.
type invariant struct{ name, detail string }

func (i *invariant) Error() string { return "invariant " + i.name + ": " + i.detail }
