package state

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"sort"
	"sync/atomic"

	"causeway/core/kernel/wire"
)

// The tree stands in memory as 256 binary tries, one per first byte of the path, whose ends
// are buckets of up to bucketMost leaves. Every version shares with the one before it what did
// not change. Only the buckets' pages live in the backend; those in memory are a cache, but a
// page that is newer than its row ("dirty") stays until it is written.
const (
	bucketMost  = 16 // measured: see BenchmarkSeal and its bytes/key
	forestDepth = 8
	deepest     = 56 // buckets here never split; sixteen keys that share 56 bits of SHA-256 are an attack, and still work
)

// node is a bucket or a branch of a trie. Hash and shape never change once the node is built.
type node struct {
	hash        wire.Hash
	count       int
	left, right *node // both nil: a bucket
	page        atomic.Pointer[page]
	used        atomic.Bool // since the cache's hand last passed
	dirty       atomic.Bool // the bucket, or one below, is newer than the backend
	stored      atomic.Bool // a row of this place exists in the backend
}

func (n *node) bucket() bool { return n.left == nil }

// summary is all that a parent must know of a child.
type summary struct {
	hash  wire.Hash
	count int
}

// tree is one immutable version. heads[1] is the root, heads[i]'s children are heads[2i] and
// heads[2i+1], and heads[256+b] sums up tries[b].
type tree struct {
	tries [256]*node
	heads [512]summary
}

func (t *tree) root() wire.Hash { return t.heads[1].hash }
func (t *tree) count() int      { return t.heads[1].count }

// join sums up two children: none and one pass through, more are hashed.
func join(left, right summary) summary {
	count := left.count + right.count
	switch {
	case count == 0:
		return summary{}
	case count > 1:
		return summary{hashInner(&left.hash, &right.hash), count}
	case left.count == 1:
		return left
	}
	return right
}

func (t *tree) sumUp(heads []int) {
	for len(heads) > 0 && heads[0] >= 1 {
		next := heads[:0:0]
		for _, i := range heads {
			t.heads[i] = join(t.heads[2*i], t.heads[2*i+1])
			if parent := i / 2; parent > 0 && (len(next) == 0 || next[len(next)-1] != parent) {
				next = append(next, parent)
			}
		}
		heads = next
	}
}

func newTree() *tree {
	t := &tree{}
	for i := range t.tries {
		t.tries[i] = emptyBucket()
	}
	return t
}

func emptyBucket() *node {
	n := &node{}
	n.page.Store(emptyPage)
	return n
}

// newBucket and newBranch make nodes that the backend does not know yet.

func newBucket(p *page, hash wire.Hash) *node {
	n := &node{hash: hash, count: p.len()}
	n.page.Store(p)
	n.used.Store(true)
	n.dirty.Store(true)
	return n
}

func newBranch(sum summary, left, right *node) *node {
	n := &node{hash: sum.hash, count: sum.count, left: left, right: right}
	n.dirty.Store(true)
	return n
}

// place is where a trie node stands.
type place struct {
	prefix uint64
	depth  int
}

func (p place) child(bit int) place {
	return place{p.prefix | uint64(bit)<<(63-p.depth), p.depth + 1}
}

func (p place) key() []byte {
	key := binary.BigEndian.AppendUint64([]byte{rowBucket}, p.prefix)
	return append(key, byte(p.depth))
}

func (p place) region() int { return int(p.prefix >> 60) }

// errMoved says that the backend holds another version of a page than the tree expects.
var errMoved = errors.New("the backend is at another version")

// pages loads pages for trees and accounts for those in memory.
type pages struct {
	backend Backend
	held    atomic.Int64 // bytes of all pages in memory
}

// load returns the page of a bucket. It fails only if the backend has another version of it.
func (s *pages) load(n *node, at place) (*page, error) {
	if p := n.page.Load(); p != nil {
		if !n.used.Load() {
			n.used.Store(true)
		}
		return p, nil
	}
	data, ok := s.backend.Get(at.key())
	if !ok {
		return nil, errMoved
	}
	p, hash, err := decodePage(data, at.prefix, at.depth)
	if err != nil || hash != n.hash || p.len() != n.count {
		return nil, errMoved
	}
	if n.page.CompareAndSwap(nil, p) {
		s.held.Add(p.bytes())
	}
	n.used.Store(true)
	return p, nil
}

// update is one batch of changes on its way from one version of the tree to the next.
type update struct {
	pages *pages
	gone  []place // buckets that have a row and are no more
	held  int64   // bytes of pages that the next version adds to memory, less those it replaces
	err   error

	parallel func(n int, work func(i int)) // see Limits
	merger   merger
	touched  touched
}

// apply returns the tree after sorted changes, which must not name a path twice.
func (u *update) apply(t *tree, changes []change) (*tree, error) {
	if len(changes) == 0 {
		return t, nil
	}
	next := *t
	parts := u.cutUp(changes)
	if len(parts) == 1 {
		u.tries(&next, changes)
	} else {
		workers := make([]update, len(parts))
		u.parallel(len(parts), func(i int) {
			workers[i].pages = u.pages
			workers[i].tries(&next, parts[i])
		})
		for i := range workers {
			w := &workers[i]
			u.gone, u.held, u.err = append(u.gone, w.gone...), u.held+w.held, cmp.Or(u.err, w.err)
		}
	}
	if u.err != nil {
		return nil, u.err
	}
	touched := make([]int, 0, 128)
	for i := range changes {
		head := (256 + int(changes[i].path[0])) / 2
		if len(touched) == 0 || touched[len(touched)-1] != head {
			touched = append(touched, head)
		}
	}
	next.sumUp(touched)
	return &next, nil
}

