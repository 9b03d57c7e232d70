package state

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

type person struct {
	Name string `cbor:"1,keyasint"`
	Age  uint64 `cbor:"2,keyasint,omitempty"`
}

// counter encodes itself.
type counter struct{ n uint64 }

func (c counter) AppendState(data []byte) []byte { return binary.BigEndian.AppendUint64(data, c.n) }

func (c *counter) DecodeState(data []byte) error {
	if len(data) != 8 {
		return errors.New("a counter has 8 bytes")
	}
	c.n = binary.BigEndian.Uint64(data)
	return nil
}

var (
	persons  = NewTable[person]("tp", "test.person")
	counters = NewTable[counter]("tpc", "test.counter")
)

func TestTablesAgainstMaps(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		memory := NewMemory()
		store := mustOpen(t, memory, small)
		block := store.Begin(1)
		people, counts := map[string]person{}, map[string]uint64{}
		peopleThen, countsThen := maps.Clone(people), maps.Clone(counts)
		mark := block.Mark()
		key := func(r *rapid.T) string { return fmt.Sprint(rapid.IntRange(0, 30).Draw(r, "key")) }
		r.Repeat(map[string]func(*rapid.T){
			"put": func(r *rapid.T) {
				k, v := key(r), person{rapid.String().Draw(r, "name"), rapid.Uint64().Draw(r, "age")}
				persons.Put(block, []byte(k), v)
				people[k] = v
			},
			"count": func(r *rapid.T) {
				k := key(r)
				c, _ := counters.Get(block, []byte(k))
				counters.Put(block, []byte(k), counter{c.n + 1})
				counts[k]++
			},
			"delete": func(r *rapid.T) {
				k := key(r)
				persons.Delete(block, []byte(k))
				delete(people, k)
			},
			"rollback": func(r *rapid.T) {
				block.Rollback(mark)
				people, counts = maps.Clone(peopleThen), maps.Clone(countsThen)
			},
			"commit": func(r *rapid.T) {
				commit(t, memory, store, block)
				if rapid.Bool().Draw(r, "reopen") {
					store = mustOpen(t, memory, small)
				}
				block = store.Begin(store.Height() + 1)
				peopleThen, countsThen = maps.Clone(people), maps.Clone(counts)
				mark = block.Mark()
			},
			"": func(r *rapid.T) {
				k := key(r)
				v, ok := persons.Get(block, []byte(k))
				if want, there := people[k]; ok != there || v != want {
					r.Fatalf("%s is %v, want %v", k, v, want)
				}
				if c, _ := counters.Get(store, []byte(k)); c.n != countsThen[k] {
					r.Fatalf("counter %s is committed as %d, want %d", k, c.n, countsThen[k])
				}
				if raw, ok := block.Get(persons.Key([]byte(k))); ok {
					if v, err := persons.Decode(raw); err != nil || v != people[k] {
						r.Fatalf("the bytes of %s say %v: %v", k, v, err)
					}
				}
				for _, reader := range []Reader{block, store} {
					found := map[string]person{}
					var order []string
					persons.Scan(reader, nil, []byte("2"), func(key []byte, v person) bool {
						found[string(key)], order = v, append(order, string(key))
						return true
					})
					want := maps.Clone(people)
					if reader == Reader(store) {
						want = maps.Clone(peopleThen)
					}
					maps.DeleteFunc(want, func(k string, _ person) bool { return k < "2" })
					if !maps.Equal(found, want) || !slices.IsSorted(order) {
						r.Fatalf("scan found %v, want %v", found, want)
					}
				}
			},
		})
	})
}

func TestTablePrefixesAreTakenOnce(t *testing.T) {
	for _, prefix := range []string{"tp", "", "a/b", logPrefix, "T"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("the prefix %q can be taken", prefix)
				}
			}()
			NewTable[person](prefix, "test.again")
		}()
	}
	if name := TableName(counters.Key([]byte("x"))); name != "test.counter" {
		t.Errorf("the key belongs to %q", name)
	}
}

// Readers work beside the builder of blocks, and never see it fall behind or go astray.
func TestReadersBesideBlocks(t *testing.T) {
	memory := NewMemory()
	store := mustOpen(t, memory, small)
	const keys = 400
	name := func(i int) []byte { return fmt.Appendf(nil, "%03d", i) }
	var stop sync.WaitGroup
	done := make(chan struct{})
	for reader := range 3 {
		stop.Go(func() {
			last := make([]uint64, keys)
			for i := reader; ; i = (i + 7) % keys {
				select {
				case <-done:
					return
				default:
				}
				c, _ := counters.Get(store, name(i))
				if c.n < last[i] {
					t.Errorf("counter %d went back from %d to %d", i, last[i], c.n)
				}
				last[i] = c.n
				height := store.Height()
				p, value, err := store.Prove(counters.Key(name(i)), height)
				root, rootErr := store.RootAt(height)
				if errors.Is(err, ErrMoving) || errors.Is(err, ErrNotKept) || errors.Is(rootErr, ErrNotKept) {
					continue // a slow reader is overtaken
				}
				if err != nil || rootErr != nil {
					t.Error(err, rootErr)
				} else if err := p.Verify(root, counters.Key(name(i)), value); err != nil {
					t.Errorf("proof of %d at %d: %v", i, height, err)
				}
			}
		})
	}
	for height := int64(1); height <= 150; height++ {
		b := store.Begin(height)
		for i := range keys {
			if c, _ := counters.Get(b, name(i)); (int64(i)+height)%3 == 0 {
				counters.Put(b, name(i), counter{c.n + 1})
			}
		}
		commit(t, memory, store, b)
	}
	close(done)
	stop.Wait()
	for i := range keys {
		want := uint64(0)
		for height := int64(1); height <= 150; height++ {
			if (int64(i)+height)%3 == 0 {
				want++
			}
		}
		if c, _ := counters.Get(store, name(i)); c.n != want {
			t.Fatalf("counter %d is %d, want %d", i, c.n, want)
		}
	}
}
