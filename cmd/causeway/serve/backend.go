// Package serve is a running node as its API and the commands of this process see it.
//
// It joins core, node, api and the making of receipts, which know nothing of each other; it
// decides nothing and keeps nothing.
package serve

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"causeway/api"
	"causeway/core"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/state"
	"causeway/node"
)

// Open opens the machine over a ledger: what a node is given.
func Open(genesis []byte, backend state.Backend) (node.Machine, error) {
	return core.Open(genesis, backend)
}

// Backend is a node with its ledger. It is what an api.API stands on.
type Backend struct{ Node *node.Node }

var (
	_ api.Node     = Backend{}
	_ api.Receipts = Backend{}
)

// Ledger is the core. The node was made with Open.
func (b Backend) Ledger() *core.Machine { return b.Node.Machine().(*core.Machine) }

// Submit offers a transaction.
func (b Backend) Submit(ctx context.Context, tx []byte) (core.CheckResult, error) {
	check, err := b.Node.Submit(ctx, tx)
	return check, stated(err)
}

// SubmitAndWait also waits until it is durable in a block, or refused before one.
func (b Backend) SubmitAndWait(ctx context.Context, tx []byte) (api.Final, error) {
	final, err := b.Node.SubmitAndWait(ctx, tx)
	return api.Final{Height: final.Height, Check: final.Check}, stated(err)
}

// stated gives the node's own errors their fault, and leaves those of the context alone.
func stated(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, node.ErrTooLarge):
		return fault.TxTooLarge.With("transaction", err.Error(), "a transaction that fits into a block")
	case errors.Is(err, node.ErrBusy), errors.Is(err, node.ErrSyncing), errors.Is(err, node.ErrStopped):
		return fault.InternalUnavailable.With("node", err.Error(), "")
	}
	return err
}

// Follow visits committed heights from one on, without gaps.
func (b Backend) Follow(ctx context.Context, from int64, visit func(height int64) error) error {
	blocks, err := b.Node.Subscribe(from)
	if err != nil {
		return stated(err)
	}
	defer blocks.Close()
	for {
		block, err := blocks.Next(ctx)
		if err != nil {
			return err
		}
		if err := visit(block.Height); err != nil {
			return err
		}
	}
}

// Block is one block as it stands on disk.
func (b Backend) Block(height int64) (api.Block, error) {
	header, err := b.Node.Header(height)
	if err != nil {
		return api.Block{}, blockMissing(height, err)
	}
	txs, err := b.Node.BlockTxs(height)
	if err != nil {
		return api.Block{}, blockMissing(height, err)
	}
	return api.Block{Height: height, TimeMs: header.Time.UnixMilli(), Hash: header.Hash(), Txs: txs}, nil
}

func blockMissing(height int64, err error) error {
	if errors.Is(err, node.ErrNoBlock) {
		return fault.ReadNotKept.With("height", fmt.Sprint(height), "a block that this node has")
	}
	return stated(err)
}

// Status is what an operator needs to see at a glance.
func (b Backend) Status() any { return b.Node.Status() }

// Health answers /healthz.
func (b Backend) Health() http.Handler { return b.Node.HealthHandler() }

// Ready answers /readyz.
func (b Backend) Ready() http.Handler { return b.Node.ReadyHandler() }

// Metrics answers /metrics.
func (b Backend) Metrics() http.Handler { return b.Node.MetricsHandler() }
