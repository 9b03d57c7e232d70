package state

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"causeway/core/kernel/state/proof"
	"causeway/core/kernel/wire"
)

// GetAt returns what key was after the block of a height. It costs one read per height since.
// The value that is read first may already be a later block's, whose delta is durable with it:
// deltas are read after it and without an upper end, so the earliest one decides.
func (s *Store) GetAt(key []byte, height int64) ([]byte, bool, error) {
	if len(key) == 0 {
		return nil, false, errors.New("state: an empty key")
	}
	if _, _, err := s.versionAt(height); err != nil {
		return nil, false, err
	}
	value, ok := s.backend.Get(append([]byte{rowValue}, key...))
	path := wire.Hash(sha256.Sum256(key))
	var err error
	found := false
	s.heightsAfter(height, func(at int64) bool {
		err = readDelta(s.backend, at, &path, func(f former) bool {
			if bytes.Equal(f.key, key) {
				value, ok, found = bytes.Clone(f.value), f.value != nil, true
			}
			return !found
		})
		return err == nil && !found
	})
	if err == nil {
		_, _, err = s.versionAt(height) // pruned meanwhile?
	}
	if err != nil {
		return nil, false, err
	}
	return value, ok, nil
}

// heightsAfter visits the heights after one that have a record, in ascending order.
func (s *Store) heightsAfter(height int64, visit func(int64) bool) {
	s.backend.Scan(heightKey(rowHeight, height+1), []byte{rowHeight + 1}, func(key, _ []byte) bool {
		return visit(int64(binary.BigEndian.Uint64(key[1:])))
	})
}

// versionAt returns the adopted version, if it can still serve a height.
func (s *Store) versionAt(height int64) (*tree, meta, error) {
	s.lock.RLock()
	defer s.lock.RUnlock()
	if height < s.meta.DeltaFrom || height > s.meta.Height {
		return nil, meta{}, fmt.Errorf("height %d, kept are %d to %d: %w", height, s.meta.DeltaFrom, s.meta.Height, ErrNotKept)
	}
	return s.tree, s.meta, nil
}

// RootAt returns the root after the block of a height.
func (s *Store) RootAt(height int64) (wire.Hash, error) {
	_, m, err := s.versionAt(height)
	if err != nil {
		return wire.Hash{}, err
	}
	if height == m.Height {
		return m.Root, nil
	}
	if height == 0 {
		return wire.Hash{}, nil
	}
	r, ok := readRecord(s.backend, height)
	if !ok {
		return wire.Hash{}, fmt.Errorf("height %d: %w", height, ErrNotKept)
	}
	return r.root, nil
}

// view is the tree of one height, with the keys that differ from the newest version.
type view struct {
	finder
	height int64
	keys   map[wire.Hash][]byte
}

// Prove returns the proof of key under the root of a height, and its value; a nil value means
// the proof is one of absence. For the newest height it costs a walk from the root. For an
// older one it grows with the number of keys changed since, at a few µs each, and takes memory
// in proportion: the changes are undone on a copy of the tree. The last copy is kept for the
// next question. While a block is between its backend and Adopt it may answer ErrMoving.
func (s *Store) Prove(key []byte, height int64) (*proof.Proof, []byte, error) {
	if len(key) == 0 {
		return nil, nil, errors.New("state: an empty key")
	}
	var err error
	for attempt := 0; attempt < 4; attempt++ {
		var p *proof.Proof
		var value []byte
		if p, value, err = s.prove(key, height); err == nil {
			return p, value, nil
		}
		if !errors.Is(err, errMoved) {
			return nil, nil, err
		}
		s.historyLock.Lock()
		s.history = nil // its unchanged part may be of a version that the backend has left
		s.historyLock.Unlock()
	}
	return nil, nil, fmt.Errorf("%w (%w)", ErrMoving, err)
}

