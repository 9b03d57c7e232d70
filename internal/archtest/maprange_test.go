package archtest

import (
	"fmt"
	"go/ast"
	"go/types"
	"path"
	"slices"
	"strings"
	"testing"
)

// mapRanges are the loops over maps that core may have, by file and function, with the reason
// why their order reaches neither state nor events nor errors.
var mapRanges = map[string]string{
	"core/catalog.go sorted":                   "sorts what it has collected by name",
	"core/kernel/fault/fault.go All":           "sorts what it has collected by number",
	"core/kernel/state/overlay.go walk":        "sorts the ids of the groups it has collected",
	"core/kernel/state/snapshot.go buildIndex": "only sets a flag for each key",
	"core/kernel/state/store.go Adopt":         "only sets or clears a flag for each key",
}

// The type checker runs over core's own packages, parsed in process. Packages outside are
// empty to it: what comes from them has no type, and only the iterators of package maps are
// then taken for what they are.
func TestMapOrderReachesNothing(t *testing.T) {
	c := &checker{t: t, folders: map[string][]*source{}, done: map[string]*types.Package{}, used: map[string]bool{}}
	for _, s := range tree(t) {
		if s.in("core") && !s.test {
			c.folders[s.folder] = append(c.folders[s.folder], s)
		}
	}
	var names []string
	for folder := range c.folders {
		names = append(names, folder)
	}
	slices.Sort(names)
	for _, folder := range names {
		if _, err := c.Import(module + "/" + folder); err != nil {
			t.Error(err)
		}
	}
	if c.ranges < 200 {
		t.Fatalf("only %d loops were looked at: the type check is broken", c.ranges)
	}
	for name := range mapRanges {
		if !c.used[name] {
			t.Errorf("the exception for %s is not needed any more", name)
		}
	}
}

type checker struct {
	t       *testing.T
	folders map[string][]*source
	done    map[string]*types.Package
	used    map[string]bool
	ranges  int
}

// Import type-checks a package of core; any other is empty.
func (c *checker) Import(name string) (*types.Package, error) {
	if p := c.done[name]; p != nil {
		return p, nil
	}
	folder, ok := own(name)
	if !ok || !within(folder, "core") {
		p := types.NewPackage(name, path.Base(strings.TrimSuffix(name, "/v2")))
		p.MarkComplete()
		c.done[name] = p
		return p, nil
	}
	list := c.folders[folder]
	if len(list) == 0 {
		return nil, fmt.Errorf("no files in %s", folder)
	}
	var parsed []*ast.File
	for _, s := range list {
		parsed = append(parsed, s.file)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	config := types.Config{Importer: c, Error: func(error) {}} // what lies outside has no types
	p, _ := config.Check(name, positions, parsed, info)
	c.done[name] = p
	for _, s := range list {
		c.look(s, info)
	}
	return p, nil
}

func (c *checker) look(s *source, info *types.Info) {
	for _, d := range s.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			loop, ok := n.(*ast.RangeStmt)
			if !ok {
				return true
			}
			c.ranges++
			if !overMap(loop.X, info) {
				return true
			}
			name := s.path + " " + f.Name.Name
			c.used[name] = true
			if mapRanges[name] == "" {
				c.t.Errorf("%s: %s ranges over a map: give it an order, or say in mapRanges why none can be seen", s.at(loop), f.Name.Name)
			}
			return true
		})
	}
}

func overMap(x ast.Expr, info *types.Info) bool {
	if call, ok := x.(*ast.CallExpr); ok {
		if f, ok := call.Fun.(*ast.SelectorExpr); ok {
			if q, ok := f.X.(*ast.Ident); ok && q.Name == "maps" {
				return true
			}
		}
	}
	t := info.Types[x].Type
	if t == nil {
		return false
	}
	_, is := t.Underlying().(*types.Map)
	return is
}
