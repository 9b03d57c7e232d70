package archtest

import (
	"go/ast"
	"strings"
	"testing"
)

// linesMax keeps a file to one concept; what a program writes may be as long as it is.
const linesMax = 600

func TestFilesAreShort(t *testing.T) {
	for _, s := range tree(t) {
		if n := s.lines(); n >= linesMax && !s.generated() {
			t.Errorf("%s has %d lines, a hand-written file fewer than %d", s.path, n, linesMax)
		}
	}
}

// Unfinished work stands in the issue tracker, not in the code.
func TestNothingIsLeftForLater(t *testing.T) {
	for _, s := range tree(t) {
		for _, group := range s.file.Comments {
			for _, c := range group.List {
				for _, mark := range []string{"TO" + "DO", "FIX" + "ME", "HA" + "CK"} {
					if strings.Contains(c.Text, mark) {
						t.Errorf("%s: %s", s.at(c), strings.TrimSpace(c.Text))
					}
				}
			}
		}
	}
}

// vague are names of packages that say nothing about what is in them.
var vague = []string{"util", "utils", "common", "helper", "helpers", "manager", "misc", "base", "types"}

func TestPackagesHaveNamesAndComments(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range tree(t) {
		if s.test {
			continue
		}
		for _, name := range vague {
			if s.file.Name.Name == name {
				t.Errorf("%s: package %s is named after nothing", s.path, name)
			}
		}
		documented[s.folder] = documented[s.folder] || s.file.Doc != nil
	}
	for folder, ok := range documented {
		if !ok {
			t.Errorf("package %s has no comment", folder)
		}
	}
}

func selected(s *ast.SelectorExpr) (receiver, name string) {
	if s == nil {
		return "", ""
	}
	if id, ok := s.X.(*ast.Ident); ok {
		receiver = id.Name
	}
	return receiver, s.Sel.Name
}

// skips are where a test may be skipped: files by others, the independent XML processor or
// PostgreSQL are not there. A test that skips for what happened by chance tests nothing on the day it should.
const skips = "internal/shareddata"

func TestSkipsHaveOnePlace(t *testing.T) {
	for _, s := range tree(t) {
		if s.folder == skips {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			called, ok := n.(*ast.SelectorExpr)
			if receiver, named := selected(called); ok && receiver != "r" { // r of rapid draws another action
				switch named {
				case "Skip", "Skipf", "SkipNow":
					t.Errorf("%s: only %s skips a test", s.at(called), skips)
				}
			}
			return true
		})
	}
}
