package state

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"causeway/core/kernel/wire"
)

// Check examines a backend from the ground: it computes the root from the values, opens the
// store, which reads the tree, compares the two, looks at every page, and verifies the log's
// leaves and indexes. It needs 64 bytes of memory per key and reads everything once.
func Check(b Backend) error {
	s, err := Open(b)
	if err != nil {
		return err
	}
	leaves, err := checkPaths(b)
	if err != nil {
		return err
	}
	slices.SortFunc(leaves, func(a, b leaf) int { return bytes.Compare(a.path[:], b.path[:]) })
	if root := rootOf(leaves, 0); root != s.meta.Root {
		return fmt.Errorf("state: the values have the root %s, height %d was committed with %s", root, s.meta.Height, s.meta.Root)
	}
	rest := leaves
	for i, n := range s.tree.tries {
		if rest, err = s.pages.check(n, place{uint64(i) << 56, forestDepth}, rest); err != nil {
			return fmt.Errorf("state: tree page below %02x: %w", i, err)
		}
	}
	if err := checkLog(b); err != nil {
		return err
	}
	return checkIndex(b)
}

// check compares the leaves of every page with those that the values make; it returns the rest.
func (s *pages) check(n *node, at place, leaves []leaf) (rest []leaf, err error) {
	if !n.bucket() {
		if leaves, err = s.check(n.left, at.child(0), leaves); err != nil {
			return nil, err
		}
		return s.check(n.right, at.child(1), leaves)
	}
	p, err := s.load(n, at)
	if err != nil {
		return nil, err
	}
	s.sweep(n) // twice: the first clears the mark of use
	s.sweep(n)
	for i := range p.paths {
		if i >= len(leaves) || p.leaf(i) != leaves[i] {
			return nil, errPage
		}
	}
	return leaves[p.len():], nil
}

// checkPaths returns the leaves of all values, and compares the values with the rows that
// find them by path.
func checkPaths(b Backend) (leaves []leaf, err error) {
	b.Scan([]byte{rowValue}, []byte{rowValue + 1}, func(key, value []byte) bool {
		path := wire.Hash(sha256.Sum256(key[1:]))
		leaves = append(leaves, leaf{path, hashLeaf(&path, value)})
		return true
	})
	found := 0
	b.Scan([]byte{rowPath}, []byte{rowPath + 1}, func(key, _ []byte) bool {
		if len(key) < 10 {
			err = fmt.Errorf("state: the path row %x is damaged", key)
			return false
		}
		path := sha256.Sum256(key[9:])
		_, ok := b.Get(append([]byte{rowValue}, key[9:]...))
		if !ok || !bytes.Equal(path[:8], key[1:9]) {
			err = fmt.Errorf("state: the path row of %q leads nowhere", key[9:])
			return false
		}
		found++
		return true
	})
	if err == nil && found != len(leaves) {
		err = fmt.Errorf("state: %d keys, but %d of them can be found by path", len(leaves), found)
	}
	return leaves, err
}

// rootOf computes the hash of sorted leaves below depth by definition.
func rootOf(leaves []leaf, depth int) wire.Hash {
	switch len(leaves) {
	case 0:
		return wire.Hash{}
	case 1:
		return leaves[0].hash
	}
	split, _ := slices.BinarySearchFunc(leaves, 1, func(l leaf, side int) int { return bitAt(&l.path, depth) - side })
	left, right := rootOf(leaves[:split], depth+1), rootOf(leaves[split:], depth+1)
	return hashInner(&left, &right)
}

// checkLog compares the entries of every remembered height with the leaf of that height.
func checkLog(b Backend) error {
	for _, height := range loggedHeights(b) {
		entries, err := readBlock(b, height)
		if err != nil {
			return fmt.Errorf("state: %w", err)
		}
		want, _ := b.Get(append([]byte{rowValue}, logKey(height)...))
		if !bytes.Equal(logDigest(entries), want) {
			return fmt.Errorf("state: the log of height %d differs from its leaf", height)
		}
	}
	return nil
}

// checkIndex compares the index rows with what the remembered entries say.
func checkIndex(b Backend) error {
	first := remembered(rawValues{b})
	want := make(map[indexKey][]Position)
	for _, height := range loggedHeights(b) {
		entries, err := readBlock(b, height)
		if err != nil {
			return fmt.Errorf("state: %w", err)
		}
		for _, row := range indexRows(entries, height, first) {
			want[row.key] = append(want[row.key], row.at)
		}
	}
	var err error
	found := 0
	visit := func(key, value []byte) bool {
		if len(key) != 9 {
			err = fmt.Errorf("state: the index row %x is damaged", key)
			return false
		}
		k := indexKey{key[0], binary.BigEndian.Uint64(key[1:])}
		var data []byte
		for _, at := range want[k] {
			data = appendPosition(data, at)
		}
		if len(data) == 0 || !bytes.Equal(data, value) {
			err = fmt.Errorf("state: the index row %x differs from the log", key)
			return false
		}
		_, marked := b.Get(k.collided())
		if marked != (len(want[k]) > 1) {
			err = fmt.Errorf("state: the mark of index row %x is wrong", key)
			return false
		}
		found++
		return true
	}
	for _, kind := range []byte{rowByID, rowByRef} {
		if b.Scan([]byte{kind}, []byte{kind + 1}, visit); err != nil {
			return err
		}
	}
	if found != len(want) {
		return fmt.Errorf("state: %d index rows instead of %d", found, len(want))
	}
	return nil
}
