package iso20022

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func seeds(f *testing.F) {
	files, err := filepath.Glob("testdata/*.xml")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, path := range files {
		content, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
		f.Add(content[:len(content)*2/3])
	}
	f.Add([]byte("<a/>"))
	f.Add([]byte("<?xml version='1.0' encoding='latin1'?><a>\xe9</a>"))
}

// FuzzCheck holds that no file panics, that the verdict fits the findings, and that reading the
// same bytes in small pieces changes nothing.
func FuzzCheck(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, profile := range []string{"plain", "cbpr"} {
			r, err := Check(bytes.NewReader(content), Options{Profile: profile, Today: today})
			if err != nil {
				t.Fatal(err)
			}
			if (r.Errors > 0) != (r.Verdict == Refused) || r.Errors+r.Warnings != len(r.Findings)+r.More {
				t.Fatalf("%+v", r)
			}
			again, err := Check(&dripping{content}, Options{Profile: profile, Today: today})
			if err != nil || again.Verdict != r.Verdict || again.Errors != r.Errors || again.Warnings != r.Warnings {
				t.Fatalf("in pieces: %+v\nwhole: %+v", again, r)
			}
		}
	})
}

// dripping gives one to three bytes at a time.
type dripping struct{ rest []byte }

func (d *dripping) Read(p []byte) (int, error) {
	if len(d.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, d.rest[:min(len(d.rest), 1+len(d.rest)%3)])
	d.rest = d.rest[n:]
	return n, nil
}

func FuzzReadPayments(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, content []byte) {
		handed := 0
		file, err := ReadPayments(bytes.NewReader(content), Options{Today: today}, func(p *Payment) error {
			handed++
			if p.Position != handed || len(p.Raw) == 0 || p.Amount.Value == "" {
				t.Fatalf("%+v", p)
			}
			return nil
		})
		if err == nil && file.Payments != handed {
			t.Fatalf("%d payments, %d handed on", file.Payments, handed)
		}
	})
}

func FuzzReadCancellation(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, content []byte) {
		c, err := ReadCancellation(bytes.NewReader(content), Options{})
		if (c == nil) == (err == nil) {
			t.Fatal(c, err)
		}
	})
}

func FuzzReadStatement(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, content []byte) {
		s, err := ReadStatement(bytes.NewReader(content), Options{})
		if (s == nil) == (err == nil) || err == nil && len(s.Statements) == 0 {
			t.Fatal(s, err)
		}
	})
}
