package codes

import "testing"

func TestCurrencies(t *testing.T) {
	for code, want := range map[string]Currency{"CNY": {"CNY", "Yuan Renminbi", 2, Money}, "HKD": {"HKD", "Hong Kong Dollar", 2, Money}, "JPY": {"JPY", "Yen", 0, Money}, "BHD": {"BHD", "Bahraini Dinar", 3, Money}} {
		if got, ok := FindCurrency(code); !ok || got != want {
			t.Errorf("%s: %+v", code, got)
		}
	}
	for _, code := range []string{"XAU", "XAG", "XPT", "XPD", "XDR", "XTS", "XXX", "XBA"} {
		if got, ok := FindCurrency(code); !ok || got.Kind != NotMoney || got.MinorUnits != -1 {
			t.Errorf("%s: %+v", code, got)
		}
	}
	for _, code := range []string{"CLF", "USN", "COU", "CHE"} {
		if got, ok := FindCurrency(code); !ok || got.Kind != Fund {
			t.Errorf("%s: %+v", code, got)
		}
	}
	for _, code := range []string{"CNH", "DEM", "", "cny", "ZZZ"} {
		if _, ok := FindCurrency(code); ok {
			t.Errorf("%s is a currency", code)
		}
	}
	for i := 1; i < len(currencies); i++ {
		if currencies[i-1].Code >= currencies[i].Code {
			t.Errorf("the table is not in order at %s", currencies[i].Code)
		}
	}
}

func TestOtherLists(t *testing.T) {
	for code, want := range map[string]bool{"CN": true, "HK": true, "MO": true, "NA": true, "XK": true, "QQ": false, "": false, "cn": false, "EU": false} {
		if Country(code) != want {
			t.Errorf("country %q", code)
		}
	}
	for _, c := range []struct {
		set, code     string
		listed, known bool
	}{{"ExternalPurpose1Code", "GDDS", true, true}, {"ExternalPurpose1Code", "ZZZZ", false, true}, {"NoSuchSet", "GDDS", false, false}, {"ExternalStatusReason1Code", "AC04", true, true}} {
		if listed, known := External(c.set, c.code); listed != c.listed || known != c.known {
			t.Errorf("%s %s: %t %t", c.set, c.code, listed, known)
		}
	}
	if len(ExternalCodes("ExternalPurpose1Code")) < 100 {
		t.Error("few purposes")
	}
}
