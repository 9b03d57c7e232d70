package store

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	dbm "github.com/cometbft/cometbft-db"
	"pgregory.net/rapid"

	"causeway/core/kernel/state"
)

func openTestLedger(t testing.TB, fs vfs.FS) *Ledger {
	t.Helper()
	ledger, err := OpenLedger("ledger", Options{FS: fs, CacheBytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	return ledger
}

func commit(t testing.TB, l *Ledger, mark Mark, writes ...state.Write) {
	t.Helper()
	block, err := l.Prepare(mark, writes)
	if err != nil {
		t.Fatal(err)
	}
	if err := block.Commit(); err != nil {
		t.Fatal(err)
	}
}

// The ledger reads like the in-memory backend that the core's own tests use.
func TestLedgerIsABackend(t *testing.T) {
	ledger, memory := openTestLedger(t, vfs.NewMem()), state.NewMemory()
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SliceOfN(rapid.ByteRange(1, 3), 1, 3)
		writes := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) state.Write {
			return state.Write{Key: key.Draw(t, "key"), Value: rapid.SliceOfN(rapid.Byte(), 0, 4).Draw(t, "value"), Delete: rapid.Bool().Draw(t, "delete")}
		}), 0, 6, func(w state.Write) string { return string(w.Key) }).Draw(t, "writes")
		block, err := ledger.Prepare(Mark{Height: 1}, writes)
		if err != nil {
			t.Fatal(err)
		}
		if err := block.Commit(); err != nil {
			t.Fatal(err)
		}
		memory.Apply(writes)
		probe := key.Draw(t, "probe")
		got, ok := ledger.Get(probe)
		want, present := memory.Get(probe)
		if ok != present || !bytes.Equal(got, want) {
			t.Fatalf("Get(%x) = %x %v, memory %x %v", probe, got, ok, want, present)
		}
		from, to := key.Draw(t, "from"), key.Draw(t, "to")
		if rapid.Bool().Draw(t, "open end") {
			to = nil
		}
		stop := rapid.IntRange(1, 10).Draw(t, "stop")
		if a, b := rows(ledger, from, to, stop), rows(memory, from, to, stop); !slices.Equal(a, b) {
			t.Fatalf("Scan(%x, %x) = %v, memory %v", from, to, a, b)
		}
	})
	if err := ledger.Close(); err != nil {
		t.Fatal(err)
	}
}

func rows(backend state.Backend, from, to []byte, stop int) (out []string) {
	if len(to) > 0 && bytes.Compare(from, to) > 0 {
		return nil
	}
	backend.Scan(from, to, func(key, value []byte) bool {
		out = append(out, fmt.Sprintf("%x=%x", key, value))
		return len(out) < stop
	})
	return out
}

func TestReservedKeysAreRefused(t *testing.T) {
	ledger := openTestLedger(t, vfs.NewMem())
	for _, key := range [][]byte{{0xff, 1}, markKey, {}} {
		if _, err := ledger.Prepare(Mark{}, []state.Write{{Key: key, Value: []byte{1}}}); err == nil {
			t.Errorf("the key %x was accepted", key)
		}
		if err := ledger.Load([]state.Write{{Key: key, Value: []byte{1}}}); err == nil {
			t.Errorf("the key %x was loaded", key)
		}
	}
	if err := ledger.Close(); err != nil {
		t.Fatal(err)
	}
}

// A view stays at its height; clearing removes the mark too.
func TestViewAndClear(t *testing.T) {
	ledger := openTestLedger(t, vfs.NewMem())
	commit(t, ledger, Mark{Height: 1, TimeMs: 5, Root: [32]byte{1}}, state.Write{Key: []byte("a"), Value: []byte("1")})
	view := ledger.View()
	commit(t, ledger, Mark{Height: 2}, state.Write{Key: []byte("a"), Delete: true}, state.Write{Key: []byte("b"), Value: []byte("2")})
	if got := rows(view, nil, nil, 9); !slices.Equal(got, []string{"61=31"}) {
		t.Fatal(got)
	}
	if mark, ok, err := view.Mark(); err != nil || !ok || mark.Height != 1 || mark.TimeMs != 5 || mark.Root != [32]byte{1} {
		t.Fatal(mark, ok, err)
	}
	if err := view.Close(); err != nil {
		t.Fatal(err)
	}
	if got := rows(ledger, nil, nil, 9); !slices.Equal(got, []string{"62=32"}) {
		t.Fatal(got)
	}
	if err := ledger.Clear(); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := ledger.Mark(); ok || err != nil || len(rows(ledger, nil, nil, 9)) != 0 {
		t.Fatal("not cleared", err)
	}
	if err := ledger.Close(); err != nil {
		t.Fatal(err)
	}
}

