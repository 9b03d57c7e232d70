package state

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"

	"causeway/core/kernel/wire"
)

// sealed is a block's result: the next version of everything that the store holds.
type sealed struct {
	tree     *tree
	meta     meta
	writes   []Write
	flush    flush
	gone     [regions][]place
	held     int64
	changed  []changed
	added    []indexed         // rows of the log's indexes
	collided map[indexKey]bool // true: add, false: remove
}

// changed is a key whose value differs from what is committed.
type changed struct {
	*cell
	path wire.Hash
}

func (b *Block) seal() *sealed {
	s := b.store
	if b.height <= s.meta.Height && s.meta.Sequence > 0 { // the first block may be the genesis, height 0
		panic(fmt.Sprintf("state: sealing height %d over height %d", b.height, s.meta.Height))
	}
	r := &sealed{meta: s.meta}
	if len(b.log.entries) > 0 {
		b.Put(logKey(b.height), logDigest(b.log.entries))
	}
	r.changed = b.changes()
	r.meta.Height = b.height
	r.meta.Sequence++
	u := update{pages: s.pages, parallel: s.limits.Parallel}
	tree, err := u.apply(s.tree, s.leafChanges(r.changed))
	if err != nil {
		panic(fmt.Sprintf("state: height %d: %v", b.height, err))
	}
	r.tree, r.held = tree, u.held
	r.meta.Root = tree.root()
	r.writes = make([]Write, 0, 2*len(r.changed)+64)
	r.valueWrites()
	r.deltaWrites(s)
	r.logWrites(b)
	r.treeWrites(s, u.gone)
	r.writes = append(r.writes, r.meta.prune(s.backend, s.limits)...)
	r.writes = append(r.writes, Write{Key: []byte{rowMeta}, Value: wire.Marshal(r.meta)})
	return r
}

// changes lists the keys that differ from what is committed, in the order of their paths.
func (b *Block) changes() []changed {
	list := make([]changed, 0, len(b.overlay.order))
	for _, c := range b.overlay.order {
		if !c.touched {
			continue
		}
		b.base(c)
		if (c.raw == nil) == (c.base == nil) && bytes.Equal(c.raw, c.base) {
			continue
		}
		list = append(list, changed{cell: c})
	}
	b.store.each(len(list), func(i int) {
		var buffer [128]byte
		list[i].path = sha256.Sum256(append(buffer[:0], list[i].key...))
	})
	slices.SortFunc(list, func(x, y changed) int { return comparePaths(&x.path, &y.path) })
	return list
}

func (s *Store) leafChanges(list []changed) []change {
	changes := make([]change, len(list))
	s.each(len(list), func(i int) {
		c := &list[i]
		changes[i].path = c.path
		if c.raw != nil {
			changes[i].hash = hashLeaf(&c.path, c.raw)
		}
	})
	return changes
}

// each does work for 0 to n-1, in parallel if there is much of it.
func (s *Store) each(n int, work func(i int)) {
	if s.limits.Parallel == nil || n < parallelLeast {
		for i := range n {
			work(i)
		}
		return
	}
	s.limits.Parallel(parallelMost, func(k int) {
		for i := k * n / parallelMost; i < (k+1)*n/parallelMost; i++ {
			work(i)
		}
	})
}

func (r *sealed) valueWrites() {
	var keys arena
	for i := range r.changed {
		c := &r.changed[i]
		key := append(append(keys.room(1+len(c.key)), rowValue), c.key...)
		r.writes = append(r.writes, Write{Key: key, Value: c.raw, Delete: c.raw == nil})
		if (c.raw == nil) == (c.base == nil) {
			continue
		}
		path := append(append(keys.room(9+len(c.key)), rowPath), c.path[:8]...)
		path = append(path, c.key...)
		r.writes = append(r.writes, Write{Key: path, Delete: c.raw == nil})
	}
}

