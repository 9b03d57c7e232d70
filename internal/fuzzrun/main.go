// Command fuzzrun finds every fuzz target of the module and runs each for a moment, one after
// the other, since go test fuzzes one at a time.
//
//	go run ./internal/fuzzrun -time 3s
package main

import (
	"context"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

// target is one FuzzXxx function.
type target struct{ folder, name string }

func main() {
	each := flag.Duration("time", 3*time.Second, "how long each target runs")
	only := flag.String("only", "", "run targets whose folder/name contains this")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *each, *only); err != nil {
		fmt.Fprintln(os.Stderr, "fuzzrun:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, each time.Duration, only string) error {
	targets, err := find(".")
	if err != nil {
		return err
	}
	if len(targets) == 0 {
		return fmt.Errorf("no fuzz target found: run this in the module's folder")
	}
	count := 0
	for _, t := range targets {
		if !strings.Contains(t.folder+"/"+t.name, only) {
			continue
		}
		start := time.Now()
		cmd := exec.CommandContext(ctx, "go", "test", "./"+filepath.ToSlash(t.folder), "-run", "^$", "-fuzz", "^"+t.name+"$", "-fuzztime", each.String())
		if output, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s in %s: %w\n%s", t.name, t.folder, err, output)
		}
		count++
		fmt.Printf("fuzz %-28s %-24s ok after %.1f s\n", t.folder, t.name, time.Since(start).Seconds())
	}
	fmt.Printf("fuzz: %d targets, %s each\n", count, each)
	return nil
}

// find parses the test files below root, in the order of their paths.
func find(root string) (targets []target, err error) {
	set := token.NewFileSet()
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != root && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata" || entry.Name() == "node_modules"):
			return filepath.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, declaration := range file.Decls {
			f, ok := declaration.(*ast.FuncDecl)
			if ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Fuzz") {
				targets = append(targets, target{filepath.Dir(path), f.Name.Name})
			}
		}
		return nil
	})
	return targets, err
}
