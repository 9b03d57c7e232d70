package readmodel

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
)

// Migrations are numbered files of one dialect that both databases nearly share. A model whose
// tables change gets a new version besides, so that its rows are made anew.
//
//go:embed migrations/*.sql
var migrations embed.FS

// textType is a column of text. PostgreSQL would sort by its locale; both sort by bytes.
var textType = regexp.MustCompile(`\bTEXT\b`)

// dialect turns a migration into what a database understands.
func (s *Store) dialect(text string) string {
	if !s.postgres {
		return text
	}
	text = strings.ReplaceAll(text, " WITHOUT ROWID", "") // SQLite: the key is where the rows are
	text = strings.ReplaceAll(text, "INTEGER PRIMARY KEY", "BIGINT PRIMARY KEY")
	return textType.ReplaceAllString(text, `TEXT COLLATE "C"`)
}

func (s *Store) migrate(ctx context.Context) error {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	var list []*goose.Migration
	for _, name := range names {
		number, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return fmt.Errorf("migration %s: %w", name, err)
		}
		data, err := migrations.ReadFile(name)
		if err != nil {
			return err
		}
		text := s.dialect(string(data))
		list = append(list, goose.NewGoMigration(version, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			for _, statement := range statements(text) {
				if _, err := tx.ExecContext(ctx, statement); err != nil {
					return fmt.Errorf("%s: %w", statement, err)
				}
			}
			return nil
		}}, nil))
	}
	kind := goose.DialectSQLite3
	if s.postgres {
		kind = goose.DialectPostgres
	}
	provider, err := goose.NewProvider(kind, s.write, nil, goose.WithGoMigrations(list...), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// statements parts a migration at its semicolons; comments go.
func statements(text string) (list []string) {
	var b strings.Builder
	for line := range strings.Lines(text) {
		code, _, _ := strings.Cut(line, "--")
		b.WriteString(strings.TrimRight(code, " \n") + "\n")
	}
	for _, statement := range strings.Split(b.String(), ";") {
		if statement = strings.TrimSpace(statement); statement != "" {
			list = append(list, statement)
		}
	}
	return list
}
