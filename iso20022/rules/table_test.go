package rules

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"causeway/iso20022/codes"
)

// TestTable holds that every rule is documented in both languages, that ids are unique, and that
// the reason which answers it is a published code.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range All() {
		if seen[r.ID] || r.En == "" || r.Zh == "" || r.Applies == "" || r.CBPR == Off || r.Plain > r.CBPR {
			t.Errorf("%+v", r)
		}
		seen[r.ID] = true
		if listed, known := codes.External("ExternalStatusReason1Code", Reason(r.ID)); !listed || !known {
			t.Errorf("%s is answered by %s, which is not published", r.ID, Reason(r.ID))
		}
	}
	for id := range reasons {
		if !seen[id] {
			t.Errorf("a reason answers %s, which is no rule", id)
		}
	}
}

// TestEveryIDIsInTheTable reads the sources beside this one and those that report violations: an
// id that the table does not have would refuse without a text.
func TestEveryIDIsInTheTable(t *testing.T) {
	id := regexp.MustCompile(`"((?:iso|cbpr)\.[a-z_.]*[a-z_])"`)
	used := map[string]bool{}
	for _, folder := range []string{".", "../schema", "../envelope"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if base := filepath.Base(file); base == "table.go" && folder == "." || base == "table_test.go" {
				continue
			}
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range id.FindAllStringSubmatch(string(content), -1) {
				used[match[1]] = true
				if _, ok := Find(match[1]); !ok {
					t.Errorf("%s uses %s, which is no rule", file, match[1])
				}
			}
		}
	}
	for _, r := range All() {
		if !used[r.ID] {
			t.Errorf("nothing ever finds %s", r.ID)
		}
	}
}
