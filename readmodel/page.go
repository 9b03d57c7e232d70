package readmodel

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// Page is which part of a list is wanted. A list is ordered by a key, and a page begins after
// the key of the last row before it, so that no page costs more than the first.
type Page struct {
	After string // what the page before has returned; empty: the first page
	Limit int    // rows, 1 to 1,000; 0: 50
}

// Bounds of a page.
const (
	pageDefault = 50
	pageMax     = 1000
)

// ErrPage says that After is none that a page of this list has returned.
var ErrPage = errors.New("this is no mark of a page of this list")

// query is a condition on a list and its order. Columns that are compared stand before those
// of the order in an index.
type query struct {
	order  []string
	newest bool
	where  []string
	values []any
}

// equal narrows the list, if there is a value.
func (q *query) equal(column, value string) {
	if value != "" {
		q.where, q.values = append(q.where, column+" = ?"), append(q.values, value)
	}
}

// sparse is equal for a column that is mostly empty, whose index leaves those rows out.
func (q *query) sparse(column, value string) {
	if value != "" {
		q.where = append(q.where, column+" <> ''")
		q.equal(column, value)
	}
}

// between wants from ≤ column < until.
func (q *query) between(column string, from, until int64) {
	q.where, q.values = append(q.where, column+" >= ?", column+" < ?"), append(q.values, from, until)
}

// within narrows a list to a span of block time, which is one of places. Both are open at 0.
func (s *Store) within(ctx context.Context, q *query, fromMs, untilMs int64) error {
	for _, edge := range []struct {
		ms      int64
		compare string
	}{{fromMs, " >= ?"}, {untilMs, " < ?"}} {
		if edge.ms == 0 {
			continue
		}
		var height sql.NullInt64
		text := s.bound("SELECT height FROM blocks WHERE time_ms >= ? ORDER BY time_ms, height LIMIT 1")
		switch err := s.read.QueryRowContext(ctx, text, edge.ms).Scan(&height); {
		case errors.Is(err, sql.ErrNoRows):
			height.Int64 = 1<<(63-heightShift) - 1 // no block is so late
		case err != nil:
			return err
		}
		q.where, q.values = append(q.where, "seq"+edge.compare), append(q.values, seqOf(height.Int64, 0, 0))
	}
	return nil
}

// text is the statement of a page.
func (q *query) text(l *layout, after []any, limit int) (text string, values []any) {
	where, values := append([]string{}, q.where...), append([]any{}, q.values...)
	compare, direction := " > ", ""
	if q.newest {
		compare, direction = " < ", " DESC"
	}
	if after != nil {
		marks := strings.TrimSuffix(strings.Repeat("?, ", len(after)), ", ")
		where, values = append(where, "("+strings.Join(q.order, ", ")+")"+compare+"("+marks+")"), append(values, after...)
	}
	text = "SELECT " + strings.Join(l.columns, ", ") + " FROM " + l.name
	if len(where) > 0 {
		text += " WHERE " + strings.Join(where, " AND ")
	}
	text += " ORDER BY " + strings.Join(q.order, direction+", ") + direction
	if limit > 0 {
		text += fmt.Sprintf(" LIMIT %d", limit)
	}
	return text, values
}

// list reads a page and says after which mark the next begins; empty: there is none.
func list[R any](ctx context.Context, s *Store, t table[R], q query, p Page) (rows []R, next string, err error) {
	limit := p.Limit
	if limit == 0 {
		limit = pageDefault
	}
	if limit < 0 || limit > pageMax {
		return nil, "", fmt.Errorf("a page of %d rows: 1 to %d", p.Limit, pageMax)
	}
	after, err := t.marked(q.order, p.After)
	if err != nil {
		return nil, "", err
	}
	text, values := q.text(t.layout, after, limit+1)
	if rows, err = fetchRows(ctx, s, t, text, values); err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = t.mark(q.order, reflect.ValueOf(&rows[limit-1]).Elem())
	}
	return rows, next, nil
}

func fetchRows[R any](ctx context.Context, s *Store, t table[R], text string, values []any) (rows []R, err error) {
	found, err := s.read.QueryContext(ctx, s.bound(text), values...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, found.Close()) }()
	scan := t.scanner()
	rows = []R{}
	for found.Next() {
		var row R
		if err := scan.row(found.Scan, reflect.ValueOf(&row).Elem()); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, found.Err()
}

// find reads the one row whose column has a value.
func find[R any](ctx context.Context, s *Store, t table[R], column string, value any) (row R, ok bool, err error) {
	text := "SELECT " + strings.Join(t.columns, ", ") + " FROM " + t.name + " WHERE " + column + " = ?"
	err = t.scanner().row(s.read.QueryRowContext(ctx, s.bound(text), value).Scan, reflect.ValueOf(&row).Elem())
	if errors.Is(err, sql.ErrNoRows) {
		return row, false, nil
	}
	return row, err == nil, err
}

// mark is the key of a row, opaque to whoever passes it on.
func (l *layout) mark(order []string, row reflect.Value) string {
	key := make([]any, len(order))
	for i, column := range order {
		key[i] = value(row.Field(l.field(column)))
	}
	data, err := json.Marshal(key)
	if err != nil {
		panic(err) // texts and numbers
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

func (l *layout) field(column string) int {
	for i, c := range l.columns {
		if c == column {
			return l.fields[i]
		}
	}
	panic("readmodel: " + l.name + " has no column " + column)
}

// marked reads a mark; each part must be of its column's type.
func (l *layout) marked(order []string, mark string) (key []any, err error) {
	if mark == "" {
		return nil, nil
	}
	data, err := base64.RawURLEncoding.DecodeString(mark)
	if err != nil {
		return nil, ErrPage
	}
	var parts []json.RawMessage
	if json.Unmarshal(data, &parts) != nil || len(parts) != len(order) {
		return nil, ErrPage
	}
	for i, column := range order {
		var failed error
		if k := l.row.Field(l.field(column)).Type.Kind(); k == reflect.Int64 || k == reflect.Bool {
			var n int64
			failed = json.Unmarshal(parts[i], &n)
			key = append(key, n)
		} else {
			var text string
			failed = json.Unmarshal(parts[i], &text)
			key = append(key, text)
		}
		if failed != nil {
			return nil, ErrPage
		}
	}
	return key, nil
}
