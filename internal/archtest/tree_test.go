package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"causeway/internal/shareddata"
)

const module = "causeway"

// source is one Go file of the repository, parsed.
type source struct {
	path    string // relative to the root, with slashes
	folder  string
	test    bool
	text    string
	file    *ast.File
	imports []string
}

// generated says that a program wrote the file (the form that go generate asks for).
func (s *source) generated() bool { return ast.IsGenerated(s.file) }

func (s *source) lines() int { return strings.Count(s.text, "\n") }

// in reports whether the file lies in one of the folders or below.
func (s *source) in(folders ...string) bool { return within(s.folder, folders...) }

func within(folder string, folders ...string) bool {
	for _, f := range folders {
		if folder == f || strings.HasPrefix(folder, f+"/") {
			return true
		}
	}
	return false
}

var (
	positions = token.NewFileSet()
	readOnce  sync.Once
	files     []*source
	readError error
)

// tree is every Go file of the repository.
func tree(t *testing.T) []*source {
	t.Helper()
	readOnce.Do(read)
	if readError != nil {
		t.Fatal(readError)
	}
	if len(files) < 100 {
		t.Fatalf("only %d Go files were found: the walk is broken", len(files))
	}
	return files
}

func read() {
	root := shareddata.Root()
	readError = filepath.WalkDir(root, func(at string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			switch entry.Name() {
			case ".git", "node_modules", "testdata":
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(at, ".go") {
			return nil
		}
		text, err := os.ReadFile(at)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, at)
		if err != nil {
			return err
		}
		s := &source{path: filepath.ToSlash(relative), text: string(text), test: strings.HasSuffix(at, "_test.go")}
		s.folder = path.Dir(s.path)
		if s.file, err = parser.ParseFile(positions, at, text, parser.ParseComments|parser.SkipObjectResolution); err != nil {
			return err
		}
		for _, i := range s.file.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			s.imports = append(s.imports, name)
		}
		files = append(files, s)
		return nil
	})
}

// at names a place in a file for a message.
func (s *source) at(n ast.Node) string {
	return s.path + ":" + strconv.Itoa(positions.Position(n.Pos()).Line)
}

// own cuts the module's name off an import path of this module.
func own(importPath string) (folder string, ok bool) {
	return strings.CutPrefix(importPath, module+"/")
}

// standard reports whether an import path is of the standard library: its first element has no dot.
func standard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return first != module && !strings.Contains(first, ".")
}
