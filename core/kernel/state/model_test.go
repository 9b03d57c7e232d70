package state

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"testing"

	"causeway/core/kernel/wire"

	"pgregory.net/rapid"
)

// naiveRoot is the definition of the tree, word for word.
func naiveRoot(keys map[string]string) wire.Hash {
	var leaves []leaf
	for k, v := range keys {
		path, value := sha256.Sum256([]byte(k)), sha256.Sum256([]byte(v))
		leaves = append(leaves, leaf{path, wire.Sum([]byte{0}, path[:], value[:])})
	}
	return naiveSubtree(leaves, 0)
}

func naiveSubtree(leaves []leaf, depth int) wire.Hash {
	switch len(leaves) {
	case 0:
		return wire.Hash{}
	case 1:
		return leaves[0].hash
	}
	var sides [2][]leaf
	for _, l := range leaves {
		side := l.path[depth/8] >> (7 - depth%8) & 1
		sides[side] = append(sides[side], l)
	}
	left, right := naiveSubtree(sides[0], depth+1), naiveSubtree(sides[1], depth+1)
	return wire.Sum([]byte{1}, left[:], right[:])
}

// commit seals a block, checks that no row is written twice, and adopts it.
func commit(t testing.TB, m *Memory, s *Store, b *Block) wire.Hash {
	root, writes := b.Seal()
	seen := make(map[string]bool, len(writes))
	for _, w := range writes {
		if seen[string(w.Key)] {
			t.Fatalf("the row %q is written twice", w.Key)
		}
		seen[string(w.Key)] = true
	}
	m.Apply(writes)
	s.Adopt(b)
	if s.Root() != root || s.Height() != b.Height() {
		t.Fatalf("adopted %s at %d instead of %s at %d", s.Root(), s.Height(), root, b.Height())
	}
	return root
}

