package fields

import (
	"errors"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"causeway/core"
)

// market knows three assets, and that every payment brought one of them.
type market struct{}

func (market) Decimals(asset string) (uint8, error) {
	scale, ok := map[string]uint8{"e-CNY": 2, "HKDX": 2, "JPYD": 0, "GOLD": 4}[asset]
	if !ok {
		return 0, errors.New("there is no such asset")
	}
	return scale, nil
}

func (market) Received(string) (string, error) { return "GOLD", nil }

func TestAmountsAreReadAsPeopleWriteThem(t *testing.T) {
	for _, test := range []struct {
		kind, base string
		args       []string
		want       string // in the JSON, or in the error
	}{
		{"payment.send", "", []string{"--asset", "e-CNY", "--amount", "1000"}, `"amount":"100000"`},
		{"payment.send", "", []string{"--asset", "e-CNY", "--amount", "1000.00"}, `"amount":"100000"`},
		{"payment.send", "", []string{"--asset", "e-CNY", "--amount", "1000.5"}, `"amount":"100050"`},
		{"payment.send", "", []string{"--asset", "e-CNY", "--amount", "100000minor"}, `"amount":"100000"`},
		{"payment.send", "", []string{"--asset", "JPYD", "--amount", "1000"}, `"amount":"1000"`},
		{"payment.send", "", []string{"--asset", "JPYD", "--target-asset", "GOLD", "--amount", "1"}, `"amount":"1"`},
		{"payment.send", "", []string{"--asset", "JPYD", "--target-asset", "GOLD", "--amount", "1", "--fix-target"}, `"amount":"10000"`},
		{"payment.send", "", []string{"--asset", "e-CNY", "--amount", "1", "--fix-target"}, `"amount":"100"`},
		// The asset may stand in the file that flags go over; an amount in that file is minor units.
		{"payment.send", `{"asset":"GOLD","amount":"7"}`, []string{"--amount", "2.5"}, `"amount":"25000"`},
		{"payment.send", `{"asset":"GOLD","amount":"7"}`, nil, `"amount":"7"`},
		{"payment.return", "", []string{"--payment", "00", "--amount", "0.5"}, `"amount":"5000"`},
		{"fx.quote", "", []string{"--source", "GOLD", "--target", "HKDX", "--size", "1.5"}, `"size":"150"`},
		{"asset.register", "", []string{"--scale", "3", "--cap", "1.5"}, `"cap":"1500"`},
		{"asset.update", "", []string{"--asset", "e-CNY", "--cap", "1.5"}, `"cap":"150"`},
		{"payment.batch", "", []string{"--sum", "3000minor"}, `"sum":"3000"`},

		{"payment.send", "", []string{"--asset", "e-CNY", "--amount", "1.005"}, "nothing is rounded"},
		{"payment.send", "", []string{"--asset", "e-CNY", "--amount", "1.000"}, "nothing is rounded"},
		{"payment.send", "", []string{"--asset", "JPYD", "--amount", "1.0"}, "nothing is rounded"},
		{"payment.send", "", []string{"--asset", "NONE", "--amount", "1"}, "no such asset"},
		{"payment.send", "", []string{"--asset", "e-CNY", "--amount", "1,000"}, "without separators"},
		{"payment.send", "", []string{"--asset", "e-CNY", "--amount", "1,50"}, "without separators"},
		{"payment.send", "", []string{"--asset", "e-CNY", "--amount", "1 000"}, "without separators"},
		{"payment.send", "", []string{"--asset", "e-CNY", "--amount", "1m"}, "not an amount"},
		{"payment.send", "", []string{"--asset", "e-CNY", "--amount", "1.5minor"}, "not an amount"},
		{"payment.send", "", []string{"--asset", "e-CNY", "--amount", "-1"}, "not an amount"},
		{"payment.send", "", []string{"--asset", "e-CNY", "--amount", "1e3"}, "not an amount"},
		{"payment.send", "", []string{"--asset", "e-CNY", "--amount", ".5"}, "not an amount"},
		{"payment.send", "", []string{"--asset", "e-CNY", "--amount", ""}, "not an amount"},
		{"payment.send", "", []string{"--asset", "e-CNY", "--amount", "１"}, "not an amount"},
		{"payment.send", "", []string{"--asset", "e-CNY", "--amount", "99999999999999999999999999999999999999"}, "exceeds"},
		{"payment.batch", "", []string{"--sum", "30.00"}, "minor units"},
		{"payment.batch", "", []string{"--sum", "30"}, "minor units"},
		{"asset.register", "", []string{"--cap", "1.5"}, "how many decimals"},
	} {
		got := parse(t, test.kind, test.base, test.args...)
		if !strings.Contains(got, test.want) || strings.HasPrefix(test.want, `"`) == strings.HasPrefix(got, "error") {
			t.Errorf("%s %v:\ngot  %s\nwant %s", test.kind, test.args, got, test.want)
		}
	}
}

// Every field with an amount says what it is counted in, in a way that is understood.
func TestEveryAmountHasAUnit(t *testing.T) {
	without := map[string]bool{"payment.batch.sum": true} // of its payments, which are given as JSON
	for _, k := range core.Kinds.All() {
		set := pflag.NewFlagSet(k.Name, pflag.ContinueOnError)
		flags := Of(set, k.New())
		for name, v := range flags.values {
			if v.kind != amountShape {
				continue
			}
			if v.unit.known() == without[k.Name+"."+name] {
				t.Errorf("%s.%s: unit %+v", k.Name, name, v.unit)
			}
			for _, field := range []string{v.unit.asset, v.unit.flag, v.unit.other, v.unit.received, v.unit.decimals} {
				if _, ok := flags.values[field]; field != "" && !ok {
					t.Errorf("%s.%s counts in %q, which is no field of it", k.Name, name, field)
				}
			}
		}
	}
}
