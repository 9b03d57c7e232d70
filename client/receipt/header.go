package receipt

import (
	"bytes"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/types"
)

// signedHeader is a block header with the votes for it and those who may vote.
type signedHeader struct {
	Header     []byte      `cbor:"1,keyasint"` // protobuf of tendermint.types.Header
	Commit     []byte      `cbor:"2,keyasint"` // protobuf of tendermint.types.Commit
	Validators []validator `cbor:"3,keyasint"` // in the order of the set
}

// validator is what a set's hash binds of each member.
type validator struct {
	Key   []byte `cbor:"1,keyasint"` // Ed25519
	Power int64  `cbor:"2,keyasint"`
}

// open verifies that more than two thirds of the listed validators signed the header, and that
// the header names this list. Every vote in the commit is verified, also those beyond two thirds
// and those for no block: no byte of it may go unread.
func (s *signedHeader) open(chain string) (*types.Header, error) {
	header, err := readHeader(s.Header, chain)
	if err != nil {
		return nil, err
	}
	commit, err := readCommit(s.Commit)
	if err != nil {
		return nil, err
	}
	set, err := validatorSet(s.Validators)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(set.Hash(), header.ValidatorsHash) {
		return nil, refuse("the validators listed at height %d are not those of its header", header.Height)
	}
	id := types.BlockID{Hash: header.Hash(), PartSetHeader: commit.BlockID.PartSetHeader}
	if err := types.VerifyCommit(chain, set, id, header.Height, commit); err != nil {
		return nil, refuse("commit of height %d: %v", header.Height, err)
	}
	return header, nil
}

// readHeader accepts the one protobuf encoding of a header and no other.
func readHeader(data []byte, chain string) (*types.Header, error) {
	var message cmtproto.Header
	if err := message.Unmarshal(data); err != nil {
		return nil, refuse("header: %v", err)
	}
	header, err := types.HeaderFromProto(&message)
	if err != nil {
		return nil, refuse("header: %v", err)
	}
	if again, err := header.ToProto().Marshal(); err != nil || !bytes.Equal(again, data) {
		return nil, refuse("the header is not in its canonical encoding")
	}
	if header.ChainID != chain {
		return nil, refuse("the header is of chain %q, the file of %q", header.ChainID, chain)
	}
	return &header, nil
}

// readCommit accepts the one protobuf encoding of a commit and no other.
func readCommit(data []byte) (*types.Commit, error) {
	var message cmtproto.Commit
	if err := message.Unmarshal(data); err != nil {
		return nil, refuse("commit: %v", err)
	}
	if len(message.Signatures) > types.MaxVotesCount {
		return nil, refuse("commit: %d votes", len(message.Signatures))
	}
	commit, err := types.CommitFromProto(&message)
	if err != nil {
		return nil, refuse("commit: %v", err)
	}
	if again, err := commit.ToProto().Marshal(); err != nil || !bytes.Equal(again, data) {
		return nil, refuse("the commit is not in its canonical encoding")
	}
	return commit, nil
}

// validatorSet rebuilds a set, which must stand in its own order: by power, then by address.
func validatorSet(list []validator) (*types.ValidatorSet, error) {
	if len(list) == 0 || len(list) > types.MaxVotesCount {
		return nil, refuse("%d validators", len(list))
	}
	members := make([]*types.Validator, len(list))
	seen := make(map[string]bool, len(list))
	var total int64
	for i, v := range list {
		if len(v.Key) != ed25519.PubKeySize || seen[string(v.Key)] {
			return nil, refuse("validators[%d] has no Ed25519 key of its own", i)
		}
		seen[string(v.Key)] = true
		if v.Power <= 0 || v.Power > types.MaxTotalVotingPower-total {
			return nil, refuse("validators[%d] has the power %d", i, v.Power)
		}
		total += v.Power
		members[i] = types.NewValidator(ed25519.PubKey(v.Key), v.Power)
	}
	set := types.NewValidatorSet(members)
	for i := range members {
		if !bytes.Equal(set.Validators[i].Address, members[i].Address) {
			return nil, refuse("validators[%d] stands in the wrong place", i)
		}
	}
	return set, nil
}

func newSignedHeader(source Source, height int64) (s signedHeader, err error) {
	header, err := source.Header(height)
	if err != nil {
		return s, err
	}
	commit, err := source.Commit(height)
	if err != nil {
		return s, err
	}
	set, err := source.ValidatorSet(height)
	if err != nil {
		return s, err
	}
	if s.Header, err = header.ToProto().Marshal(); err != nil {
		return s, err
	}
	if s.Commit, err = commit.ToProto().Marshal(); err != nil {
		return s, err
	}
	for _, v := range set.Validators {
		s.Validators = append(s.Validators, validator{Key: v.PubKey.Bytes(), Power: v.VotingPower})
	}
	return s, nil
}
