package state

import "causeway/core/kernel/wire"

// change is one leaf to set or, with an empty hash, to remove.
type change struct {
	path, hash wire.Hash
}

func (c *change) removes() bool { return c.hash == wire.Hash{} }

// merger writes the page that results from an old page and sorted changes. Its lists are used
// again for the next page.
type merger struct {
	old    *page
	paths  []wire.Hash
	leaves []wire.Hash // their hashes
	gaps   []gap
	nodes  []wire.Hash // the gaps' hashes
}

// subtree is what a parent needs to know: a lone leaf's hash passes upward unchanged.
type subtree struct {
	hash  wire.Hash
	count int
	gap   int // in merger.gaps, of the topmost node; meaningful when count >= 2
}

// page merges changes into a page.
func (m *merger) page(old *page, changes []change, depth int) (*page, wire.Hash) {
	var places [bucketMost]int
	if at, ok := old.locate(changes, places[:0]); ok {
		return old.replace(changes, at, depth)
	}
	m.begin(old)
	top := m.merge(0, old.len(), changes, depth)
	return m.made(), top.hash
}

func (m *merger) begin(old *page) {
	m.old, m.paths, m.leaves, m.gaps, m.nodes = old, m.paths[:0], m.leaves[:0], m.gaps[:0], m.nodes[:0]
}

// made is the page that has been written.
func (m *merger) made() *page {
	p := blankPage(len(m.paths))
	copy(p.paths, m.paths)
	copy(p.gaps, m.gaps)
	copy(p.hashes[copy(p.hashes, m.leaves):], m.nodes)
	return p
}

// locate returns where the changes stand in the page, if they only replace what is there.
func (p *page) locate(changes []change, at []int) ([]int, bool) {
	i := 0
	for c := range changes {
		for i < len(p.paths) && p.paths[i] != changes[c].path {
			i++
		}
		if i == len(p.paths) || changes[c].removes() {
			return nil, false
		}
		at = append(at, i)
	}
	return at, true
}

// replace is the common case of a merge: the shape stays, and only hashes above the changed
// leaves are computed again.
func (p *page) replace(changes []change, at []int, depth int) (*page, wire.Hash) {
	next := &page{p.shape, append(make([]wire.Hash, 0, len(p.hashes)), p.hashes...)}
	for i := range at {
		next.hashes[at[i]] = changes[i].hash
	}
	return next, next.rehash(0, next.len(), at, depth)
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
	bit := int(p.gaps[i].bit)
	left := p.rehash(lo, i+1, at[:split], bit+1)
	right := p.rehash(i+1, hi, at[split:], bit+1)
	hash := hashInner(&left, &right)
	if bit > depth {
		hash = climb(hash, &p.paths[lo], bit, depth)
	}
	*p.gapHash(i) = hash
	if int(p.gaps[i].top) != depth {
		p.shape = &shape{p.paths, append([]gap(nil), p.gaps...)}
		p.gaps[i].top = uint8(depth)
	}
	return hash
}

func (m *merger) merge(lo, hi int, changes []change, depth int) subtree {
	if len(changes) == 0 {
		return m.keep(lo, hi, depth)
	}
	if len(changes) == 1 && (hi == lo || hi-lo == 1 && m.old.paths[lo] == changes[0].path) {
		if changes[0].removes() {
			return subtree{}
		}
		m.paths, m.leaves = append(m.paths, changes[0].path), append(m.leaves, changes[0].hash)
		return subtree{hash: changes[0].hash, count: 1}
	}
	middle := lo
	for middle < hi && bitAt(&m.old.paths[middle], depth) == 0 {
		middle++
	}
	split := 0
	for split < len(changes) && bitAt(&changes[split].path, depth) == 0 {
		split++
	}
	left := m.merge(lo, middle, changes[:split], depth+1)
	at := len(m.gaps)
	if left.count > 0 {
		m.gaps, m.nodes = append(m.gaps, gap{}), append(m.nodes, wire.Hash{})
	}
	right := m.merge(middle, hi, changes[split:], depth+1)
	if left.count > 0 && right.count == 0 {
		m.gaps, m.nodes = m.gaps[:at], m.nodes[:at]
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
	m.nodes[node.gap], m.gaps[node.gap].top = node.hash, uint8(depth)
	return node
}

// keep copies an untouched range. Only its topmost gap may have to stand higher or lower.
func (m *merger) keep(lo, hi, depth int) subtree {
	if lo == hi {
		return subtree{}
	}
	base := len(m.gaps)
	m.paths = append(m.paths, m.old.paths[lo:hi]...)
	m.leaves = append(m.leaves, m.old.hashes[lo:hi]...)
	node := subtree{count: hi - lo}
	if node.count == 1 {
		node.hash = m.old.hashes[lo]
		return node
	}
	m.gaps = append(m.gaps, m.old.gaps[lo:hi-1]...)
	n := m.old.len()
	m.nodes = append(m.nodes, m.old.hashes[n+lo:n+hi-1]...)
	node.hash = m.old.rangeHash(lo, hi, depth)
	node.gap = base + m.old.parting(lo, hi) - lo
	m.nodes[node.gap], m.gaps[node.gap].top = node.hash, uint8(depth)
	return node
}
