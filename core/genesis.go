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

// Validate checks that the ledger can begin: a charter with someone who can act for it, and
// nothing that stands twice or could never work.
func (g *Genesis) Validate() error {
	if n := len(g.Chain); n < 3 || n > 40 {
		return errors.New("genesis: chain: 3 to 40 characters")
	}
	if err := checkParams(&g.Params); err != nil {
		return err
	}
	known, err := g.checkAuthorities()
	if err != nil {
		return err
	}
	if err := g.checkParties(known); err != nil {
		return err
	}
	for i := range g.Calendars {
		if err := g.Calendars[i].Validate(); err != nil {
			return fmt.Errorf("genesis: calendars[%d]: %w", i, err)
		}
	}
	for i := range g.Rulebooks {
		b := &g.Rulebooks[i]
		if known[b.Authority] == 0 || b.Version != 1 {
			return fmt.Errorf("genesis: rulebooks[%d]: version 1 of a known authority", i)
		}
		for k := range g.Rulebooks[:i] {
			if g.Rulebooks[k].Authority == b.Authority {
				return fmt.Errorf("genesis: rulebooks[%d]: a second one of %q", i, b.Authority)
			}
		}
		if err := b.Validate(); err != nil {
			return fmt.Errorf("genesis: rulebooks[%d]: %w", i, err)
		}
	}
	seen := map[string]bool{}
	for i, v := range g.Validators {
		if err := identity.ValidatePublicKey(identity.Ed25519, v.PublicKey); err != nil {
			return fmt.Errorf("genesis: validators[%d]: %w", i, err)
		}
		if v.Power <= 0 || seen[string(v.PublicKey)] {
			return fmt.Errorf("genesis: validators[%d]: each key once, with a power above zero", i)
		}
		seen[string(v.PublicKey)] = true
	}
	return nil
}

// checkParams refuses limits with which the ledger would stand still or forget too early.
func checkParams(p *txn.Params) error {
	for _, limit := range []struct {
		name             string
		value, low, high uint64
	}{
		{"reference_days", uint64(p.ReferenceDays), 2, 3660}, // an id must be remembered longer than it can be valid
		{"batch_payments_max", uint64(p.BatchPaymentsMax), 1, 1000},
		{"tx_bytes_max", uint64(p.TxBytesMax), 1 << 12, 1 << 20},
		{"proposal_hours", uint64(p.ProposalHours), 1, 24 * uint64(p.ReferenceDays)},
		{"fills_max", uint64(p.FillsMax), 1, 16},
		{"timers_per_block", uint64(p.TimersPerBlock), 1, 10_000},
	} {
		if limit.value < limit.low || limit.value > limit.high {
			return fmt.Errorf("genesis: params.%s: %d to %d", limit.name, limit.low, limit.high)
		}
	}
	if p.QuoteMin.IsZero() {
		return errors.New("genesis: params.quote_min: above zero")
	}
	return nil
}

// checkAuthorities gives the depth of each in the tree, the charter's being 1.
func (g *Genesis) checkAuthorities() (depth map[guard.AuthorityID]int, err error) {
	if len(g.Authorities) == 0 || g.Authorities[0].Parent != "" {
		return nil, errors.New("genesis: authorities: the first must be the charter, without a parent")
	}
	depth = map[guard.AuthorityID]int{}
	for i, a := range g.Authorities {
		switch {
		case i > 0 && depth[a.Parent] == 0:
			return nil, fmt.Errorf("genesis: authorities[%d].parent: %q must stand before its children", i, a.Parent)
		case depth[a.ID] > 0 || txn.CheckID("id", string(a.ID), 24) != nil:
			return nil, fmt.Errorf("genesis: authorities[%d].id: %q must be an id that stands once", i, a.ID)
		case depth[a.Parent] == guard.DepthMax: // the guard would not reach the charter
			return nil, fmt.Errorf("genesis: authorities[%d]: more than %d levels", i, guard.DepthMax)
		case i > 0 && txn.CheckCountry("sovereign", a.Sovereign) != nil:
			return nil, fmt.Errorf("genesis: authorities[%d].sovereign: two capital letters (ISO 3166 alpha-2)", i)
		case a.Version != 0 || a.Proposed != 0 || !a.Hash.IsZero():
			return nil, fmt.Errorf("genesis: authorities[%d]: version, hash and proposed follow from the rulebooks", i)
		}
		depth[a.ID] = depth[a.Parent] + 1
	}
	return depth, nil
}

func (g *Genesis) checkParties(known map[guard.AuthorityID]int) error {
	parties := map[identity.LEI]*identity.Party{}
	for i := range g.Parties {
		p := &g.Parties[i]
		if _, err := identity.ParseLEI(string(p.LEI)); err != nil {
			return fmt.Errorf("genesis: parties[%d]: %w", i, err)
		}
		if parties[p.LEI] != nil {
			return fmt.Errorf("genesis: parties[%d].lei: %s stands twice", i, p.LEI)
		}
		if known[p.Home] == 0 {
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
	seen := map[string]bool{}
	for i, k := range g.Keys {
		if parties[k.Party] == nil || parties[k.Party].Officer(k.Officer) == nil {
			return fmt.Errorf("genesis: keys[%d]: no officer %q of party %q", i, k.Officer, k.Party)
		}
		if err := identity.ValidatePublicKey(k.Algorithm, k.Public); err != nil {
			return fmt.Errorf("genesis: keys[%d]: %w", i, err)
		}
		if id := k.Algorithm.String() + string(k.Public); seen[id] {
			return fmt.Errorf("genesis: keys[%d]: stands twice", i)
		} else {
			seen[id] = true
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
