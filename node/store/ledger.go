// Package store keeps the node's data in Pebble: the ledger's own state, written as one synced
// batch per block, and the consensus engine's databases. There is one storage engine only.
//
// A storage error is never survived: it is reported once by name (Failure), and the process
// must stop; the state on disk is always that of a whole block.
package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"causeway/core/kernel/state"
)

// Own keys begin with 0xff; the machine's keys never do (Commit refuses them).
var markKey = []byte("\xffmark")

const ownPrefix = 0xff

// Mark says which block the ledger on disk is the outcome of.
type Mark struct {
	Height int64
	TimeMs int64
	Root   [32]byte
}

const markBytes = 8 + 8 + 32

func (m Mark) encode() []byte {
	out := make([]byte, 0, markBytes)
	out = binary.BigEndian.AppendUint64(out, uint64(m.Height))
	out = binary.BigEndian.AppendUint64(out, uint64(m.TimeMs))
	return append(out, m.Root[:]...)
}

func decodeMark(data []byte) (m Mark, err error) {
	if len(data) != markBytes {
		return m, fmt.Errorf("the ledger's mark has %d bytes, not %d", len(data), markBytes)
	}
	m.Height = int64(binary.BigEndian.Uint64(data))
	m.TimeMs = int64(binary.BigEndian.Uint64(data[8:]))
	copy(m.Root[:], data[16:])
	return m, nil
}

// Ledger is the state.Backend of the machine.
type Ledger struct {
	db      *pebble.DB
	watch   *watch
	sync    *pebble.WriteOptions
	dir     string
	options Options
}

// OpenLedger opens or creates the ledger in dir.
func OpenLedger(dir string, options Options) (*Ledger, error) {
	w := &watch{notify: options.OnFailure}
	db, err := pebble.Open(dir, ledgerOptions(options, w))
	if err != nil {
		return nil, &Failure{Op: "open ledger", Err: err}
	}
	return &Ledger{db: db, watch: w, sync: syncOption(options), dir: dir, options: options}, nil
}

func syncOption(options Options) *pebble.WriteOptions {
	if options.NoSync {
		return pebble.NoSync
	}
	return pebble.Sync
}

var _ state.Backend = (*Ledger)(nil)

// Get reads one value; the bytes belong to the caller. A storage error panics with *Failure:
// the machine must not go on with an answer that may be wrong.
func (l *Ledger) Get(key []byte) ([]byte, bool) { return get(l.db, l.watch, key) }

// Scan visits keys from (inclusive) to (exclusive, empty: the end) in order until visit says stop.
// The visited bytes are only valid during the call.
func (l *Ledger) Scan(from, to []byte, visit func(key, value []byte) bool) {
	scan(l.db, l.watch, from, to, visit)
}

func get(reader pebble.Reader, w *watch, key []byte) ([]byte, bool) {
	value, closer, err := reader.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, false
	}
	if err != nil {
		panic(w.fail("read", err))
	}
	out := bytes.Clone(value)
	if out == nil {
		out = []byte{}
	}
	if err := closer.Close(); err != nil {
		panic(w.fail("read", err))
	}
	return out, true
}

func scan(reader pebble.Reader, w *watch, from, to []byte, visit func(key, value []byte) bool) {
	if len(to) == 0 || bytes.Compare(to, []byte{ownPrefix}) > 0 {
		to = []byte{ownPrefix}
	}
	iter, err := reader.NewIter(&pebble.IterOptions{LowerBound: from, UpperBound: to})
	if err != nil {
		panic(w.fail("scan", err))
	}
	for valid := iter.First(); valid; valid = iter.Next() {
		value, err := iter.ValueAndErr()
		if err != nil {
			panic(w.fail("scan", errors.Join(err, iter.Close())))
		}
		if !visit(iter.Key(), value) {
			break
		}
	}
	if err := errors.Join(iter.Error(), iter.Close()); err != nil {
		panic(w.fail("scan", err))
	}
}

// Mark reads which block is on disk; false for an empty ledger.
func (l *Ledger) Mark() (Mark, bool, error) { return readMark(l) }

func readMark(backend state.Backend) (Mark, bool, error) {
	data, ok := backend.Get(markKey)
	if !ok {
		return Mark{}, false, nil
	}
	mark, err := decodeMark(data)
	return mark, err == nil, err
}

// Block is a block's writes, prepared but not yet on disk.
type Block struct {
	ledger *Ledger
	batch  *pebble.Batch
	mark   Mark
}

