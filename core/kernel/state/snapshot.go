package state

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"causeway/core/kernel/wire"
)

// A snapshot is all that another node needs: every key with its value, and the rows of the
// log that are still remembered. Tree and indexes are built anew from them. The receiver
// compares the root with one it trusts; the log is checked against its leaves under that root.

// The kinds of an exported item.
const (
	SnapshotHead  byte = iota // key: nothing; value: height (8) and root (32)
	SnapshotValue             // key and value of the state
	SnapshotLog               // key: height (8) and chunk (4); value: a row of outcomes
)

const importBatchBytes = 4 << 20

// Export visits the items of a snapshot. The backend must not change meanwhile: the node hands
// over a snapshot of its own. It ends early, without an error, when visit returns false.
func Export(b Backend, visit func(kind byte, key, value []byte) bool) error {
	var m meta
	data, ok := b.Get([]byte{rowMeta})
	if !ok {
		return errors.New("state: nothing is committed yet")
	}
	if err := wire.UnmarshalStored(data, &m); err != nil {
		return fmt.Errorf("state: the head record is damaged: %w", err)
	}
	head := append(binary.BigEndian.AppendUint64(nil, uint64(m.Height)), m.Root[:]...)
	more := visit(SnapshotHead, nil, head)
	if more {
		b.Scan([]byte{rowValue}, []byte{rowValue + 1}, func(key, value []byte) bool {
			more = visit(SnapshotValue, key[1:], value)
			return more
		})
	}
	for _, height := range loggedHeights(b) {
		if !more {
			break
		}
		b.Scan(heightKey(RowOutcomes, height), heightKey(RowOutcomes, height+1), func(key, value []byte) bool {
			more = visit(SnapshotLog, key[1:], value)
			return more
		})
	}
	return nil
}

// loggedHeights lists the heights that have a leaf of the log.
func loggedHeights(b Backend) (heights []int64) {
	from := append([]byte{rowValue}, logPrefix+"/"...)
	b.Scan(from, prefixEnd(from), func(key, _ []byte) bool {
		if len(key) == len(from)+8 {
			heights = append(heights, int64(binary.BigEndian.Uint64(key[len(from):])))
		}
		return true
	})
	return heights
}

// Importer fills an empty backend from a snapshot whose items come in any order. Until Done has
// succeeded the backend cannot be opened; after a failure it must be thrown away.
type Importer struct {
	backend Backend
	apply   func([]Write) error
	batch   []Write
	bytes   int
	head    *meta
}

// Import starts an import. apply must make the writes visible in b before it returns.
func Import(b Backend, apply func([]Write) error) (*Importer, error) {
	empty := true
	b.Scan(nil, nil, func(_, _ []byte) bool {
		empty = false
		return false
	})
	if !empty {
		return nil, errors.New("state: an import needs an empty backend")
	}
	return &Importer{backend: b, apply: apply}, apply([]Write{{Key: []byte{rowImport}, Value: []byte{1}}})
}

var errItem = errors.New("state: a snapshot item is malformed")

// Add takes one item. It refuses what is malformed by itself; what is wrong shows in Done.
func (m *Importer) Add(kind byte, key, value []byte) error {
	switch kind {
	case SnapshotHead:
		if len(key) != 0 || len(value) != 40 || m.head != nil || value[0] > 0x7f {
			return errItem
		}
		m.head = &meta{Height: int64(binary.BigEndian.Uint64(value)), Root: wire.Hash(value[8:])}
		return nil
	case SnapshotValue:
		if len(key) == 0 || len(value) == 0 {
			return errItem
		}
		path := sha256.Sum256(key)
		row := append(append([]byte{rowPath}, path[:8]...), key...)
		if err := m.write(Write{Key: row}); err != nil {
			return err
		}
		return m.write(Write{Key: append([]byte{rowValue}, key...), Value: bytes.Clone(value)})
	case SnapshotLog:
		if len(key) != 12 || key[0] > 0x7f {
			return errItem
		}
		if _, err := decodeEntries(value); err != nil {
			return errItem
		}
		return m.write(Write{Key: append([]byte{RowOutcomes}, key...), Value: bytes.Clone(value)})
	}
	return errItem
}

func (m *Importer) write(writes ...Write) error {
	for _, w := range writes {
		m.bytes += len(w.Key) + len(w.Value)
	}
	if m.batch = append(m.batch, writes...); m.bytes < importBatchBytes {
		return nil
	}
	return m.flush()
}

// flush applies the batch. A row that came twice is written as it came last.
func (m *Importer) flush() error {
	last := make(map[string]int, len(m.batch))
	for i := range m.batch {
		last[string(m.batch[i].Key)] = i
	}
	kept := m.batch[:0:0]
	for i := range m.batch {
		if last[string(m.batch[i].Key)] == i {
			kept = append(kept, m.batch[i])
		}
	}
	m.batch, m.bytes = nil, 0
	if len(kept) == 0 {
		return nil
	}
	return m.apply(kept)
}

