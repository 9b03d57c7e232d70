package node

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	abci "github.com/cometbft/cometbft/abci/types"
	walproto "github.com/cometbft/cometbft/proto/tendermint/consensus"

	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
	"causeway/node/store"
)

// receiver is an application over an empty ledger, as it stands when a node asks for a snapshot.
func receiver(t testing.TB) *application {
	t.Helper()
	ledger, err := store.OpenLedger("ledger", store.Options{FS: vfs.NewMem(), CacheBytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	a := &application{
		ledger: ledger, snapshots: &snapshots{dir: t.TempDir(), keep: 1, ledger: ledger, warn: func(string, ...any) {}},
		open:     func() (Machine, error) { return openRegister([]byte(`"`+testChain+`"`), ledger, state.Limits{}) },
		halt:     func(err error) { t.Error("halted:", err) },
		restored: func(int64, time.Time) {},
	}
	if err := a.reopen(); err != nil {
		t.Fatal(err)
	}
	return a
}

// sender has a ledger of some blocks and one snapshot of it.
func sender(t testing.TB) (*application, *abci.Snapshot, wire.Hash) {
	t.Helper()
	a := receiver(t)
	machine := a.current()
	root, writes := machine.Genesis()
	height := int64(0)
	for ; ; height++ {
		block, err := a.ledger.Prepare(store.Mark{Height: height, TimeMs: 1000 + height, Root: root}, writes)
		if err != nil {
			t.Fatal(err)
		}
		if err := block.Commit(); err != nil {
			t.Fatal(err)
		}
		machine.Commit()
		if height == 3 {
			break
		}
		txs := [][]byte{fmt.Appendf(nil, "put:%d", height), bytes.Repeat(fmt.Appendf(nil, "put:%d", height), 1000)}
		outcome, err := machine.Execute(Block{Height: height + 1, Txs: txs})
		if err != nil {
			t.Fatal(err)
		}
		root, writes = outcome.Root, outcome.Writes
	}
	a.snapshots.every = 3
	a.snapshots.consider(3)
	a.snapshots.wait()
	list, err := a.ListSnapshots(context.Background(), nil)
	if err != nil || len(list.Snapshots) != 1 || a.snapshots.newest() != 3 {
		t.Fatal(list, err)
	}
	return a, list.Snapshots[0], root
}

func offer(t testing.TB, a *application, s *abci.Snapshot, root wire.Hash) abci.ResponseOfferSnapshot_Result {
	t.Helper()
	response, err := a.OfferSnapshot(context.Background(), &abci.RequestOfferSnapshot{Snapshot: s, AppHash: root[:]})
	if err != nil {
		t.Fatal(err)
	}
	return response.Result
}

func apply(t testing.TB, a *application, index uint32, chunk []byte) *abci.ResponseApplySnapshotChunk {
	t.Helper()
	response, err := a.ApplySnapshotChunk(context.Background(), &abci.RequestApplySnapshotChunk{Index: index, Chunk: chunk, Sender: "peer"})
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func load(t testing.TB, a *application, s *abci.Snapshot, index uint32) []byte {
	t.Helper()
	response, err := a.LoadSnapshotChunk(context.Background(), &abci.RequestLoadSnapshotChunk{Height: s.Height, Format: s.Format, Chunk: index})
	if err != nil || len(response.Chunk) == 0 {
		t.Fatal(err)
	}
	return response.Chunk
}

func TestRestore(t *testing.T) {
	t.Parallel()
	from, snapshot, root := sender(t)
	into := receiver(t)
	if got := offer(t, into, snapshot, root); got != abci.ResponseOfferSnapshot_ACCEPT {
		t.Fatal(got)
	}
	bad := load(t, from, snapshot, 0)
	bad[len(bad)/2] ^= 1
	if got := apply(t, into, 0, bad); got.Result != abci.ResponseApplySnapshotChunk_RETRY || len(got.RejectSenders) != 1 || len(got.RefetchChunks) != 1 {
		t.Fatal("a damaged chunk:", got)
	}
	for index := range snapshot.Chunks {
		if got := apply(t, into, index, load(t, from, snapshot, index)); got.Result != abci.ResponseApplySnapshotChunk_ACCEPT {
			t.Fatal(got)
		}
	}
	if into.current().Height() != 3 || into.current().Root() != root {
		t.Fatal(into.current().Height(), into.current().Root())
	}
	if err := state.Check(into.ledger); err != nil {
		t.Fatal(err)
	}
	if mark, ok, err := into.ledger.Mark(); err != nil || !ok || mark.Height != 3 || mark.TimeMs != 1003 || mark.Root != root {
		t.Fatal(mark, ok, err)
	}
}

// What is wrong with an offer is seen before anything is fetched.
func TestBadOffersAreRefused(t *testing.T) {
	t.Parallel()
	_, good, root := sender(t)
	into := receiver(t)
	for name, change := range map[string]func(*abci.Snapshot) wire.Hash{
		"another root":   func(*abci.Snapshot) wire.Hash { return wire.Sum([]byte("forged")) },
		"another height": func(s *abci.Snapshot) wire.Hash { s.Height++; return root },
		"chunk count":    func(s *abci.Snapshot) wire.Hash { s.Chunks++; return root },
		"hash":           func(s *abci.Snapshot) wire.Hash { s.Hash = make([]byte, 32); return root },
		"metadata":       func(s *abci.Snapshot) wire.Hash { s.Metadata = append([]byte{0}, s.Metadata...); return root },
	} {
		s := *good
		if got := offer(t, into, &s, change(&s)); got != abci.ResponseOfferSnapshot_REJECT {
			t.Errorf("%s: %v", name, got)
		}
	}
	s := *good
	s.Format++
	if got := offer(t, into, &s, root); got != abci.ResponseOfferSnapshot_REJECT_FORMAT {
		t.Error(got)
	}
	if got := apply(t, into, 0, []byte("unasked")); got.Result != abci.ResponseApplySnapshotChunk_RETRY_SNAPSHOT {
		t.Error(got)
	}
}

// Chunks that match a forged manifest but hold another state than the trusted root are thrown
// away whole, and the next snapshot can be tried.
func TestForgedStateIsRefused(t *testing.T) {
	t.Parallel()
	from, good, root := sender(t)
	into := receiver(t)
	chunk := load(t, from, good, 0)
	forged := bytes.Replace(chunk, []byte(testChain), []byte("fest-chain"), 1) // the genesis value
	if bytes.Equal(forged, chunk) {
		t.Fatal("nothing was forged")
	}
	var m manifest
	if err := wire.Unmarshal(good.Metadata, &m); err != nil {
		t.Fatal(err)
	}
	m.Chunks[0] = sha256.Sum256(forged)
	data := wire.Marshal(m)
	hash := sha256.Sum256(data)
	s := &abci.Snapshot{Height: good.Height, Format: good.Format, Chunks: good.Chunks, Hash: hash[:], Metadata: data}
	if got := offer(t, into, s, root); got != abci.ResponseOfferSnapshot_ACCEPT {
		t.Fatal(got)
	}
	if got := apply(t, into, 0, forged); got.Result != abci.ResponseApplySnapshotChunk_REJECT_SNAPSHOT {
		t.Fatal(got)
	}
	if _, ok, err := into.ledger.Mark(); ok || err != nil || into.current().Height() != 0 {
		t.Fatal("something of the forged state stayed", err)
	}
	if got := offer(t, into, good, root); got != abci.ResponseOfferSnapshot_ACCEPT {
		t.Fatal(got)
	}
	if got := apply(t, into, 0, chunk); got.Result != abci.ResponseApplySnapshotChunk_ACCEPT || into.current().Root() != root {
		t.Fatal(got)
	}
}

// FuzzImport: a snapshot's bytes come from strangers; whatever they are, the import ends with an
// error or with a state that passes every check.
func FuzzImport(f *testing.F) {
	from, snapshot, _ := sender(f)
	whole := load(f, from, snapshot, 0)
	f.Add(whole)
	f.Add(whole[:len(whole)-1])
	f.Add(append(bytes.Clone(whole), 0))
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		ledger := state.NewMemory()
		height, root, err := importState(bytes.NewReader(data), ledger, func(writes []state.Write) error {
			ledger.Apply(writes)
			return nil
		})
		if err == nil {
			opened, err := openRegister([]byte(`"x"`), ledger, state.Limits{})
			if err != nil || opened.Height() != height || opened.Root() != root {
				t.Fatalf("height %d root %s: %v", height, root, err)
			}
			if err := state.Check(ledger); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// FuzzConsensusLog: a torn or damaged log is read up to the damage and never further.
func FuzzConsensusLog(f *testing.F) {
	one, err := record(&walproto.WALMessage{Sum: &walproto.WALMessage_EndHeight{EndHeight: &walproto.EndHeight{Height: 7}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(append(bytes.Clone(one), one...))
	f.Add(append(bytes.Clone(one), one[:5]...))
	f.Add(bytes.Repeat([]byte{0xff}, 40))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "wal")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		var read []byte
		if err := readRecords(path, func(raw []byte, _ *walproto.WALMessage) { read = append(read, raw...) }); err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(data, read) {
			t.Fatalf("read %x of %x", read, data)
		}
	})
}