// parallelMost is into how many parts changes are cut, and parallelLeast what is worth it.
const (
	parallelMost  = 8
	parallelLeast = 1000
)

// cutUp divides sorted changes into parts that have no trie in common.
func (u *update) cutUp(changes []change) (parts [][]change) {
	if u.parallel == nil || len(changes) < parallelLeast {
		return [][]change{changes}
	}
	for k := 1; k <= parallelMost && len(changes) > 0; k++ {
		end := sort.Search(len(changes), func(i int) bool { return int(changes[i].path[0]) >= 256*k/parallelMost })
		if end > 0 {
			parts = append(parts, changes[:end])
		}
		changes = changes[end:]
	}
	return parts
}

// tries updates the tries that sorted changes concern, and the heads over them.
func (u *update) tries(next *tree, changes []change) {
	for len(changes) > 0 && u.err == nil {
		b := changes[0].path[0]
		end := sort.Search(len(changes), func(i int) bool { return changes[i].path[0] > b })
		u.touched ^= touch(next.tries[b], changes[:end])
		n := u.descend(next.tries[b], changes[:end], place{uint64(b) << 56, forestDepth})
		if u.err != nil {
			return
		}
		next.tries[b], next.heads[256+int(b)] = n, summary{n.hash, n.count}
		changes = changes[end:]
	}
}

func (u *update) descend(n *node, changes []change, at place) *node {
	if len(changes) == 0 || u.err != nil {
		return n
	}
	if n.bucket() {
		return u.bucket(n, changes, at)
	}
	return u.branch(n.left, n.right, changes, at)
}

func (u *update) branch(left, right *node, changes []change, at place) *node {
	split := firstRight(changes, at.depth)
	left = u.descend(left, changes[:split], at.child(0))
	right = u.descend(right, changes[split:], at.child(1))
	if u.err != nil {
		return nil
	}
	sum := join(summary{left.hash, left.count}, summary{right.hash, right.count})
	if left.bucket() && right.bucket() && sum.count <= bucketMost/2 {
		return u.fold(left, right, sum, at)
	}
	return newBranch(sum, left, right)
}

// firstRight returns the index of the first of sorted changes that goes right at depth.
func firstRight(changes []change, depth int) int {
	lo, hi := 0, len(changes)
	for lo < hi {
		middle := (lo + hi) / 2
		if bitAt(&changes[middle].path, depth) == 0 {
			lo = middle + 1
		} else {
			hi = middle
		}
	}
	return lo
}

func (u *update) bucket(n *node, changes []change, at place) *node {
	p, err := u.pages.load(n, at)
	if err != nil {
		u.err = fmt.Errorf("tree bucket %016x/%d: %w", at.prefix, at.depth, err)
		return nil
	}
	if len(changes) > bucketMost && at.depth < deepest {
		left, right := u.split(n, p, at)
		return u.branch(left, right, changes, at)
	}
	merged, hash := u.merger.page(p, changes, at.depth)
	u.held += merged.bytes() - p.bytes()
	next := newBucket(merged, hash)
	next.stored.Store(n.stored.Load())
	return u.divide(next, merged, at)
}

// divide splits a bucket for as long as it is too full.
func (u *update) divide(n *node, p *page, at place) *node {
	if p.len() <= bucketMost || at.depth >= deepest {
		return n
	}
	left, right := u.split(n, p, at)
	left = u.divide(left, left.page.Load(), at.child(0))
	right = u.divide(right, right.page.Load(), at.child(1))
	return newBranch(summary{n.hash, n.count}, left, right)
}

// split makes two buckets of one. The old row is superfluous then.
func (u *update) split(n *node, p *page, at place) (left, right *node) {
	if n.stored.Load() {
		u.gone = append(u.gone, at)
	}
	middle := sort.Search(p.len(), func(i int) bool { return bitAt(&p.paths[i], at.depth) == 1 })
	u.held -= p.bytes()
	return u.cut(p, 0, middle, at.child(0)), u.cut(p, middle, p.len(), at.child(1))
}

func (u *update) cut(p *page, lo, hi int, at place) *node {
	u.merger.begin(p)
	sum := u.merger.keep(lo, hi, at.depth)
	part := u.merger.made()
	u.held += part.bytes()
	return newBucket(part, sum.hash)
}

// fold makes one bucket of two that have become small.
func (u *update) fold(left, right *node, sum summary, at place) *node {
	a, errLeft := u.pages.load(left, at.child(0))
	b, errRight := u.pages.load(right, at.child(1))
	if err := errors.Join(errLeft, errRight); err != nil {
		u.err = fmt.Errorf("tree bucket %016x/%d: %w", at.prefix, at.depth, err)
		return nil
	}
	if left.stored.Load() {
		u.gone = append(u.gone, at.child(0))
	}
	if right.stored.Load() {
		u.gone = append(u.gone, at.child(1))
	}
	folded := blankPage(sum.count)
	for i := range folded.paths {
		if i < a.len() {
			folded.paths[i], folded.hashes[i] = a.paths[i], a.hashes[i]
		} else {
			folded.paths[i], folded.hashes[i] = b.paths[i-a.len()], b.hashes[i-a.len()]
		}
	}
	hash := folded.complete(at.depth)
	u.held += folded.bytes() - a.bytes() - b.bytes()
	return newBucket(folded, hash)
}
