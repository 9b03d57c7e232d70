// Package shareddata finds the real files by others that tests read in place.
package shareddata

import (
	"os"
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
