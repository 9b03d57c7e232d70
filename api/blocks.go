package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"causeway/core"
	"causeway/core/kernel/wire"
)

// BlockView is a block and the outcomes in it.
type BlockView struct {
	Height   int64     `json:"height"`
	Time     time.Time `json:"time"`
	Hash     wire.Hex  `json:"hash"`
	Outcomes []Outcome `json:"outcomes"`
}

// Outcome is one entry of a block's log: of a transaction, or of what was carried out besides.
type Outcome struct {
	ID     wire.Hash `json:"id"`
	Height int64     `json:"height"`
	Index  int32     `json:"index" doc:"in the block's log"`
	Tx     uint32    `json:"transaction,omitempty" doc:"its place among the block's transactions, from 1; absent for what was carried out besides"`
	Result Result    `json:"result"`
}

// StatusView is the node's own status with what a client needs to begin.
type StatusView struct {
	Chain    string    `json:"chain"`
	Height   int64     `json:"height"`
	Root     wire.Hash `json:"root"`
	Genesis  wire.Hash `json:"genesis" doc:"hash of the machine's genesis"`
	Protocol int       `json:"protocol" doc:"newest version this node can carry out"`
	Node     any       `json:"node"`
}

type blockInput struct {
	Read
	Height string `path:"height"`
}

type blockOutput struct{ Body *BlockView }

type statusOutput struct{ Body *StatusView }

func (a *API) blocks() {
	huma.Register(a.huma, huma.Operation{
		OperationID: "block", Method: http.MethodGet, Path: "/v1/blocks/{height}", Summary: "A block and what it did", Tags: []string{"ledger"},
	}, func(_ context.Context, in *blockInput) (*blockOutput, error) {
		h, err := height("height", in.Height, 0)
		if err != nil {
			return nil, problem(err)
		}
		block, err := a.node.Block(h)
		if err != nil {
			return nil, problem(err)
		}
		view := &BlockView{Height: h, Time: time.UnixMilli(block.TimeMs).UTC(), Hash: block.Hash}
		view.Outcomes, err = a.outcomes(h)
		if err != nil {
			return nil, problem(err)
		}
		return &blockOutput{view}, nil
	})
	huma.Register(a.huma, huma.Operation{
		OperationID: "status", Method: http.MethodGet, Path: "/v1/status", Summary: "The chain and this node", Tags: []string{"ledger"},
	}, func(context.Context, *Read) (*statusOutput, error) {
		m := a.node.Ledger()
		return &statusOutput{&StatusView{
			Chain: m.ChainID(), Height: m.Height(), Root: m.Root(), Genesis: m.GenesisHash(), Protocol: core.ProtocolVersion, Node: a.node.Status(),
		}}, nil
	})
}

func (a *API) outcomes(h int64) ([]Outcome, error) {
	list := []Outcome{}
	err := a.node.Ledger().EachOutcome(h, func(r core.Recorded) {
		list = append(list, Outcome{ID: r.ID, Height: h, Index: r.At.Index, Tx: r.Outcome.Tx, Result: a.result(&r.Outcome.Result)})
	})
	return list, err
}
