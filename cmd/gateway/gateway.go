// Package gateway connects a running node to the public interface: it translates types and
// names the node's errors as faults. It decides nothing.
package gateway

import (
	"context"
	"errors"
	"net/http"
	"time"

	"causeway/api"
	"causeway/client/receipt"
	"causeway/client/receipt/issue"
	"causeway/core"
	"causeway/core/kernel/fault"
	"causeway/node"
)

// Gateway is a node as the interface sees it.
type Gateway struct{ node *node.Node }

var (
	_ api.Node       = (*Gateway)(nil)
	_ api.Receipts   = (*Gateway)(nil)
	_ receipt.Source = (*node.Node)(nil)
)

// New wraps a started node.
func New(n *node.Node) *Gateway { return &Gateway{node: n} }

// Ledger is the machine to read from.
func (g *Gateway) Ledger() *core.Machine { return node.Ledger(g.node.Machine()) }

// Submit offers a transaction to the mempool.
func (g *Gateway) Submit(ctx context.Context, tx []byte) (core.CheckResult, error) {
	check, err := g.node.Submit(ctx, tx)
	return check, named(err)
}

// SubmitAndWait offers a transaction and waits for its block.
func (g *Gateway) SubmitAndWait(ctx context.Context, tx []byte) (api.Final, error) {
	final, err := g.node.SubmitAndWait(ctx, tx)
	return api.Final{Height: final.Height, Check: final.Check}, named(err)
}

// Follow visits committed heights in order.
func (g *Gateway) Follow(ctx context.Context, from int64, visit func(height int64) error) error {
	subscription, err := g.node.Subscribe(from)
	if err != nil {
		return named(err)
	}
	defer subscription.Close()
	for {
		block, err := subscription.Next(ctx)
		if err != nil {
			return named(err)
		}
		if err := visit(block.Height); err != nil {
			return err
		}
	}
}

// Block reads a block.
func (g *Gateway) Block(height int64) (api.Block, error) {
	header, err := g.node.Header(height)
	if err != nil {
		return api.Block{}, named(err)
	}
	txs, err := g.node.BlockTxs(height)
	if err != nil {
		return api.Block{}, named(err)
	}
	return api.Block{Height: height, TimeMs: header.Time.UnixMilli(), Hash: header.Hash(), Txs: txs}, nil
}

// Receipt makes the receipt of an id.
func (g *Gateway) Receipt(id [32]byte, trusted int64) ([]byte, error) {
	return afterHeader(func() ([]byte, error) { return issue.Receipt(g.Ledger(), g.node, id, trusted) })
}

// State makes a proof of what a key holds.
func (g *Gateway) State(key []byte, trusted int64) ([]byte, error) {
	return afterHeader(func() ([]byte, error) { return issue.State(g.Ledger(), g.node, key, trusted) })
}

// headerWait is how long the header after a block may take: an idle chain makes one a second.
const headerWait = 4 * time.Second

// afterHeader tries again while the header that proves a block is still being made.
func afterHeader(proved func() ([]byte, error)) ([]byte, error) {
	for end := time.Now().Add(headerWait); ; time.Sleep(10 * time.Millisecond) {
		file, err := proved()
		if fault.Of(err) != fault.ReceiptNotYet || time.Now().After(end) {
			return file, named(err)
		}
	}
}

// Status is the node's own.
func (g *Gateway) Status() any { return g.node.Status() }

// Health answers whether the process should live on.
func (g *Gateway) Health() http.Handler { return g.node.HealthHandler() }

// Ready answers whether this node can take transactions.
func (g *Gateway) Ready() http.Handler { return g.node.ReadyHandler() }

// Metrics are in Prometheus' format.
func (g *Gateway) Metrics() http.Handler { return g.node.MetricsHandler() }

// named gives the node's errors their faults.
func named(err error) error {
	switch {
	case err == nil, fault.Of(err) != nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, node.ErrBusy):
		return fault.NodeBusy.Err()
	case errors.Is(err, node.ErrSyncing), errors.Is(err, node.ErrRestored):
		return fault.NodeSyncing.Err()
	case errors.Is(err, node.ErrStopped):
		return fault.NodeStopped.Err()
	case errors.Is(err, node.ErrTooLarge):
		return fault.RequestTooLarge.With("transaction", err.Error(), "")
	case errors.Is(err, node.ErrSlowReader):
		return fault.ReadTooSlow.Err()
	case errors.Is(err, node.ErrNoBlock):
		return fault.ReadNotKept.With("block", err.Error(), "a block that this node keeps")
	}
	return err
}
