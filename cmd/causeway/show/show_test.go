package show

import (
	"strings"
	"testing"
)

type row struct {
	Name   string   `json:"name"`
	Amount string   `json:"amount"`
	Tags   []string `json:"tags,omitempty"`
	Inner  *row     `json:"inner,omitempty"`
}

func written(t *testing.T, f Format, v any) string {
	t.Helper()
	var out strings.Builder
	if err := Value(&out, f, v); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestFormats(t *testing.T) {
	v := []row{{Name: "A<B", Amount: "007", Tags: []string{"x", "y"}}, {Name: "yes", Amount: "1e3", Inner: &row{Name: "in"}}}
	for f, want := range map[Format]string{
		JSON: "[\n  {\n    \"name\": \"A<B\",\n    \"amount\": \"007\",\n    \"tags\": [\n      \"x\",\n      \"y\"\n    ]\n  },\n  {\n    \"name\": \"yes\",\n    \"amount\": \"1e3\",\n    \"inner\": {\n      \"name\": \"in\",\n      \"amount\": \"\"\n    }\n  }\n]\n",
		// Text that YAML would read as a number or a truth value keeps its quotes.
		YAML:  "- name: A<B\n  amount: \"007\"\n  tags:\n    - x\n    - \"y\"\n- name: \"yes\"\n  amount: \"1e3\"\n  inner:\n    name: in\n    amount: \"\"\n",
		Table: "NAME  AMOUNT  TAGS\nA<B   007     x, y\nyes   1e3     \n",
	} {
		if got := written(t, f, v); got != want {
			t.Errorf("%s:\n%q\nwant\n%q", f, got, want)
		}
	}
	if got := written(t, Table, v[1]); got != "name          yes\namount        1e3\ninner.name    in\ninner.amount  \n" {
		t.Errorf("%q", got)
	}
}

func TestLinesOfAStream(t *testing.T) {
	v := row{Name: "A", Amount: "1", Tags: []string{"x"}}
	for f, want := range map[Format]string{
		JSON: `{"name":"A","amount":"1","tags":["x"]}` + "\n", YAML: "---\nname: A\namount: \"1\"\ntags:\n  - x\n", Table: "name=A  amount=1  tags=x\n",
	} {
		var out strings.Builder
		if err := Line(&out, f, v); err != nil || out.String() != want {
			t.Errorf("%s: %q %v", f, out.String(), err)
		}
	}
}

func TestProgress(t *testing.T) {
	var out strings.Builder
	p := NewProgress(&out, false, "payments", 3)
	p.Set(1) // too soon after the beginning to be told
	p.Set(3)
	p.End()
	if out.String() != "payments: 3 of 3\n" {
		t.Errorf("%q", out.String())
	}
	out.Reset()
	p = NewProgress(&out, true, "payments", 2)
	p.Set(2)
	p.Say("one thing")
	p.End()
	if got := out.String(); !strings.Contains(got, "[==============================] 2/2") || !strings.Contains(got, "\r\x1b[Kone thing\n") || !strings.HasSuffix(got, "\r\x1b[K") {
		t.Errorf("%q", got)
	}
}
