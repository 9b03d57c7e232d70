package readmodel

import "reflect"

// TableInfo describes a table for whoever queries the database, and for the reference page.
type TableInfo struct {
	Model   string
	Version int64
	Name    string
	About   string
	Columns []ColumnInfo
}

// ColumnInfo describes a column.
type ColumnInfo struct {
	Name, Type, About string
	Key               bool
}

// Schema is all tables of all models, in the order of the list.
func Schema() (all []TableInfo) {
	for _, m := range models {
		for _, l := range m.tables {
			t := TableInfo{Model: m.name, Version: m.version, Name: l.name, About: l.about}
			for i, field := range l.fields {
				f := l.row.Field(field)
				t.Columns = append(t.Columns, ColumnInfo{Name: l.columns[i], Type: columnType(f.Type), About: f.Tag.Get("doc"), Key: i < l.keys})
			}
			all = append(all, t)
		}
	}
	return all
}

func columnType(t reflect.Type) string {
	switch {
	case t == amountType:
		return "amount"
	case t.Kind() == reflect.String:
		return "text"
	}
	return "number"
}
