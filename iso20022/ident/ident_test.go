package ident

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestIBAN(t *testing.T) {
	// The examples of the IBAN registry.
	for _, good := range []string{"GB29NWBK60161331926819", "DE89370400440532013000", "FR1420041010050500013M02606", "NO9386011117947", "MT84MALT011000012345MTLCAST001S", "AE070331234567890123456", "LC55HEMM000100010012001200023015", "RU0304452522540817810538091310419", "XK051212012345678906"} {
		if err := IBAN(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for bad, want := range map[string]error{
		"GB29NWBK60161331926818": ErrCheckDigits, "GB92NWBK60161331926819": ErrCheckDigits, "GB29NWBK6016133192681": ErrLength, "CN29NWBK60161331926819": ErrCountry, "HK2912345": ErrCountry,
		"": ErrForm, "gb29": ErrForm, "GB2": ErrForm, "GBXXNWBK60161331926819": ErrForm, "GB29NWBK6016133192681 ": ErrForm,
	} {
		if err := IBAN(bad); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", bad, err, want)
		}
	}
}

// TestMod97 compares with arithmetic on the whole number, and holds that one changed digit or two
// swapped neighbours of a kind never pass.
func TestMod97(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.StringMatching(`[0-9A-Z]{18}`).Draw(t, "body")
		digits := ""
		for _, c := range body + "00" {
			if c >= 'A' {
				digits += fmt.Sprint(c - 'A' + 10)
			} else {
				digits += string(c)
			}
		}
		n, _ := new(big.Int).SetString(digits, 10)
		rest := new(big.Int).Mod(n, big.NewInt(97)).Int64()
		lei := fmt.Sprintf("%s%02d", body, 98-rest)
		if err := LEI(lei); err != nil {
			t.Fatalf("%s: %v", lei, err)
		}
		i := rapid.IntRange(0, 17).Draw(t, "place")
		swapped := lei[:i] + lei[i+1:i+2] + lei[i:i+1] + lei[i+2:]
		// A letter counts as two digits, so B1 and 1B read the same: only alike neighbours differ.
		alike := (lei[i] <= '9') == (lei[i+1] <= '9')
		if alike && swapped != lei && LEI(swapped) == nil {
			t.Fatalf("%s and %s both pass", lei, swapped)
		}
		changed := lei[:i] + rapid.StringMatching(`[0-9]`).Draw(t, "digit") + lei[i+1:]
		if changed != lei && lei[i] <= '9' && LEI(changed) == nil {
			t.Fatalf("%s and %s both pass", lei, changed)
		}
	})
	if err := LEI(strings.ToLower("9845008A0KESTREL0197")); !errors.Is(err, ErrForm) {
		t.Error(err)
	}
}

func TestBIC(t *testing.T) {
	for text, want := range map[string]error{"HSBCHKHH": nil, "HSBCHKHHXXX": nil, "ABCDQQ22": ErrCountry, "ABCDHK2": ErrForm, "abcdHK22": ErrForm, "ABCD1K22": ErrForm, "ABCDHK2é": ErrForm} {
		if err := BIC(text); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
	if !SameBIC("HSBCHKHH", "HSBCHKHHXXX") || SameBIC("HSBCHKHH", "HSBCHKHH001") {
		t.Error("head office")
	}
}

func TestUETRAndText(t *testing.T) {
	if UETR("9c2d7f10-5f0e-4a53-9d3b-6a1f0c9e7b21") != nil {
		t.Error("a good UETR")
	}
	for _, bad := range []string{"", "9C2d7f10-5f0e-4a53-9d3b-6a1f0c9e7b21", "9c2d7f10-5f0e-1a53-9d3b-6a1f0c9e7b21", "9c2d7f10-5f0e-4a53-7d3b-6a1f0c9e7b21", "9c2d7f1005f0e-4a53-9d3b-6a1f0c9e7b21"} {
		if UETR(bad) == nil {
			t.Errorf("%q passes", bad)
		}
	}
	if r, ok := CharsetX("a_b"); ok || r != '_' {
		t.Error("underscore in X")
	}
	if _, ok := CharsetExtended("a_b & <c>"); !ok {
		t.Error("underscore in the extended set")
	}
	for text, want := range map[string]bool{"": true, "a/b": true, "/a": false, "a/": false, "a//b": false, "/": false} {
		if Slashes(text) != want {
			t.Errorf("%q", text)
		}
	}
}
