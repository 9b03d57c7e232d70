// Command docgen writes the reference pages that are made from the code: kinds, refusals, tables and
// the rules of ISO 20022 files.
//
// A page is a function of the catalogue and of the comments beside the fields, so a page can
// be stale but never wrong about another version. The test beside this command fails while a
// page is stale, and while any page of the repository points at something that is not there.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	root := flag.String("root", ".", "folder of the repository")
	flag.Parse()
	if err := write(*root); err != nil {
		fmt.Fprintln(os.Stderr, "docgen:", err)
		os.Exit(1)
	}
}

// write makes every page anew.
func write(root string) error {
	pages, err := pages(root)
	if err != nil {
		return err
	}
	for _, p := range pages {
		if err := os.WriteFile(filepath.Join(root, p.path), p.text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// page is one generated file.
type page struct {
	path string // from the repository's folder, with slashes
	text []byte
}

func pages(root string) ([]page, error) {
	kinds, err := kindsPage(root)
	if err != nil {
		return nil, err
	}
	return []page{
		{"docs/reference/kinds.md", kinds},
		{"docs/reference/faults.md", faultsPage()},
		{"docs/reference/iso-rules.md", isoRulesPage()},
		{"docs/reference/read-models.md", readModelsPage()},
	}, nil
}

const generated = "<!-- Made from the code by `go run ./internal/docgen`. Do not edit. -->\n\n"
