package gateway

import (
	"errors"
	"path/filepath"

	"github.com/cometbft/cometbft/types"

	"causeway/core"
	"causeway/core/kernel/state"
	"causeway/node"
	"causeway/readmodel"
)

// Source is a node as the read models see it.
type Source struct {
	node    *node.Node
	genesis func() (state.Reader, error)
}

var _ readmodel.Source = (*Source)(nil)

// NewSource wraps a node of a home, whose genesis begins the ledger. Another state of height 0
// can be given, for ledgers that are populated at once.
func NewSource(n *node.Node, home string, genesis func() (state.Reader, error)) *Source {
	if genesis == nil {
		genesis = func() (state.Reader, error) {
			document, err := types.GenesisDocFromFile(filepath.Join(home, "genesis.json"))
			if err != nil {
				return nil, err
			}
			return readmodel.GenesisState(document.AppState)
		}
	}
	return &Source{n, genesis}
}

// Ledger is the machine to read from.
func (s *Source) Ledger() *core.Machine { return node.Ledger(s.node.Machine()) }

// Genesis is the state of height 0.
func (s *Source) Genesis() (state.Reader, error) { return s.genesis() }

// Block reads a committed block.
func (s *Source) Block(height int64) (readmodel.Block, error) {
	header, err := s.node.Header(height)
	if err != nil {
		return readmodel.Block{}, gone(err)
	}
	txs, err := s.node.BlockTxs(height)
	if err != nil {
		return readmodel.Block{}, gone(err)
	}
	return readmodel.Block{TimeMs: header.Time.UnixMilli(), Hash: header.Hash(), Txs: txs}, nil
}

func gone(err error) error {
	if errors.Is(err, node.ErrNoBlock) {
		return errors.Join(readmodel.ErrGone, err)
	}
	return err
}
