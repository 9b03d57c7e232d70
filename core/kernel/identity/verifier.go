package identity

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

	"causeway/core/kernel/wire"
)

// Item is one signature to verify.
type Item struct {
	ID       wire.Hash
	Sig      *Signature
	RPIDHash [32]byte // of the registered passkey; zero for other keys
}

// Verifier verifies signatures and remembers two things: Ed25519 keys in the expanded form
// that is cheaper to verify with, and which signatures have been found valid, so that one
// verified for the mempool is not verified again in the block. It remembers nothing about
// registration, scope or revocation, which every execution judges anew. Many goroutines may
// use one Verifier; it starts none.
type Verifier struct {
	keys     *clock[[32]byte, *ed25519.ExpandedPublicKey]
	verified *clock[wire.Hash, struct{}]
}

// NewVerifier makes a Verifier that keeps up to cacheKeys expanded keys (about 1.6 kB each)
// and cacheVerified valid signatures (about 100 bytes each).
func NewVerifier(cacheKeys, cacheVerified int) *Verifier {
	return &Verifier{
		keys:     newClock[[32]byte, *ed25519.ExpandedPublicKey](cacheKeys),
		verified: newClock[wire.Hash, struct{}](cacheVerified),
	}
}

// Verify gives the verdict of the function Verify.
func (v *Verifier) Verify(item Item) error {
	if err := item.Sig.CheckShape(); err != nil {
		return err
	}
	digest := item.digest()
	if _, ok := v.verified.get(digest); ok {
		return nil
	}
	err := v.judge(item)
	if err == nil {
		v.verified.put(digest, struct{}{})
	}
	return err
}

func (v *Verifier) judge(item Item) error {
	if item.Sig.Alg != Ed25519 {
		return Verify(item.ID, item.Sig, item.RPIDHash)
	}
	if key := v.expanded(item.Sig.Key); key != nil {
		return verdict(ed25519.VerifyExpandedWithOptions(key, item.ID[:], item.Sig.Sig, zip215))
	}
	return Verify(item.ID, item.Sig, item.RPIDHash)
}

// VerifyAll gives for each item the verdict of Verify, nil for a valid one.
func (v *Verifier) VerifyAll(items []Item) []error {
	verdicts := make([]error, len(items))
	batch := newBatch(v, len(items))
	for i, item := range items {
		if err := item.Sig.CheckShape(); err != nil {
			verdicts[i] = err
			continue
		}
		digest := item.digest()
		if _, ok := v.verified.get(digest); ok {
			continue
		}
		if item.Sig.Alg == Ed25519 {
			batch.add(i, item, digest)
			if batch.full() {
				batch.settle(verdicts)
			}
			continue
		}
		if verdicts[i] = Verify(item.ID, item.Sig, item.RPIDHash); verdicts[i] == nil {
			v.verified.put(digest, struct{}{})
		}
	}
	batch.settle(verdicts)
	return verdicts
}

// expanded returns the expanded form of pub, or nil. A key is expanded when it is met for the
// second time: for a key that signs once, expanding costs more than it saves.
func (v *Verifier) expanded(pub []byte) *ed25519.ExpandedPublicKey {
	name := [32]byte(pub)
	key, met := v.keys.get(name)
	if key != nil {
		return key
	}
	if met {
		// What names no point stays nil and is refused by the plain way.
		key, _ = ed25519.NewExpandedPublicKey(pub)
	}
	v.keys.put(name, key)
	return key
}

// digest names everything the verdict depends on, each part with its length.
func (item Item) digest() wire.Hash {
	text := make([]byte, 0, 256)
	text = append(text, "causeway/signature/1"...)
	text = append(text, byte(item.Sig.Alg))
	text = append(text, item.ID[:]...)
	for _, part := range [...][]byte{item.Sig.Key, item.Sig.Sig, item.Sig.Authenticator, item.Sig.ClientData} {
		text = append(binary.BigEndian.AppendUint32(text, uint32(len(part))), part...)
	}
	if item.Sig.Alg == WebAuthn {
		text = append(text, item.RPIDHash[:]...)
	}
	return sha256.Sum256(text)
}
