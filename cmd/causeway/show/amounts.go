package show

import (
	"io"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"causeway/core/kernel/money"
)

// Decimals says how many decimals an asset has, if it is known.
type Decimals func(asset string) (decimals uint8, known bool)

// Money writes one value, in a table with its amounts in units of their assets: 1,000.00 HKDX.
// Programs read minor units: JSON and YAML stay as they are.
func Money(w io.Writer, f Format, v any, decimals Decimals) error {
	if f != Table {
		return Value(w, f, v)
	}
	tree, err := parse(v)
	if err != nil {
		return err
	}
	count(tree, "", decimals)
	return table(w, tree)
}

// Amount is an amount for people. Where the asset is not known, it says that it is minor units.
func Amount(minor money.Amount, asset string, decimals Decimals) string {
	if asset != "" {
		if scale, known := decimals(asset); known {
			return minor.Grouped(scale) + " " + asset
		}
	}
	if minor.IsZero() {
		return "0"
	}
	if asset != "" {
		asset = " of " + asset
	}
	return minor.Digits() + " minor units" + asset
}

// amounts are the fields of records, outcomes and traces that hold amounts.
var amounts = map[string]bool{
	"above": true, "amount": true, "available": true, "cap": true, "eligible": true, "headroom": true, "left": true, "limit": true, "measured": true,
	"minted": true, "reserved": true, "size": true, "spent": true, "sum": true, "supply": true, "total": true,
}

// places are where the asset of the amounts in a record stands, the first counts.
var places = [...]string{"asset", "unit", "target", "in.asset", "in.unit", "file.asset"}

// count rewrites the amounts below a node; asset is that of what surrounds it.
func count(n *yaml.Node, asset string, decimals Decimals) {
	if n.Kind != yaml.MappingNode {
		for _, item := range n.Content {
			count(item, asset, decimals)
		}
		return
	}
	for _, place := range places {
		if named := at(n, place); named != "" {
			asset = named
			break
		}
	}
	// A payment that fixes what the payee gets counts in that; an asset says itself how it counts.
	if target := at(n, "target_asset"); target != "" && at(n, "fix_target") == "true" {
		asset = target
	}
	if scale, err := strconv.ParseUint(at(n, "scale"), 10, 8); err == nil {
		if at(n, "asset") == "" {
			asset = at(n, "id")
		}
		decimals = func(string) (uint8, bool) { return uint8(scale), scale <= money.ScaleMax }
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		value := n.Content[i+1]
		if value.Kind != yaml.ScalarNode {
			count(value, asset, decimals)
			continue
		}
		if !amounts[n.Content[i].Value] || value.Tag != "!!str" {
			continue
		}
		if minor, err := money.Parse(value.Value, 0); err == nil && !strings.Contains(value.Value, ".") {
			value.Value = Amount(minor, asset, decimals)
		}
	}
}

// at is the text at a path of names, or nothing.
func at(n *yaml.Node, path string) string {
	name, rest, deeper := strings.Cut(path, ".")
	for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
		if n.Content[i].Value != name {
			continue
		}
		switch value := n.Content[i+1]; {
		case deeper:
			return at(value, rest)
		case value.Kind == yaml.ScalarNode && value.Tag != "!!null":
			return value.Value
		}
	}
	return ""
}
