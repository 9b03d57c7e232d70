package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"causeway/internal/shareddata"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	fence   = regexp.MustCompile("(?ms)^```.*?^```")
	code    = regexp.MustCompile("`[^`\n]*`")
)

// Whatever a page of the repository points at is there: files, and headings in pages.
func TestLinksLeadSomewhere(t *testing.T) {
	root := shareddata.Root()
	pages, err := filepath.Glob(filepath.Join(root, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(filepath.Join(root, "docs"), func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".md") {
			pages = append(pages, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	pages = append(pages, filepath.Join(root, "client-ts", "README.md"))
	links := 0
	for _, page := range pages {
		for _, target := range targets(t, page) {
			if strings.Contains(target, "://") {
				continue
			}
			links++
			if problem := lead(page, target); problem != "" {
				name, _ := filepath.Rel(root, page)
				t.Errorf("%s: %s %s", name, target, problem)
			}
		}
	}
	if len(pages) < 15 || links < 100 {
		t.Fatalf("only %d links in %d pages were looked at", links, len(pages))
	}
}

func targets(t *testing.T, page string) (list []string) {
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range link.FindAllStringSubmatch(code.ReplaceAllString(fence.ReplaceAllString(string(data), ""), ""), -1) {
		list = append(list, m[1])
	}
	return list
}

// lead says what is wrong with a link; empty if nothing is.
func lead(page, target string) string {
	path, at, _ := strings.Cut(target, "#")
	file := page
	if path != "" {
		file = filepath.Join(filepath.Dir(page), filepath.FromSlash(path))
	}
	data, err := os.ReadFile(file)
	if at == "" {
		if _, err := os.Stat(file); err != nil {
			return "is not there"
		}
		return ""
	}
	if err != nil {
		return "is not there"
	}
	for _, m := range heading.FindAllStringSubmatch(fence.ReplaceAllString(string(data), ""), -1) {
		if anchor(strings.ReplaceAll(m[1], "`", "")) == at {
			return ""
		}
	}
	return "has no such heading"
}
