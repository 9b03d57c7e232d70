package state

import "causeway/core/kernel/wire"

// finder walks a tree for proofs.
type finder struct {
	pages *pages
	tree  *tree
}

// siblings returns the siblings of the leaf with the given path from the leaf up to the root,
// and the leaf's hash; ok is false if there is no such leaf.
func (f *finder) siblings(path *wire.Hash) (list []wire.Hash, found leaf, ok bool, err error) {
	sum := f.tree.heads[1]
	for i, depth := 1, 0; depth < forestDepth; depth++ {
		if sum.count <= 1 { // a lone leaf stands here
			return f.lone(path, list)
		}
		i = 2*i + bitAt(path, depth)
		list = append(list, f.tree.heads[i^1].hash)
		sum = f.tree.heads[i]
	}
	n, at := f.tree.tries[path[0]], place{uint64(path[0]) << 56, forestDepth}
	for !n.bucket() && n.count > 1 {
		if bit := bitAt(path, at.depth); bit == 0 {
			list, n, at = append(list, n.right.hash), n.left, at.child(0)
		} else {
			list, n, at = append(list, n.left.hash), n.right, at.child(1)
		}
	}
	if n.count <= 1 {
		return f.lone(path, list)
	}
	p, err := f.pages.load(n, at)
	if err != nil {
		return nil, leaf{}, false, err
	}
	lo, hi := 0, p.len()
	for depth := at.depth; hi-lo > 1; depth++ {
		middle := lo
		for middle < hi && bitAt(&p.paths[middle], depth) == 0 {
			middle++
		}
		if bitAt(path, depth) == 0 {
			list = append(list, p.rangeHash(middle, hi, depth+1))
			hi = middle
		} else {
			list = append(list, p.rangeHash(lo, middle, depth+1))
			lo = middle
		}
	}
	if hi == lo || p.paths[lo] != *path {
		return nil, leaf{}, false, nil
	}
	return reversed(list), p.leaf(lo), true, nil
}

// lone ends a search at a place below which at most one leaf stands.
func (f *finder) lone(path *wire.Hash, list []wire.Hash) ([]wire.Hash, leaf, bool, error) {
	n, at := f.tree.tries[path[0]], place{uint64(path[0]) << 56, forestDepth}
	for !n.bucket() {
		bit := bitAt(path, at.depth)
		n, at = [2]*node{n.left, n.right}[bit], at.child(bit)
	}
	p, err := f.pages.load(n, at)
	if err != nil {
		return nil, leaf{}, false, err
	}
	for i := range p.paths {
		if p.paths[i] == *path {
			return reversed(list), p.leaf(i), true, nil
		}
	}
	return nil, leaf{}, false, nil
}

func reversed(list []wire.Hash) []wire.Hash {
	out := make([]wire.Hash, len(list))
	for i := range list {
		out[len(list)-1-i] = list[i]
	}
	return out
}

// neighbour returns the nearest leaf strictly right (side 1) or left (side 0) of path.
func (f *finder) neighbour(path *wire.Hash, side int) (found leaf, ok bool, err error) {
	step := 2*side - 1
	for b := int(path[0]); b >= 0 && b < 256; b += step {
		found, ok, err = f.nearest(f.tree.tries[b], place{uint64(b) << 56, forestDepth}, path, side)
		if ok || err != nil {
			return found, ok, err
		}
	}
	return leaf{}, false, nil
}

func (f *finder) nearest(n *node, at place, path *wire.Hash, side int) (leaf, bool, error) {
	if n.count == 0 {
		return leaf{}, false, nil
	}
	if !n.bucket() {
		children := [2]*node{n.left, n.right}
		for _, bit := range [2]int{1 - side, side} {
			child := at.child(bit)
			// A half that lies wholly on the other side of the path is skipped.
			if bit != side && below(path, at.prefix, at.depth) && bitAt(path, at.depth) == side {
				continue
			}
			found, ok, err := f.nearest(children[bit], child, path, side)
			if ok || err != nil {
				return found, ok, err
			}
		}
		return leaf{}, false, nil
	}
	p, err := f.pages.load(n, at)
	if err != nil {
		return leaf{}, false, err
	}
	for i := range p.paths {
		if side == 0 {
			i = p.len() - 1 - i
		}
		if order := comparePaths(&p.paths[i], path); order != 0 && (order > 0) == (side == 1) {
			return p.leaf(i), true, nil
		}
	}
	return leaf{}, false, nil
}
