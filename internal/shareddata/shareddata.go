// Package shareddata finds what others made and tests use: real files, read in place, an
// independent XML processor, and PostgreSQL. Nothing else is a reason to skip a test.
package shareddata

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// Root is the module's folder.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// Folder is the folder of real files by others that stands beside the repository; the
// test skips where it does not, since the project must build and pass alone.
func Folder(t testing.TB) string {
	t.Helper()
	folder := filepath.Join(Root(), "..", "shared", "data")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("skip: ../shared/data is not beside this checkout, so strangers' files cannot be read")
	}
	return folder
}

// Xmllint is where the independent XML processor is. The test skips where it is not installed,
// except in CI, which installs it.
func Xmllint(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("xmllint")
	if err != nil && os.Getenv("CI") != "" {
		t.Fatal("xmllint (libxml2) is not installed: make deps")
	}
	if err != nil {
		t.Skip("skip: xmllint is not installed")
	}
	return path
}

// Postgres is the folder of PostgreSQL's programs, which distributions keep out of the path. The
// test skips where it is not installed, except in CI, which installs it.
func Postgres(t testing.TB) string {
	t.Helper()
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path)
		}
	}
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql*/bin"} {
		found, _ := filepath.Glob(pattern) // the pattern is good
		for i := len(found) - 1; i >= 0; i-- {
			if _, err := os.Stat(filepath.Join(found[i], "initdb")); err == nil {
				return found[i]
			}
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("PostgreSQL is not installed: make deps")
	}
	t.Skip("skip: PostgreSQL is not installed")
	return ""
}
