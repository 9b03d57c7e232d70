package state

import "sort"

// cell is one key as a block sees it.
type cell struct {
	key     string
	hash    uint64 // the image's
	raw     []byte // nil: deleted
	base    []byte // what is committed, nil if nothing, once based
	undo    int32  // 1 + index in the journal of the last saved state
	touched bool   // false: as committed
	based   bool
}

// undo is one step back: a former state of a cell, or of the log.
type undo struct {
	cell    *cell
	raw     []byte
	undo    int32
	touched bool
	what    undoKind
}

type undoKind uint8

const (
	undoCell undoKind = iota
	undoAppend
	undoForget
)

// overlay holds what a block has changed, and how to take it back.
type overlay struct {
	slots   []int32 // open addressing by hash: 1 + a place in order
	order   []*cell // in order of first touch
	slab    []cell  // cells not yet used
	groups  map[uint16]*group
	journal []undo
	floor   int // the latest mark: states saved at or after it need not be saved again
}

// group holds the touched keys that share two leading bytes. They are sorted only when one
// of them is scanned, and then only those that are new.
type group struct {
	sorted ordered[*cell]
	fresh  []*cell
}

// newOverlay makes room for so many keys; more find room as they come.
func newOverlay(keys int) overlay {
	size := 64
	for size < 2*keys {
		size *= 2
	}
	return overlay{slots: make([]int32, size), order: make([]*cell, 0, keys), journal: make([]undo, 0, keys), groups: make(map[uint16]*group)}
}

// slot returns where a key stands in slots, or would.
func (o *overlay) slot(hash uint64, key []byte) int {
	mask := len(o.slots) - 1
	at := int(hash>>8) & mask
	for ; o.slots[at] != 0; at = (at + 1) & mask {
		if c := o.order[o.slots[at]-1]; c.hash == hash && c.key == string(key) {
			break
		}
	}
	return at
}

// find returns the cell of a key, nil if the block never touched it.
func (o *overlay) find(hash uint64, key []byte) *cell {
	if n := o.slots[o.slot(hash, key)]; n != 0 {
		return o.order[n-1]
	}
	return nil
}

func (o *overlay) add(hash uint64, key []byte) *cell {
	if 2*len(o.order) >= len(o.slots) {
		o.slots = make([]int32, 2*len(o.slots))
		mask := len(o.slots) - 1
		for i, c := range o.order {
			at := int(c.hash>>8) & mask
			for o.slots[at] != 0 {
				at = (at + 1) & mask
			}
			o.slots[at] = int32(i) + 1
		}
	}
	if len(o.slab) == 0 {
		o.slab = make([]cell, 256)
	}
	c := &o.slab[0]
	o.slab = o.slab[1:]
	c.key, c.hash = string(key), hash
	o.slots[o.slot(hash, key)] = int32(len(o.order)) + 1
	o.order = append(o.order, c)
	id := groupOf(c.key)
	g := o.groups[id]
	if g == nil {
		g = &group{}
		o.groups[id] = g
	}
	g.fresh = append(g.fresh, c)
	return c
}

func groupOf(key string) uint16 {
	g := uint16(key[0]) << 8
	if len(key) > 1 {
		g |= uint16(key[1])
	}
	return g
}

// touch returns the cell of key, its present state saved.
func (o *overlay) touch(hash uint64, key []byte) *cell {
	c := o.find(hash, key)
	if c == nil {
		c = o.add(hash, key)
	}
	if int(c.undo) <= o.floor {
		o.journal = append(o.journal, undo{cell: c, raw: c.raw, undo: c.undo, touched: c.touched})
		c.undo = int32(len(o.journal))
	}
	c.touched = true
	return c
}

// back restores a cell; what was learned of the committed value stays.
func (u *undo) back() { u.cell.raw, u.cell.undo, u.cell.touched = u.raw, u.undo, u.touched }

// walk walks the touched cells in [from, to) in ascending order; to "" means no upper end.
func (o *overlay) walk(from, to string) *walk {
	w := &walk{to: to}
	low, high := uint16(0), uint16(0xffff)
	if from != "" {
		low = groupOf(from)
	}
	if to != "" {
		high = groupOf(to)
	}
	if low == high {
		if g := o.groups[low]; g != nil {
			w.groups = append(w.groups, g)
		}
	} else {
		ids := make([]int, 0, len(o.groups))
		for id := range o.groups {
			if low <= id && id <= high {
				ids = append(ids, int(id))
			}
		}
		sort.Ints(ids)
		for _, id := range ids {
			w.groups = append(w.groups, o.groups[uint16(id)])
		}
	}
	for _, g := range w.groups {
		for _, c := range g.fresh {
			g.sorted.put(c.key, c)
		}
		g.fresh = g.fresh[:0]
	}
	w.seek(from)
	return w
}

// walk is a place between touched cells, which stand in ascending order.
type walk struct {
	to           string
	groups       []*group
	chunk, index int
	cell         *cell // nil at the end
}

func (w *walk) seek(from string) {
	if len(w.groups) > 0 {
		w.chunk, w.index = w.groups[0].sorted.seek(from)
	}
	w.settle()
}

func (w *walk) settle() {
	w.cell = nil
	for len(w.groups) > 0 {
		p, ok := w.groups[0].sorted.at(w.chunk, w.index)
		if !ok {
			w.groups, w.chunk, w.index = w.groups[1:], 0, 0
			continue
		}
		if !p.value.touched {
			w.chunk, w.index = w.groups[0].sorted.next(w.chunk, w.index)
			continue
		}
		if w.to == "" || p.key < w.to {
			w.cell = p.value
		}
		return
	}
}

func (w *walk) step() {
	w.chunk, w.index = w.groups[0].sorted.next(w.chunk, w.index)
	w.settle()
}
