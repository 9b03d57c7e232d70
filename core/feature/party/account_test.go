package party

import (
	"testing"

	"pgregory.net/rapid"

	"causeway/core/kernel/txn"
)

// Examples of the IBAN registry (ISO 13616), electronic format.
var registered = []string{
	"AE070331234567890123456", "AT611904300234573201", "BE68539007547034", "BR1800360305000010009795493C1", "CH9300762011623852957",
	"DE89370400440532013000", "FR1420041010050500013M02606", "GB29NWBK60161331926819", "KW81CBKU0000000000001234560101", "LC55HEMM000100010012001200023015",
	"MT84MALT011000012345MTLCAST001S", "NO9386011117947", "SA0380000000608010167519", "SC18SSCB11010000000000001497USD", "VG96VPVG0000012345678901",
}

func TestIBAN(t *testing.T) {
	for _, iban := range registered {
		if !validIBAN(iban) {
			t.Errorf("%s refused", iban)
		}
	}
	for _, bad := range []string{
		"", "GB", "GB29 NWBK 6016 1331 9268 19", "gb29nwbk60161331926819", "GB29NWBK6016133192681", "GB00NWBK60161331926819", "2929NWBK60161331926819",
		"GB29NWBK60161331926819GB29NWBK60161331926819", "GB2ANWBK60161331926819", "GB29NWBK6016133192681é",
	} {
		if validIBAN(bad) {
			t.Errorf("%q accepted", bad)
		}
	}
}

// TestIBANFindsSlips: MOD 97-10 finds every wrong digit, every wrong letter and every two
// neighbours exchanged, if both are digits or both letters.
func TestIBANFindsSlips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		iban := []byte(rapid.SampledFrom(registered).Draw(t, "iban"))
		at := rapid.IntRange(0, len(iban)-1).Draw(t, "place")
		before := string(iban)
		if next := at + 1; rapid.Bool().Draw(t, "exchange") && next < len(iban) && next != 4 && digit(iban[at]) == digit(iban[next]) {
			iban[at], iban[next] = iban[next], iban[at]
		} else if digit(iban[at]) {
			iban[at] = byte(rapid.IntRange('0', '9').Draw(t, "digit"))
		} else {
			iban[at] = byte(rapid.IntRange('A', 'Z').Draw(t, "letter"))
		}
		if got, same := validIBAN(string(iban)), string(iban) == before; got != same {
			t.Fatalf("%s made of %s: valid %v", iban, before, got)
		}
	})
}

func TestBIC(t *testing.T) {
	for bic, want := range map[string]bool{
		"ICBKCNBJ": true, "ICBKCNBJSHI": true, "HSBCHKHHHKH": true, "E097AEXXXXX": true,
		"": false, "ICBKCNB": false, "ICBKCNBJSH": false, "icbkcnbj": false, "ICBK12BJ": false, "ICBKCNBJ SH": false,
	} {
		if got := validBIC(bic); got != want {
			t.Errorf("%q: %v", bic, got)
		}
	}
}

func TestExternalIDs(t *testing.T) {
	good := []txn.ExternalID{
		{Scheme: "IBAN", ID: "AE070331234567890123456", Agent: "EBILAEAD"},
		{Scheme: "BBAN", ID: "6222021001112223334", Agent: "ICBKCNBJSHI", Asset: "e-CNY"},
		{Scheme: "BBAN", ID: "6222021001112223334", Agent: "BKCHCNBJ"},
	}
	if err := checkExternal(good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*txn.ExternalID){
		"check digits": func(e *txn.ExternalID) { e.ID = "AE080331234567890123456" },
		"a blank":      func(e *txn.ExternalID) { e.Scheme, e.ID = "BBAN", "62220210 0111" },
		"a zero byte":  func(e *txn.ExternalID) { e.Scheme, e.ID = "BBAN", "1\x002" },
		"no id":        func(e *txn.ExternalID) { e.Scheme, e.ID = "BBAN", "" },
		"no scheme":    func(e *txn.ExternalID) { e.Scheme = "" },
		"agent":        func(e *txn.ExternalID) { e.Agent = "EBILAE" },
		"asset":        func(e *txn.ExternalID) { e.Asset = "e CNY" },
		"twice":        func(e *txn.ExternalID) { *e = good[1] },
	} {
		list := append([]txn.ExternalID(nil), good...)
		if change(&list[0]); checkExternal(list) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
