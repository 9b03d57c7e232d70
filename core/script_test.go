package core_test

import (
	"path/filepath"
	"strings"
	"testing"

	"causeway/internal/testkit"
)

// The behaviour of the machine, in words of a bank: each file is a story that runs on two
// machines with restarts between. After a change, go test ./core -rewrite, and read the diff.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.txt"))
	if err != nil || len(files) < 12 {
		t.Fatalf("%d scripts: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { testkit.RunScript(t, file) })
	}
}
