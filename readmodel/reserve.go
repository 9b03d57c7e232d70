package readmodel

import (
	"context"

	"causeway/core"
	"causeway/core/feature/issuance"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
)

// Reserve is the supply of an asset against what was last attested of its reserves.
type Reserve struct {
	Asset      ledger.AssetID `db:"asset" json:"asset" doc:"asset"`
	Supply     money.Amount   `db:"supply" json:"supply" doc:"all units there are"`
	Total      money.Amount   `db:"total" json:"total" doc:"reserves as attested"`
	Eligible   money.Amount   `db:"eligible" json:"eligible" doc:"of them what counts, after haircuts"`
	Custodian  identity.LEI   `db:"custodian" json:"custodian" doc:"LEI of who attested them"`
	Statement  string         `db:"statement" json:"statement" doc:"hash of the statement"`
	AsOfMs     int64          `db:"as_of_ms" json:"as_of_ms" doc:"moment of the attested balances, Unix ms; 0: none attested"`
	BreachedMs int64          `db:"breached_ms" json:"breached_ms" doc:"supply exceeds them since, Unix ms; 0: it does not"`
	Seq        int64          `db:"seq" json:"seq,string" doc:"place of the last change"`
}

// ReserveChange is a change of supply or reserves, with both after it.
type ReserveChange struct {
	Asset    ledger.AssetID `db:"asset" json:"asset" doc:"asset"`
	Seq      int64          `db:"seq" json:"seq,string" doc:"place in the ledger"`
	TimeMs   int64          `db:"time_ms" json:"time_ms" doc:"block time, Unix ms"`
	Change   string         `db:"change" json:"change" doc:"issued, burned, attested, breached, breach_ended, or opening: what there was when the history begins"`
	Amount   money.Amount   `db:"amount" json:"amount" doc:"issued or burned units; attested: total"`
	Supply   money.Amount   `db:"supply" json:"supply" doc:"after it"`
	Eligible money.Amount   `db:"eligible" json:"eligible" doc:"after it"`
}

// Allowance is what a party may still mint.
type Allowance struct {
	Asset  ledger.AssetID `db:"asset" json:"asset" doc:"asset"`
	Minter identity.LEI   `db:"minter" json:"minter" doc:"LEI"`
	Left   money.Amount   `db:"left_to_mint" json:"left" doc:"minor units"`
	Seq    int64          `db:"seq" json:"seq,string" doc:"place of the last change"`
}

var (
	reserves       = newTable[Reserve]("reserves", 1, "Supply of each asset against its attested reserves.").keep()
	reserveChanges = newTable[ReserveChange]("reserve_changes", 2, "Supply and reserves over time.")
	allowances     = newTable[Allowance]("allowances", 2, "What parties may still mint.")
)

var reserveModel = &model{
	name: "reserve", version: 1, tables: layouts(reserves, reserveChanges, allowances),
	seed: seedReserves, apply: applyReserves,
}

func seedReserves(u *unit, s state.Reader, at seedAt) {
	seq := at.height << heightShift
	ledger.ListAssets(s, "", func(a ledger.Asset) bool {
		row := Reserve{Asset: a.ID, Supply: ledger.Supply(s, a.ID), Seq: seq}
		if at, ok := issuance.FindAttestation(s, a.ID); ok {
			row.Total, row.Eligible, row.Custodian, row.Statement, row.AsOfMs = at.Total, at.Eligible, at.Custodian, at.StatementHash.String(), at.AsOf
		}
		if breach, ok := issuance.FindBreach(s, a.ID); ok {
			row.BreachedMs = breach.Since
		}
		put(u, reserves, row)
		put(u, reserveChanges, ReserveChange{Asset: a.ID, Seq: seq, TimeMs: at.timeMs, Change: "opening", Supply: row.Supply, Eligible: row.Eligible})
		return true
	})
	eachView(s, "allowance", func(v any) {
		a := v.(issuance.Allowance)
		put(u, allowances, Allowance{Asset: a.Asset, Minter: a.Minter, Left: a.Left, Seq: seq})
	})
}

// eachView visits the records of a noun.
func eachView(s state.Reader, noun string, visit func(any)) {
	view, ok := core.Kinds.View(noun)
	if !ok {
		panic("no records of " + noun)
	}
	view.List(s, "", func(_ string, v any) bool {
		visit(v)
		return true
	})
}