// Keys with heights are rewritten one to one and sort by height.
func TestHeightKeys(t *testing.T) {
	d := &chainDB{prefix: 'b', heights: true}
	var last []byte
	for _, height := range []int64{1, 9, 10, 99, 100, 1_000_000_000_000} {
		key := d.key(fmt.Appendf(nil, "P:%d:0", height))
		if bytes.Compare(key, last) <= 0 {
			t.Fatalf("%q does not come after %q", key, last)
		}
		last = key
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`(H|P|BH|stateKey)?:?[0-9a-f]{0,24}(:[0-9]{1,3})?`)
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		if a != b && bytes.Equal(d.key([]byte(a)), d.key([]byte(b))) {
			t.Fatalf("%q and %q share a key", a, b)
		}
	})
}

// The engine's databases behave as its own in-memory one.
func TestChainDatabases(t *testing.T) {
	chain, err := OpenChain("chain", Options{FS: vfs.NewMem(), CacheBytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chain.DB("unheard-of"); err == nil {
		t.Fatal("an unknown database was opened")
	}
	blocks, err := chain.DB("blockstore")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := blocks.Iterator(nil, nil); err == nil {
		t.Fatal("rewritten keys were offered in order")
	}
	evidence, err := chain.DB("evidence")
	if err != nil {
		t.Fatal(err)
	}
	if err := blocks.Set([]byte("a"), []byte("other database")); err != nil {
		t.Fatal(err)
	}
	model := dbm.NewMemDB()
	rapid.Check(t, func(t *rapid.T) {
		key, value := rapid.SliceOfN(rapid.ByteRange(0, 2), 1, 3).Draw(t, "key"), rapid.SliceOfN(rapid.Byte(), 0, 3).Draw(t, "value")
		remove, batched := rapid.Bool().Draw(t, "remove"), rapid.Bool().Draw(t, "batch")
		for _, db := range []dbm.DB{evidence, model} {
			if err := change(db, key, value, remove, batched); err != nil {
				t.Fatal(err)
			}
		}
		bound := rapid.SliceOfN(rapid.ByteRange(0, 2), 1, 2)
		start, end := bound.Draw(t, "start"), bound.Draw(t, "end")
		if bytes.Compare(start, end) >= 0 {
			end = nil
		}
		for _, reverse := range []bool{false, true} {
			a, b := walk(t, evidence, start, end, reverse), walk(t, model, start, end, reverse)
			if !slices.Equal(a, b) {
				t.Fatalf("[%x, %x) reverse %v: %v, want %v", start, end, reverse, a, b)
			}
		}
	})
	if err := chain.Close(); err != nil {
		t.Fatal(err)
	}
}

func change(db dbm.DB, key, value []byte, remove, batched bool) error {
	switch {
	case batched:
		batch := db.NewBatch()
		defer batch.Close()
		if remove {
			if err := batch.Delete(key); err != nil {
				return err
			}
		} else if err := batch.Set(key, value); err != nil {
			return err
		}
		return batch.WriteSync()
	case remove:
		return db.DeleteSync(key)
	}
	return db.SetSync(key, value)
}

func walk(t *rapid.T, db dbm.DB, start, end []byte, reverse bool) (out []string) {
	open := db.Iterator
	if reverse {
		open = db.ReverseIterator
	}
	iter, err := open(start, end)
	if err != nil {
		t.Fatal(err)
	}
	for ; iter.Valid(); iter.Next() {
		out = append(out, fmt.Sprintf("%x=%x", iter.Key(), iter.Value()))
	}
	if err := iter.Close(); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestChainReadAfterClose: gossip that outlives the engine finds nothing, and does not panic.
func TestChainReadAfterClose(t *testing.T) {
	chain, err := OpenChain(t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	db, err := chain.DB("blockstore")
	if err != nil {
		t.Fatal(err)
	}
	if err := db.SetSync([]byte("C:1"), []byte{1}); err != nil {
		t.Fatal(err)
	}
	if value, err := db.Get([]byte("C:1")); err != nil || len(value) != 1 {
		t.Fatal(value, err)
	}
	for range 2 {
		if err := chain.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if value, err := db.Get([]byte("C:1")); value != nil || err != nil {
		t.Fatal(value, err)
	}
}
