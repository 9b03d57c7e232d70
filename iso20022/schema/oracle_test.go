package schema_test

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"causeway/internal/shareddata"
	"causeway/iso20022/schema"
	"causeway/iso20022/versions"
	"causeway/iso20022/xmlscan"
)

var (
	perVersion = flag.Int("mutants", 60, "random messages per version to compare with xmllint")
	seed       = flag.Int64("seed", 20022, "seed of the random messages")
)

// TestAgreesWithXmllint writes random and then spoiled messages of every version and asks an
// independent processor: the verdicts must be the same.
func TestAgreesWithXmllint(t *testing.T) {
	xsd := filepath.Join(shareddata.Folder(t), "iso20022", "xsd")
	shareddata.Xmllint(t)
	for i, table := range versions.All() {
		t.Run(table.Version, func(t *testing.T) {
			a := &author{Rand: rand.New(rand.NewSource(*seed + int64(i))), schema: table.Schema()}
			files := map[string][]byte{}
			for n := range *perVersion {
				files[fmt.Sprintf("r%05d.xml", n)] = a.file(n)
			}
			for _, sample := range samples(t, table) {
				for n := range *perVersion / 4 {
					root := tree(t, sample)
					for range n % 3 {
						a.spoil(root)
					}
					var b strings.Builder
					root.write(&b)
					files[fmt.Sprintf("s%05d.xml", len(files))] = []byte(b.String())
				}
			}
			compare(t, table, filepath.Join(xsd, table.Version+".xsd"), files)
		})
	}
}

func (a *author) file(n int) []byte {
	a.prefix = []string{"", "", "p:"}[a.Intn(3)]
	root := a.message()
	for range n % 4 {
		a.spoil(root)
	}
	var b strings.Builder
	b.WriteString([]string{"", `<?xml version="1.0" encoding="UTF-8"?>` + "\n", "\xEF\xBB\xBF", `<?xml version="1.0" encoding="ISO-8859-1"?>`, "<!-- before -->"}[a.Intn(5)])
	root.write(&b)
	content := []byte(b.String())
	if n%11 == 10 {
		content[a.Intn(len(content))] = byte(a.Intn(256))
	}
	return content
}

// compare asks xmllint about all files in one call.
func compare(t *testing.T, table *schema.Table, xsd string, files map[string][]byte) {
	t.Helper()
	folder := t.TempDir()
	args := []string{"--nonet", "--noout", "--schema", xsd}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, name)
	}
	cmd := exec.Command("xmllint", args...)
	cmd.Dir = folder
	said, _ := cmd.CombinedOutput() // the exit status is that of the whole batch
	agreed, valid := 0, 0
	for name, content := range files {
		// On names in open content that Namespaces in XML forbids xmllint reports an error and yet says
		// that the file validates; that report is a refusal here. It also looks at the syntax of URIs,
		// which is not ours to judge.
		theirs := bytes.Contains(said, []byte(name+" validates\n"))
		for _, line := range strings.Split(lines(said, name), "\n") {
			theirs = theirs && (!strings.Contains(line, ": namespace error :") || strings.Contains(line, "is not a valid URI"))
		}
		violations, err := table.Check(bytes.NewReader(content), 3)
		ours := err == nil && len(violations) == 0
		if theirs {
			valid++
		}
		if ours == theirs || bytes.Contains(content, []byte("<!DOCTYPE")) {
			agreed++
			continue
		}
		t.Errorf("%s: xmllint says valid=%v, we say valid=%v: %v %v\n%s\n%.3000s", name, theirs, ours, err, violations, lines(said, name), content)
	}
	if valid == 0 || valid == len(files) {
		t.Errorf("%d of %d files are valid: the comparison proves nothing", valid, len(files))
	}
	t.Logf("%d files, %d valid", len(files), valid)
}

func lines(said []byte, name string) string {
	var b strings.Builder
	for _, line := range strings.Split(string(said), "\n") {
		if strings.HasPrefix(line, name) {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// samples are strangers' messages of this version, cut out of their wrappers.
func samples(t *testing.T, table *schema.Table) [][]byte {
	t.Helper()
	var found [][]byte
	root := filepath.Join(shareddata.Folder(t), "iso20022", "samples")
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".xml") {
			return err
		}
		content, err := os.ReadFile(path)
		if err == nil && len(content) < 60_000 && len(found) < 12 {
			found = append(found, cut(content, table.Schema())...)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// cut returns the raw root elements of a schema inside a file; their namespace must be declared on them.
func cut(content []byte, s *schema.Schema) [][]byte {
	var found [][]byte
	scan := xmlscan.New(bytes.NewReader(content))
	for {
		kind, err := scan.Next()
		if err != nil || kind == xmlscan.EOF {
			return found
		}
		if kind != xmlscan.Start || !scan.Name().Is(s.Space, s.Root.Name) {
			continue
		}
		scan.Capture()
		for depth := scan.Depth(); ; {
			kind, err = scan.Next()
			if err != nil {
				return found
			}
			if kind == xmlscan.End && scan.Depth() == depth-1 {
				break
			}
		}
		found = append(found, bytes.Clone(scan.Captured()))
	}
}

// tree reads a well-formed message.
func tree(t *testing.T, content []byte) *element {
	t.Helper()
	scan := xmlscan.New(bytes.NewReader(content))
	top := &element{}
	stack := []*element{top}
	for {
		kind, err := scan.Next()
		if err != nil {
			t.Fatal(err)
		}
		parent := stack[len(stack)-1]
		switch kind {
		case xmlscan.EOF:
			return top.children[0]
		case xmlscan.Start:
			e := &element{}
			name := func(n xmlscan.Name) string {
				if len(n.Prefix) > 0 {
					return string(n.Prefix) + ":" + string(n.Local)
				}
				return string(n.Local)
			}
			e.name = name(scan.Name())
			if len(stack) == 1 {
				declaration := "xmlns"
				if len(scan.Name().Prefix) > 0 {
					declaration += ":" + string(scan.Name().Prefix)
				}
				e.attrs = fmt.Sprintf(` %s="%s"`, declaration, scan.Name().Space)
			}
			for _, a := range scan.Attrs() {
				if len(a.Prefix) == 0 {
					e.attrs += fmt.Sprintf(` %s="%s"`, name(a.Name), escape.Replace(string(a.Value)))
				}
			}
			parent.children = append(parent.children, e)
			stack = append(stack, e)
		case xmlscan.Text:
			parent.children = append(parent.children, &element{text: escape.Replace(string(scan.Text()))})
		case xmlscan.End:
			stack = stack[:len(stack)-1]
			if only := parent.children; len(only) == 1 && only[0].name == "" {
				parent.text, parent.children = only[0].text, nil
			}
		}
	}
}