func applyReserves(u *unit, b *block) {
	for i := range b.acts {
		a := &b.acts[i]
		for n, p := range a.result.Postings {
			if p.From == "" || p.To == "" {
				u.supply(b, a, n, p)
			}
		}
		for n := range a.result.Events {
			u.reserveEvent(b, a, len(a.result.Postings)+n, &a.result.Events[n])
		}
	}
}

func (u *unit) supply(b *block, a *act, n int, p ledger.Posting) {
	row, _ := get(u, reserves, string(p.Asset))
	change := "issued"
	if p.To == "" {
		change = "burned"
		row.Supply = u.minus(row.Supply, p.Amount)
	} else {
		row.Supply, _ = row.Supply.Add(p.Amount) // the ledger has added the same
	}
	u.reserveChanged(b, a, n, p.Asset, row, change, p.Amount)
}

func (u *unit) reserveChanged(b *block, a *act, n int, id ledger.AssetID, row Reserve, change string, amount money.Amount) {
	row.Asset, row.Seq = id, seqOf(b.height, a.index, n)
	put(u, reserves, row)
	put(u, reserveChanges, ReserveChange{Asset: id, Seq: row.Seq, TimeMs: b.timeMs, Change: change, Amount: amount, Supply: row.Supply, Eligible: row.Eligible})
}

func (u *unit) reserveEvent(b *block, a *act, n int, e *txn.Event) {
	seq := seqOf(b.height, a.index, n)
	switch e.Name {
	case "asset.was_registered":
		id := assetOf(e)
		put(u, reserves, Reserve{Asset: id, Seq: seq})
	case "reserve.was_attested":
		at := decode[issuance.AttestedEvent](e)
		row, _ := get(u, reserves, string(at.Asset))
		row.Total, row.Eligible, row.Custodian, row.Statement, row.AsOfMs = at.Total, at.Eligible, at.Custodian, at.StatementHash.String(), at.AsOf
		u.reserveChanged(b, a, n, at.Asset, row, "attested", at.Total)
	case "reserve.was_breached":
		breach := decode[issuance.BreachEvent](e)
		row, _ := get(u, reserves, string(breach.Asset))
		row.BreachedMs = breach.Since
		u.reserveChanged(b, a, n, breach.Asset, row, "breached", money.Zero)
	case "reserve.breach_was_ended":
		breach := decode[issuance.BreachEvent](e)
		row, _ := get(u, reserves, string(breach.Asset))
		row.BreachedMs = 0
		u.reserveChanged(b, a, n, breach.Asset, row, "breach_ended", money.Zero)
	case "allowance.was_raised", "allowance.was_killed":
		al := decode[issuance.AllowanceEvent](e)
		put(u, allowances, Allowance{Asset: al.Asset, Minter: al.Minter, Left: al.Left, Seq: seq})
	case "issuance.was_minted":
		m := decode[issuance.MintedEvent](e)
		put(u, allowances, Allowance{Asset: m.Asset, Minter: m.Minter, Left: m.Left, Seq: seq})
	}
}

// Reserves lists supply and reserves by asset.
func (s *Store) Reserves(ctx context.Context, p Page) ([]Reserve, string, error) {
	return list(ctx, s, reserves, query{order: []string{"asset"}}, p)
}

// Reserve finds supply and reserves of an asset.
func (s *Store) Reserve(ctx context.Context, id ledger.AssetID) (Reserve, bool, error) {
	return find(ctx, s, reserves, "asset", string(id))
}

// ReserveChanges lists changes of supply and reserves of an asset, newest first.
func (s *Store) ReserveChanges(ctx context.Context, id ledger.AssetID, fromMs, untilMs int64, p Page) ([]ReserveChange, string, error) {
	q := query{order: []string{"seq"}, newest: true}
	q.where, q.values = []string{"asset = ?"}, []any{string(id)}
	if err := s.within(ctx, &q, fromMs, untilMs); err != nil {
		return nil, "", err
	}
	return list(ctx, s, reserveChanges, q, p)
}

// Allowances lists what parties may still mint, by asset and LEI.
func (s *Store) Allowances(ctx context.Context, asset ledger.AssetID, p Page) ([]Allowance, string, error) {
	q := query{order: []string{"asset", "minter"}}
	q.equal("asset", string(asset))
	return list(ctx, s, allowances, q, p)
}
