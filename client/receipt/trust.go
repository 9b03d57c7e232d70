package receipt

import (
	"bytes"
	"fmt"

	"github.com/cometbft/cometbft/types"

	"causeway/core/kernel/wire"
)

// Trust is what a verifier knows from elsewhere than from the file or its sender: the network's
// genesis, or a checkpoint.
type Trust struct {
	Genesis []byte // genesis.json as it stands in any node's home
	Checkpoint
}

// Checkpoint says which validators sign the block of a height.
type Checkpoint struct {
	Chain      string    `json:"chain"`
	Height     int64     `json:"height"`
	Validators wire.Hash `json:"validators"` // ValidatorsHash of that height's header
}

// checkpoint is the trusted point; a genesis is one at the first height.
func (t *Trust) checkpoint() (Checkpoint, error) {
	if len(t.Genesis) == 0 {
		if t.Chain == "" || t.Height < 1 || t.Validators.IsZero() {
			return t.Checkpoint, fmt.Errorf("receipt: neither a genesis nor a whole checkpoint to trust")
		}
		return t.Checkpoint, nil
	}
	genesis, err := types.GenesisDocFromJSON(t.Genesis)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("receipt: genesis: %w", err)
	}
	if len(genesis.Validators) == 0 {
		return Checkpoint{}, fmt.Errorf("receipt: genesis: it has no validators")
	}
	for _, v := range genesis.Validators {
		if v.PubKey == nil {
			return Checkpoint{}, fmt.Errorf("receipt: genesis: validator %q has no key", v.Name)
		}
	}
	hash := genesis.ValidatorHash()
	if len(hash) != len(wire.Hash{}) {
		return Checkpoint{}, fmt.Errorf("receipt: genesis: the hash of its validators has %d bytes", len(hash))
	}
	return Checkpoint{Chain: genesis.ChainID, Height: genesis.InitialHeight, Validators: wire.Hash(hash)}, nil
}

// anchor is a signed header with what leads to it: the last header that each former validator
// set signed, which names the set that follows.
type anchor struct {
	Chain   string         `cbor:"1,keyasint"`
	Changes []signedHeader `cbor:"2,keyasint,omitempty"`
	Head    signedHeader   `cbor:"3,keyasint"`
}

// verify walks from the checkpoint to the head. Changes before the checkpoint are verified like
// all others and must arrive at it.
func (a *anchor) verify(trust *Trust) (*types.Header, error) {
	known, err := trust.checkpoint()
	if err != nil {
		return nil, err
	}
	if a.Chain != known.Chain {
		return nil, refuse("it is of chain %q, not of %q", a.Chain, known.Chain)
	}
	walk := walk{known: known}
	for i := range a.Changes {
		header, err := walk.step(&a.Changes[i])
		if err != nil {
			return nil, err
		}
		if bytes.Equal(header.NextValidatorsHash, header.ValidatorsHash) {
			return nil, refuse("changes[%d] changes nothing", i)
		}
	}
	head, err := walk.step(&a.Head)
	if err != nil {
		return nil, err
	}
	if !walk.arrived {
		return nil, refuse("it is of height %d, which lies before the trusted height %d", head.Height, known.Height)
	}
	return head, nil
}

type walk struct {
	known   Checkpoint
	arrived bool   // at the checkpoint
	height  int64  // of the last header
	next    []byte // hash of the validators that follow it; nil before the first
}

func (w *walk) step(s *signedHeader) (*types.Header, error) {
	header, err := s.open(w.known.Chain)
	if err != nil {
		return nil, err
	}
	if header.Height <= w.height {
		return nil, refuse("height %d does not follow height %d", header.Height, w.height)
	}
	if w.next != nil && !bytes.Equal(header.ValidatorsHash, w.next) {
		return nil, refuse("height %d is signed by other validators than those named before it", header.Height)
	}
	if w.height < w.known.Height && w.known.Height <= header.Height {
		if !bytes.Equal(header.ValidatorsHash, w.known.Validators[:]) {
			return nil, refuse("its validators are not those trusted at height %d", w.known.Height)
		}
		w.arrived = true
	}
	w.height, w.next = header.Height, header.NextValidatorsHash
	return header, nil
}

// newAnchor collects what leads from a trusted height to the signed header of another. A set
// that comes back after others needs no account of those in between: it signs for itself.
func newAnchor(source Source, from, height int64) (a anchor, err error) {
	target, err := source.Header(height)
	if err != nil {
		return a, err
	}
	a.Chain = target.ChainID
	if from < 1 || from > height {
		return a, fmt.Errorf("receipt: height %d does not follow the trusted height %d", height, from)
	}
	for {
		current, err := source.Header(from)
		if err != nil {
			return a, err
		}
		if bytes.Equal(current.ValidatorsHash, target.ValidatorsHash) {
			break
		}
		last, err := lastOf(source, current, height)
		if err != nil {
			return a, err
		}
		change, err := newSignedHeader(source, last)
		if err != nil {
			return a, err
		}
		a.Changes = append(a.Changes, change)
		from = last + 1
	}
	a.Head, err = newSignedHeader(source, height)
	return a, err
}

// lastOf finds a height at which first's validators sign for the last time before others do,
// given that others do at end.
func lastOf(source Source, first *types.Header, end int64) (int64, error) {
	same, other := first.Height, end
	for other-same > 1 {
		middle := same + (other-same)/2
		header, err := source.Header(middle)
		if err != nil {
			return 0, err
		}
		if bytes.Equal(header.ValidatorsHash, first.ValidatorsHash) {
			same = middle
		} else {
			other = middle
		}
	}
	return same, nil
}
