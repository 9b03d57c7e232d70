package state

import (
	"errors"
	"fmt"
	"testing"

	"causeway/core/kernel/state/proof"
	"causeway/core/kernel/wire"

	ics23 "github.com/cosmos/ics23/go"
)

// existence writes a leaf of ours as ICS-23 does: with its sides.
func existence(l *proof.Leaf) *ics23.ExistenceProof {
	if l == nil {
		return nil
	}
	path := wire.Sum(l.Key)
	out := &ics23.ExistenceProof{Key: l.Key, Value: l.Value, Leaf: ics23.SmtSpec.LeafSpec}
	for i := range l.Siblings {
		op := &ics23.InnerOp{Hash: ics23.HashOp_SHA256, Prefix: []byte{1}}
		if depth := len(l.Siblings) - 1 - i; path[depth/8]>>(7-depth%8)&1 == 1 {
			op.Prefix = append(op.Prefix, l.Siblings[i][:]...)
		} else {
			op.Suffix = l.Siblings[i][:]
		}
		out.Path = append(out.Path, op)
	}
	return out
}

func holdsForStrangers(root wire.Hash, p *proof.Proof, key, value []byte) bool {
	if value != nil {
		exist := &ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Exist{Exist: existence(p.Leaf)}}
		return ics23.VerifyMembership(ics23.SmtSpec, root[:], exist, key, value)
	}
	absent := &ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Nonexist{Nonexist: &ics23.NonExistenceProof{
		Key: key, Left: existence(p.Left), Right: existence(p.Right),
	}}}
	return ics23.VerifyNonMembership(ics23.SmtSpec, root[:], absent, key)
}

// sampleState returns a store of so many keys, with the even ones of twice as many present.
func sampleState(t testing.TB, keys int) (*Memory, *Store) {
	m := NewMemory()
	s := mustOpen(t, m, DefaultLimits())
	b := s.Begin(1)
	for i := range keys {
		b.Put(fmt.Appendf(nil, "k/%d", 2*i), fmt.Appendf(nil, "value %d", i))
	}
	commit(t, m, s, b)
	return m, s
}

func TestProofsHoldForICS23(t *testing.T) {
	for _, keys := range []int{1, 2, 3, 40, 1000} {
		_, s := sampleState(t, keys)
		for i := range 2 * keys {
			key := fmt.Appendf(nil, "k/%d", i)
			p, value, err := s.Prove(key, 1)
			if err != nil {
				t.Fatal(err)
			}
			if (value != nil) != (i%2 == 0) {
				t.Fatalf("%s has the value %q", key, value)
			}
			if !holdsForStrangers(s.Root(), p, key, value) {
				t.Fatalf("of %d keys, ics23 refuses the proof of %s", keys, key)
			}
			read, err := proof.Decode(p.Encode())
			if err != nil {
				t.Fatal(err)
			}
			if err := read.Verify(s.Root(), key, value); err != nil {
				t.Fatalf("of %d keys, %s: %v", keys, key, err)
			}
		}
	}
}

// The verifier must be at least as strict as ICS-23's: whatever byte is flipped, no proof of
// anything else may come out.
func TestFlippedProofsAreRefused(t *testing.T) {
	_, s := sampleState(t, 300)
	for i := range 12 {
		key := fmt.Appendf(nil, "k/%d", i)
		p, value, err := s.Prove(key, 1)
		if err != nil {
			t.Fatal(err)
		}
		data := p.Encode()
		for at := range data {
			for _, flip := range []byte{1, 0x80, 0xff} {
				data[at] ^= flip
				if read, err := proof.Decode(data); err == nil && read.Verify(s.Root(), key, value) == nil {
					t.Fatalf("the proof of %s holds with byte %d changed by %02x", key, at, flip)
				}
				data[at] ^= flip
			}
		}
		other := s.Root()
		other[31] ^= 1
		if p.Verify(other, key, value) == nil || p.Verify(s.Root(), append(key, 'x'), value) == nil && value != nil ||
			p.Verify(s.Root(), key, append([]byte("x"), value...)) == nil {
			t.Fatalf("the proof of %s holds for something else", key)
		}
	}
}

// A liar who leaves out a leaf must not prove its absence with the leaves around it.
func TestAbsenceOfThePresentIsRefused(t *testing.T) {
	_, s := sampleState(t, 50)
	v, err := s.view(1)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		key := fmt.Appendf(nil, "k/%d", 2*i)
		path := wire.Sum(key)
		p := &proof.Proof{}
		if p.Left, err = s.neighbourProof(v, &path, 0); err != nil {
			t.Fatal(err)
		}
		if p.Right, err = s.neighbourProof(v, &path, 1); err != nil {
			t.Fatal(err)
		}
		if err := p.Absent(s.Root(), key); !errors.Is(err, proof.ErrInvalid) {
			t.Fatalf("%s is there and proven absent: %v", key, err)
		}
	}
}

func TestProofsBetweenBackendAndAdopt(t *testing.T) {
	m, s := sampleState(t, 500)
	root := s.Root()
	b := s.Begin(2)
	for i := range 500 {
		b.Put(fmt.Appendf(nil, "k/%d", i), []byte("new"))
	}
	_, writes := b.Seal()
	m.Apply(writes)
	for i := range 1000 { // height 1 is still the adopted one
		key := fmt.Appendf(nil, "k/%d", i)
		p, value, err := s.Prove(key, 1)
		if errors.Is(err, ErrMoving) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if (value != nil) != (i%2 == 0) || string(value) == "new" {
			t.Fatalf("at height 1, %s is %q", key, value)
		}
		if err := p.Verify(root, key, value); err != nil {
			t.Fatalf("%s: %v", key, err)
		}
	}
	s.Adopt(b)
	if value, _, err := s.GetAt([]byte("k/0"), 1); err != nil || string(value) != "value 0" {
		t.Fatalf("k/0 was %q at height 1: %v", value, err)
	}
}

func TestHeightsAreKeptAsLongAsTheLimitsSay(t *testing.T) {
	m := NewMemory()
	limits := DefaultLimits()
	limits.ProofHeights = 30
	s := mustOpen(t, m, limits)
	for height := int64(1); height <= 100; height++ {
		b := s.Begin(height)
		b.Put([]byte("k"), fmt.Appendf(nil, "%d", height))
		commit(t, m, s, b)
	}
	for height := int64(0); height <= 101; height++ {
		value, _, err := s.GetAt([]byte("k"), height)
		kept := height >= 70 && height <= 100
		if kept && (err != nil || string(value) != fmt.Sprint(height)) {
			t.Fatalf("height %d: %q %v", height, value, err)
		}
		if !kept && !errors.Is(err, ErrNotKept) {
			t.Fatalf("height %d is answered: %q %v", height, value, err)
		}
	}
	rows := 0
	m.Scan([]byte{rowDelta}, []byte{rowDelta + 1}, func(_, _ []byte) bool { rows++; return true })
	if rows != 31 {
		t.Fatalf("%d deltas are stored", rows)
	}
}