// Done builds tree and indexes and checks the log against its leaves. The caller must compare
// the root, which is computed from the values alone, with the one it trusts for this height.
func (m *Importer) Done() (height int64, root wire.Hash, err error) {
	if m.head == nil {
		return 0, root, errors.New("state: the snapshot has no head")
	}
	if err := m.flush(); err != nil {
		return 0, root, err
	}
	t, err := m.buildTree()
	if err != nil {
		return 0, root, err
	}
	if root = t.root(); root != m.head.Root {
		return 0, root, fmt.Errorf("state: the snapshot's values have the root %s, its head says %s", root, m.head.Root)
	}
	if err := m.buildIndex(); err != nil {
		return 0, root, err
	}
	m.head.DeltaFrom = m.head.Height
	for i := range m.head.Flushed {
		m.head.Flushed[i] = m.head.Height
	}
	r := record{root: root}
	err = m.apply([]Write{
		{Key: heightKey(rowHeight, m.head.Height), Value: r.encode()},
		{Key: []byte{rowMeta}, Value: wire.Marshal(m.head)},
		{Key: []byte{rowImport}, Delete: true},
	})
	return m.head.Height, root, err
}

// buildTree adds the values in batches, and writes the tree after each, so that memory is
// bounded by the pages' limit.
func (m *Importer) buildTree() (*tree, error) {
	s := &pages{backend: m.backend}
	t, hand := newTree(), 0
	var changes []change
	var failed error
	add := func() bool {
		sortChanges(changes)
		u := update{pages: s}
		next, err := u.apply(t, changes)
		if err != nil {
			failed = err
			return false
		}
		f := flush{tree: next}
		var gone [regions][]place
		for _, at := range u.gone {
			gone[at.region()] = append(gone[at.region()], at)
		}
		for region := range gone {
			f.region(region, gone[region])
		}
		if failed = m.apply(f.writes); failed != nil {
			return false
		}
		f.done()
		s.held.Add(u.held)
		hand = s.evict(next, hand, DefaultLimits().PageBytes)
		t, changes = next, changes[:0]
		return true
	}
	// Values are only read here, while rows of the tree are being added beside them.
	m.backend.Scan([]byte{rowValue}, []byte{rowValue + 1}, func(key, value []byte) bool {
		path := wire.Hash(sha256.Sum256(key[1:]))
		changes = append(changes, change{path, hashLeaf(&path, value)})
		return len(changes) < 1<<18 || add()
	})
	if failed == nil && len(changes) > 0 {
		add()
	}
	return t, failed
}

// buildIndex checks every block of the log against its leaf and indexes what is remembered.
func (m *Importer) buildIndex() error {
	if err := checkLog(m.backend); err != nil {
		return err
	}
	heights := loggedHeights(m.backend)
	if height, ok := strayOutcomes(m.backend, heights); ok {
		return fmt.Errorf("state: the snapshot has outcomes of height %d, which the log does not know", height)
	}
	first := remembered(rawValues{m.backend})
	collided := make(map[indexKey]bool)
	for _, height := range heights {
		entries, err := readBlock(m.backend, height)
		if err != nil {
			return fmt.Errorf("state: %w", err)
		}
		w := indexWriter{backend: m.backend, collided: collided, marks: make(map[indexKey]bool)}
		if err := m.apply(w.write(indexRows(entries, height, first), nil)); err != nil {
			return err
		}
		for key := range w.marks {
			collided[key] = true
		}
	}
	return nil
}

// strayOutcomes finds rows of outcomes whose height is not among the sorted heights.
func strayOutcomes(b Backend, heights []int64) (stray int64, found bool) {
	from := heightKey(RowOutcomes, 0)
	for _, height := range append(heights, math.MaxInt64) {
		b.Scan(from, heightKey(RowOutcomes, height), func(key, _ []byte) bool {
			stray, found = int64(binary.BigEndian.Uint64(key[1:])), true
			return false
		})
		if found || height == math.MaxInt64 {
			break
		}
		from = heightKey(RowOutcomes, height+1)
	}
	return stray, found
}

// indexRows lists the index positions of a block's entries that are not forgotten, sorted.
func indexRows(entries []Entry, height int64, first Position) []indexed {
	rows := make([]indexed, 0, 2*len(entries))
	for i := range entries {
		at := Position{height, int32(i)}
		if at.compare(first) < 0 {
			continue
		}
		rows = append(rows, indexed{shorten(rowByID, &entries[i].ID), at})
		if !entries[i].Ref.IsZero() {
			rows = append(rows, indexed{shorten(rowByRef, &entries[i].Ref), at})
		}
	}
	sortIndexed(rows)
	return rows
}

// rawValues reads committed values straight from a backend.
type rawValues struct{ Backend }

func (r rawValues) Get(key []byte) ([]byte, bool) {
	return r.Backend.Get(append([]byte{rowValue}, key...))
}

func (r rawValues) Scan(prefix, from []byte, visit func(key, value []byte) bool) {
	start := append(append([]byte{rowValue}, prefix...), from...)
	r.Backend.Scan(start, prefixEnd(start[:1+len(prefix)]), func(key, value []byte) bool { return visit(key[1:], value) })
}
