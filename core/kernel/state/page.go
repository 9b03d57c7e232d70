package state

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math/bits"

	"causeway/core/kernel/wire"
)

// leaf is one key of the tree: where it stands and what it commits to.
type leaf struct{ path, hash wire.Hash }

// page holds the leaves of one bucket, sorted by path, with the hashes of the nodes between
// them. A page is never changed once it is part of a tree. Most updates change what leaves
// commit to and not which leaves there are, so successive pages share their shape.
type page struct {
	*shape
	hashes []wire.Hash // of the leaves, then of the gaps
}

// shape is which leaves there are, and how they part.
type shape struct {
	paths []wire.Hash
	gaps  []gap // len(paths)-1
}

// gap lies between two neighbouring leaves of a page and stands for the node under which they
// part.
type gap struct {
	bit uint8 // depth at which the two leaves part; unique within the node's range
	top uint8 // shallowest depth of the one-way path above the node, where its parent's child stands; the hash is of the subtree as seen there
}

const pageBytes = 160 // headers and slack

var emptyPage = &page{shape: &shape{}}

func (p *page) len() int { return len(p.paths) }

func (p *page) leaf(i int) leaf { return leaf{p.paths[i], p.hashes[i]} }

// gapHash is the hash of the node at gap i.
func (p *page) gapHash(i int) *wire.Hash { return &p.hashes[len(p.paths)+i] }

func (p *page) bytes() int64 {
	if len(p.paths) == 0 {
		return 0
	}
	return pageBytes + int64(len(p.paths))*(32+2) + int64(len(p.hashes))*32
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
		return p.hashes[lo]
	}
	i := p.parting(lo, hi)
	g := p.gaps[i]
	if int(g.top) == depth {
		return *p.gapHash(i)
	}
	path := &p.paths[lo]
	if int(g.top) > depth {
		return climb(*p.gapHash(i), path, int(g.top), depth)
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
		return p.hashes[lo]
	}
	i := p.parting(lo, hi)
	bit := int(p.gaps[i].bit)
	left, right := p.rest(lo, i+1, bit+1), p.rest(i+1, hi, bit+1)
	hash := climb(hashInner(&left, &right), &p.paths[lo], bit, depth)
	*p.gapHash(i), p.gaps[i].top = hash, uint8(depth)
	return hash
}

// blankPage is a page of n leaves, to be filled.
func blankPage(n int) *page {
	if n == 0 {
		return emptyPage
	}
	return &page{&shape{make([]wire.Hash, n), make([]gap, n-1)}, make([]wire.Hash, 2*n-1)}
}

// complete computes all that follows from the sorted leaves, which all lie below depth.
func (p *page) complete(depth int) wire.Hash {
	for i := range p.gaps {
		p.gaps[i].bit = uint8(firstDifference(&p.paths[i], &p.paths[i+1]))
	}
	return p.rest(0, p.len(), depth)
}

// A page is stored as its leaves; the part of the paths that its place already tells is left out.

func (p *page) encode(depth int) []byte {
	skip := depth / 8
	data := make([]byte, 0, p.len()*(64-skip))
	for i := range p.paths {
		data = append(data, p.paths[i][skip:]...)
		data = append(data, p.hashes[i][:]...)
	}
	return data
}

var errPage = errors.New("a tree page is damaged")

func decodePage(data []byte, prefix uint64, depth int) (*page, wire.Hash, error) {
	skip := depth / 8
	step := 64 - skip
	if len(data)%step != 0 {
		return nil, wire.Hash{}, errPage
	}
	p := blankPage(len(data) / step)
	for i := range p.paths {
		path := &p.paths[i]
		binary.BigEndian.PutUint64(path[:], prefix)
		copy(path[skip:], data[i*step:])
		copy(p.hashes[i][:], data[i*step+32-skip:])
		if !below(path, prefix, depth) || i > 0 && comparePaths(&p.paths[i-1], path) >= 0 {
			return nil, wire.Hash{}, errPage
		}
	}
	return p, p.complete(depth), nil
}

// below reports whether path begins with the first depth (<= 64) bits of prefix.
func below(path *wire.Hash, prefix uint64, depth int) bool {
	return depth == 0 || (binary.BigEndian.Uint64(path[:])^prefix)>>(64-depth) == 0
}

// comparePaths orders paths as bytes.Compare does.
func comparePaths(a, b *wire.Hash) int {
	if x, y := binary.BigEndian.Uint64(a[:]), binary.BigEndian.Uint64(b[:]); x != y {
		return cmp.Compare(x, y)
	}
	return bytes.Compare(a[:], b[:])
}
