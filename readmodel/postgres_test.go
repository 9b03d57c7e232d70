package readmodel

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"causeway/internal/shareddata"
)

// postgres is a server of this test, on a socket of its own: nobody listens on a network.
type postgres struct {
	bin, data, socket string
	process           *exec.Cmd
	as                *syscall.SysProcAttr
}

// startPostgres makes a database cluster and starts its server, as an ordinary user: PostgreSQL
// refuses to be run by root.
func startPostgres(t testing.TB) *postgres {
	t.Helper()
	p := &postgres{bin: shareddata.Postgres(t), as: &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}}
	folder, err := os.MkdirTemp("", "pg") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	p.data, p.socket = filepath.Join(folder, "data"), folder
	if os.Getuid() == 0 {
		p.as.Credential = ordinary(t)
		if err := os.Chown(folder, int(p.as.Credential.Uid), int(p.as.Credential.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	// A locale that does not sort by bytes, as most servers have: the tables must not depend on it.
	initdb := exec.Command(filepath.Join(p.bin, "initdb"), "-D", p.data, "-U", "causeway", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale-provider=icu", "--icu-locale=en-US", "--locale=C.UTF-8")
	initdb.SysProcAttr, initdb.Dir = p.as, folder
	if out, err := initdb.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	p.start(t)
	t.Cleanup(func() { p.stop(t, syscall.SIGINT) })
	return p
}

// ordinary is a user without rights.
func ordinary(t testing.TB) *syscall.Credential {
	t.Helper()
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, uidErr := strconv.ParseUint(u.Uid, 10, 32)
			gid, gidErr := strconv.ParseUint(u.Gid, 10, 32)
			if uidErr == nil && gidErr == nil {
				return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
			}
		}
	}
	t.Fatal("there is no user postgres or nobody to run PostgreSQL as")
	return nil
}

func (p *postgres) start(t testing.TB) {
	t.Helper()
	p.process = exec.Command(filepath.Join(p.bin, "postgres"), "-D", p.data, "-k", p.socket, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=100")
	p.process.SysProcAttr, p.process.Dir = p.as, p.socket
	if err := p.process.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		db, err := sql.Open("pgx", p.setting("postgres"))
		if err == nil {
			err = db.PingContext(context.Background())
			_ = db.Close()
		}
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("PostgreSQL does not answer: %v", err)
		}
	}
}

// stop ends the server: SIGINT in order, SIGKILL as a crash would.
func (p *postgres) stop(t testing.TB, how syscall.Signal) {
	t.Helper()
	if p.process == nil {
		return
	}
	_ = syscall.Kill(-p.process.Process.Pid, how) // the group: a postmaster that is killed leaves its children a moment
	_ = p.process.Wait()                          // it says how it ended, which was asked for
	p.process = nil
}

func (p *postgres) setting(database string) string {
	q := url.Values{"host": {p.socket}}
	return fmt.Sprintf("postgres://causeway@/%s?%s", database, q.Encode())
}

// database makes an empty database.
func (p *postgres) database(t testing.TB, name string) string {
	t.Helper()
	db, err := sql.Open("pgx", p.setting("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	return p.setting(name)
}
