package identity

import (
	"crypto/sha256"
	"encoding/binary"
	"sync"

	"github.com/oasisprotocol/curve25519-voi/curve"

	"causeway/core/kernel/wire"
)

// Item is one signature to verify.
type Item struct {
	ID       wire.Hash
	Sig      *Signature
	RPIDHash [32]byte // of the registered passkey; zero for other keys
}

// Verifier verifies signatures and remembers two things: the points that Ed25519 keys encode,
// and which signatures have been found valid, so that one verified for the mempool is not
// verified again in the block. It remembers nothing about registration, scope or revocation,
// which every execution judges anew. Many goroutines may use one Verifier; it starts none.
type Verifier struct {
	keys     *table[curve.EdwardsPoint]
	verified *table[struct{}]
	batches  sync.Pool // of *batch
}

// NewVerifier makes a Verifier that keeps up to cacheKeys keys (195 bytes each) and
// cacheVerified valid signatures (34 bytes each). The memory is taken as it is needed.
func NewVerifier(cacheKeys, cacheVerified int) *Verifier {
	return &Verifier{keys: newTable[curve.EdwardsPoint](cacheKeys), verified: newTable[struct{}](cacheVerified)}
}

// Verify gives the verdict of the function Verify.
func (v *Verifier) Verify(item Item) error {
	if err := item.Sig.CheckShape(); err != nil {
		return err
	}
	digest := item.digest()
	if v.known(&digest) {
		return nil
	}
	if item.Sig.Alg == Ed25519 {
		var t term
		if !t.set(&item, v.keys) || !t.holds() {
			return verdict(false)
		}
		v.accept(&item, &t, &digest)
		return nil
	}
	return v.slow(&item, &digest)
}

// VerifyAll gives for each item the verdict of Verify, nil for a valid one.
func (v *Verifier) VerifyAll(items []Item) []error {
	verdicts := make([]error, len(items))
	b, ok := v.batches.Get().(*batch)
	if !ok {
		b = &batch{verifier: v}
	}
	b.begin(len(items))
	for i := range items {
		item := &items[i]
		if err := item.Sig.CheckShape(); err != nil {
			verdicts[i] = err
			continue
		}
		digest := item.digest()
		if v.known(&digest) {
			continue
		}
		if item.Sig.Alg != Ed25519 {
			verdicts[i] = v.slow(item, &digest)
			continue
		}
		if !b.add(i, item, digest) {
			verdicts[i] = verdict(false)
		}
		if b.full() {
			b.settle(items, verdicts)
		}
	}
	b.settle(items, verdicts)
	v.batches.Put(b)
	return verdicts
}

// slow verifies by an algorithm that has no batches.
func (v *Verifier) slow(item *Item, digest *wire.Hash) error {
	err := Verify(item.ID, item.Sig, item.RPIDHash)
	if err == nil {
		v.verified.put((*[32]byte)(digest), &struct{}{})
	}
	return err
}

func (v *Verifier) known(digest *wire.Hash) bool {
	return v.verified.get((*[32]byte)(digest), &struct{}{})
}

// accept remembers a valid Ed25519 signature, and the point of its key.
func (v *Verifier) accept(item *Item, t *term, digest *wire.Hash) {
	v.verified.put((*[32]byte)(digest), &struct{}{})
	if t.freshKey {
		v.keys.put((*[32]byte)(item.Sig.Key), &t.a)
	}
}

// digest names everything the verdict depends on, each part with its length.
func (item *Item) digest() wire.Hash {
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
