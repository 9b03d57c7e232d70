package receipt

import (
	"bytes"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/types"

	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Source is where a receipt is made: a node.
type Source interface {
	Header(height int64) (*types.Header, error)
	Commit(height int64) (*types.Commit, error)
	ValidatorSet(height int64) (*types.ValidatorSet, error)
	BlockTxs(height int64) ([][]byte, error)
}

// Leaf is what a block's header says of the result of one of its transactions.
type Leaf struct {
	Code uint32
	Data []byte
}

// Part is something the transaction carried out under another id: a payment of a batch, a
// proposal, a held payment.
type Part struct {
	ID     wire.Hash  `cbor:"1,keyasint"`
	Result txn.Result `cbor:"2,keyasint"`
}

// Subject is what a receipt is to prove.
type Subject struct {
	Height  int64
	Index   int    // of the transaction in its block, from 0
	Leaves  []Leaf // of all transactions of the block
	Result  txn.Result
	Parts   []Part // each named by the result or by a part before it
	Trusted int64  // what the reader trusts: 1 for the genesis, else the height of a checkpoint
}

// format is the first field of a receipt.
const format = "causeway/receipt/1"

type file struct {
	Format      string      `cbor:"1,keyasint"`
	Anchor      anchor      `cbor:"2,keyasint"` // to header H+1
	Block       []byte      `cbor:"3,keyasint"` // header H, protobuf
	Transaction []byte      `cbor:"4,keyasint"`
	Result      txn.Result  `cbor:"5,keyasint"`
	Sides       uint64      `cbor:"6,keyasint"`           // of both paths: a block has as many results as transactions
	InBlock     []wire.Hash `cbor:"7,keyasint,omitempty"` // to DataHash of header H
	InResults   []wire.Hash `cbor:"8,keyasint,omitempty"` // to LastResultsHash of header H+1
	Parts       []Part      `cbor:"9,keyasint,omitempty"`
}

// Build makes the receipt of a transaction of block H. Header H+1 and its commit must exist.
func Build(source Source, s Subject) ([]byte, error) {
	block, err := source.Header(s.Height)
	if err != nil {
		return nil, err
	}
	txs, err := source.BlockTxs(s.Height)
	if err != nil {
		return nil, err
	}
	if len(txs) != len(s.Leaves) {
		return nil, fmt.Errorf("receipt: block %d has %d transactions and %d results", s.Height, len(txs), len(s.Leaves))
	}
	if err := checkIndex(s.Index, len(txs)); err != nil {
		return nil, err
	}
	f := file{Format: format, Transaction: txs[s.Index], Result: s.Result, Parts: s.Parts}
	if f.Anchor, err = newAnchor(source, s.Trusted, s.Height+1); err != nil {
		return nil, err
	}
	if f.Block, err = block.ToProto().Marshal(); err != nil {
		return nil, err
	}
	hashes, results := make([][]byte, len(txs)), make([][]byte, len(txs))
	for i := range txs {
		hashes[i] = types.Tx(txs[i]).Hash()
		if results[i], err = resultLeaf(s.Leaves[i]); err != nil {
			return nil, err
		}
	}
	f.Sides, f.InBlock = pathTo(hashes, s.Index)
	_, f.InResults = pathTo(results, s.Index)
	data := wire.Marshal(&f)
	if len(data) > FileBytesMax {
		return nil, fmt.Errorf("receipt: it would have %d bytes", len(data))
	}
	return data, nil
}

// resultLeaf is the deterministic form of a result that CometBFT hashes.
func resultLeaf(l Leaf) ([]byte, error) {
	return types.NewResults([]*abci.ExecTxResult{{Code: l.Code, Data: l.Data}})[0].Marshal()
}

// equal compares a computed hash with one that a header states.
func equal(computed wire.Hash, stated []byte) bool { return bytes.Equal(computed[:], stated) }
