package state

import "sort"

// cell is one key as a block sees it.
type cell struct {
	key     string
	raw     []byte // encoded, nil while only the decoded value is known
	value   any    // decoded, nil for a raw write
	codec   codec  // encodes value
	base    *entry // what is committed; nil while unknown
	undo    int    // 1 + index in the journal of the last saved state
	touched bool   // false: as committed
	live    bool   // false and touched: deleted
}

// codec encodes the decoded values of one table.
type codec interface{ encode(value any) []byte }

// bytes returns the encoded value, encoding at most once.
func (c *cell) bytes() []byte {
	if c.raw == nil {
		c.raw = c.codec.encode(c.value)
	}
	return c.raw
}

// undo is one step back: a former state of a cell, or of the log.
type undo struct {
	cell  *cell
	saved *cell // nil: it was as committed
	what  undoKind
}

type undoKind uint8

const (
	undoCell undoKind = iota
	undoAppend
	undoForget
)

// overlay holds what a block has changed, and how to take it back.
type overlay struct {
	cells   map[string]*cell
	order   []*cell // in order of first touch
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

func newOverlay() overlay {
	return overlay{cells: make(map[string]*cell), groups: make(map[uint16]*group)}
}

func groupOf(key string) uint16 {
	g := uint16(key[0]) << 8
	if len(key) > 1 {
		g |= uint16(key[1])
	}
	return g
}

// touch returns the cell of key, its present state saved.
func (o *overlay) touch(key []byte) *cell {
	c := o.cells[string(key)]
	if c == nil {
		c = &cell{key: string(key)}
		o.cells[c.key] = c
		o.order = append(o.order, c)
		id := groupOf(c.key)
		g := o.groups[id]
		if g == nil {
			g = &group{}
			o.groups[id] = g
		}
		g.fresh = append(g.fresh, c)
	}
	if c.undo <= o.floor {
		u := undo{cell: c}
		if c.touched {
			saved := *c
			u.saved = &saved
		}
		o.journal = append(o.journal, u)
		c.undo = len(o.journal)
	}
	c.touched = true
	return c
}

// back restores a cell; what was learned of the committed value stays.
func (u *undo) back() {
	c := u.cell
	base := c.base
	if u.saved == nil {
		*c = cell{key: c.key}
	} else {
		*c = *u.saved
	}
	c.base = base
}

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
