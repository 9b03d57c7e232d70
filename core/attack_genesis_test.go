package core_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"causeway/core"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/internal/testkit"
)

// A genesis document with which rules would not be reached, ids would be forgotten while they
// can still be sent, or nothing would ever happen, is refused.
func TestBadGenesisIsRefused(t *testing.T) {
	read := func() (g core.Genesis) {
		if err := json.Unmarshal(testkit.NewWorld().Genesis(), &g); err != nil {
			t.Fatal(err)
		}
		return g
	}
	good := read()
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*core.Genesis){
		"ids forgotten at once": func(g *core.Genesis) { g.Params.ReferenceDays = 1 },
		"no timers":             func(g *core.Genesis) { g.Params.TimersPerBlock = 0 },
		"no bytes":              func(g *core.Genesis) { g.Params.TxBytesMax = 0 },
		"no fills":              func(g *core.Genesis) { g.Params.FillsMax = 0 },
		"endless proposals":     func(g *core.Genesis) { g.Params.ProposalHours = 65_535 },
		"empty quotes":          func(g *core.Genesis) { g.Params.QuoteMin = money.Zero },
		"an authority twice":    func(g *core.Genesis) { g.Authorities = append(g.Authorities, g.Authorities[1]) },
		"a charter twice": func(g *core.Genesis) {
			g.Authorities = append(g.Authorities, guard.Authority{ID: "NET", Parent: "NET", Sovereign: "CN", Party: testkit.LEI("CHARTER")})
		},
		"too deep for the charter's rules": func(g *core.Genesis) {
			for i := range guard.DepthMax {
				a := guard.Authority{ID: guard.AuthorityID(fmt.Sprint("D", i)), Parent: g.Authorities[len(g.Authorities)-1].ID, Sovereign: "HK", Party: testkit.LEI("HKMA")}
				g.Authorities = append(g.Authorities, a)
			}
		},
		"no sovereign":       func(g *core.Genesis) { g.Authorities[2].Sovereign = "" },
		"a version unstated": func(g *core.Genesis) { g.Authorities[1].Version = 3 },
		"a party twice":      func(g *core.Genesis) { g.Parties = append(g.Parties, g.Parties[3]) },
		"a key of two parties": func(g *core.Genesis) {
			k := g.Keys[0]
			k.Party, k.Officer = g.Parties[4].LEI, g.Parties[4].Officers[0].ID
			g.Keys = append(g.Keys, k)
		},
		"two rulebooks": func(g *core.Genesis) {
			book := guard.Rulebook{Authority: "CN", Version: 1, Title: "a"}
			g.Rulebooks = []guard.Rulebook{book, book}
		},
		"a policy nobody can fulfil": func(g *core.Genesis) {
			g.Parties[1].Policy = identity.Policy{Tiers: []identity.Tier{{Approvals: 9}}}
		},
	} {
		g := read()
		spoil(&g)
		if g.Validate() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
