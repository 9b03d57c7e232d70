package identity

import (
	"bytes"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

	"causeway/core/kernel/wire"
)

// batchSize bounds the signatures of one equation: a greater one gains little (256 cost 6%
// more each than 1,024), and one bad signature makes the whole batch be verified singly.
const batchSize = 256

// batch collects Ed25519 signatures and verifies them with one equation. Under ZIP-215 the
// equation of the batch is a random linear combination of the cofactored equations of its
// signatures, so the verdicts agree; with a cofactorless rule they would not.
type batch struct {
	verifier *Verifier
	capacity int
	equation *ed25519.BatchVerifier
	places   []int       // where the verdicts go
	digests  []wire.Hash // what was verified
}

func newBatch(v *Verifier, items int) *batch {
	return &batch{verifier: v, capacity: min(items, batchSize)}
}

func (b *batch) add(place int, item Item, digest wire.Hash) {
	if b.equation == nil {
		b.equation = ed25519.NewBatchVerifierWithCapacity(b.capacity)
	}
	if key := b.verifier.expanded(item.Sig.Key); key != nil {
		b.equation.AddExpandedWithOptions(key, item.ID[:], item.Sig.Sig, zip215)
	} else {
		// Left to itself the library would expand each unknown key of a small batch.
		b.equation.ForceNoPublicKeyExpansion()
		b.equation.AddWithOptions(item.Sig.Key, item.ID[:], item.Sig.Sig, zip215)
	}
	b.places = append(b.places, place)
	b.digests = append(b.digests, digest)
}

func (b *batch) full() bool { return len(b.places) == batchSize }

// settle writes the verdicts of what was collected and empties the batch. If the equation
// does not hold, each signature is verified alone to name the bad ones.
func (b *batch) settle(verdicts []error) {
	if len(b.places) == 0 {
		return
	}
	_, valid := b.equation.Verify(b.coefficients())
	for i, place := range b.places {
		verdicts[place] = verdict(valid[i])
		if valid[i] {
			b.verifier.verified.put(b.digests[i], struct{}{})
		}
	}
	*b = batch{verifier: b.verifier, capacity: b.capacity, places: b.places[:0], digests: b.digests[:0]}
}

// coefficients seeds the library's generator of the 128-bit coefficients.
//
// They need not be random, only unpredictable to whoever chooses the signatures. They are
// derived by hashing everything that enters the equation (each digest names the algorithm,
// id, key and signature), as Fiat and Shamir replace a verifier's coins by a hash: a false
// batch passes only if its own hash happens to give coefficients that cancel, which for any
// one batch has probability 2^-128, and changing anything to try again draws all of them
// anew. So core needs no source of randomness, and one batch has one verdict everywhere.
func (b *batch) coefficients() *bytes.Reader {
	text := make([]byte, 0, 32+len(b.digests)*32)
	text = append(text, "causeway/ed25519-batch/1"...)
	for _, digest := range b.digests {
		text = append(text, digest[:]...)
	}
	seed := wire.Sum(text)
	return bytes.NewReader(seed[:])
}
