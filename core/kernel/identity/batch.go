package identity

import (
	"crypto/sha256"
	"encoding/binary"

	"causeway/core/kernel/wire"
)

const (
	// batchSize bounds the signatures of one equation. Each costs less in a greater one, until
	// the processor's cache is full: of 128 each costs 13.0 µs, of 512 11.3, of 1,024 10.3,
	// and of 2,048 as much.
	batchSize = 1024

	// searchSize is from where on bad signatures are looked for one by one.
	searchSize = 32
)

// batch collects Ed25519 signatures and verifies them with one equation. It keeps its buffers,
// half a kilobyte for each signature.
type batch struct {
	verifier *Verifier
	size     int // signatures of one equation
	terms    []term
	places   []place
	equation equation
	hash     []byte
}

// place says where a verdict goes and for what it is.
type place struct {
	index  int // in the list of items
	digest wire.Hash
}

// begin prepares for a number of items, in equations of about the same size.
func (b *batch) begin(items int) {
	equations := max((items+batchSize-1)/batchSize, 1)
	b.size = (items + equations - 1) / equations
}

// add takes a signature into the equation, or says that it cannot be valid.
func (b *batch) add(index int, item *Item, digest wire.Hash) bool {
	if n := len(b.terms); n < cap(b.terms) {
		b.terms = b.terms[:n+1]
	} else {
		b.terms = append(b.terms, term{})
	}
	if !b.terms[len(b.terms)-1].set(item, b.verifier.keys) {
		b.terms = b.terms[:len(b.terms)-1]
		return false
	}
	b.places = append(b.places, place{index, digest})
	return true
}

func (b *batch) full() bool { return len(b.terms) == b.size }

// settle writes the verdicts of what was collected and empties the batch.
func (b *batch) settle(items []Item, verdicts []error) {
	if len(b.terms) > 1 {
		b.weigh()
	}
	b.judge(items, verdicts, 0, len(b.terms))
	b.terms, b.places = b.terms[:0], b.places[:0]
}

// judge writes the verdicts of the terms from one place to another.
func (b *batch) judge(items []Item, verdicts []error, from, to int) {
	if to-from > 1 && b.equation.holds(b.terms[from:to]) {
		b.accept(items, from, to)
		return
	}
	b.search(items, verdicts, from, to)
}

// search finds the bad ones among terms whose equation does not hold, by halves. If that of one
// half holds, that of the other cannot, as the three have the same coefficients. One bad
// signature in a batch so makes it three times as costly at most, about what all cost one by
// one; and if all are bad, each costs less than three times what it costs alone.
func (b *batch) search(items []Item, verdicts []error, from, to int) {
	if to-from <= searchSize {
		for i := from; i < to; i++ {
			if b.terms[i].holds() {
				b.accept(items, i, i+1)
			} else {
				verdicts[b.places[i].index] = verdict(false)
			}
		}
		return
	}
	middle := (from + to) / 2
	if b.equation.holds(b.terms[from:middle]) {
		b.accept(items, from, middle)
		b.search(items, verdicts, middle, to)
		return
	}
	b.search(items, verdicts, from, middle)
	b.judge(items, verdicts, middle, to)
}

// accept remembers valid signatures, and their keys: so a key in the table has signed once.
func (b *batch) accept(items []Item, from, to int) {
	for i := from; i < to; i++ {
		b.verifier.accept(&items[b.places[i].index], &b.terms[i], &b.places[i].digest)
	}
}

// weigh draws the coefficients.
//
// They need not be random, only unpredictable to whoever chooses the signatures. They are
// derived by hashing everything that enters the equation (each digest names the algorithm,
// id, key and signature), as Fiat and Shamir replace a verifier's coins by a hash: a false
// equation holds only if its own hash happens to give coefficients that cancel, which for any
// one has probability 2^-128, and changing anything to try again draws all of them anew. So
// core needs no source of randomness, and one batch has one verdict everywhere.
func (b *batch) weigh() {
	b.hash = append(b.hash[:0], "causeway/ed25519-batch/2"...)
	for i := range b.places {
		b.hash = append(b.hash, b.places[i].digest[:]...)
	}
	var counted [sha256.Size + 4]byte // the seed, and the number of the pair drawn
	seed := sha256.Sum256(b.hash)
	copy(counted[:], seed[:])
	for i := range b.terms {
		if i%2 == 0 {
			binary.BigEndian.PutUint32(counted[sha256.Size:], uint32(i/2))
			seed = sha256.Sum256(counted[:])
		}
		b.terms[i].weigh((*[16]byte)(seed[i%2*16:]))
	}
}
