// Package sample is the sample pilot: who takes part, the rules, the set-up as signed
// transactions, and three payment files.
//
// Everything in it is invented: parties, LEIs (of a prefix that no issuer has), accounts,
// invoices and rates. Its keys come from a public seed, so it is for development only. The
// genesis holds the charter and its supervisor, calendars and purposes; whatever else there is
// comes into being by transactions, as it would on a real network.
package sample

import (
	"encoding/json"
	"time"

	"causeway/core"
	"causeway/core/kernel/calendar"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
)

// The assets of the sample.
const (
	CNY txn.AssetID = "e-CNY"
	HKD txn.AssetID = "HKDX"
)

// Chain is the chain id of development networks.
const Chain = "causeway-dev"

// Genesis is what the sample network begins with.
func Genesis(chain string, at time.Time) (*core.Genesis, error) {
	charter := must("charter")
	g := &core.Genesis{
		Chain: chain, TimeMs: at.UnixMilli(), Params: txn.DefaultParams(),
		Calendars: Calendars(), Purposes: purposes(),
		Authorities: []guard.Authority{{ID: "charter", Name: "Causeway network charter (sample)", Party: charter.LEI, Calendar: "UTC"}},
		Parties: []identity.Party{{
			LEI: charter.LEI, Name: charter.Name, Home: charter.Home, Residency: charter.Residency, Class: charter.Class,
			Officers: []identity.Officer{{ID: Maker, Roles: officerRoles[Maker], Active: true}, {ID: Checker, Roles: officerRoles[Checker], Active: true}},
		}},
	}
	for _, officer := range []string{Maker, Checker} {
		key, err := Key("charter." + officer)
		if err != nil {
			return nil, err
		}
		g.Keys = append(g.Keys, identity.Key{Public: key.Public(), Algorithm: key.Algorithm(), Party: charter.LEI, Officer: officer, Added: g.TimeMs})
	}
	return g, g.Validate()
}

// GenesisJSON is Genesis as a document.
func GenesisJSON(chain string, at time.Time) ([]byte, error) {
	g, err := Genesis(chain, at)
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(g, "", "  ")
}

func zone(id string, hours int32) calendar.Zone {
	return calendar.Zone{ID: id, Transitions: []calendar.Transition{{OffsetSeconds: hours * 3600}}}
}

// Calendars are those of the sample: mainland China and Hong Kong with the holidays of 2026 as
// announced, and UTC.
func Calendars() []calendar.Calendar {
	weekend := calendar.WeekdaySet(calendar.Saturday, calendar.Sunday)
	return []calendar.Calendar{
		{
			ID: "CN", Zone: zone("Asia/Shanghai", 8), Weekend: weekend, CutoffMinute: 17 * 60,
			Holidays: []calendar.Date{
				20260101, 20260102, 20260103, 20260215, 20260216, 20260217, 20260218, 20260219, 20260220, 20260221, 20260222, 20260223,
				20260404, 20260405, 20260406, 20260501, 20260502, 20260503, 20260504, 20260505, 20260619, 20260620, 20260621,
				20260925, 20260926, 20260927, 20261001, 20261002, 20261003, 20261004, 20261005, 20261006, 20261007,
			},
			WorkingDays:  []calendar.Date{20260104, 20260214, 20260228, 20260509, 20260920, 20261010},
			KnownThrough: 20261231,
		},
		{
			ID: "HK", Zone: zone("Asia/Hong_Kong", 8), Weekend: weekend, CutoffMinute: 17 * 60,
			Holidays: []calendar.Date{
				20260101, 20260217, 20260218, 20260219, 20260403, 20260404, 20260406, 20260407, 20260501, 20260525,
				20260619, 20260701, 20260926, 20261001, 20261019, 20261225, 20261226,
			},
			KnownThrough: 20261231,
		},
		{ID: "UTC", Zone: zone("UTC", 0)},
	}
}

// purposes are codes of the cross-border interbank payment system that the sample uses.
func purposes() []guard.Purpose {
	return []guard.Purpose{
		{Code: "CGODDR", Account: "current"}, // goods
		{Code: "CSTRDR", Account: "current"}, // services
		{Code: "COCADR", Account: "current"}, // other current account
		{Code: "CCDNDR", Account: "current"}, // charity
		{Code: "CCTFDR", Account: "capital"}, // capital transfer
	}
}
