// Package issue makes receipts and proofs of state from a running ledger: it finds the
// transaction that carried something out, and collects what package receipt puts into a file.
// It keeps nothing and decides nothing; whoever gets the file verifies it with package receipt.
package issue

import (
	"errors"
	"strconv"

	"causeway/client/receipt"
	"causeway/core"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Receipt proves what became of an id: a transaction with everything it carried out, or a
// payment of a batch, a proposal or a held payment with what leads to it from the transaction
// that carried it out. Trusted is the height the reader trusts, 1 for the genesis.
func Receipt(m *core.Machine, source receipt.Source, id wire.Hash, trusted int64) ([]byte, error) {
	if _, _, ok := m.FindOutcome(id); !ok {
		return nil, fault.TransactionUnknown.With("id", id.String(), "the id of a transaction in a block")
	}
	carrier, parts, ok := m.Carrier(id)
	if !ok {
		return nil, fault.ReceiptNone.With("id", id.String(), "something that a transaction carried out")
	}
	height := carrier.At.Height
	if err := checkTrusted(trusted, height+1); err != nil {
		return nil, err
	}
	if len(parts) == 0 {
		var err error
		if parts, err = m.Parts(carrier); err != nil {
			return nil, err
		}
	}
	if _, err := source.Commit(height + 1); err != nil {
		if m.Height() <= height {
			return nil, fault.ReceiptNotYet.With("height", text(m.Height()), text(height+1))
		}
		return nil, fault.ReadNotKept.With("height", err.Error(), "a block that this node keeps")
	}
	if err := ownID(m, source, carrier); err != nil {
		return nil, err
	}
	results, err := m.Results(height)
	if err != nil {
		return nil, err
	}
	s := receipt.Subject{Height: height, Index: int(carrier.Outcome.Tx) - 1, Result: carrier.Outcome.Result, Trusted: trusted}
	for _, r := range results {
		s.Leaves = append(s.Leaves, receipt.Leaf{Code: r.Code, Data: r.Data})
	}
	known := make(map[wire.Hash]bool, len(parts))
	for _, p := range parts {
		if !known[p.ID] { // one id is proven once: by the part nearest to the transaction
			known[p.ID] = true
			s.Parts = append(s.Parts, receipt.Part{ID: p.ID, Result: p.Outcome.Result})
		}
	}
	return receipt.Build(source, s)
}

// State proves what the ledger holds under a key, or that it holds nothing, after the newest
// block whose root a signed header states.
func State(m *core.Machine, source receipt.Source, key []byte, trusted int64) ([]byte, error) {
	height := m.Height() - 1
	if height < 1 {
		return nil, fault.ReceiptNotYet.With("height", text(height+1), "2")
	}
	if err := checkTrusted(trusted, height+1); err != nil {
		return nil, err
	}
	p, _, err := m.Store().Prove(key, height)
	switch {
	case errors.Is(err, state.ErrMoving):
		return nil, fault.ReceiptNotYet.With("proof", err.Error(), "a quiet moment")
	case err != nil:
		return nil, fault.ReadNotKept.With("proof", err.Error(), "a height that is kept")
	}
	return receipt.BuildState(source, height, key, p, trusted)
}

// ownID refuses outcomes that stand under another id than that of the signed bytes: of bytes
// that nobody known has signed, or that repeat a spent id. They bind nobody.
func ownID(m *core.Machine, source receipt.Source, carrier core.Recorded) error {
	txs, err := source.BlockTxs(carrier.At.Height)
	if err != nil {
		return err
	}
	place := int(carrier.Outcome.Tx) - 1
	if place >= len(txs) {
		return fault.InternalBug.With("outcome "+carrier.ID.String(), "beyond its block", "")
	}
	if t, _, err := txn.Decode(txs[place]); err != nil || txn.ID(m.ChainID(), t.Body) != carrier.ID {
		return fault.ReceiptNone.With("id", carrier.ID.String(), "the id of a transaction by somebody known, the first time it was in a block")
	}
	return nil
}

// checkTrusted refuses a checkpoint that lies after what is to be proven.
func checkTrusted(trusted, head int64) error {
	if trusted < 1 || trusted > head {
		return fault.RequestInvalid.With("from", text(trusted), "a trusted height from 1 to "+text(head))
	}
	return nil
}

func text(height int64) string { return strconv.FormatInt(height, 10) }
