package state

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math/bits"

	"causeway/core/kernel/wire"
)

// leaf is one key of the tree: where it stands and what it commits to.
type leaf struct{ path, hash wire.Hash }

// gap lies between two neighbouring leaves of a page and holds the node under which they part.
type gap struct {
	hash wire.Hash // of the subtree as seen at depth top
	bit  uint8     // depth at which the two leaves part; unique within the node's range
	top  uint8     // shallowest depth of the one-way path above the node, where its parent's child stands
}

// page holds the leaves of one bucket, sorted by path, with the hashes of the nodes between
// them. A page is never changed once it is part of a tree.
type page struct {
	leaves []leaf
	gaps   []gap // len(leaves)-1
}

const (
	leafBytes = 64
	gapBytes  = 34
	pageBytes = 64 // header and slack
)

func (p *page) bytes() int64 {
	if len(p.leaves) == 0 {
		return 0
	}
	return pageBytes + int64(cap(p.leaves))*leafBytes + int64(cap(p.gaps))*gapBytes
}

// hashInner is SHA-256(0x01 ‖ left ‖ right).
func hashInner(left, right *wire.Hash) wire.Hash {
	var buffer [65]byte
	buffer[0] = 1
	copy(buffer[1:33], left[:])
	copy(buffer[33:], right[:])
	return sha256.Sum256(buffer[:])
}

// hashLeaf is SHA-256(0x00 ‖ path ‖ SHA-256(value)).
func hashLeaf(path *wire.Hash, value []byte) wire.Hash {
	digest := sha256.Sum256(value)
	var buffer [65]byte
	copy(buffer[1:33], path[:])
	copy(buffer[33:], digest[:])
	return sha256.Sum256(buffer[:])
}

// bitAt returns the branch that path takes at depth: 0 left, 1 right.
func bitAt(path *wire.Hash, depth int) int {
	return int(path[depth>>3]>>(7-depth&7)) & 1
}

// firstDifference returns the depth at which two different paths part.
func firstDifference(a, b *wire.Hash) int {
	for i := 0; i < 32; i += 8 {
		x := binary.BigEndian.Uint64(a[i:]) ^ binary.BigEndian.Uint64(b[i:])
		if x != 0 {
			return i*8 + bits.LeadingZeros64(x)
		}
	}
	panic("state: two leaves have one path")
}

// climb lifts a hash from depth from up to depth to, along the one-way path of path.
func climb(hash wire.Hash, path *wire.Hash, from, to int) wire.Hash {
	for depth := from - 1; depth >= to; depth-- {
		if bitAt(path, depth) == 0 {
			hash = hashInner(&hash, &wire.Hash{})
		} else {
			hash = hashInner(&wire.Hash{}, &hash)
		}
	}
	return hash
}

// parting returns the index of the gap under which leaves[lo:hi] (two or more) part.
func (p *page) parting(lo, hi int) int {
	best := lo
	for i := lo + 1; i < hi-1; i++ {
		if p.gaps[i].bit < p.gaps[best].bit {
			best = i
		}
	}
	return best
}

// rangeHash returns the hash of leaves[lo:hi] as a subtree at depth, mostly remembered.
func (p *page) rangeHash(lo, hi, depth int) wire.Hash {
	switch hi - lo {
	case 0:
		return wire.Hash{}
	case 1:
		return p.leaves[lo].hash
	}
	i := p.parting(lo, hi)
	g := &p.gaps[i]
	if int(g.top) == depth {
		return g.hash
	}
	path := &p.leaves[lo].path
	if int(g.top) > depth {
		return climb(g.hash, path, int(g.top), depth)
	}
	bit := int(g.bit)
	left, right := p.rangeHash(lo, i+1, bit+1), p.rangeHash(i+1, hi, bit+1)
	return climb(hashInner(&left, &right), path, bit, depth)
}

// rest computes every gap of leaves[lo:hi] for a subtree at depth, trusting nothing.
func (p *page) rest(lo, hi, depth int) wire.Hash {
	switch hi - lo {
	case 0:
		return wire.Hash{}
	case 1:
		return p.leaves[lo].hash
	}
	i := p.parting(lo, hi)
	bit := int(p.gaps[i].bit)
	left, right := p.rest(lo, i+1, bit+1), p.rest(i+1, hi, bit+1)
	hash := climb(hashInner(&left, &right), &p.leaves[lo].path, bit, depth)
	p.gaps[i].hash, p.gaps[i].top = hash, uint8(depth)
	return hash
}

// newPage builds the page of sorted leaves that all lie below depth.
func newPage(leaves []leaf, depth int) (*page, wire.Hash) {
	p := &page{leaves: leaves}
	if len(leaves) > 1 {
		p.gaps = make([]gap, len(leaves)-1)
	}
	for i := range p.gaps {
		p.gaps[i].bit = uint8(firstDifference(&leaves[i].path, &leaves[i+1].path))
	}
	return p, p.rest(0, len(leaves), depth)
}

// A page is stored as its leaves; the part of the paths that its place already tells is left out.

func (p *page) encode(depth int) []byte {
	skip := depth / 8
	data := make([]byte, 0, len(p.leaves)*(leafBytes-skip))
	for i := range p.leaves {
		data = append(data, p.leaves[i].path[skip:]...)
		data = append(data, p.leaves[i].hash[:]...)
	}
	return data
}

var errPage = errors.New("a tree page is damaged")

func decodePage(data []byte, prefix uint64, depth int) (*page, wire.Hash, error) {
	skip := depth / 8
	step := leafBytes - skip
	if len(data)%step != 0 {
		return nil, wire.Hash{}, errPage
	}
	leaves := make([]leaf, len(data)/step)
	for i := range leaves {
		l := &leaves[i]
		binary.BigEndian.PutUint64(l.path[:], prefix)
		copy(l.path[skip:], data[i*step:])
		copy(l.hash[:], data[i*step+32-skip:])
		if !below(&l.path, prefix, depth) || i > 0 && string(leaves[i-1].path[:]) >= string(l.path[:]) {
			return nil, wire.Hash{}, errPage
		}
	}
	p, hash := newPage(leaves, depth)
	return p, hash, nil
}

// below reports whether path begins with the first depth (<= 64) bits of prefix.
func below(path *wire.Hash, prefix uint64, depth int) bool {
	return depth == 0 || (binary.BigEndian.Uint64(path[:])^prefix)>>(64-depth) == 0
}
