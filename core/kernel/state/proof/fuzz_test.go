package proof

import (
	"testing"

	"causeway/core/kernel/wire"
)

// twoLeaves is a tree of two keys that part at the root, and proofs of it.
func twoLeaves() (root wire.Hash, present, absent *Proof) {
	leaf := func(key string) (*Leaf, wire.Hash) {
		path, value := wire.Sum([]byte(key)), wire.Sum([]byte("value"))
		return &Leaf{Key: []byte(key), Value: []byte("value")}, wire.Sum([]byte{0}, path[:], value[:])
	}
	left, leftHash := leaf("b")   // SHA-256 begins 0x3e
	right, rightHash := leaf("a") // SHA-256 begins 0xca
	left.Siblings, right.Siblings = []wire.Hash{rightHash}, []wire.Hash{leftHash}
	return wire.Sum([]byte{1}, leftHash[:], rightHash[:]), &Proof{Leaf: left}, &Proof{Left: left, Right: right}
}

const absentKey = "d" // SHA-256 begins 0x18: left of both

func TestTwoLeaves(t *testing.T) {
	root, present, absent := twoLeaves()
	if err := present.Verify(root, []byte("b"), []byte("value")); err != nil {
		t.Fatal(err)
	}
	between := []byte("c")   // 0x2e: left of both as well
	inside := []byte("root") // 0x48
	if path := wire.Sum(inside); path[0] <= 0x3e || path[0] >= 0xca {
		t.Fatalf("%x does not lie between the leaves", path[0])
	}
	if err := absent.Verify(root, inside, nil); err != nil {
		t.Fatal(err)
	}
	if absent.Verify(root, between, nil) == nil || absent.Verify(root, []byte("a"), nil) == nil {
		t.Fatal("absence is proven outside of the neighbours")
	}
	edge := &Proof{Right: absent.Left}
	if err := edge.Verify(root, []byte(absentKey), nil); err != nil {
		t.Fatal(err)
	}
	if (&Proof{Right: absent.Right}).Verify(root, inside, nil) == nil {
		t.Fatal("a left neighbour was left out")
	}
	if (&Proof{}).Verify(root, inside, nil) == nil || (&Proof{}).Verify(wire.Hash{}, inside, nil) != nil {
		t.Fatal("the empty proof must hold for the empty tree alone")
	}
}

// FuzzProof: no input makes the verifier panic, what decodes has one encoding, and nothing
// proves a value that is not in the tree, or the absence of what is.
func FuzzProof(f *testing.F) {
	root, present, absent := twoLeaves()
	edge := &Proof{Right: absent.Left}
	for _, p := range []*Proof{present, absent, edge, {}} {
		f.Add(p.Encode())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Decode(data)
		if err != nil {
			return
		}
		if string(p.Encode()) != string(data) {
			t.Fatal("a second encoding was read")
		}
		if p.Present(root, []byte("b"), []byte("other")) == nil || p.Present(root, []byte(absentKey), []byte("value")) == nil {
			t.Fatal("a lie about presence holds")
		}
		if p.Absent(root, []byte("a")) == nil || p.Absent(root, []byte("b")) == nil {
			t.Fatal("a lie about absence holds")
		}
	})
}