func (s *Store) prove(key []byte, height int64) (*proof.Proof, []byte, error) {
	v, err := s.view(height)
	if err != nil {
		return nil, nil, err
	}
	path := wire.Hash(sha256.Sum256(key))
	siblings, l, ok, err := v.siblings(&path)
	if err != nil {
		return nil, nil, err
	}
	if ok {
		p, err := s.leafProof(v, key, l, siblings)
		if err != nil {
			return nil, nil, err
		}
		return &proof.Proof{Leaf: p}, p.Value, nil
	}
	p := &proof.Proof{}
	if p.Left, err = s.neighbourProof(v, &path, 0); err != nil {
		return nil, nil, err
	}
	if p.Right, err = s.neighbourProof(v, &path, 1); err != nil {
		return nil, nil, err
	}
	return p, nil, nil
}

func (s *Store) neighbourProof(v *view, path *wire.Hash, side int) (*proof.Leaf, error) {
	l, ok, err := v.neighbour(path, side)
	if err != nil || !ok {
		return nil, err
	}
	key := v.keys[l.path]
	if key == nil {
		if key = s.keyOf(&l.path); key == nil {
			return nil, errMoved
		}
	}
	siblings, _, _, err := v.siblings(&l.path)
	if err != nil {
		return nil, err
	}
	return s.leafProof(v, key, l, siblings)
}

// leafProof adds the value, and makes sure that it is the one that the leaf commits to.
func (s *Store) leafProof(v *view, key []byte, l leaf, siblings []wire.Hash) (*proof.Leaf, error) {
	value, ok, err := s.GetAt(key, v.height)
	if err != nil {
		return nil, err
	}
	if !ok || hashLeaf(&l.path, value) != l.hash {
		return nil, errMoved
	}
	return &proof.Leaf{Key: bytes.Clone(key), Value: value, Siblings: siblings}, nil
}

// keyOf finds a committed key by its path.
func (s *Store) keyOf(path *wire.Hash) (key []byte) {
	from := append([]byte{rowPath}, path[:8]...)
	s.backend.Scan(from, prefixEnd(from), func(row, _ []byte) bool {
		if wire.Hash(sha256.Sum256(row[9:])) == *path {
			key = bytes.Clone(row[9:])
		}
		return key == nil
	})
	return key
}

// view returns the tree of a height.
func (s *Store) view(height int64) (*view, error) {
	t, m, err := s.versionAt(height)
	if err != nil {
		return nil, err
	}
	if height == m.Height {
		return &view{finder: finder{s.pages, t}, height: height}, nil
	}
	s.historyLock.Lock()
	defer s.historyLock.Unlock()
	if s.history != nil && s.history.height == height {
		return s.history, nil
	}
	v := &view{height: height, keys: make(map[wire.Hash][]byte)}
	changes, err := s.undone(v, m.Height)
	if err != nil {
		return nil, err
	}
	u := update{pages: s.pages}
	if t, err = u.apply(t, changes); err != nil {
		return nil, err
	}
	v.finder = finder{s.pages, t}
	root, err := s.RootAt(height)
	if err != nil {
		return nil, err
	}
	if t.root() != root {
		return nil, fmt.Errorf("state: undoing the deltas back to height %d leads to the root %s instead of %s", height, t.root(), root)
	}
	s.history = v
	return v, nil
}

// undone lists what separates the newest version from an older view.
func (s *Store) undone(v *view, newest int64) (changes []change, err error) {
	s.heightsAfter(v.height, func(at int64) bool {
		if at > newest {
			return false
		}
		err = readDelta(s.backend, at, nil, func(f former) bool {
			path := wire.Hash(sha256.Sum256(f.key))
			if v.keys[path] != nil {
				return true // an earlier delta has said it
			}
			v.keys[path] = bytes.Clone(f.key)
			c := change{path: path}
			if f.value != nil {
				c.hash = hashLeaf(&path, f.value)
			}
			changes = append(changes, c)
			return true
		})
		return err == nil
	})
	sortChanges(changes)
	return changes, err
}
