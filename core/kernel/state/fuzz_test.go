package state

import (
	"bytes"
	"testing"

	"causeway/core/kernel/wire"
)

// FuzzRows feeds damaged rows to every decoder of the backend's rows: none may panic, and what
// is read must be written again as it was.
func FuzzRows(f *testing.F) {
	entries := []Entry{{ID: wire.Sum([]byte("a")), Outcome: []byte("done")}, {ID: wire.Sum([]byte("b")), Ref: wire.Sum(nil)}}
	f.Add(encodeEntries(entries))
	f.Add(appendFormer(appendFormer(nil, "key", []byte("value")), "other", nil))
	r := record{root: wire.Sum(nil), bytes: 300, last: []uint64{1, 1 << 60}}
	f.Add(r.encode())
	m, s := sampleState(f, 900)
	for height := int64(2); height < 20; height++ {
		commit(f, m, s, s.Begin(height))
	}
	for _, key := range [][]byte{{rowDirectory, 0}, {rowDirectory, 77}} {
		if data, ok := m.Get(key); ok {
			f.Add(data)
		}
	}
	f.Add(s.tree.tries[0].page.Load().encode(forestDepth))
	f.Add(appendPosition(appendPosition(nil, Position{1, 2}), Position{1 << 40, 70}))
	f.Fuzz(func(t *testing.T, data []byte) {
		if entries, err := decodeEntries(data); err == nil && len(encodeEntries(entries)) > len(data) {
			t.Fatal("entries grow")
		}
		if r, ok := decodeRecord(data); ok && len(r.encode()) > len(data) {
			t.Fatal("a record grows")
		}
		for rest, ok := data, true; ok && len(rest) > 0; {
			_, rest, ok = readFormer(rest)
		}
		for rest, ok := data, true; ok && len(rest) > 0; {
			_, rest, ok = readPosition(rest)
		}
		for depth := 0; depth <= deepest; depth += 8 {
			p, _, err := decodePage(data, 0, depth)
			if err == nil && !bytes.Equal(p.encode(depth), data) {
				t.Fatal("a page is written otherwise than it was read")
			}
		}
		n, rest, err := readDirectory(data, forestDepth)
		if err == nil && len(appendDirectory(nil, n, forestDepth)) > len(data)-len(rest) {
			t.Fatal("a directory grows")
		}
	})
}

// Two keys whose hashes share many bits make a deep leaf; SHA-256 gives none within a test's
// reach, so the merge is fed made-up paths. Order of arrival must not matter.
func TestDeepPaths(t *testing.T) {
	var paths []wire.Hash
	for i := range 60 {
		var path wire.Hash
		path[0] = 7
		path[10+i/4] = byte(1 << (i % 4 * 2))
		paths = append(paths, path)
	}
	var leaves []leaf
	build := func(order []int, batch int) (*tree, wire.Hash) {
		s, v := &pages{backend: NewMemory()}, newTree()
		for len(order) > 0 {
			n := min(batch, len(order))
			var changes []change
			for _, i := range order[:n] {
				changes = append(changes, change{paths[i], wire.Sum([]byte{byte(i)})})
			}
			sortChanges(changes)
			u := update{pages: s}
			next, err := u.apply(v, changes)
			if err != nil {
				t.Fatal(err)
			}
			v, order = next, order[n:]
		}
		return v, v.root()
	}
	var up, down []int
	for i := range paths {
		up, down = append(up, i), append(down, len(paths)-1-i)
		leaves = append(leaves, leaf{paths[i], wire.Sum([]byte{byte(i)})})
	}
	want := naiveSubtree(leaves, 0)
	for _, batch := range []int{1, 7, 60} {
		for _, order := range [][]int{up, down} {
			v, root := build(order, batch)
			if root != want {
				t.Fatalf("in batches of %d the root is %s, want %s", batch, root, want)
			}
			s := &pages{backend: NewMemory()}
			for i := range paths { // and taking them away again
				u := update{pages: s}
				next, err := u.apply(v, []change{{path: paths[i]}})
				if err != nil {
					t.Fatal(err)
				}
				v = next
				if got, want := v.root(), naiveSubtree(leaves[i+1:], 0); got != want {
					t.Fatalf("after %d removals the root is %s, want %s", i+1, got, want)
				}
			}
		}
	}
}
