// Package codes holds the published code lists that a receiver of payments checks against:
// currencies (ISO 4217), countries (ISO 3166-1) and the external code sets of ISO 20022.
//
// The tables are generated; each list is as old as its source, so an unknown external code is
// a reason to look, never by itself a reason to refuse.
package codes

import (
	"sort"
	"strings"
	"sync"
)

// Kind tells money from what merely has a currency code.
type Kind uint8

// The kinds of ISO 4217 codes.
const (
	Money    Kind = iota // a currency that accounts are held in
	Fund                 // a funds code (CLF, USN, …): a unit beside a currency
	NotMoney             // metals, bond units, SDR, test and no-currency codes (XAU, XDR, XTS, XXX, …)
)

// Currency is a row of ISO 4217 list one.
type Currency struct {
	Code       string
	Name       string
	MinorUnits int // -1: not applicable
	Kind       Kind
}

// FindCurrency looks up an alphabetic code.
func FindCurrency(code string) (Currency, bool) {
	i := sort.Search(len(currencies), func(i int) bool { return currencies[i].Code >= code })
	if i < len(currencies) && currencies[i].Code == code {
		return currencies[i], true
	}
	return Currency{}, false
}

var countrySet = set(countries)

// Country tells whether an alpha-2 code is one of ISO 3166-1. XK is Kosovo, which ISO leaves to
// its users and SWIFT and the IBAN registry use.
func Country(code string) bool { return countrySet[code] || code == "XK" }

func set(list string) map[string]bool {
	words := strings.Fields(list)
	m := make(map[string]bool, len(words))
	for _, word := range words {
		m[word] = true
	}
	return m
}

var externalSets sync.Map // name → map[string]bool

// External tells whether a code is in an external code set, and whether the set is known at all.
func External(name, code string) (listed, known bool) {
	list, known := external[name]
	if !known {
		return false, false
	}
	codes, ready := externalSets.Load(name)
	if !ready {
		codes, _ = externalSets.LoadOrStore(name, set(list))
	}
	return codes.(map[string]bool)[code], true
}

// ExternalCodes lists a set in order; nil if it is not known.
func ExternalCodes(name string) []string { return strings.Fields(external[name]) }
