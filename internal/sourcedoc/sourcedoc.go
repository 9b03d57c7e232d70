// Package sourcedoc reads the comments that stand beside struct types in the source.
//
// Reflection knows a field's name, type and tags, but not what its author says of it. The
// generators of pages and of the TypeScript SDK take that from the source, so that it is
// written once. It reads files of this module and nothing else.
package sourcedoc

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
)

const module = "causeway/"

// Declaration is what the source says of a struct type.
type Declaration struct {
	File   string // from the repository's folder
	Doc    string
	Fields map[string]string // Go name of a field → its comment
}

// Sources reads declarations, each folder once.
type Sources struct {
	root    string
	folders map[string]map[string]Declaration
}

// New reads the source below a folder: the repository's.
func New(root string) *Sources {
	return &Sources{root: root, folders: map[string]map[string]Declaration{}}
}

// Of finds the declaration of a struct type of this module. Type arguments are left out: a
// generic type has one declaration.
func (s *Sources) Of(t reflect.Type) (Declaration, error) {
	folder := strings.TrimPrefix(t.PkgPath(), module)
	types, read := s.folders[folder]
	if !read {
		var err error
		if types, err = readFolder(s.root, folder); err != nil {
			return Declaration{}, err
		}
		s.folders[folder] = types
	}
	name, _, _ := strings.Cut(t.Name(), "[")
	d, ok := types[name]
	if !ok {
		return d, fmt.Errorf("no declaration of %s in %s", name, folder)
	}
	return d, nil
}

func readFolder(root, folder string) (map[string]Declaration, error) {
	entries, err := os.ReadDir(filepath.Join(root, folder))
	if err != nil {
		return nil, err
	}
	types := map[string]Declaration{}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, folder, name), nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, decl := range file.Decls {
			collect(types, folder+"/"+name, decl)
		}
	}
	return types, nil
}

func collect(types map[string]Declaration, file string, decl ast.Decl) {
	group, ok := decl.(*ast.GenDecl)
	if !ok || group.Tok != token.TYPE {
		return
	}
	for _, spec := range group.Specs {
		typed := spec.(*ast.TypeSpec)
		structure, ok := typed.Type.(*ast.StructType)
		if !ok {
			continue
		}
		doc := typed.Doc
		if doc == nil {
			doc = group.Doc
		}
		d := Declaration{File: file, Doc: oneLine(doc), Fields: map[string]string{}}
		for _, field := range structure.Fields.List {
			text := strings.TrimSpace(oneLine(field.Doc) + " " + oneLine(field.Comment))
			for _, name := range field.Names {
				d.Fields[name.Name] = text
			}
		}
		types[typed.Name.Name] = d
	}
}

func oneLine(group *ast.CommentGroup) string { return strings.Join(strings.Fields(group.Text()), " ") }
