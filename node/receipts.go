package node

import (
	"errors"
	"fmt"

	"github.com/cometbft/cometbft/crypto/merkle"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/types"
)

// ErrNoBlock says that this node does not have the block: not yet, or pruned, or from before
// the snapshot it started from.
var ErrNoBlock = errors.New("this node does not have that block")

// Header is the header of a block. The results of block H are committed to by the header of
// H+1 (LastResultsHash), as is the root after H (AppHash).
func (n *Node) Header(height int64) (*types.Header, error) {
	engine, err := n.running()
	if err != nil {
		return nil, err
	}
	meta := engine.BlockStore().LoadBlockMeta(height)
	if meta == nil {
		return nil, fmt.Errorf("%w: height %d", ErrNoBlock, height)
	}
	return &meta.Header, nil
}

// Commit is the votes by which more than two thirds of the power fixed the block. For the
// newest block they are those this node saw; for older ones those the next block carries.
func (n *Node) Commit(height int64) (*types.Commit, error) {
	engine, err := n.running()
	if err != nil {
		return nil, err
	}
	commit := engine.BlockStore().LoadBlockCommit(height)
	if commit == nil {
		commit = engine.BlockStore().LoadSeenCommit(height)
	}
	if commit == nil {
		return nil, fmt.Errorf("%w: height %d", ErrNoBlock, height)
	}
	return commit, nil
}

// ValidatorSet is the set that signs the block of that height.
func (n *Node) ValidatorSet(height int64) (*types.ValidatorSet, error) {
	if _, err := n.running(); err != nil {
		return nil, err
	}
	db, err := n.chain.DB("state")
	if err != nil {
		return nil, err
	}
	return sm.NewStore(db, sm.StoreOptions{DiscardABCIResponses: true}).LoadValidators(height)
}

// BlockTxs are the transactions of a block, in order, exactly as they were signed.
func (n *Node) BlockTxs(height int64) ([][]byte, error) {
	engine, err := n.running()
	if err != nil {
		return nil, err
	}
	block := engine.BlockStore().LoadBlock(height)
	if block == nil {
		return nil, fmt.Errorf("%w: height %d", ErrNoBlock, height)
	}
	return block.Txs.ToSliceOfBytes(), nil
}

// TxResults are the code and data of each transaction of a block, which is all that is hashed:
// ResultBytes gives the hashed form of one.
func (n *Node) TxResults(height int64) ([]TxResult, error) {
	if _, err := n.running(); err != nil {
		return nil, err
	}
	if height < 1 || height > n.app.current().Height() {
		return nil, fmt.Errorf("%w: height %d", ErrNoBlock, height)
	}
	return n.app.current().Results(height)
}

// ResultBytes is the deterministic protobuf form of a result: a leaf of LastResultsHash.
func ResultBytes(result TxResult) ([]byte, error) {
	return types.NewResults(execResults([]TxResult{result}))[0].Marshal()
}

// ResultProof proves the result at index of block height: Proof.Verify(header(height+1)
// .LastResultsHash, leaf) holds. The hash is recomputed from the machine's log, so the header is
// compared here; a difference is corruption and an error.
func (n *Node) ResultProof(height int64, index int) (leaf []byte, proof *merkle.Proof, err error) {
	results, err := n.TxResults(height)
	if err != nil {
		return nil, nil, err
	}
	if index < 0 || index >= len(results) {
		return nil, nil, fmt.Errorf("block %d has %d results, none at %d", height, len(results), index)
	}
	header, err := n.Header(height + 1)
	if err != nil {
		return nil, nil, err
	}
	hashed := types.NewResults(execResults(results))
	made := hashed.ProveResult(index)
	if leaf, err = hashed[index].Marshal(); err != nil {
		return nil, nil, err
	}
	if err := made.Verify(header.LastResultsHash, leaf); err != nil {
		return nil, nil, fmt.Errorf("results of block %d do not match header %d: %w", height, height+1, err)
	}
	return leaf, &made, nil
}
