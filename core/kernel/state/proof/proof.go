// Package proof checks what the state's tree says of a key: that it has a value, or that it is
// absent. It needs nothing but a root, and can be imported alone.
//
// The form is that of ICS-23's SmtSpec (https://github.com/cosmos/ics23): presence is a path of
// siblings from the leaf to the root, absence is the presence of the two neighbours between
// which the key's hash would stand. Unlike ICS-23 the sides are not part of the proof: they are
// the bits of SHA-256(key), so a leaf can stand in one place only.
package proof

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"

	"causeway/core/kernel/wire"
)

// Most siblings that a leaf can have: one per bit of its path.
const deepest = 256

// Leaf is one key of the tree with its value and its siblings, from the leaf up to the root.
type Leaf struct {
	Key      []byte      `cbor:"1,keyasint"`
	Value    []byte      `cbor:"2,keyasint"`
	Siblings []wire.Hash `cbor:"3,keyasint,omitempty"`
}

// Proof says what a tree holds for one key. Leaf is set for presence. For absence it is nil,
// and Left and Right are the neighbours; at an end of the tree one of them is missing, and in
// an empty tree both are.
type Proof struct {
	Leaf  *Leaf `cbor:"1,keyasint,omitempty"`
	Left  *Leaf `cbor:"2,keyasint,omitempty"`
	Right *Leaf `cbor:"3,keyasint,omitempty"`
}

// ErrInvalid is what every refused proof is.
var ErrInvalid = errors.New("the proof does not hold")

func refuse(format string, arguments ...any) error {
	return fmt.Errorf("%w: %s", ErrInvalid, fmt.Sprintf(format, arguments...))
}

// Decode reads the canonical encoding of a proof and refuses any other.
func Decode(data []byte) (*Proof, error) {
	p := &Proof{}
	if err := wire.Unmarshal(data, p); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return p, nil
}

// Encode writes the canonical encoding.
func (p *Proof) Encode() []byte { return wire.Marshal(p) }

// Verify checks that under root key has value or, when value is empty, that it is absent.
func (p *Proof) Verify(root wire.Hash, key, value []byte) error {
	if len(value) > 0 {
		return p.Present(root, key, value)
	}
	return p.Absent(root, key)
}

// Present checks that under root key has value.
func (p *Proof) Present(root wire.Hash, key, value []byte) error {
	if p.Leaf == nil || p.Left != nil || p.Right != nil {
		return refuse("it is not one of presence")
	}
	if !bytes.Equal(p.Leaf.Key, key) || !bytes.Equal(p.Leaf.Value, value) {
		return refuse("it is of another key or value")
	}
	return p.Leaf.under(root)
}

// Absent checks that under root there is no key.
func (p *Proof) Absent(root wire.Hash, key []byte) error {
	if p.Leaf != nil {
		return refuse("it is not one of absence")
	}
	if len(key) == 0 {
		return refuse("the key is empty")
	}
	if p.Left == nil && p.Right == nil {
		if !root.IsZero() {
			return refuse("without neighbours the tree would be empty")
		}
		return nil
	}
	path := sha256.Sum256(key)
	if p.Left != nil {
		if err := p.Left.under(root); err != nil {
			return err
		}
		if left := p.Left.path(); bytes.Compare(left[:], path[:]) >= 0 {
			return refuse("the left neighbour is not left of the key")
		}
	}
	if p.Right != nil {
		if err := p.Right.under(root); err != nil {
			return err
		}
		if right := p.Right.path(); bytes.Compare(right[:], path[:]) <= 0 {
			return refuse("the right neighbour is not right of the key")
		}
	}
	return p.adjacent()
}

// adjacent checks that nothing stands between the neighbours, or beyond the only one.
func (p *Proof) adjacent() error {
	parting := -1 // depth at which the two paths part
	if p.Left != nil && p.Right != nil {
		left, right := p.Left.path(), p.Right.path()
		for parting = 0; bit(&left, parting) == bit(&right, parting); parting++ {
		}
		if parting >= len(p.Left.Siblings) || parting >= len(p.Right.Siblings) {
			return refuse("one neighbour stands above the other")
		}
	}
	if p.Left != nil && !p.Left.outermost(1, parting) {
		return refuse("something stands right of the left neighbour")
	}
	if p.Right != nil && !p.Right.outermost(0, parting) {
		return refuse("something stands left of the right neighbour")
	}
	return nil
}

// outermost reports whether below the depth of parting nothing stands on that side of the leaf.
func (l *Leaf) outermost(side byte, parting int) bool {
	path := l.path()
	for i, sibling := range l.Siblings {
		depth := len(l.Siblings) - 1 - i
		if depth > parting && bit(&path, depth) != side && !sibling.IsZero() {
			return false
		}
	}
	return true
}

func (l *Leaf) path() [32]byte { return sha256.Sum256(l.Key) }

func bit(path *[32]byte, depth int) byte { return path[depth>>3] >> (7 - depth&7) & 1 }

// under checks that the leaf stands in the tree with the given root.
func (l *Leaf) under(root wire.Hash) error {
	if len(l.Key) == 0 || len(l.Value) == 0 {
		return refuse("a key or value is empty")
	}
	if len(l.Siblings) > deepest {
		return refuse("a leaf cannot have %d siblings", len(l.Siblings))
	}
	path, value := l.path(), sha256.Sum256(l.Value)
	var buffer [65]byte
	copy(buffer[1:33], path[:])
	copy(buffer[33:], value[:])
	hash := sha256.Sum256(buffer[:])
	for i := range l.Siblings {
		left, right := &hash, (*[32]byte)(&l.Siblings[i])
		if bit(&path, len(l.Siblings)-1-i) == 1 {
			left, right = right, left
		}
		buffer[0] = 1
		copy(buffer[1:33], left[:])
		copy(buffer[33:], right[:])
		hash = sha256.Sum256(buffer[:])
	}
	if wire.Hash(hash) != root {
		return refuse("it leads to another root")
	}
	return nil
}
