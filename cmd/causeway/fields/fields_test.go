package fields

import (
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"causeway/core"
)

func parse(t *testing.T, kind, base string, args ...string) string {
	t.Helper()
	k, ok := core.Kinds.Kind(kind)
	if !ok {
		t.Fatal(kind)
	}
	set := pflag.NewFlagSet(kind, pflag.ContinueOnError)
	flags := Of(set, k.New())
	if err := set.Parse(args); err != nil {
		return "error: " + err.Error()
	}
	data, _, err := flags.JSON([]byte(base), market{})
	if err != nil {
		return "error: " + err.Error()
	}
	return string(data)
}

func TestFlagsBecomeTheFieldsOfTheKind(t *testing.T) {
	got := parse(t, "payment.send", `{"amount":"1","purpose":"CGODDR"}`,
		"--from", "A", "--to=B", "--asset", "e-CNY", "--target-asset", "HKDX", "--amount", "1.25", "--fix-target", "--worst-rate", "108/100",
		"--documents", `[{"kind":"invoice"}]`)
	want := `{"amount":"125","asset":"e-CNY","documents":[{"kind":"invoice"}],"fix_target":true,"from":"A","purpose":"CGODDR","target_asset":"HKDX","to":"B","worst_rate":{"num":"108","den":"100"}}`
	if len(got) != len(want) || !strings.Contains(got, `"worst_rate":{"den":"100","num":"108"}`) || !strings.Contains(got, `"fix_target":true`) || !strings.Contains(got, `"amount":"125"`) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := parse(t, "party.update", "", "--roles", "issuer,minter"); !strings.Contains(got, `"roles":["issuer","minter"]`) {
		t.Error(got)
	}
	for _, bad := range [][]string{{"--worst-rate", "1.08"}, {"--documents", "invoice"}, {"--fix-target=perhaps"}} {
		if got := parse(t, "payment.send", "", bad...); !strings.HasPrefix(got, "error: ") {
			t.Errorf("%v gave %s", bad, got)
		}
	}
	if got := parse(t, "payment.send", "[]"); !strings.HasPrefix(got, "error: ") {
		t.Error(got)
	}
}

// Every kind's own example can be given as JSON, and every field has a flag.
func TestEveryKindHasItsFlags(t *testing.T) {
	for _, k := range core.Kinds.All() {
		set := pflag.NewFlagSet(k.Name, pflag.ContinueOnError)
		flags := Of(set, k.New())
		data, _, err := flags.JSON([]byte(k.Example), nil)
		if err != nil {
			t.Errorf("%s: %v", k.Name, err)
			continue
		}
		if _, err := core.Kinds.FromJSON(k.Name, data); err != nil {
			t.Errorf("%s: its example: %v", k.Name, err)
		}
		if len(flags.order) == 0 {
			t.Errorf("%s has no flags", k.Name)
		}
		for name := range Reserved {
			if set.Lookup(name) != nil {
				t.Errorf("%s: its flag --%s hides that of all commands", k.Name, name)
			}
		}
	}
}