func mustOpen(t testing.TB, m *Memory, limits Limits) *Store {
	s, err := OpenLimited(m, limits)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

type row struct{ key, value string }

func modelScan(model map[string]string, prefix, from string) (rows []row) {
	for _, k := range slices.Sorted(maps.Keys(model)) {
		if len(k) >= len(prefix) && k[:len(prefix)] == prefix && k >= prefix+from {
			rows = append(rows, row{k, model[k]})
		}
	}
	return rows
}

func readerScan(r Reader, prefix, from string) (rows []row) {
	r.Scan([]byte(prefix), []byte(from), func(k, v []byte) bool {
		rows = append(rows, row{string(k), string(v)})
		return true
	})
	return rows
}

// small limits make eviction, pruning and late writing happen in small tests.
var small = Limits{PageBytes: 20_000, CacheBytes: 64 << 10, ProofHeights: 12, DeltaBytes: 1 << 20}

type mark struct {
	at    int
	model map[string]string
}

// machine is the store under test beside a plain map.
type machine struct {
	memory    *Memory
	store     *Store
	block     *Block
	committed map[string]string
	working   map[string]string
	marks     []mark
	roots     map[int64]wire.Hash
	past      map[int64]map[string]string
	crowd     int
}

func (m *machine) key(t *rapid.T) string {
	n := rapid.IntRange(0, m.crowd).Draw(t, "key")
	return fmt.Sprintf("%c/%d", 'a'+n%3, n)
}

func (m *machine) commit(t *rapid.T, tb testing.TB) {
	height := m.block.Height()
	root := commit(tb, m.memory, m.store, m.block)
	if want := naiveRoot(m.working); root != want {
		t.Fatalf("root %s, the definition says %s", root, want)
	}
	m.committed, m.marks = maps.Clone(m.working), nil
	m.roots[height], m.past[height] = root, m.committed
	m.block = m.store.Begin(height + 1)
}

func TestAgainstMap(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m := &machine{
			memory: NewMemory(), committed: map[string]string{}, working: map[string]string{},
			roots: map[int64]wire.Hash{0: {}}, past: map[int64]map[string]string{0: {}},
			crowd: rapid.SampledFrom([]int{5, 60, 4000}).Draw(r, "crowd"),
		}
		m.store = mustOpen(t, m.memory, small)
		m.block = m.store.Begin(1)
		r.Repeat(map[string]func(*rapid.T){
			"put": func(r *rapid.T) {
				k, v := m.key(r), rapid.StringN(1, 5, 5).Draw(r, "value")
				m.block.Put([]byte(k), []byte(v))
				m.working[k] = v
			},
			"delete": func(r *rapid.T) {
				k := m.key(r)
				m.block.Delete([]byte(k))
				delete(m.working, k)
			},
			"many": func(r *rapid.T) {
				from, count := rapid.IntRange(0, m.crowd).Draw(r, "from"), rapid.IntRange(0, 300).Draw(r, "count")
				remove := rapid.Bool().Draw(r, "remove")
				for i := from; i < from+count; i++ {
					k := fmt.Sprintf("%c/%d", 'a'+i%3, i)
					if remove {
						m.block.Delete([]byte(k))
						delete(m.working, k)
					} else {
						m.block.Put([]byte(k), []byte{byte(count), 1})
						m.working[k] = string([]byte{byte(count), 1})
					}
				}
			},
			"mark": func(r *rapid.T) { m.marks = append(m.marks, mark{m.block.Mark(), maps.Clone(m.working)}) },
			"rollback": func(r *rapid.T) {
				if len(m.marks) == 0 {
					r.Skip()
				}
				i := rapid.IntRange(0, len(m.marks)-1).Draw(r, "mark")
				m.block.Rollback(m.marks[i].at)
				m.working = maps.Clone(m.marks[i].model)
				m.marks = m.marks[:i+1]
			},
			"commit": func(r *rapid.T) { m.commit(r, t) },
			"idle": func(r *rapid.T) {
				m.commit(r, t)
				before := m.store.Root()
				for range 17 {
					m.commit(r, t)
				}
				if m.store.Root() != before {
					r.Fatal("an empty block has changed the root")
				}
			},
			"abandon": func(r *rapid.T) {
				m.block.Seal()
				m.block, m.working, m.marks = m.store.Begin(m.store.Height()+1), maps.Clone(m.committed), nil
			},
			"reopen": func(r *rapid.T) {
				m.store = mustOpen(t, m.memory, small)
				m.block, m.working, m.marks = m.store.Begin(m.store.Height()+1), maps.Clone(m.committed), nil
			},
			"past": func(r *rapid.T) {
				height := m.store.Height() - int64(rapid.IntRange(0, 8).Draw(r, "back"))
				if _, known := m.past[height]; !known {
					r.Skip()
				}
				m.checkPast(r, height, m.key(r))
			},
			"": func(r *rapid.T) {
				k := m.key(r)
				got, ok := m.block.Get([]byte(k))
				if want, there := m.working[k]; ok != there || string(got) != want {
					r.Fatalf("%q is %q, want %q", k, got, want)
				}
				prefix := rapid.SampledFrom([]string{"", "a", "b/", "c/1", "d"}).Draw(r, "prefix")
				from := rapid.SampledFrom([]string{"", "1", "/2", "5"}).Draw(r, "from")
				if got, want := readerScan(m.block, prefix, from), modelScan(m.working, prefix, from); !slices.Equal(got, want) {
					r.Fatalf("block scan of %q from %q: %q, want %q", prefix, from, got, want)
				}
				if got, want := readerScan(m.store, prefix, from), modelScan(m.committed, prefix, from); !slices.Equal(got, want) {
					r.Fatalf("store scan of %q from %q: %q, want %q", prefix, from, got, want)
				}
			},
		})
	})
}

func (m *machine) checkPast(r *rapid.T, height int64, key string) {
	value, ok, err := m.store.GetAt([]byte(key), height)
	want, there := m.past[height][key]
	if err != nil || ok != there || string(value) != want {
		r.Fatalf("%q at %d is %q (%v), want %q", key, height, value, err, want)
	}
	p, proven, err := m.store.Prove([]byte(key), height)
	if err != nil || !bytes.Equal(proven, value) {
		r.Fatalf("proof of %q at %d: %q %v", key, height, proven, err)
	}
	if err := p.Verify(m.roots[height], []byte(key), proven); err != nil {
		r.Fatalf("proof of %q at %d: %v", key, height, err)
	}
}
