// Package shareddata finds what others made and tests use: real files, read in place, and an
// independent XML processor. Nothing else is a reason to skip a test.
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
