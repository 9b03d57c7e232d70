package show

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestMoneyInTables(t *testing.T) {
	decimals := func(asset string) (uint8, bool) {
		scale, known := map[string]uint8{"HKDX": 2, "e-CNY": 2, "JPYD": 0}[asset]
		return scale, known
	}
	for value, want := range map[string]string{
		`{"asset":"HKDX","total":"123456","reserved":"0"}`:                         "asset HKDX|total 1,234.56 HKDX|reserved 0.00 HKDX",
		`[{"asset":"JPYD","amount":"1234"}]`:                                       "ASSET AMOUNT|JPYD 1,234 JPYD",
		`{"source":"e-CNY","target":"JPYD","size":"500"}`:                          "source e-CNY|target JPYD|size 500 JPYD",
		`{"id":"GOLD","scale":4,"cap":"12345"}`:                                    "id GOLD|scale 4|cap 1.2345 GOLD",
		`{"in":{"asset":"e-CNY"},"limit":"100"}`:                                   "in.asset e-CNY|limit 1.00 e-CNY",
		`{"file":{"asset":"e-CNY","sum":"100"},"spent":"50"}`:                      "file.asset e-CNY|file.sum 1.00 e-CNY|spent 0.50 e-CNY",
		`{"asset":"HKDX","composition":[{"class":"cash","amount":"100"}]}`:         "asset HKDX|composition[0].class cash|composition[0].amount 1.00 HKDX",
		`{"asset":"e-CNY","target_asset":"JPYD","fix_target":true,"amount":"100"}`: "asset e-CNY|target_asset JPYD|fix_target true|amount 100 JPYD",
		`{"asset":"e-CNY","target_asset":"JPYD","amount":"100"}`:                   "asset e-CNY|target_asset JPYD|amount 1.00 e-CNY",
		`{"scope":{"kinds":["payment.*"],"limit":"1000000"}}`:                      "scope.kinds payment.*|scope.limit 1000000 minor units",
		`{"in":{"unit":"XDR"},"limit":"100"}`:                                      "in.unit XDR|limit 100 minor units of XDR",
		`{"asset":"HKDX","amount":7,"count":"7","left":"some"}`:                    "asset HKDX|amount 7|count 7|left some",
		`{"above":"0"}`: "above 0",
	} {
		var out strings.Builder
		if err := Money(&out, Table, json.RawMessage(value), decimals); err != nil {
			t.Fatal(err)
		}
		var lines []string
		for line := range strings.Lines(out.String()) {
			lines = append(lines, strings.Join(strings.Fields(line), " "))
		}
		if got := strings.Join(lines, "|"); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", value, got, want)
		}
	}
	var out strings.Builder
	if err := Money(&out, YAML, json.RawMessage(`{"asset":"HKDX","total":"123456"}`), decimals); err != nil || out.String() != "asset: HKDX\ntotal: \"123456\"\n" {
		t.Errorf("%s %v", out.String(), err)
	}
}
