package receipt

import (
	"fmt"

	"causeway/core/kernel/state/proof"
	"causeway/core/kernel/wire"
)

// stateFormat is the first field of a proof of state.
const stateFormat = "causeway/state/1"

type stateFile struct {
	Format string      `cbor:"1,keyasint"`
	Anchor anchor      `cbor:"2,keyasint"` // to header H+1, whose AppHash is the root after block H
	Key    []byte      `cbor:"3,keyasint"`
	Proof  proof.Proof `cbor:"4,keyasint"`
}

// State is what a proof of state proves: after a block, a key of the ledger had a value, or none.
type State struct {
	Chain  string    `json:"chain"`
	Height int64     `json:"height"`
	Root   wire.Hash `json:"root"`
	Key    wire.Hex  `json:"key"`
	Value  wire.Hex  `json:"value,omitempty"` // canonical CBOR of the record; empty: there was none
}

// BuildState makes a proof of state after block H into a file that needs nothing but trust.
// Header H+1 and its commit must exist.
func BuildState(source Source, height int64, key []byte, p *proof.Proof, trusted int64) ([]byte, error) {
	f := stateFile{Format: stateFormat, Key: key, Proof: *p}
	var err error
	if f.Anchor, err = newAnchor(source, trusted, height+1); err != nil {
		return nil, err
	}
	header, err := source.Header(height + 1)
	if err != nil {
		return nil, err
	}
	if len(header.AppHash) != len(wire.Hash{}) {
		return nil, fmt.Errorf("receipt: header %d has an AppHash of %d bytes", height+1, len(header.AppHash))
	}
	if _, err := f.value(wire.Hash(header.AppHash)); err != nil {
		return nil, err
	}
	return wire.Marshal(&f), nil
}

// VerifyState checks a proof of state. Whether Key is the one of interest is for the caller to
// compare: a proof of absence holds for every key between the same two neighbours.
func VerifyState(data []byte, trust Trust) (*State, error) {
	if len(data) > FileBytesMax {
		return nil, refuse("%d bytes are too many", len(data))
	}
	var f stateFile
	if err := wire.Unmarshal(data, &f); err != nil {
		return nil, refuse("%v", err)
	}
	if f.Format != stateFormat {
		return nil, refuse("its format is %q, not %q", f.Format, stateFormat)
	}
	head, err := f.Anchor.verify(&trust)
	if err != nil {
		return nil, err
	}
	if len(head.AppHash) != len(wire.Hash{}) {
		return nil, refuse("header %d has no root", head.Height)
	}
	s := &State{Chain: head.ChainID, Height: head.Height - 1, Root: wire.Hash(head.AppHash), Key: f.Key}
	s.Value, err = f.value(s.Root)
	return s, err
}

func (f *stateFile) value(root wire.Hash) (value []byte, err error) {
	if f.Proof.Leaf != nil {
		value = f.Proof.Leaf.Value
		if len(value) == 0 {
			return nil, refuse("the value is empty")
		}
	}
	if err := f.Proof.Verify(root, f.Key, value); err != nil {
		return nil, refuse("%v", err)
	}
	return value, nil
}
