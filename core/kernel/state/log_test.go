package state

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"testing"

	"causeway/core/kernel/wire"

	"pgregory.net/rapid"
)

// crowdedHash makes hashes of which many share the 8 bytes that the index keeps.
func crowdedHash(n int) (h wire.Hash) {
	binary.BigEndian.PutUint64(h[:], uint64(n%3)+1)
	binary.BigEndian.PutUint64(h[8:], uint64(n))
	return h
}

// logModel answers by looking through everything.
type logModel struct {
	entries []Entry
	at      []Position
	first   int // the first that is remembered
}

func (m *logModel) find(match func(Entry) bool) (Position, bool) {
	for i := m.first; i < len(m.entries); i++ {
		if match(m.entries[i]) {
			return m.at[i], true
		}
	}
	return Position{}, false
}

func (m *logModel) forgetBefore(height int64, limit int) (done bool) {
	for ; m.first < len(m.entries) && m.at[m.first].Height < height; m.first++ {
		if limit--; limit < 0 {
			return false
		}
	}
	return true
}

type logReader interface {
	EntryByID(wire.Hash) (Position, bool)
	EntryByRef(wire.Hash) (Position, bool)
	Outcome(Position) ([]byte, bool)
}

func (m *logModel) compare(t *rapid.T, r logReader) {
	for n := range 40 {
		hash := crowdedHash(n)
		got, ok := r.EntryByID(hash)
		want, there := m.find(func(e Entry) bool { return e.ID == hash })
		if ok != there || ok && got != want {
			t.Fatalf("id %d is at %v %v, want %v %v", n, got, ok, want, there)
		}
		got, ok = r.EntryByRef(hash)
		want, there = m.find(func(e Entry) bool { return e.Ref == hash })
		if ok != there || ok && got != want {
			t.Fatalf("reference %d is at %v %v, want %v %v", n, got, ok, want, there)
		}
	}
	for i := 0; i < len(m.entries); i += 1 + len(m.entries)/40 { // each costs a row of 64
		if outcome, ok := r.Outcome(m.at[i]); !ok || string(outcome) != string(m.entries[i].Outcome) {
			t.Fatalf("the outcome at %v is %q, want %q", m.at[i], outcome, m.entries[i].Outcome)
		}
	}
}

func TestLogAgainstList(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		memory := NewMemory()
		store := mustOpen(t, memory, small)
		block := store.Begin(1)
		var committed, working logModel
		own := 0
		type saved struct {
			at, own int
			model   logModel
		}
		var marks []saved
		copyOf := func(m logModel) logModel {
			return logModel{slices.Clone(m.entries), slices.Clone(m.at), m.first}
		}
		appendEntry := func(e Entry) {
			block.Append(e)
			working.entries = append(working.entries, e)
			working.at = append(working.at, Position{block.Height(), int32(own)})
			own++
		}
		begin := func() {
			block, own, marks = store.Begin(store.Height()+1), 0, nil
		}
		r.Repeat(map[string]func(*rapid.T){
			"append": func(r *rapid.T) {
				e := Entry{ID: crowdedHash(rapid.IntRange(0, 39).Draw(r, "id")), Outcome: []byte(rapid.StringN(0, 9, 9).Draw(r, "outcome"))}
				if rapid.Bool().Draw(r, "binds") {
					e.Ref = crowdedHash(rapid.IntRange(0, 39).Draw(r, "ref"))
				}
				appendEntry(e)
			},
			"many": func(r *rapid.T) {
				for i := range rapid.IntRange(60, 200).Draw(r, "count") {
					appendEntry(Entry{ID: wire.Sum(fmt.Append(nil, len(working.entries))), Outcome: fmt.Append(nil, i)})
				}
			},
			"forget": func(r *rapid.T) {
				height, limit := rapid.Int64Range(0, block.Height()+1).Draw(r, "height"), rapid.IntRange(0, 150).Draw(r, "limit")
				done := block.ForgetBefore(height, limit)
				want := working.forgetBefore(min(height, block.Height()), limit)
				if done != want {
					r.Fatalf("forgetting says done=%v, want %v", done, want)
				}
			},
			"mark": func(*rapid.T) { marks = append(marks, saved{block.Mark(), own, copyOf(working)}) },
			"rollback": func(r *rapid.T) {
				if len(marks) == 0 {
					r.Skip()
				}
				i := rapid.IntRange(0, len(marks)-1).Draw(r, "mark")
				block.Rollback(marks[i].at)
				own, working = marks[i].own, copyOf(marks[i].model)
				marks = marks[:i+1]
			},
			"commit": func(r *rapid.T) {
				commit(t, memory, store, block)
				committed = copyOf(working)
				if err := Check(memory); err != nil {
					r.Fatal(err)
				}
				begin()
			},
			"reopen": func(*rapid.T) {
				store = mustOpen(t, memory, small)
				working = copyOf(committed)
				begin()
			},
			"restore": func(r *rapid.T) {
				if store.Height() == 0 {
					r.Skip()
				}
				other, root := restored(t, memory)
				if root != store.Root() {
					r.Fatalf("restored with the root %s instead of %s", root, store.Root())
				}
				for i := range committed.entries { // the archive is not part of a snapshot
					if at := committed.at[i]; at.Height >= committed.at[min(committed.first, len(committed.at)-1)].Height && committed.first < len(committed.at) {
						copyRange := logModel{committed.entries[i:], committed.at[i:], committed.first - i}
						copyRange.compare(r, other)
						break
					}
				}
			},
			"": func(r *rapid.T) {
				working.compare(r, block)
				committed.compare(r, store)
			},
		})
	})
}

