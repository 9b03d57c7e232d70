// Fuzzrun runs every fuzz target of the module, each for a short time, and stops at the first
// that fails. go test -fuzz takes one target of one package at a time, so somebody has to
// find them.
package main

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

type target struct{ folder, name string }

func main() {
	each := flag.Duration("time", 2*time.Second, "how long each target runs")
	flag.Parse()
	targets, err := find(".")
	if err != nil {
		fmt.Fprintln(os.Stderr, "fuzzrun:", err)
		os.Exit(1)
	}
	start := time.Now()
	for i, t := range targets {
		fmt.Printf("fuzz %d of %d: %s %s\n", i+1, len(targets), t.folder, t.name)
		command := exec.Command("go", "test", "./"+t.folder, "-run", "^$", "-fuzz", "^"+t.name+"$", "-fuzztime", each.String(), "-fuzzminimizetime", "10x")
		if output, err := command.CombinedOutput(); err != nil {
			fmt.Printf("%s\nfuzzrun: %s %s: %v\n", output, t.folder, t.name, err)
			os.Exit(1)
		}
	}
	fmt.Printf("fuzz: %d targets, nothing found, %s\n", len(targets), time.Since(start).Round(time.Second))
}

// find lists the fuzz targets in the order of folders and names.
func find(root string) (targets []target, err error) {
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path != root && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata" || entry.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, declaration := range file.Decls {
			if f, ok := declaration.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Fuzz") {
				targets = append(targets, target{filepath.Dir(path), f.Name.Name})
			}
		}
		return nil
	})
	return targets, err
}
