package state

import "causeway/core/kernel/wire"

// change is one leaf to set or, with an empty hash, to remove.
type change struct {
	path, hash wire.Hash
}

func (c *change) removes() bool { return c.hash == wire.Hash{} }

// merger writes the page that results from an old page and sorted changes.
type merger struct {
	old    *page
	leaves []leaf
	gaps   []gap
}

// subtree is what a parent needs to know: a lone leaf's hash passes upward unchanged.
type subtree struct {
	hash  wire.Hash
	count int
	gap   int // in merger.gaps, of the topmost node; meaningful when count >= 2
}

func mergePage(old *page, changes []change, depth int) (*page, wire.Hash) {
	var places [bucketMost]int
	if at, ok := old.locate(changes, places[:0]); ok {
		return old.replace(changes, at, depth)
	}
	size := len(old.leaves) + len(changes)
	m := merger{old: old, leaves: make([]leaf, 0, size), gaps: make([]gap, 0, size)}
	top := m.merge(0, len(old.leaves), changes, depth)
	return &page{leaves: m.leaves, gaps: m.gaps}, top.hash
}

// locate returns where the changes stand in the page, if they only replace what is there.
func (p *page) locate(changes []change, at []int) ([]int, bool) {
	i := 0
	for c := range changes {
		for i < len(p.leaves) && p.leaves[i].path != changes[c].path {
			i++
		}
		if i == len(p.leaves) || changes[c].removes() {
			return nil, false
		}
		at = append(at, i)
	}
	return at, true
}

// replace is the common case of a merge: the shape stays, and only hashes above the changed
// leaves are computed again.
func (p *page) replace(changes []change, at []int, depth int) (*page, wire.Hash) {
	next := &page{leaves: make([]leaf, len(p.leaves)), gaps: make([]gap, len(p.gaps))}
	copy(next.leaves, p.leaves)
	copy(next.gaps, p.gaps)
	for i := range at {
		next.leaves[at[i]].hash = changes[i].hash
	}
	return next, next.rehash(0, len(next.leaves), at, depth)
}

func (p *page) rehash(lo, hi int, at []int, depth int) wire.Hash {
	if len(at) == 0 || hi-lo == 1 {
		return p.rangeHash(lo, hi, depth)
	}
	i := p.parting(lo, hi)
	split := 0
	for split < len(at) && at[split] <= i {
		split++
	}
	g := &p.gaps[i]
	bit := int(g.bit)
	left := p.rehash(lo, i+1, at[:split], bit+1)
	right := p.rehash(i+1, hi, at[split:], bit+1)
	g.hash, g.top = hashInner(&left, &right), uint8(depth)
	if bit > depth {
		g.hash = climb(g.hash, &p.leaves[lo].path, bit, depth)
	}
	return g.hash
}

func (m *merger) merge(lo, hi int, changes []change, depth int) subtree {
	if len(changes) == 0 {
		return m.keep(lo, hi, depth)
	}
	if len(changes) == 1 && (hi == lo || hi-lo == 1 && m.old.leaves[lo].path == changes[0].path) {
		if changes[0].removes() {
			return subtree{}
		}
		m.leaves = append(m.leaves, leaf(changes[0]))
		return subtree{hash: changes[0].hash, count: 1}
	}
	middle := lo
	for middle < hi && bitAt(&m.old.leaves[middle].path, depth) == 0 {
		middle++
	}
	split := 0
	for split < len(changes) && bitAt(&changes[split].path, depth) == 0 {
		split++
	}
	left := m.merge(lo, middle, changes[:split], depth+1)
	at := len(m.gaps)
	if left.count > 0 {
		m.gaps = append(m.gaps, gap{})
	}
	right := m.merge(middle, hi, changes[split:], depth+1)
	if left.count > 0 && right.count == 0 {
		m.gaps = m.gaps[:at]
	}
	return m.join(left, right, at, depth)
}

// join makes the node at depth over its two halves; at is the gap reserved between them.
func (m *merger) join(left, right subtree, at, depth int) subtree {
	count := left.count + right.count
	if count == 0 {
		return subtree{}
	}
	if count == 1 {
		if left.count == 0 {
			return right
		}
		return left
	}
	node := subtree{hash: hashInner(&left.hash, &right.hash), count: count}
	switch {
	case left.count == 0:
		node.gap = right.gap
	case right.count == 0:
		node.gap = left.gap
	default:
		node.gap = at
		m.gaps[at].bit = uint8(depth)
	}
	m.gaps[node.gap].hash, m.gaps[node.gap].top = node.hash, uint8(depth)
	return node
}

// keep copies an untouched range. Only its topmost gap may have to stand higher or lower.
func (m *merger) keep(lo, hi, depth int) subtree {
	if lo == hi {
		return subtree{}
	}
	base := len(m.gaps)
	m.leaves = append(m.leaves, m.old.leaves[lo:hi]...)
	node := subtree{count: hi - lo}
	if node.count == 1 {
		node.hash = m.old.leaves[lo].hash
		return node
	}
	m.gaps = append(m.gaps, m.old.gaps[lo:hi-1]...)
	node.hash = m.old.rangeHash(lo, hi, depth)
	node.gap = base + m.old.parting(lo, hi) - lo
	m.gaps[node.gap].hash, m.gaps[node.gap].top = node.hash, uint8(depth)
	return node
}