func (r *sealed) deltaWrites(s *Store) {
	d := deltaWriter{height: r.meta.Height, record: record{root: r.meta.Root}}
	for i := range r.changed {
		c := &r.changed[i]
		d.add(&c.path, c.key, c.base)
	}
	d.flush()
	r.writes = append(r.writes, d.writes...)
	r.writes = append(r.writes, Write{Key: heightKey(rowHeight, r.meta.Height), Value: d.record.encode()})
	r.meta.DeltaBytes += d.record.bytes
	r.meta.Due += d.record.bytes
	// A height left out has no record; heights below the gap cannot be served any more.
	if r.meta.Height != s.meta.Height+1 {
		r.meta.DeltaFrom = r.meta.Height
	}
}

func (r *sealed) treeWrites(s *Store, gone []place) {
	for region, before := range s.gone {
		r.gone[region] = slices.Clip(before) // the committed lists stay as they are
	}
	for _, at := range gone {
		r.gone[at.region()] = append(r.gone[at.region()], at)
	}
	r.flush.tree = r.tree
	for _, region := range r.meta.regionsDue(s.limits, s.crowded) {
		r.flush.region(region, r.gone[region])
		r.meta.Flushed[region] = r.meta.Height
		r.gone[region] = nil
	}
	r.writes = append(r.writes, r.flush.writes...)
	r.flush.writes = nil
}

func (r *sealed) logWrites(b *Block) {
	l := &b.log
	for i := 0; i < len(l.entries); i += entriesChunk {
		chunk := l.entries[i:min(i+entriesChunk, len(l.entries))]
		r.writes = append(r.writes, Write{Key: outcomesKey(b.height, i/entriesChunk), Value: encodeEntries(chunk)})
	}
	added := make([]indexed, 0, 2*len(l.entries))
	for i := range l.entries {
		at := Position{b.height, int32(i)}
		added = append(added, indexed{shorten(rowByID, &l.entries[i].ID), at})
		if !l.entries[i].Ref.IsZero() {
			added = append(added, indexed{shorten(rowByRef, &l.entries[i].Ref), at})
		}
	}
	sortIndexed(added)
	r.added = added
	sortIndexed(l.forgotten)
	r.collided = make(map[indexKey]bool)
	w := indexWriter{backend: b.store.backend, absent: l.absent, collided: b.store.collided, marks: r.collided}
	r.writes = append(r.writes, w.write(added, l.forgotten)...)
}

// indexWriter turns positions that come and go into rows. Nearly always a row holds one
// position and is written or deleted blindly; the others are marked.
type indexWriter struct {
	backend  Backend
	absent   map[indexKey]bool
	collided map[indexKey]bool
	marks    map[indexKey]bool
	writes   []Write
}

func (w *indexWriter) write(added, forgotten []indexed) []Write {
	for len(added) > 0 || len(forgotten) > 0 {
		var key indexKey
		if len(forgotten) == 0 || len(added) > 0 && added[0].key.compare(forgotten[0].key) <= 0 {
			key = added[0].key
		} else {
			key = forgotten[0].key
		}
		var come, gone []indexed
		come, added = cutIndexed(added, key)
		gone, forgotten = cutIndexed(forgotten, key)
		w.row(key, come, gone)
	}
	return w.writes
}

func cutIndexed(list []indexed, key indexKey) (head, tail []indexed) {
	n := 0
	for n < len(list) && list[n].key == key {
		n++
	}
	return list[:n], list[n:]
}

func (w *indexWriter) row(key indexKey, come, gone []indexed) {
	marked := w.collided[key]
	if len(come) == 0 && !marked {
		w.writes = append(w.writes, Write{Key: key.key(), Delete: true})
		return
	}
	var positions []Position
	if !w.absent[key] {
		if data, ok := w.backend.Get(key.key()); ok {
			positions = readPositions(data)
		}
	}
	positions = slices.DeleteFunc(positions, func(p Position) bool {
		return slices.ContainsFunc(gone, func(g indexed) bool { return g.at == p })
	})
	for _, c := range come {
		positions = append(positions, c.at)
	}
	if len(positions) == 0 {
		w.writes = append(w.writes, Write{Key: key.key(), Delete: true})
	} else {
		var value []byte
		for _, p := range positions {
			value = appendPosition(value, p)
		}
		w.writes = append(w.writes, Write{Key: key.key(), Value: value})
	}
	if many := len(positions) > 1; many != marked {
		w.marks[key] = many
		w.writes = append(w.writes, Write{Key: key.collided(), Delete: !many})
	}
}
