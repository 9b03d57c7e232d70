package fields

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"causeway/core/kernel/money"
)

// Ledger knows what an amount has to be read by.
type Ledger interface {
	Decimals(asset string) (uint8, error)
	// Received is the asset that the payee of a payment got.
	Received(payment string) (asset string, err error)
}

// Stated is an amount that a flag gave in units of its asset, and what it came to.
type Stated struct {
	Flag, Text string
	Asset      string // empty: one that is being registered
	Decimals   uint8
	Minor      money.Amount
}

// unit is how the asset of an amount follows from the other fields of its payload: the tag unit
// names the field that names the asset, the tag decimals one that states how many there are.
type unit struct {
	asset    string
	flag     string // a field: if true, otherwise names the asset
	other    string
	received string // a field with the id of a payment
	decimals string
}

func unitOf(tag reflect.StructTag) (u unit) {
	u.decimals = tag.Get("decimals")
	words := strings.Fields(tag.Get("unit"))
	switch {
	case len(words) == 3 && words[0] == "received":
		u.received = words[2]
	case len(words) == 5:
		u.other, u.flag, u.asset = words[0], words[2], words[4]
	case len(words) == 1:
		u.asset = words[0]
	}
	return u
}

func (u unit) known() bool { return u != unit{} }

// usage says how an amount is to be written.
func (u unit) usage() string {
	flag := func(field string) string { return "--" + strings.ReplaceAll(field, "_", "-") }
	in := ""
	switch {
	case !u.known():
		return "in minor units, as in 100000minor"
	case u.received != "":
		in = "the asset that " + flag(u.received) + " brought"
	case u.decimals != "":
		in = "the asset, with at most " + flag(u.decimals) + " decimals"
	case u.flag != "":
		in = flag(u.asset) + ", with " + flag(u.flag) + " of " + flag(u.other)
	default:
		in = flag(u.asset)
	}
	return "in units of " + in + ", as in 1000.00; or in minor units, as in 100000minor"
}

// minorSuffix marks minor units. A letter, such as m, would be read as a million.
const minorSuffix = "minor"

// plain reports whether text is digits, with a point between digits at most.
func plain(text string) bool {
	whole, fraction, dotted := strings.Cut(text, ".")
	digits := func(part string) bool { return part != "" && strings.Trim(part, "0123456789") == "" }
	return digits(whole) && (!dotted || digits(fraction))
}

// checkAmount refuses what could be read in two ways.
func (v *value) checkAmount(text string) error {
	minor, suffixed := strings.CutSuffix(text, minorSuffix)
	switch {
	case suffixed && plain(minor) && !strings.Contains(minor, "."), plain(text) && v.unit.known():
		return nil
	case plain(text):
		return fmt.Errorf("%q: its asset is not known here: write minor units, as in 100000minor", text)
	case plain(strings.NewReplacer(",", "", " ", "", "_", "", "'", "").Replace(text)):
		return fmt.Errorf("%q: write it without separators and with a decimal point, as in 1000.00", text)
	}
	return fmt.Errorf("%q is not an amount such as 1000.00 (or 100000minor, in minor units)", text)
}

// minor reads an amount in minor units, by what the payload's object says. Without a ledger it
// only stands for one, so that the rest of a payload can be checked before anybody is asked.
func (v *value) minor(object map[string]json.RawMessage, ledger Ledger) (s Stated, err error) {
	s.Flag, s.Text = v.flag, v.text
	if minor, suffixed := strings.CutSuffix(v.text, minorSuffix); suffixed {
		s.Text = ""
		s.Minor, err = money.Parse(minor, 0)
		return s, err
	}
	text := func(field string) (value string) {
		_ = json.Unmarshal(object[field], &value) // another form is found by the catalogue
		return value
	}
	switch u := v.unit; {
	case ledger == nil:
		s.Minor, err = money.Parse(strings.Replace(v.text, ".", "", 1), 0)
		return s, err
	case u.decimals != "":
		if err := json.Unmarshal(object[u.decimals], &s.Decimals); err != nil {
			return s, fmt.Errorf("--%s %s: how many decimals has the asset? --%s", v.flag, v.text, u.decimals)
		}
	case u.received != "":
		if s.Asset, err = ledger.Received(text(u.received)); err != nil {
			return s, err
		}
	default:
		s.Asset = text(u.asset)
		if other := text(u.other); u.flag != "" && string(object[u.flag]) == "true" && other != "" {
			s.Asset = other
		}
	}
	if v.unit.decimals == "" {
		if s.Decimals, err = ledger.Decimals(s.Asset); err != nil {
			return s, err
		}
	}
	// Zeros count, too: 1.000 is a thousand to some.
	if _, fraction, _ := strings.Cut(v.text, "."); len(fraction) > int(s.Decimals) {
		return s, fmt.Errorf("--%s %s has %d decimals, %s has %d: nothing is rounded", v.flag, v.text, len(fraction), nameOf(s.Asset), s.Decimals)
	}
	s.Minor, err = money.Parse(v.text, s.Decimals)
	return s, err
}

func nameOf(asset string) string {
	if asset == "" {
		return "the asset"
	}
	return asset
}

// holdsAmounts reports whether amounts stand somewhere in a type.
func holdsAmounts(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return holdsAmounts(t.Elem())
	case reflect.Struct:
		if t == amount {
			return true
		}
		for i := range t.NumField() {
			if holdsAmounts(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}