// Prepare builds the batch of a block while consensus still waits for nothing else; Commit is
// then only the log write and its sync.
func (l *Ledger) Prepare(mark Mark, writes []state.Write) (*Block, error) {
	size := markBytes + 64
	for i := range writes {
		size += len(writes[i].Key) + len(writes[i].Value) + 12
	}
	batch := l.db.NewBatchWithSize(size)
	for i := range writes {
		write := &writes[i]
		if len(write.Key) == 0 || write.Key[0] == ownPrefix {
			return nil, errors.Join(fmt.Errorf("the machine wrote the key %x, which is reserved", write.Key), batch.Close())
		}
		if err := put(batch, write); err != nil {
			return nil, l.watch.fail("prepare block", err)
		}
	}
	if err := batch.Set(markKey, mark.encode(), nil); err != nil {
		return nil, l.watch.fail("prepare block", err)
	}
	return &Block{ledger: l, batch: batch, mark: mark}, nil
}

func put(batch *pebble.Batch, write *state.Write) error {
	if write.Delete {
		return batch.Delete(write.Key, nil)
	}
	return batch.Set(write.Key, write.Value, nil)
}

// Mark is the block's height, time and root.
func (b *Block) Mark() Mark { return b.mark }

// Discard drops a block that will not be committed.
func (b *Block) Discard() error { return b.batch.Close() }

// Apply makes the block visible to readers, whole or not at all. It is on its way to the disk;
// Sync waits until it is there.
func (b *Block) Apply() (err error) {
	defer b.failing(&err)
	if err := b.batch.Commit(pebble.NoSync); err != nil {
		return b.ledger.watch.fail(fmt.Sprintf("commit of height %d", b.mark.Height), err)
	}
	return b.batch.Close()
}

// Sync returns once the block and all before it are on stable storage: the log is written in
// order, so it suffices to sync whatever comes after them.
func (b *Block) Sync() (err error) {
	defer b.failing(&err)
	if err := b.ledger.db.LogData(nil, b.ledger.sync); err != nil {
		return b.ledger.watch.fail(fmt.Sprintf("sync of height %d", b.mark.Height), err)
	}
	return nil
}

// Commit is Apply and Sync.
func (b *Block) Commit() error { return cmp.Or(b.Apply(), b.Sync()) }

// failing turns the storage engine's panics into errors.
func (b *Block) failing(err *error) {
	if recovered := recover(); recovered != nil {
		failure := AsFailure(recovered)
		if failure == nil {
			panic(recovered)
		}
		*err = failure
	}
}

// Clear removes everything, before a snapshot is restored.
func (l *Ledger) Clear() error {
	if err := l.db.DeleteRange([]byte{0}, []byte{0xff, 0xff}, pebble.Sync); err != nil {
		return l.watch.fail("clear", err)
	}
	return nil
}

// Load adds rows of a snapshot that is being restored. They count for nothing until the mark is
// written, so one sync at the end is enough.
func (l *Ledger) Load(rows []state.Write) error {
	batch := l.db.NewBatch()
	for i := range rows {
		if len(rows[i].Key) == 0 || rows[i].Key[0] == ownPrefix {
			return errors.Join(fmt.Errorf("a snapshot holds the key %x, which is reserved", rows[i].Key), batch.Close())
		}
		if err := put(batch, &rows[i]); err != nil {
			return l.watch.fail("load snapshot", err)
		}
	}
	if err := batch.Commit(pebble.NoSync); err != nil {
		return l.watch.fail("load snapshot", err)
	}
	return batch.Close()
}

// View is the ledger as it was at one moment, for a snapshot written while blocks go on.
type View struct {
	snapshot *pebble.Snapshot
	watch    *watch
}

// View freezes the present; it must be closed, since it keeps old versions alive.
func (l *Ledger) View() *View { return &View{snapshot: l.db.NewSnapshot(), watch: l.watch} }

// Get reads as Ledger.Get does.
func (v *View) Get(key []byte) ([]byte, bool) { return get(v.snapshot, v.watch, key) }

// Scan reads as Ledger.Scan does.
func (v *View) Scan(from, to []byte, visit func(key, value []byte) bool) {
	scan(v.snapshot, v.watch, from, to, visit)
}

// Mark reads which block the view shows.
func (v *View) Mark() (Mark, bool, error) { return readMark(v) }

// Close releases the view.
func (v *View) Close() error { return v.snapshot.Close() }

// Compact rewrites the ledger as small as it gets, for whoever moves or measures a home.
func (l *Ledger) Compact() error {
	if err := l.db.Compact(context.Background(), []byte{0}, []byte{0xff, 0xff}, false); err != nil {
		return l.watch.fail("compact", err)
	}
	return nil
}

// DiskBytes is what the ledger occupies.
func (l *Ledger) DiskBytes() uint64 { return l.db.Metrics().DiskSpaceUsage() }

// Close flushes, so that a clean stop leaves compressed tables and no log to replay.
func (l *Ledger) Close() error {
	if err := closeTidily(l.db, l.dir, ledgerOptions(l.options, l.watch)); err != nil {
		return &Failure{Op: "close ledger", Err: err}
	}
	return nil
}
