package asset

import "testing"

func TestTextsThatSteerADisplayAreRefused(t *testing.T) {
	for text, good := range map[string]bool{
		"银发〔2026〕12号":           true,
		"HKMA-FRS-2026-004":     true,
		"":                      true, // whether it may be empty is the field's own question
		"two\nlines":            false,
		"e-CNY\u202eYNC":        false, // right-to-left override
		"HKD\u200bX":            false, // zero width space
		"\u0085":                false, // C1 control
		"\xff":                  false, // not UTF-8
		"exactly 20 character":  true,
		"exactly 20 characters": false,
		"二十个字二十个字二十个字二十个字二十个字": true,
	} {
		if got := plainText(text, 20); got != good {
			t.Errorf("%q: %t, want %t", text, got, good)
		}
	}
}

func TestIDsAndCurrencies(t *testing.T) {
	for id, good := range map[string]bool{
		"e-CNY": true, "HK": true, "ABCDEFGHIJKLMNOP": true, "ABCDEFGHIJKLMNOPQ": false, "H": false, "": false, "a/b": false, "a b": false, "币币": false, "a\x00b": false,
	} {
		if validID(id) != good {
			t.Errorf("id %q: want %t", id, good)
		}
	}
	for code, good := range map[string]bool{"CNY": true, "cny": false, "CN": false, "CNYY": false, "C1Y": false, "元": false} {
		if validCurrency(code) != good {
			t.Errorf("currency %q: want %t", code, good)
		}
	}
}
