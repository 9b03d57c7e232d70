package state

import "causeway/core/kernel/wire"

// Block is the overlay of one block: what it has changed over the committed state. It belongs
// to one goroutine. A block that is never sealed and adopted leaves no trace.
type Block struct {
	store    *Store
	height   int64
	overlay  overlay
	log      logged
	values   arena // encoded values
	scratch  []byte
	scanning int
	sealed   *sealed
}

// Height returns the height that the block is being built for.
func (b *Block) Height() int64 { return b.height }

// Expect makes room in a new block for so many entries and the keys that they usually change.
func (b *Block) Expect(entries int) {
	b.overlay = newOverlay(3 * entries)
	b.log.entries = make([]Entry, 0, entries)
	b.log.ids, b.log.refs = make(map[wire.Hash]int32, entries), make(map[wire.Hash]int32, entries)
	b.log.absent = make(map[indexKey]bool, 2*entries)
}

// Get implements Reader.
func (b *Block) Get(key []byte) ([]byte, bool) {
	raw := b.get(b.store.image.hash(key), key)
	return raw, raw != nil
}

func (b *Block) get(hash uint64, key []byte) []byte {
	c := b.overlay.find(hash, key)
	if c == nil {
		return b.store.get(hash, key)
	}
	if c.touched {
		return c.raw
	}
	b.base(c)
	return c.base
}

// base makes sure that a cell knows what is committed.
func (b *Block) base(c *cell) {
	if !c.based {
		c.base, c.based = b.store.get(c.hash, []byte(c.key)), true
	}
}

// Put sets key. The value belongs to the state from here on: the caller must not change it.
// Neither may be empty: ICS-23 can prove nothing of an empty key or value.
func (b *Block) Put(key, value []byte) {
	if len(value) == 0 {
		panic("state: an empty value cannot be proven")
	}
	b.set(key, value)
}

// Delete removes key, if it is there.
func (b *Block) Delete(key []byte) { b.set(key, nil) }

func (b *Block) set(key, value []byte) {
	if len(key) == 0 {
		panic("state: an empty key")
	}
	if b.scanning > 0 {
		panic("state: a write during a scan")
	}
	if b.sealed != nil {
		panic("state: a write to a sealed block")
	}
	c := b.overlay.touch(b.store.image.hash(key), key)
	b.base(c) // mostly read just now, and costly to find again when the block is sealed
	c.raw = value
}

// Scan implements Reader over what is committed and what the block has changed.
func (b *Block) Scan(prefix, from []byte, visit func(key, value []byte) bool) {
	start := append(append(append(make([]byte, 0, 64), rowValue), prefix...), from...)
	end := prefixEnd(start[:1+len(prefix)])
	to := ""
	if len(prefix) > 0 && len(end) > 0 && end[0] == rowValue {
		to = string(end[1:])
	}
	b.scanning++
	defer func() { b.scanning-- }()
	w := b.overlay.walk(string(start[1:]), to)
	more := true
	var buffer []byte
	// ahead visits the overlay's cells up to key, and tells whether one of them is key itself.
	ahead := func(key string, all bool) (same bool) {
		for more && w.cell != nil && (all || w.cell.key <= key) {
			c := w.cell
			same = !all && c.key == key
			if c.raw != nil {
				buffer = append(buffer[:0], c.key...)
				more = visit(buffer, c.raw)
			}
			w.step()
		}
		return same
	}
	b.store.backend.Scan(start, end, func(key, value []byte) bool {
		key = key[1:]
		if w.cell != nil && ahead(string(key), false) || !more {
			return more
		}
		more = visit(key, value)
		return more
	})
	ahead("", true)
}

// Mark returns a point to which Rollback can return. Marks nest.
func (b *Block) Mark() int {
	b.overlay.floor = len(b.overlay.journal)
	return b.overlay.floor
}

// Rollback undoes everything since mark: keys and log.
func (b *Block) Rollback(mark int) {
	if mark < 0 || mark > len(b.overlay.journal) || b.sealed != nil || b.scanning > 0 {
		panic("state: rollback to a mark that is not there")
	}
	for i := len(b.overlay.journal) - 1; i >= mark; i-- {
		u := &b.overlay.journal[i]
		switch u.what {
		case undoCell:
			u.back()
		case undoAppend:
			b.log.dropLast()
		case undoForget:
			b.log.forgotten = b.log.forgotten[:len(b.log.forgotten)-1]
		}
		*u = undo{}
	}
	b.overlay.journal = b.overlay.journal[:mark]
	b.overlay.floor = mark
}

// Seal computes the root after the block and the writes that make the block durable. After it
// the block can only be read. The writes are the same for the same history on one node, but
// not between nodes: when a part of the tree is written depends on when the node started.
func (b *Block) Seal() (root wire.Hash, writes []Write) {
	if b.sealed == nil {
		b.sealed = b.seal()
	}
	return b.sealed.meta.Root, b.sealed.writes
}
