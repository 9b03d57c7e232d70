package core

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"causeway/core/kernel/approval"
	"causeway/core/kernel/calendar"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Genesis is what the ledger begins with: the charter, whoever acts for it, the limits.
// Everything else is registered by transactions.
type Genesis struct {
	Chain       string              `json:"chain"`
	TimeMs      int64               `json:"time_ms"` // Unix ms
	Params      txn.Params          `json:"params"`
	Calendars   []calendar.Calendar `json:"calendars"`
	Purposes    []guard.Purpose     `json:"purposes"`
	Authorities []guard.Authority   `json:"authorities"` // parents before children; the first is the charter
	Rulebooks   []guard.Rulebook    `json:"rulebooks,omitempty"`
	Parties     []identity.Party    `json:"parties"`
	Keys        []identity.Key      `json:"keys"`
	// Validators are those consensus begins with, so that later changes can be measured by them.
	Validators []txn.ValidatorChange `json:"validators,omitempty"`
}

// ParseGenesis reads and checks a genesis document.
func ParseGenesis(data []byte) (*Genesis, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	g := &Genesis{Params: txn.DefaultParams()}
	if err := decoder.Decode(g); err != nil {
		return nil, fmt.Errorf("genesis: %w", err)
	}
	return g, g.Validate()
}

// Validate checks that the ledger can begin: a charter with someone who can act for it.
func (g *Genesis) Validate() error {
	if n := len(g.Chain); n < 3 || n > 40 {
		return errors.New("genesis: chain: 3 to 40 characters")
	}
	if len(g.Authorities) == 0 || g.Authorities[0].Parent != "" {
		return errors.New("genesis: authorities: the first must be the charter, without a parent")
	}
	known := map[guard.AuthorityID]bool{}
	for i, a := range g.Authorities {
		if i > 0 && !known[a.Parent] {
			return fmt.Errorf("genesis: authorities[%d].parent: %q must stand before its children", i, a.Parent)
		}
		known[a.ID] = true
	}
	parties := map[identity.LEI]*identity.Party{}
	for i := range g.Parties {
		p := &g.Parties[i]
		if _, err := identity.ParseLEI(string(p.LEI)); err != nil {
			return fmt.Errorf("genesis: parties[%d]: %w", i, err)
		}
		if !known[p.Home] {
			return fmt.Errorf("genesis: parties[%d].home: no authority %q", i, p.Home)
		}
		if err := approval.Satisfiable(p); err != nil {
			return fmt.Errorf("genesis: parties[%d]: %w", i, err)
		}
		parties[p.LEI] = p
	}
	for i, a := range g.Authorities {
		if parties[a.Party] == nil {
			return fmt.Errorf("genesis: authorities[%d].party: no party %q", i, a.Party)
		}
	}
	for i, k := range g.Keys {
		if parties[k.Party] == nil || parties[k.Party].Officer(k.Officer) == nil {
			return fmt.Errorf("genesis: keys[%d]: no officer %q of party %q", i, k.Officer, k.Party)
		}
		if err := identity.ValidatePublicKey(k.Algorithm, k.Public); err != nil {
			return fmt.Errorf("genesis: keys[%d]: %w", i, err)
		}
	}
	for i := range g.Calendars {
		if err := g.Calendars[i].Validate(); err != nil {
			return fmt.Errorf("genesis: calendars[%d]: %w", i, err)
		}
	}
	for i := range g.Rulebooks {
		if b := &g.Rulebooks[i]; !known[b.Authority] || b.Version != 1 {
			return fmt.Errorf("genesis: rulebooks[%d]: version 1 of a known authority", i)
		} else if err := b.Validate(); err != nil {
			return fmt.Errorf("genesis: rulebooks[%d]: %w", i, err)
		}
	}
	for i, v := range g.Validators {
		if err := identity.ValidatePublicKey(identity.Ed25519, v.PublicKey); err != nil {
			return fmt.Errorf("genesis: validators[%d]: %w", i, err)
		}
		if v.Power <= 0 {
			return fmt.Errorf("genesis: validators[%d].power: above zero", i)
		}
	}
	return nil
}

// write puts the genesis state into a block.
func (g *Genesis) write(b *state.Block) {
	genesisParams.Put(b, []byte("params"), g.Params)
	for _, c := range g.Calendars {
		guard.PutCalendar(b, c)
	}
	for _, p := range g.Purposes {
		guard.PutPurpose(b, p)
	}
	for _, a := range g.Authorities {
		for i := range g.Rulebooks {
			if book := &g.Rulebooks[i]; book.Authority == a.ID {
				a.Version, a.Proposed, a.Hash = 1, 1, book.Hash()
				guard.PutEdition(b, guard.Edition{Book: *book, Status: guard.InForce, From: g.TimeMs, Proposed: g.TimeMs})
			}
		}
		guard.PutAuthority(b, a)
	}
	for _, p := range g.Parties {
		identity.PutParty(b, p)
	}
	for _, k := range g.Keys {
		identity.PutKey(b, k)
	}
	txn.SeedValidators(b, g.Validators)
}

var genesisParams = state.NewTable[txn.Params]("g", "genesis.params")

// Hash identifies a genesis document.
func (g *Genesis) Hash() wire.Hash {
	data, _ := json.Marshal(g) // plain data: cannot fail
	return wire.Sum([]byte("causeway/genesis/1"), data)
}

func itoa(n int) string { return strconv.Itoa(n) }
