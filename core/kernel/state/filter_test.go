package state

import (
	"encoding/binary"
	"testing"

	"causeway/core/kernel/wire"
)

func filterKey(row byte, n int) indexKey {
	hash := wire.Sum(binary.BigEndian.AppendUint64([]byte{row}, uint64(n)))
	return shorten(row, &hash)
}

// TestFilter: whatever was added is never denied, over several layers, and few others are let by.
func TestFilter(t *testing.T) {
	const added = 200_000
	f := newFilter()
	for n := range added {
		f.add(filterKey(rowByID, n))
		if n%1000 == 0 && f.lacks(filterKey(rowByID, n/2)) {
			t.Fatalf("row %d is denied after %d", n/2, n)
		}
	}
	wrong := 0
	for n := range added {
		if f.lacks(filterKey(rowByID, n)) {
			t.Fatalf("row %d is denied", n)
		}
		if !f.lacks(filterKey(rowByRef, n)) {
			wrong++
		}
	}
	if layers := len(*f.layers.Load()); layers != 3 {
		t.Errorf("%d layers", layers)
	}
	if wrong > added/50 {
		t.Errorf("%d of %d rows that are not there cannot be denied", wrong, added)
	}
}

// TestFilterOpened: a store that is opened again denies nothing that the log holds.
func TestFilterOpened(t *testing.T) {
	backend := NewMemory()
	s, err := Open(backend)
	if err != nil {
		t.Fatal(err)
	}
	b := s.Begin(1)
	for n := range 500 {
		id := wire.Sum([]byte{byte(n), byte(n >> 8)})
		b.Append(Entry{ID: id, Ref: wire.Sum(id[:]), Outcome: []byte{1}})
	}
	_, writes := b.Seal()
	backend.Apply(writes)
	s.Adopt(b)
	again, err := Open(backend)
	if err != nil {
		t.Fatal(err)
	}
	for _, store := range []*Store{s, again} {
		for n := range 500 {
			id := wire.Sum([]byte{byte(n), byte(n >> 8)})
			at, ok := store.EntryByID(id)
			ref, bound := store.EntryByRef(wire.Sum(id[:]))
			if want := (Position{1, int32(n)}); !ok || !bound || at != want || ref != want {
				t.Fatalf("entry %d: %v %v, %v %v", n, at, ok, ref, bound)
			}
		}
	}
}
