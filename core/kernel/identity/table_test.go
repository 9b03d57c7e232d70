package identity

import (
	"encoding/binary"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"causeway/core/kernel/wire"
)

func numbered(i int) *[32]byte {
	hash := wire.Sum(binary.BigEndian.AppendUint32(nil, uint32(i)))
	return (*[32]byte)(&hash)
}

// TestTableKeepsAndGrows fills tables to a third of their size, where hardly any set is full,
// and far beyond it.
func TestTableKeepsAndGrows(t *testing.T) {
	for _, limit := range []int{8, 64, 1 << 12, 1 << 17} {
		table := newTable[int](limit)
		for i := range limit / 3 {
			table.put(numbered(i), &i)
		}
		kept := 0
		for i := range limit / 3 {
			var got int
			if table.get(numbered(i), &got) {
				kept++
				if got != i {
					t.Fatalf("limit %d: %d under the name of %d", limit, got, i)
				}
			}
		}
		if kept < limit/3*99/100 {
			t.Errorf("limit %d: %d kept of %d", limit, kept, limit/3)
		}
		for i := range 3 * limit {
			table.put(numbered(i), &i)
		}
		slots, held := 0, 0
		for i := range table.shards {
			slots += len(table.shards[i].slots)
			held += table.shards[i].held
		}
		if slots > limit || held > slots || held < slots*9/10 {
			t.Errorf("limit %d: %d entries in %d slots", limit, held, slots)
		}
	}
	none := newTable[int](0)
	one := 1
	none.put(numbered(1), &one)
	if none.get(numbered(1), &one) {
		t.Error("a table of size 0 holds something")
	}
}

func TestTableKeepsWhatIsUsed(t *testing.T) {
	table := newTable[int](8)
	value := 7
	table.put(numbered(-1), &value)
	for i := range 1000 {
		var got int
		if !table.get(numbered(-1), &got) || got != 7 {
			t.Fatalf("an entry in use was dropped after %d others", i)
		}
		table.put(numbered(i), &i)
		s := &table.shards[0]
		if at, way := s.find(numbered(i), spread(numbered(i))); way < 0 || s.slots[at*setSlots+way].value != i { // without using it
			t.Fatalf("%d was not kept", i)
		}
	}
}

// TestTableAgainstMap: names that share their first bytes, so that they share a set and a tag,
// are never taken for each other.
func TestTableAgainstMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := newTable[byte](rapid.IntRange(0, 64).Draw(t, "limit"))
		model := map[[32]byte]byte{}
		for range rapid.IntRange(0, 100).Draw(t, "steps") {
			var name [32]byte
			name[0] = rapid.SampledFrom([]byte{0, 1, 255}).Draw(t, "set")
			name[rapid.SampledFrom([]int{7, 8, 31}).Draw(t, "where")] = rapid.Byte().Draw(t, "byte")
			if value := rapid.Byte().Draw(t, "value"); rapid.Bool().Draw(t, "put") {
				table.put(&name, &value)
				model[name] = value
			} else if want, there := model[name]; table.get(&name, &value) && (!there || value != want) {
				t.Fatalf("%x: %d, expected %d, %v", name, value, want, there)
			}
		}
	})
}

func TestTableIsConcurrent(t *testing.T) {
	table := newTable[int](1 << 12)
	var wait sync.WaitGroup
	for worker := range 4 {
		wait.Go(func() {
			for i := range 4000 {
				n := i * (worker + 1) % 3000
				table.put(numbered(n), &n)
				var got int
				if table.get(numbered(n), &got) && got != n {
					t.Errorf("%d under the name of %d", got, n)
				}
			}
		})
	}
	wait.Wait()
}
