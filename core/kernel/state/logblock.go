package state

import (
	"encoding/binary"
	"math"

	"causeway/core/kernel/wire"
)

// logged is what a block adds to the log, and what it forgets.
type logged struct {
	entries   []Entry
	ids, refs map[wire.Hash]int32
	absent    map[indexKey]bool // index rows known not to be committed
	forgotten []indexed
}

func (l *logged) dropLast() {
	last := int32(len(l.entries) - 1)
	e := &l.entries[last]
	if l.ids[e.ID] == last {
		delete(l.ids, e.ID)
	}
	if at, ok := l.refs[e.Ref]; ok && at == last {
		delete(l.refs, e.Ref)
	}
	*e = Entry{}
	l.entries = l.entries[:last]
}

// Append adds an entry to the log. Its outcome belongs to the state from here on. An id or a
// reference that is there already keeps its first position.
func (b *Block) Append(e Entry) {
	if b.sealed != nil {
		panic("state: an entry for a sealed block")
	}
	l := &b.log
	if l.ids == nil {
		l.ids, l.refs = make(map[wire.Hash]int32), make(map[wire.Hash]int32)
	}
	at := int32(len(l.entries))
	l.entries = append(l.entries, e)
	if _, ok := l.ids[e.ID]; !ok {
		l.ids[e.ID] = at
	}
	if _, ok := l.refs[e.Ref]; !ok && !e.Ref.IsZero() {
		l.refs[e.Ref] = at
	}
	b.overlay.journal = append(b.overlay.journal, undo{what: undoAppend})
}

// EntryByID returns the first remembered position of an id.
func (b *Block) EntryByID(id wire.Hash) (Position, bool) { return b.find(rowByID, id, b.log.ids) }

// EntryByRef returns the first remembered position of a reference. The zero reference has none.
func (b *Block) EntryByRef(ref wire.Hash) (Position, bool) {
	if ref.IsZero() {
		return Position{}, false
	}
	return b.find(rowByRef, ref, b.log.refs)
}

func (b *Block) find(row byte, hash wire.Hash, own map[wire.Hash]int32) (Position, bool) {
	at, ok, absent := b.store.lookUp(b, row, &hash)
	if ok {
		return at, true
	}
	if absent {
		if b.log.absent == nil {
			b.log.absent = make(map[indexKey]bool)
		}
		b.log.absent[shorten(row, &hash)] = true
	}
	at.Index, ok = own[hash]
	return Position{b.height, at.Index}, ok
}

// Entry returns the whole entry at a position, however old.
func (b *Block) Entry(at Position) (Entry, bool) {
	if at.Height == b.height {
		if at.Index >= 0 && int(at.Index) < len(b.log.entries) {
			return b.log.entries[at.Index], true
		}
		return Entry{}, false
	}
	return b.store.Entry(at)
}

// Outcome returns the outcome at a position, however old.
func (b *Block) Outcome(at Position) ([]byte, bool) {
	e, ok := b.Entry(at)
	return e.Outcome, ok
}

// EntryByID returns the first remembered position of an id.
func (s *Store) EntryByID(id wire.Hash) (Position, bool) {
	at, ok, _ := s.lookUp(s, rowByID, &id)
	return at, ok
}

// EntryByRef returns the first remembered position of a reference. The zero reference has none.
func (s *Store) EntryByRef(ref wire.Hash) (Position, bool) {
	if ref.IsZero() {
		return Position{}, false
	}
	at, ok, _ := s.lookUp(s, rowByRef, &ref)
	return at, ok
}

// Outcome returns the outcome at a position, however old.
func (s *Store) Outcome(at Position) ([]byte, bool) {
	e, ok := s.Entry(at)
	return e.Outcome, ok
}

// Entry returns the whole entry at a position, however old.
func (s *Store) Entry(at Position) (Entry, bool) {
	if at.Height < 0 || at.Index < 0 {
		return Entry{}, false
	}
	return readEntry(s.backend, at)
}

// Entries returns all entries of a committed height, in order.
func (s *Store) Entries(height int64) ([]Entry, error) { return readBlock(s.backend, height) }

// lookUp asks the committed index. As rows hold the beginning of a hash only, each position
// is compared with the entry itself. absent tells that there is no such row at all.
func (s *Store) lookUp(r Reader, row byte, hash *wire.Hash) (found Position, ok, absent bool) {
	key := shorten(row, hash)
	if s.filter.lacks(key) {
		return Position{}, false, true
	}
	data, ok := s.backend.Get(key.key())
	if !ok {
		return Position{}, false, true
	}
	first := remembered(r)
	for _, at := range readPositions(data) {
		if at.compare(first) < 0 {
			continue
		}
		e, ok := readEntry(s.backend, at)
		if ok && (row == rowByID && e.ID == *hash || row == rowByRef && e.Ref == *hash) {
			return at, true, false
		}
	}
	return Position{}, false, false
}

// remembered returns the first position that has not been forgotten.
func remembered(r Reader) Position {
	data, ok := r.Get(rememberedKey)
	if !ok {
		return Position{}
	}
	at, rest, ok := readPosition(data)
	if !ok || len(rest) > 0 {
		panic("state: the mark of what the log remembers is damaged")
	}
	return at
}

// ForgetBefore drops the ids and references of blocks below height, at most limit entries of
// them in this call; done tells that none is left. Outcomes stay in the archive. When all of a
// block is forgotten its leaf goes too. Heights at or above the block's own stay.
func (b *Block) ForgetBefore(height int64, limit int) (done bool) {
	height = min(height, b.height)
	start := remembered(b)
	at := start
	for {
		next, found := b.nextLogged(at.Height)
		if !found || next >= height {
			done = true
			break
		}
		if limit <= 0 {
			break
		}
		if next > at.Height {
			at = Position{Height: next}
		}
		entries, err := readBlock(b.store.backend, next)
		if err != nil {
			panic("state: " + err.Error())
		}
		for ; int(at.Index) < len(entries) && limit > 0; limit-- {
			b.forget(&entries[at.Index], at)
			at.Index++
		}
		if int(at.Index) < len(entries) {
			break
		}
		b.Delete(logKey(next))
		at = Position{Height: next + 1}
	}
	if at != start {
		b.Put(rememberedKey, appendPosition(nil, at))
	}
	return done
}

// nextLogged returns the first height >= from that has a leaf of the log.
func (b *Block) nextLogged(from int64) (height int64, found bool) {
	start := logKey(from)
	b.Scan(start[:len(logPrefix)+1], start[len(logPrefix)+1:], func(key, _ []byte) bool {
		if raw := binary.BigEndian.Uint64(key[len(logPrefix)+1:]); raw <= math.MaxInt64 {
			height, found = int64(raw), true
		}
		return false
	})
	return height, found
}

func (b *Block) forget(e *Entry, at Position) {
	b.forgetRow(indexed{shorten(rowByID, &e.ID), at})
	if !e.Ref.IsZero() {
		b.forgetRow(indexed{shorten(rowByRef, &e.Ref), at})
	}
}

func (b *Block) forgetRow(row indexed) {
	b.log.forgotten = append(b.log.forgotten, row)
	b.overlay.journal = append(b.overlay.journal, undo{what: undoForget})
}
