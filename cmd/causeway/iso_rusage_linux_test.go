//go:build soak

package main

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// TestLargeFileStaysOutOfMemory measures what a file of 100,000 payments needs.
func TestLargeFileStaysOutOfMemory(t *testing.T) {
	n := startIsoNetwork(t)
	path := n.write("huge.xml", many("HUGE", 100_000, "1.00"))
	began := time.Now()
	cmd := exec.Command("causeway", "iso", "submit", path, "--as", "machinery.maker", "--url", n.url)
	cmd.Env = append(os.Environ(), "HOME="+n.home)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	most := maxResident(cmd.ProcessState) >> 20
	t.Logf("100,000 payments: %s, at most %d MiB", time.Since(began).Round(time.Second), most)
	if most > 700 {
		t.Errorf("%d MiB", most)
	}
}

// maxResident is the most memory that an ended process had, in bytes (Linux).
func maxResident(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return usage.Maxrss << 10
}
