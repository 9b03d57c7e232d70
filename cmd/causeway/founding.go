package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"time"

	"causeway/client/keyring"
	"causeway/core"
	"causeway/core/kernel/calendar"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
)

// found makes the genesis of a network of one's own: a charter whose party has a maker and a
// checker with keys made now, a calendar in UTC, and the usual purpose codes. Everything else
// comes into being by transactions that those two sign.
func (a *app) found(out, chain string) ([]byte, error) {
	random := make([]byte, 8)
	if _, err := rand.Read(random); err != nil {
		return nil, err
	}
	if chain == "" {
		chain = "causeway-" + hex.EncodeToString(random[:3])
	}
	// 9999 is the prefix of no issuer of LEIs: the charter's party updates it once it has one.
	prefix := "9999" + strings.ToUpper(hex.EncodeToString(random))[:14]
	digits, err := identity.LEICheckDigits(prefix)
	if err != nil {
		return nil, err
	}
	lei := identity.LEI(prefix + digits)
	now := time.Now().UnixMilli()
	g := core.Genesis{
		Chain: chain, TimeMs: now, Params: txn.DefaultParams(),
		Calendars: []calendar.Calendar{{ID: "UTC", Zone: calendar.Zone{ID: "UTC", Transitions: []calendar.Transition{{}}}, Weekend: calendar.WeekdaySet(calendar.Saturday, calendar.Sunday)}},
		Purposes: []guard.Purpose{
			{Code: "CGODDR", Account: "current"}, {Code: "CSTRDR", Account: "current"}, {Code: "COCADR", Account: "current"},
			{Code: "CCDNDR", Account: "current"}, {Code: "CCTFDR", Account: "capital"},
		},
		Authorities: []guard.Authority{{ID: "charter", Name: "Network charter", Party: lei, Calendar: "UTC"}},
		Parties: []identity.Party{{
			LEI: lei, Name: "Network coordinator", Home: "charter", Residency: "CN", Class: "supervisor",
			Officers: []identity.Officer{
				{ID: "maker", Roles: []string{identity.RoleMaker, identity.RoleAdmin}, Active: true},
				{ID: "checker", Roles: []string{identity.RoleChecker, identity.RoleMaker}, Active: true},
			},
		}},
	}
	folder := filepath.Join(out, "charter")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	for _, officer := range []string{"maker", "checker"} {
		key, err := keyring.Generate(identity.Ed25519)
		if err != nil {
			return nil, err
		}
		if err := keyring.SaveUnprotected(filepath.Join(folder, officer+".json"), key); err != nil {
			return nil, err
		}
		g.Keys = append(g.Keys, identity.Key{Public: key.Public(), Algorithm: key.Algorithm(), Party: lei, Officer: officer, Added: now})
	}
	if err := g.Validate(); err != nil {
		return nil, err
	}
	a.say("a new network %s; its charter is signed for by the keys in %s, which are in clear: move them to where they are safe",
		"新网络 %s；其章程由 %s 中的密钥签署，私钥为明文：请移至安全处", chain, folder)
	return json.MarshalIndent(g, "", "  ")
}
