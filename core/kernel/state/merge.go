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
	m := merger{
		old:    old,
		leaves: make([]leaf, 0, len(old.leaves)+len(changes)),
		gaps:   make([]gap, 0, len(old.leaves)+len(changes)),
	}
	top := m.merge(0, len(old.leaves), changes, depth)
	return &page{leaves: m.leaves, gaps: m.gaps}, top.hash
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
