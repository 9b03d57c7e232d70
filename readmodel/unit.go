package readmodel

import (
	"context"
	"database/sql"
	"errors"
	"reflect"
	"slices"

	"causeway/core/kernel/state"
)

// unit is one SQL transaction of the reader while it is gathered: rows to write, by key, and
// records to read again at its end. Its first error stays, and ends it.
type unit struct {
	ctx     context.Context
	store   *Store
	pending map[*layout]*writes
	order   []*layout
	seqs    map[string]int64 // where payments stand that this unit has written, by id
	touched map[record]*touch
	touches []record
	now     state.Reader // of now, or of the height of a seeding: for what never changes
	done    bool         // committed or dropped
	err     error
}

// writes are those of one table; a nil row is to be deleted.
type writes struct {
	rows map[string]reflect.Value // pointers to rows
	keys map[string][]any         // of rows to be deleted
}

// record names a record of the state that has changed.
type record struct{ noun, id string }

// touch is when it did.
type touch struct {
	firstMs, lastMs int64
	lastSeq         int64
	read            func(u *unit, s state.Reader, id string, t *touch)
}

func (s *Store) begin(ctx context.Context) (*unit, error) {
	err := s.connect(ctx)
	if err == nil {
		_, err = s.conn.ExecContext(ctx, s.beginText())
	}
	if err != nil {
		s.disconnect()
		return nil, err
	}
	return &unit{ctx: ctx, store: s, pending: map[*layout]*writes{}, seqs: map[string]int64{}, touched: map[record]*touch{}}, nil
}

// beginText: SQLite says at once, and not at the first write, that somebody else writes.
func (s *Store) beginText() string {
	if s.postgres {
		return "BEGIN"
	}
	return "BEGIN IMMEDIATE"
}

func (u *unit) fail(err error) {
	if u.err == nil {
		u.err = err
	}
}

func (u *unit) of(l *layout) *writes {
	w := u.pending[l]
	if w == nil {
		w = &writes{rows: map[string]reflect.Value{}, keys: map[string][]any{}}
		u.pending[l] = w
		u.order = append(u.order, l)
	}
	return w
}

// put writes a row, in place of one with the same key.
func put[R any](u *unit, t table[R], row R) {
	v := reflect.ValueOf(&row)
	var buffer [4]any
	keys := buffer[:0]
	for _, i := range t.fields[:t.keys] {
		keys = append(keys, value(v.Elem().Field(i)))
	}
	u.of(t.layout).rows[t.key(keys)] = v
}

// get reads the row with a key, as this unit has left it.
func get[R any](u *unit, t table[R], key ...any) (row R, ok bool) {
	name := t.key(key)
	if w := u.pending[t.layout]; w != nil {
		if v, known := w.rows[name]; known {
			if !v.IsValid() {
				return row, false
			}
			return *v.Interface().(*R), true
		}
	}
	if t.kept {
		if v, known := u.store.kept[t.layout][name]; known {
			return *v.Interface().(*R), true
		}
	}
	if u.err != nil {
		return row, false
	}
	statement, err := u.store.prepare(u.ctx, t.selectText)
	if err != nil {
		u.fail(err)
		return row, false
	}
	err = t.scanner().row(statement.QueryRowContext(u.ctx, key...).Scan, reflect.ValueOf(&row).Elem())
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		u.fail(err)
	}
	return row, err == nil
}

// remove deletes the row with a key.
func remove[R any](u *unit, t table[R], key ...any) {
	w, name := u.of(t.layout), t.key(key)
	w.rows[name], w.keys[name] = reflect.Value{}, key
}

// touch marks a record of the state as changed; read is called once at the end of the unit,
// with the state after its last block.
func (u *unit) touch(noun, id string, seq, timeMs int64, read func(*unit, state.Reader, string, *touch)) {
	name := record{noun, id}
	t := u.touched[name]
	if t == nil {
		t = &touch{firstMs: timeMs, read: read}
		u.touched[name] = t
		u.touches = append(u.touches, name)
	}
	t.lastSeq, t.lastMs = seq, timeMs
}

// settle reads what was touched.
func (u *unit) settle(s state.Reader) {
	for _, name := range u.touches {
		t := u.touched[name]
		t.read(u, s, name.id, t)
	}
	u.touched, u.touches = map[record]*touch{}, nil
}

// flush writes the rows, table by table, in the order of their keys: neighbours share pages.
func (u *unit) flush() error {
	for _, l := range u.order {
		if u.err == nil {
			u.fail(u.flushTable(l, u.pending[l]))
		}
	}
	return u.err
}

func (u *unit) flushTable(l *layout, w *writes) error {
	names := make([]string, 0, len(w.rows))
	for name, row := range w.rows {
		if row.IsValid() {
			names = append(names, name)
			continue
		}
		if _, err := u.store.conn.ExecContext(u.ctx, u.store.bound(l.deleteText), w.keys[name]...); err != nil {
			return err
		}
	}
	slices.Sort(names)
	arguments := make([]any, 0, rowsAtOnce*len(l.columns))
	for len(names) > 0 {
		n := rowsAtOnce
		for n > len(names) {
			n /= 2 // few sizes, so that few statements are prepared
		}
		arguments = arguments[:0]
		for _, name := range names[:n] {
			arguments = l.values(arguments, w.rows[name].Elem())
		}
		statement, err := u.store.prepare(u.ctx, l.upsert(n))
		if err != nil {
			return err
		}
		if _, err := statement.ExecContext(u.ctx, arguments...); err != nil {
			return err
		}
		names = names[n:]
	}
	return nil
}

// rowsAtOnce is how many rows one statement writes at most.
const rowsAtOnce = 64

// commit makes everything durable together, and remembers the rows that are read again.
func (u *unit) commit() error {
	err := u.flush()
	if err == nil {
		_, err = u.store.conn.ExecContext(u.ctx, "COMMIT")
	}
	u.done = true
	if err != nil {
		u.store.disconnect()
		return err
	}
	for l, w := range u.pending {
		if l.kept {
			u.store.remember(l, w)
		}
	}
	return nil
}

// drop leaves the database as it was, unless the unit is committed.
func (u *unit) drop() {
	if u.done {
		return
	}
	u.done = true
	if _, err := u.store.conn.ExecContext(context.WithoutCancel(u.ctx), "ROLLBACK"); err != nil {
		u.store.disconnect()
	}
	u.store.forget()
}
