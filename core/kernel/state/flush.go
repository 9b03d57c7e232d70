package state

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"causeway/core/kernel/wire"
)

// Buckets are written late: one sixteenth of the path space at a time, and all of it while the
// deltas grow by half of what is kept of them, so that a bucket touched by many blocks is
// written once. What a stop loses is worked out again at Open from the keys that the deltas
// name and their current values; the result does not depend on the order.
const regions = 16

// regionsDue lists the regions that a block writes, the one first that was written the longest
// ago.
func (m *meta) regionsDue(l Limits, all bool) []int {
	list := make([]int, regions)
	for i := range list {
		list[i] = i
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(m.Flushed[a], m.Flushed[b]) })
	step := max(l.DeltaBytes/2/regions, 1)
	due := m.Due / step
	if all || m.Sequence == 1 || due >= regions { // the first block may be height 0, which Flushed cannot tell from "never"
		m.Due = 0
		return list
	}
	m.Due -= due * step
	if due == 0 && m.Height-m.Flushed[list[0]] > l.ProofHeights/2 {
		due = 1
	}
	return list[:due]
}

// flush collects the writes that bring regions of the backend up to date with a tree.
type flush struct {
	tree    *tree
	regions []int
	clean   []*node // to be marked once the writes are durable
	writes  []Write
}

func (f *flush) region(region int, gone []place) {
	f.regions = append(f.regions, region)
	for b := region * 16; b < region*16+16; b++ {
		root := f.tree.tries[b]
		if !root.dirty.Load() {
			continue
		}
		at := place{uint64(b) << 56, forestDepth}
		f.buckets(root, at)
		key := []byte{rowDirectory, byte(b)}
		if root.count == 0 {
			f.writes = append(f.writes, Write{Key: key, Delete: true})
		} else {
			f.writes = append(f.writes, Write{Key: key, Value: appendDirectory(nil, root, forestDepth)})
		}
	}
	seen := make(map[place]bool, len(gone))
	for _, at := range gone {
		if n := f.tree.find(at); !seen[at] && (n == nil || n.count == 0) {
			f.writes = append(f.writes, Write{Key: at.key(), Delete: true})
		}
		seen[at] = true
	}
}

func (f *flush) buckets(n *node, at place) {
	if !n.dirty.Load() {
		return
	}
	f.clean = append(f.clean, n)
	if !n.bucket() {
		f.buckets(n.left, at.child(0))
		f.buckets(n.right, at.child(1))
		return
	}
	if n.count > 0 {
		f.writes = append(f.writes, Write{Key: at.key(), Value: n.page.Load().encode(at.depth)})
	} else if n.stored.Load() {
		f.writes = append(f.writes, Write{Key: at.key(), Delete: true})
	}
}

// done marks what is durable now.
func (f *flush) done() {
	for _, n := range f.clean {
		n.dirty.Store(false)
		n.stored.Store(n.bucket() && n.count > 0)
	}
}

// find returns the bucket that stands exactly at a place, or nil.
func (t *tree) find(at place) *node {
	n := t.tries[at.prefix>>56]
	for depth := forestDepth; depth < at.depth; depth++ {
		if n.bucket() {
			return nil
		}
		if at.prefix>>(63-depth)&1 == 0 {
			n = n.left
		} else {
			n = n.right
		}
	}
	if !n.bucket() {
		return nil
	}
	return n
}

// A directory row lists the buckets of one trie from left to right: depth, count, hash.
// As they fill the space without overlap, the depths alone give the shape.

func appendDirectory(data []byte, n *node, depth int) []byte {
	if n.bucket() {
		data = append(data, byte(depth))
		data = binary.AppendUvarint(data, uint64(n.count))
		return append(data, n.hash[:]...)
	}
	data = appendDirectory(data, n.left, depth+1)
	return appendDirectory(data, n.right, depth+1)
}

func readDirectory(data []byte, depth int) (*node, []byte, error) {
	if len(data) == 0 || depth > deepest || int(data[0]) < depth {
		return nil, nil, fmt.Errorf("the directory of the tree is damaged at depth %d", depth)
	}
	if int(data[0]) == depth {
		count, size := binary.Uvarint(data[1:])
		if size <= 0 || count > math.MaxInt32 || len(data) < 1+size+32 {
			return nil, nil, fmt.Errorf("the directory of the tree is damaged at depth %d", depth)
		}
		n := &node{hash: wire.Hash(data[1+size:][:32]), count: int(count)}
		n.stored.Store(count > 0)
		if count == 0 {
			n.page.Store(emptyPage)
		}
		return n, data[1+size+32:], nil
	}
	left, data, err := readDirectory(data, depth+1)
	if err != nil {
		return nil, nil, err
	}
	right, data, err := readDirectory(data, depth+1)
	if err != nil {
		return nil, nil, err
	}
	sum := join(summary{left.hash, left.count}, summary{right.hash, right.count})
	return &node{hash: sum.hash, count: sum.count, left: left, right: right}, data, nil
}

// loadTree reads the directories; pages stay in the backend until they are asked for.
func loadTree(b Backend) (*tree, error) {
	t := newTree()
	var err error
	b.Scan([]byte{rowDirectory}, []byte{rowDirectory + 1}, func(key, value []byte) bool {
		if len(key) != 2 {
			err = fmt.Errorf("a directory of the tree has the key %x", key)
			return false
		}
		var rest []byte
		n, rest, bad := readDirectory(value, forestDepth)
		if bad == nil && len(rest) > 0 {
			bad = fmt.Errorf("the directory of the tree is too long")
		}
		if err = bad; err != nil {
			return false
		}
		t.tries[key[1]] = n
		return true
	})
	if err != nil {
		return nil, err
	}
	touched := make([]int, 0, 128)
	for i, n := range t.tries {
		t.heads[256+i] = summary{n.hash, n.count}
		if i%2 == 0 {
			touched = append(touched, (256+i)/2)
		}
	}
	t.sumUp(touched)
	return t, nil
}

// evict drops clean pages not used since the hand's last turn until held <= limit.
// It returns the new place of the hand. At most two turns: then all that is left is dirty.
func (s *pages) evict(t *tree, hand int, limit int64) int {
	for turn := 0; turn < 512 && s.held.Load() > limit; turn++ {
		s.sweep(t.tries[hand])
		hand = (hand + 1) % 256
	}
	return hand
}

func (s *pages) sweep(n *node) {
	if !n.bucket() {
		s.sweep(n.left)
		s.sweep(n.right)
		return
	}
	if n.dirty.Load() || n.count == 0 || n.used.Swap(false) {
		return
	}
	if p := n.page.Swap(nil); p != nil {
		s.held.Add(-p.bytes())
	}
}
