//go:build unix

package keyring

import (
	"errors"
	"os"
	"testing"

	"causeway/core/kernel/identity"
)

// The bits of the mode decide, not whether this process could read the file: root reads all.
func TestOthersMayNotRead(t *testing.T) {
	path := cheap(t, newTestKey(t, identity.Ed25519), "p")
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620, 0o601, 0o777} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(path, unasked(t)); !errors.Is(err, ErrPermissions) {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path, phrase("p")); err != nil {
		t.Errorf("mode 400: %v", err)
	}
	if _, err := Load(t.TempDir(), unasked(t)); err == nil {
		t.Error("a folder was read as a key")
	}
}
