package testkit

import (
	"encoding/json"
	"fmt"
	"strings"

	"causeway/client/keyring"
	"causeway/core"
	"causeway/core/kernel/calendar"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
)

// Chain is the chain id of every ledger in tests.
const Chain = "causeway-test-1"

// Monday morning in Shanghai and Hong Kong: 2026-11-23 09:00 +08:00.
const startMs int64 = 1795395600000

// Entity is a party of the fixture. Its LEI, officers and keys follow from its name.
type Entity struct {
	Name      string
	Home      guard.AuthorityID
	Residency string
	Class     string
	Roles     []string
	Group     string // name of the ultimate parent
	Tiers     []identity.Tier
}

// World is what a ledger in a test begins with: a network charter, mainland China with
// Shanghai below it, Hong Kong; issuers, a custodian, two banks that make markets, two
// enterprises of one group, two more suppliers.
type World struct {
	Authorities []guard.Authority
	Entities    []Entity
	Rulebooks   []guard.Rulebook
	Params      txn.Params
	Assets      bool // registers and funds the assets, so that payments can begin
}

// Assets of the fixture, and the scale of both.
const (
	ECNY  = "e-CNY"
	HKDX  = "HKDX"
	scale = 2
)

// NewWorld is the usual world, without rules.
func NewWorld() World {
	return World{
		Authorities: []guard.Authority{
			{ID: "NET", Name: "Network charter", Party: LEI("CHARTER"), Calendar: "UTC"},
			{ID: "CN", Name: "Mainland China", Parent: "NET", Sovereign: "CN", Party: LEI("PBOC"), Calendar: "CN"},
			{ID: "CN-SH", Name: "Shanghai", Parent: "CN", Sovereign: "CN", Party: LEI("SHANGHAI"), Calendar: "CN"},
			{ID: "HK", Name: "Hong Kong", Parent: "NET", Sovereign: "HK", Party: LEI("HKMA"), Calendar: "HK"},
		},
		Entities: []Entity{
			{Name: "CHARTER", Home: "NET", Residency: "CN", Class: "supervisor"},
			{Name: "PBOC", Home: "CN", Residency: "CN", Class: "supervisor", Roles: []string{"issuer"}},
			{Name: "SHANGHAI", Home: "CN-SH", Residency: "CN", Class: "supervisor"},
			{Name: "HKMA", Home: "HK", Residency: "HK", Class: "supervisor"},
			{Name: "HARBOUR", Home: "HK", Residency: "HK", Class: "issuer"},
			{Name: "KEEPER", Home: "HK", Residency: "HK", Class: "custodian"},
			{Name: "HUIHAI", Home: "HK", Residency: "HK", Class: "bank", Roles: []string{identity.RoleMarketMaker}},
			{Name: "NANYANG", Home: "HK", Residency: "HK", Class: "bank", Roles: []string{identity.RoleMarketMaker}},
			{Name: "IMPORT", Home: "CN-SH", Residency: "CN", Class: "enterprise", Group: "IMPORT"},
			{Name: "PARTS", Home: "CN-SH", Residency: "CN", Class: "enterprise", Group: "IMPORT"},
			{Name: "SUPPLY", Home: "HK", Residency: "HK", Class: "enterprise"},
			{Name: "MILL", Home: "CN-SH", Residency: "CN", Class: "enterprise"},
		},
		Params: txn.DefaultParams(),
		Assets: true,
	}
}

// LEI gives a name of the fixture the LEI it always has.
func LEI(name string) identity.LEI {
	prefix := "9695" + name + strings.Repeat("0", 14-len(name))
	digits, err := identity.LEICheckDigits(prefix)
	if err != nil {
		panic(fmt.Sprintf("testkit: %q is no name of a party: %v", name, err))
	}
	return identity.LEI(prefix + digits)
}

// officers every party of the fixture has.
var officers = []identity.Officer{
	{ID: "maker", Roles: []string{identity.RoleMaker}, Active: true},
	{ID: "checker", Roles: []string{identity.RoleChecker}, Active: true},
	{ID: "checker2", Roles: []string{identity.RoleChecker}, Active: true},
	{ID: "admin", Roles: []string{identity.RoleAdmin}, Active: true},
}

// seed is public: keys made from it protect nothing.
var seed = []byte("causeway/testkit/1")

// Key is the key that a label always has.
func Key(label string) *keyring.Key { return KeyFor(identity.Ed25519, label) }

// KeyFor is Key for any algorithm; a passkey belongs to localhost.
func KeyFor(algorithm identity.Algorithm, label string) *keyring.Key {
	rpID := ""
	if algorithm == identity.WebAuthn {
		rpID = "localhost"
	}
	k, err := keyring.FromSeedFor(algorithm, seed, label, rpID)
	if err != nil {
		panic(fmt.Sprintf("testkit: key %q: %v", label, err))
	}
	return k
}

// china is a zone without changes of its clocks, eight hours ahead of UTC.
func china(id string) calendar.Zone {
	return calendar.Zone{ID: id, Transitions: []calendar.Transition{{OffsetSeconds: 8 * 3600}}}
}

func calendars() []calendar.Calendar {
	weekend := calendar.WeekdaySet(calendar.Saturday, calendar.Sunday)
	return []calendar.Calendar{
		{ID: "UTC", Zone: calendar.Zone{ID: "UTC", Transitions: []calendar.Transition{{}}}, Weekend: weekend},
		{
			ID: "CN", Zone: china("Asia/Shanghai"), Weekend: weekend,
			Holidays: []calendar.Date{20270101, 20270208, 20270209, 20270210, 20270211, 20270212}, WorkingDays: []calendar.Date{20270207},
		},
		{ID: "HK", Zone: china("Asia/Hong_Kong"), Weekend: weekend, CutoffMinute: 17 * 60, Holidays: []calendar.Date{20261225, 20261226, 20270101}},
	}
}

// purposes are codes of the ISO 20022 external list, as the mainland uses them.
var purposes = []guard.Purpose{
	{Code: "CGODDR", Account: "current"},
	{Code: "CSTRDR", Account: "current"},
	{Code: "CCTFDR", Account: "capital"},
}

// Genesis is the world as the document that machines open.
func (w World) Genesis() []byte {
	g := core.Genesis{
		Chain: Chain, TimeMs: startMs, Params: w.Params, Calendars: calendars(), Purposes: purposes,
		Authorities: w.Authorities, Rulebooks: w.Rulebooks,
	}
	for _, e := range w.Entities {
		p := identity.Party{
			LEI: LEI(e.Name), Name: e.Name, Home: e.Home, Residency: e.Residency, Class: e.Class, Roles: e.Roles,
			Officers: officers, Policy: identity.Policy{Tiers: e.Tiers},
		}
		if e.Group != "" {
			p.Group = LEI(e.Group)
		}
		g.Parties = append(g.Parties, p)
		for _, o := range officers {
			key := Key(e.Name + "." + o.ID)
			g.Keys = append(g.Keys, identity.Key{Public: key.Public(), Algorithm: key.Algorithm(), Party: p.LEI, Officer: o.ID, Added: startMs})
		}
	}
	data, err := json.Marshal(g)
	if err != nil {
		panic(err)
	}
	return data
}

// Entity finds a party of the world by its name, to change it before the ledger begins.
func (w *World) Entity(name string) *Entity {
	for i := range w.Entities {
		if w.Entities[i].Name == name {
			return &w.Entities[i]
		}
	}
	panic("testkit: no party " + name)
}
