package readmodel

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // PostgreSQL
	_ "modernc.org/sqlite"             // SQLite, in pure Go
)

// Store is the database. Queries are safe for concurrent use; one reader writes.
type Store struct {
	write, read *sql.DB
	postgres    bool

	// What follows belongs to the one goroutine that writes.
	conn     *sql.Conn
	prepared map[string]*sql.Stmt                 // on that connection
	kept     map[*layout]map[string]reflect.Value // rows of tables that are kept
}

// Open opens a database and brings its schema up to date. The setting is a PostgreSQL address
// (postgres://…), or the path of an SQLite file, which is made if there is none.
func Open(ctx context.Context, setting string) (*Store, error) {
	s := &Store{prepared: map[string]*sql.Stmt{}}
	s.forget()
	var err error
	if strings.HasPrefix(setting, "postgres://") || strings.HasPrefix(setting, "postgresql://") {
		s.postgres = true
		err = s.openPostgres(setting)
	} else {
		err = s.openSQLite(setting)
	}
	if err == nil {
		err = s.migrate(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) openPostgres(setting string) (err error) {
	if s.write, err = sql.Open("pgx", setting); err == nil {
		s.read, err = sql.Open("pgx", setting)
	}
	if err == nil {
		s.write.SetMaxOpenConns(1)
		s.read.SetMaxOpenConns(readersMax)
		s.read.SetConnMaxIdleTime(5 * time.Minute)
	}
	return err
}

// readersMax is how many queries run at once.
const readersMax = 8

// openSQLite: a power loss may take the newest transactions, whole and with their position, so
// the reader makes them anew; that spares a sync for each.
func (s *Store) openSQLite(path string) (err error) {
	open := func(pragmas ...string) (*sql.DB, error) {
		q := url.Values{"_pragma": append(pragmas, "busy_timeout(5000)", "temp_store(memory)")}
		return sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	}
	// Pages of 8 kB keep the trees flat; the log of the writer is brought home in larger pieces.
	s.write, err = open("page_size(8192)", "journal_mode(wal)", "synchronous(normal)", "cache_size(-65536)", "wal_autocheckpoint(4000)")
	if err == nil {
		s.read, err = open("query_only(1)", "cache_size(-16384)")
	}
	if err == nil {
		s.write.SetMaxOpenConns(1)
		s.read.SetMaxOpenConns(readersMax)
	}
	return err
}

// Close ends all connections; the writer must have stopped.
func (s *Store) Close() (err error) {
	s.disconnect()
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}
	return err
}

// connect makes sure that the writer has its connection. Statements are prepared on it, and
// transactions begin on it, since those of database/sql cannot share statements.
func (s *Store) connect(ctx context.Context) (err error) {
	if s.conn == nil {
		s.conn, err = s.write.Conn(ctx)
	}
	return err
}

// disconnect gives the writer's connection up, with whatever it was doing, and forgets what was
// remembered: after a failure the database alone says what is there.
func (s *Store) disconnect() {
	if s.conn != nil {
		// An SQLite connection with an open statement is closed only when that is, and until then
		// would hold the lock of its transaction.
		for _, statement := range s.prepared {
			_ = statement.Close()
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		_, _ = s.conn.ExecContext(ctx, "ROLLBACK") // mostly there is none, or nobody to tell
		cancel()
		_ = s.conn.Raw(func(any) error { return driver.ErrBadConn }) // that is how the pool learns to drop it
		_ = s.conn.Close()                                           // it says only that it is bad
	}
	s.conn, s.prepared = nil, map[string]*sql.Stmt{}
	s.forget()
}

// bound writes the parameters of a statement as the database knows them.
func (s *Store) bound(text string) string {
	if !s.postgres {
		return text
	}
	var b strings.Builder
	n := 0
	for _, r := range text {
		if r == '?' {
			n++
			b.WriteString("$" + strconv.Itoa(n))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// prepare gives a statement of the writer, prepared once.
func (s *Store) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	if statement, ok := s.prepared[text]; ok {
		return statement, nil
	}
	statement, err := s.conn.PrepareContext(ctx, s.bound(text))
	if err == nil {
		s.prepared[text] = statement
	}
	return statement, err
}

// keptMax bounds the rows of one table that are remembered.
const keptMax = 1 << 18

func (s *Store) remember(l *layout, w *writes) {
	rows := s.kept[l]
	if rows == nil || len(rows) > keptMax {
		rows = map[string]reflect.Value{}
		s.kept[l] = rows
	}
	for name, row := range w.rows {
		if row.IsValid() {
			rows[name] = row
		} else {
			delete(rows, name)
		}
	}
}

// forget drops remembered rows: what the database has counts.
func (s *Store) forget() { s.kept = map[*layout]map[string]reflect.Value{} }

// reset empties the tables of a model.
func (u *unit) reset(m *model) {
	for _, l := range m.tables {
		text := "DELETE FROM " + l.name
		if u.store.postgres {
			text = "TRUNCATE " + l.name
		}
		if _, err := u.store.conn.ExecContext(u.ctx, text); err != nil {
			u.fail(fmt.Errorf("emptying %s: %w", l.name, err))
		}
		delete(u.store.kept, l)
	}
}
