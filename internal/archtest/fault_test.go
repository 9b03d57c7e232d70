package archtest

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"causeway/core/kernel/fault"
	"causeway/internal/shareddata"
)

var appendFaults = flag.Bool("append-faults", false, "add new refusals to the golden table; it never changes a line")

func goldenPath() string {
	return filepath.Join(shareddata.Root(), "core", "kernel", "fault", "testdata", "golden.txt")
}

func faultLine(f *fault.Fault) string {
	return fmt.Sprintf("%04d %s %s %s", f.Number, f.Name, f.Class, f.ISO)
}

// The number of a refusal is hashed into block results and its name is matched by clients: the
// table may grow, and no line of it may ever change or go.
func TestFaultTableOnlyGrows(t *testing.T) {
	now := map[string]*fault.Fault{}
	for _, f := range fault.All() {
		now[fmt.Sprintf("%04d", f.Number)] = f
	}
	known := map[string]bool{}
	data, err := os.ReadFile(goldenPath())
	if err != nil && !*appendFaults {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(strings.NewReader(string(data)))
	for lines.Scan() {
		number, _, _ := strings.Cut(lines.Text(), " ")
		known[number] = true
		f := now[number]
		if f == nil {
			t.Errorf("fault %s has gone: %s", number, lines.Text())
		} else if got := faultLine(f); got != lines.Text() {
			t.Errorf("fault %s has changed\n from %s\n   to %s", number, lines.Text(), got)
		}
	}
	for _, f := range fault.All() {
		if known[fmt.Sprintf("%04d", f.Number)] {
			continue
		}
		if !*appendFaults {
			t.Errorf("fault %s is new: add it with go test ./internal/archtest -run FaultTable -append-faults", faultLine(f))
			continue
		}
		data = append(data, faultLine(f)+"\n"...)
	}
	if *appendFaults && !t.Failed() {
		if err := os.MkdirAll(filepath.Dir(goldenPath()), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(goldenPath(), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

var faultName = regexp.MustCompile(`^[a-z]+(_[a-z]+)*\.[a-z0-9]+(_[a-z0-9]+)*$`)

// Every refusal can be read by people in both languages and matched by machines.
func TestFaultsCanBeRead(t *testing.T) {
	names := map[string]uint16{}
	for _, f := range fault.All() {
		if !faultName.MatchString(f.Name) {
			t.Errorf("fault %d: the name %q is not noun.what", f.Number, f.Name)
		}
		if other, twice := names[f.Name]; twice {
			t.Errorf("faults %d and %d are both %s", other, f.Number, f.Name)
		}
		names[f.Name] = f.Number
		if strings.TrimSpace(f.En) == "" || strings.HasSuffix(f.En, ".") {
			t.Errorf("%s: English %q", f.Name, f.En)
		}
		if !strings.ContainsFunc(f.Zh, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }) {
			t.Errorf("%s: Chinese %q", f.Name, f.Zh)
		}
		if len(f.ISO) != 4 {
			t.Errorf("%s: ISO 20022 reason %q", f.Name, f.ISO)
		}
		if f.HTTP() < 400 {
			t.Errorf("%s: HTTP %d", f.Name, f.HTTP())
		}
	}
}