// restored moves a state into a new backend by way of a snapshot, the items in reverse order.
func restored(t testing.TB, from *Memory) (*Store, wire.Hash) {
	to := NewMemory()
	importer, err := Import(to, func(w []Write) error { to.Apply(w); return nil })
	if err != nil {
		t.Fatal(err)
	}
	items := exported(t, from)
	slices.Reverse(items)
	for _, i := range items {
		if err := importer.Add(i.kind, i.key, i.value); err != nil {
			t.Fatal(err)
		}
	}
	_, root, err := importer.Done()
	if err != nil {
		t.Fatal(err)
	}
	if err := Check(to); err != nil {
		t.Fatal(err)
	}
	return mustOpen(t, to, small), root
}

type item struct {
	kind       byte
	key, value []byte
}

func exported(t testing.TB, m *Memory) (items []item) {
	if err := Export(m, func(kind byte, key, value []byte) bool {
		items = append(items, item{kind, slices.Clone(key), slices.Clone(value)})
		return true
	}); err != nil {
		t.Fatal(err)
	}
	return items
}

func TestSnapshotGoesOnAsTheOriginal(t *testing.T) {
	memory, store := sampleState(t, 3000)
	for height := int64(2); height < 40; height++ {
		b := store.Begin(height)
		b.Put(fmt.Appendf(nil, "k/%d", height*7), []byte("again"))
		b.Append(Entry{ID: wire.Sum(fmt.Append(nil, height)), Outcome: []byte("done")})
		b.ForgetBefore(height-10, 3)
		commit(t, memory, store, b)
	}
	other, _ := restored(t, memory)
	target := other.backend.(*Memory)
	for height := int64(40); height < 80; height++ {
		a, b := store.Begin(height), other.Begin(height)
		for _, block := range []*Block{a, b} {
			block.Put(fmt.Appendf(nil, "k/%d", height*3), []byte("later"))
			block.Delete(fmt.Appendf(nil, "k/%d", height*8))
			block.Append(Entry{ID: wire.Sum(fmt.Append(nil, height)), Ref: wire.Sum(nil), Outcome: []byte("done")})
			block.ForgetBefore(height-10, 3)
		}
		if commit(t, memory, store, a) != commit(t, target, other, b) {
			t.Fatalf("the restored state parts at height %d", height)
		}
	}
	if err := Check(target); err != nil {
		t.Fatal(err)
	}
}

func TestDamagedSnapshotsAreRefused(t *testing.T) {
	memory, store := sampleState(t, 90)
	b := store.Begin(2)
	for i := range 130 {
		b.Append(Entry{ID: wire.Sum(fmt.Append(nil, i)), Ref: wire.Sum(fmt.Append(nil, -i)), Outcome: fmt.Append(nil, i)})
	}
	commit(t, memory, store, b)
	items := exported(t, memory)
	restore := func(items []item) error {
		to := NewMemory()
		importer, err := Import(to, func(w []Write) error { to.Apply(w); return nil })
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range items {
			if err := importer.Add(i.kind, i.key, i.value); err != nil {
				return err
			}
		}
		if _, err := Open(to); err == nil {
			t.Fatal("an import that did not end can be opened")
		}
		_, _, err = importer.Done()
		return err
	}
	if err := restore(items); err != nil {
		t.Fatal(err)
	}
	for i := range items {
		if restore(slices.Delete(slices.Clone(items), i, i+1)) == nil {
			t.Fatalf("a snapshot without item %d is accepted", i)
		}
		damaged := slices.Clone(items)
		value := slices.Clone(items[i].value)
		value[(i*31)%len(value)] ^= byte(1 + i%255)
		if i > 0 {
			damaged[i].value = value
			if restore(damaged) == nil {
				t.Fatalf("a snapshot with another item %d is accepted", i)
			}
		}
	}
	last := items[len(items)-1]
	stray := item{SnapshotLog, binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(nil, 9), 0), last.value}
	if restore(append(slices.Clone(items), stray)) == nil {
		t.Fatal("outcomes of an unknown height are accepted")
	}
}

// Whatever row of the backend is damaged or lost, Check notices, unless the row serves only
// the past: former values, records of heights, and outcomes already forgotten.
func TestCheckNoticesDamage(t *testing.T) {
	memory, store := sampleState(t, 400)
	for height := int64(2); height < 20; height++ {
		b := store.Begin(height)
		b.Append(Entry{ID: wire.Sum(fmt.Append(nil, height)), Ref: wire.Sum(fmt.Append(nil, -height)), Outcome: []byte("done")})
		commit(t, memory, store, b)
	}
	if err := Check(memory); err != nil {
		t.Fatal(err)
	}
	var rows []row
	memory.Scan(nil, nil, func(key, value []byte) bool {
		rows = append(rows, row{string(key), string(value)})
		return true
	})
	kinds := map[byte]int{}
	for i, r := range rows {
		if r.key[0] == rowDelta || r.key[0] == rowHeight || kinds[r.key[0]] > 40 {
			continue
		}
		kinds[r.key[0]]++
		memory.Apply([]Write{{Key: []byte(r.key), Delete: true}})
		if r.key[0] != rowMeta && Check(memory) == nil {
			t.Fatalf("the row %q can be lost", r.key)
		}
		if len(r.value) > 0 && r.key[0] != rowMeta {
			value := []byte(r.value)
			value[i%len(value)] ^= 0x10
			memory.Apply([]Write{{Key: []byte(r.key), Value: value}})
			if checkPanics(memory) == nil {
				t.Fatalf("the row %q can be changed", r.key)
			}
		}
		memory.Apply([]Write{{Key: []byte(r.key), Value: []byte(r.value)}})
	}
	if want := 8; len(kinds) != want {
		t.Fatalf("rows of %v were damaged, want %d kinds", slices.Sorted(maps.Keys(kinds)), want)
	}
}

func checkPanics(m *Memory) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	return Check(m)
}
