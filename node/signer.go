package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cometbft/cometbft/crypto"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/privval"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
)

// signer releases no signature before the record of it is on stable storage. The engine's own
// file signer renames a new record over the old one without syncing the folder, so after a
// power loss the old record may be back and the validator sign twice (cometbft #6031).
type signer struct {
	file   *privval.FilePV
	folder string
	die    func(point string)
}

func openSigner(home string, die func(point string)) (*signer, error) {
	keyPath, statePath := filepath.Join(home, validatorKeyFile), filepath.Join(home, signerFile)
	// The engine's loader ends the process on a bad file; read both first to fail with a reason.
	var key privval.FilePVKey
	if err := readSignerFile(keyPath, &key); err != nil {
		return nil, err
	}
	if key.PrivKey == nil {
		return nil, fmt.Errorf("%s holds no private key", keyPath)
	}
	var last privval.FilePVLastSignState
	if err := readSignerFile(statePath, &last); err != nil {
		return nil, fmt.Errorf("%w: without the record of its last vote this validator might sign twice; restore it, never invent it", err)
	}
	return &signer{file: privval.LoadFilePV(keyPath, statePath), folder: filepath.Dir(statePath), die: die}, nil
}

func readSignerFile(path string, into any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := cmtjson.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func (s *signer) GetPubKey() (crypto.PubKey, error) { return s.file.GetPubKey() }

func (s *signer) SignVote(chainID string, vote *cmtproto.Vote) error {
	if err := s.file.SignVote(chainID, vote); err != nil {
		return err
	}
	if err := syncFolder(s.folder); err != nil {
		vote.Signature, vote.ExtensionSignature = nil, nil
		return err
	}
	s.die(crashAfterSign) // recorded, and in nobody's log yet
	return nil
}

func (s *signer) SignProposal(chainID string, proposal *cmtproto.Proposal) error {
	if err := s.file.SignProposal(chainID, proposal); err != nil {
		return err
	}
	if err := syncFolder(s.folder); err != nil {
		proposal.Signature = nil
		return err
	}
	return nil
}

// syncFolder makes a rename in folder survive a power loss.
func syncFolder(folder string) error {
	handle, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(handle.Sync(), handle.Close())
}
