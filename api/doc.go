// Package api is the ledger's public interface: REST under /v1 with an OpenAPI 3.1 description
// made from the code, and outcomes as server-sent events.
//
// It holds no key and decides nothing: every change is a signed transaction that it passes on,
// every answer is read from committed state. Refusals are RFC 9457 problems whose status, code
// and texts come from the fault table. Everything here is public, as on the ledger itself:
// who may see what per party comes with sign-in, so listen on loopback or a private network.
package api

import (
	"context"
	"net/http"

	"causeway/core"
)

// Node is what the interface stands on. Errors that carry a fault are answered with it.
type Node interface {
	Ledger() *core.Machine
	// Submit offers a transaction; a refusal is a result, not an error.
	Submit(ctx context.Context, tx []byte) (core.CheckResult, error)
	// SubmitAndWait also waits until it is durable in a block, or refused before one.
	SubmitAndWait(ctx context.Context, tx []byte) (Final, error)
	// Follow visits the committed heights from one on, without gaps, until the context ends or
	// the reader is too slow.
	Follow(ctx context.Context, from int64, visit func(height int64) error) error
	Block(height int64) (Block, error)
	Status() any
	Health() http.Handler
	Ready() http.Handler
	Metrics() http.Handler
}

// Receipts makes files that prove what they say to whoever trusts the genesis, or a checkpoint
// at the trusted height.
type Receipts interface {
	Receipt(id [32]byte, trusted int64) ([]byte, error)
	State(key []byte, trusted int64) ([]byte, error)
}

// Final is what became of a submitted transaction.
type Final struct {
	Height int64 // 0: it never reached a block
	Check  core.CheckResult
}

// Block is one block as it stands on disk.
type Block struct {
	Height int64
	TimeMs int64
	Hash   []byte
	Txs    [][]byte
}
