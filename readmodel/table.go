package readmodel

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"strings"

	"causeway/core/kernel/money"
)

// table maps a row type to an SQL table: a column for each field with a db tag, the key first.
// Texts are text, numbers and booleans BIGINT, amounts 39 digits of text; there are no nulls.
type table[R any] struct{ *layout }

type layout struct {
	name    string
	about   string
	columns []string
	keys    int // so many columns are the key
	row     reflect.Type
	fields  []int
	kept    bool // rows that were written are remembered: they are read again and again

	selectText, upsertHead, upsertTail, deleteText string
}

// keep makes the reader remember rows of the table.
func (t table[R]) keep() table[R] {
	t.kept = true
	return t
}

var amountType = reflect.TypeFor[money.Amount]()

// newTable reads the columns off R's tags.
func newTable[R any](name string, keys int, about string) table[R] {
	l := &layout{name: name, about: about, keys: keys, row: reflect.TypeFor[R]()}
	for i := range l.row.NumField() {
		if column := l.row.Field(i).Tag.Get("db"); column != "" {
			l.columns, l.fields = append(l.columns, column), append(l.fields, i)
		}
	}
	list := strings.Join(l.columns, ", ")
	where := make([]string, keys)
	for i := range where {
		where[i] = l.columns[i] + " = ?"
	}
	set := make([]string, 0, len(l.columns))
	for _, column := range l.columns[keys:] {
		set = append(set, column+" = excluded."+column)
	}
	l.selectText = "SELECT " + list + " FROM " + name + " WHERE " + strings.Join(where, " AND ")
	l.deleteText = "DELETE FROM " + name + " WHERE " + strings.Join(where, " AND ")
	l.upsertHead = "INSERT INTO " + name + " (" + list + ") VALUES "
	l.upsertTail = " ON CONFLICT (" + strings.Join(l.columns[:keys], ", ") + ") DO UPDATE SET " + strings.Join(set, ", ")
	return table[R]{l}
}

// upsert is the statement that writes n rows.
func (l *layout) upsert(n int) string {
	one := "(" + strings.Repeat("?, ", len(l.columns)-1) + "?)"
	return l.upsertHead + strings.Repeat(one+", ", n-1) + one + l.upsertTail
}

// value is a field as the database has it.
func value(v reflect.Value) any {
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Int64:
		return v.Int()
	case reflect.Bool:
		if v.Bool() {
			return int64(1)
		}
		return int64(0)
	}
	if v.Type() == amountType {
		return padded(v.Interface().(money.Amount))
	}
	panic(fmt.Sprintf("readmodel: a column of type %s", v.Type()))
}

// values appends all columns of a row.
func (l *layout) values(to []any, row reflect.Value) []any {
	for _, i := range l.fields {
		to = append(to, value(row.Field(i)))
	}
	return to
}

// key names a row: its key columns, so that keys sort as the database sorts them.
func (l *layout) key(values []any) string {
	var b []byte
	for i, v := range values[:l.keys] {
		switch v := v.(type) {
		case string:
			b = append(b, v...)
			if i < l.keys-1 {
				b = append(b, 0)
			}
		case int64:
			b = binary.BigEndian.AppendUint64(b, uint64(v))
		default:
			panic(fmt.Sprintf("readmodel: a key of type %T", v))
		}
	}
	return string(b)
}

// amountDigits is how many digits the largest amount has, 2^127-1.
const amountDigits = 39

// padded writes an amount so that texts sort as numbers do.
func padded(a money.Amount) string {
	digits := a.Digits()
	return zeros[:amountDigits-len(digits)] + digits
}

const zeros = "000000000000000000000000000000000000000"

func unpadded(text string) (money.Amount, error) {
	trimmed := strings.TrimLeft(text, "0")
	if trimmed == "" {
		trimmed = "0"
	}
	return money.Parse(trimmed, 0)
}

// scanner reads rows of a table.
type scanner struct {
	*layout
	texts   []string
	numbers []int64
	into    []any
}

func (l *layout) scanner() *scanner {
	n := len(l.columns)
	s := &scanner{layout: l, texts: make([]string, n), numbers: make([]int64, n), into: make([]any, n)}
	for i, field := range l.fields {
		switch t := l.row.Field(field).Type; {
		case t.Kind() == reflect.Int64, t.Kind() == reflect.Bool:
			s.into[i] = &s.numbers[i]
		default:
			s.into[i] = &s.texts[i]
		}
	}
	return s
}

// row reads one row by scan.
func (s *scanner) row(scan func(...any) error, row reflect.Value) error {
	if err := scan(s.into...); err != nil {
		return err
	}
	for i, field := range s.fields {
		v := row.Field(field)
		switch {
		case v.Kind() == reflect.Int64:
			v.SetInt(s.numbers[i])
		case v.Kind() == reflect.Bool:
			v.SetBool(s.numbers[i] != 0)
		case v.Kind() == reflect.String:
			v.SetString(s.texts[i])
		default:
			a, err := unpadded(s.texts[i])
			if err != nil {
				return fmt.Errorf("%s.%s: %w", s.name, s.columns[i], err)
			}
			v.Set(reflect.ValueOf(a))
		}
	}
	return nil
}
