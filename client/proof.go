package client

import (
	"crypto/sha256"

	"github.com/cometbft/cometbft/types"
	ics23 "github.com/cosmos/ics23/go"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/state/proof"
	"causeway/core/kernel/wire"
)

// VerifyProof checks that under the root in a header, which is that after the block before it,
// key has value or, when value is empty, that it is absent. The caller has verified the header.
func VerifyProof(header *types.Header, p *proof.Proof, key, value []byte) error {
	if len(header.AppHash) != len(wire.Hash{}) {
		return fault.TxFieldInvalid.With("header.app_hash", header.AppHash.String(), "32 bytes")
	}
	return p.Verify(wire.Hash(header.AppHash), key, value)
}

// ICS23 converts a proof to the form that other chains and their light clients verify, by
// ics23.SmtSpec (https://github.com/cosmos/ics23).
func ICS23(p *proof.Proof, key []byte) *ics23.CommitmentProof {
	if p.Leaf != nil {
		return &ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Exist{Exist: existence(p.Leaf)}}
	}
	return &ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Nonexist{Nonexist: &ics23.NonExistenceProof{
		Key: key, Left: existence(p.Left), Right: existence(p.Right),
	}}}
}

// existence spells out the sides, which in our form are the bits of the key's hash.
func existence(l *proof.Leaf) *ics23.ExistenceProof {
	if l == nil {
		return nil
	}
	path := sha256.Sum256(l.Key)
	out := &ics23.ExistenceProof{Key: l.Key, Value: l.Value, Leaf: ics23.SmtSpec.LeafSpec}
	for i := range l.Siblings {
		depth := len(l.Siblings) - 1 - i
		op := &ics23.InnerOp{Hash: ics23.HashOp_SHA256, Prefix: []byte{1}}
		if path[depth>>3]>>(7-depth&7)&1 == 1 {
			op.Prefix = append(op.Prefix, l.Siblings[i][:]...)
		} else {
			op.Suffix = l.Siblings[i][:]
		}
		out.Path = append(out.Path, op)
	}
	return out
}
