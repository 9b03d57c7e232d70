package readmodel

import (
	"bytes"
	"context"

	"causeway/core/feature/fx"
	"causeway/core/feature/issuance"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Entry is one line of a statement: what a posting did to one account.
type Entry struct {
	Account      ledger.AccountID `db:"account" json:"account" doc:"account"`
	Asset        ledger.AssetID   `db:"asset" json:"asset" doc:"asset"`
	Seq          int64            `db:"seq" json:"seq,string" doc:"place in the ledger"`
	TimeMs       int64            `db:"time_ms" json:"time_ms" doc:"block time, Unix ms"`
	Direction    string           `db:"direction" json:"direction" doc:"in, out, or opening: what there was when the history begins"`
	Amount       money.Amount     `db:"amount" json:"amount" doc:"minor units moved"`
	Balance      money.Amount     `db:"balance" json:"balance" doc:"the account's total after it"`
	Counterparty ledger.AccountID `db:"counterparty" json:"counterparty" doc:"the other account; empty: issued or burned"`
	Kind         string           `db:"kind" json:"kind" doc:"kind that moved it, e.g. payment.send"`
	Subject      string           `db:"subject" json:"subject" doc:"id of the payment, or of the transaction"`
}

// Balance is what an account has of an asset.
type Balance struct {
	Account  ledger.AccountID `db:"account" json:"account" doc:"account"`
	Asset    ledger.AssetID   `db:"asset" json:"asset" doc:"asset"`
	Total    money.Amount     `db:"total" json:"total" doc:"minor units, reserved ones too"`
	Reserved money.Amount     `db:"reserved" json:"reserved" doc:"what holds, quotes and redemptions keep from being spent"`
	Seq      int64            `db:"seq" json:"seq,string" doc:"place of the last change"`
}

// Reservation is an amount that is kept from being spent, and why.
type Reservation struct {
	ID      string           `db:"id" json:"id" doc:"id of the hold, quote or redemption"`
	Reason  string           `db:"reason" json:"reason" doc:"hold, quote or redemption"`
	Account ledger.AccountID `db:"account" json:"account" doc:"account"`
	Asset   ledger.AssetID   `db:"asset" json:"asset" doc:"asset"`
	Amount  money.Amount     `db:"amount" json:"amount" doc:"minor units still reserved"`
	TimeMs  int64            `db:"time_ms" json:"time_ms" doc:"block time since when, Unix ms"`
}

var (
	entries      = newTable[Entry]("entries", 3, "Statements: two lines for each posting, one for each account. The balance at any time is that of the last line before it.")
	balances     = newTable[Balance]("balances", 2, "What accounts have now. An account that has nothing of an asset and has had some stands here with 0.").keep()
	reservations = newTable[Reservation]("reservations", 1, "What is reserved now, hold by hold, quote by quote, redemption by redemption.")
)

var balanceModel = &model{
	name: "balance", version: 1, tables: layouts(entries, balances, reservations),
	seed: seedBalances, apply: applyBalances,
}

func seedBalances(u *unit, s state.Reader, at seedAt) {
	seq := seqOf(at.height, 0, 0)
	eachBalance(s, func(account ledger.AccountID, asset ledger.AssetID, b ledger.Balance) {
		put(u, balances, Balance{Account: account, Asset: asset, Total: b.Total, Reserved: b.Reserved, Seq: seq})
		put(u, entries, Entry{Account: account, Asset: asset, Seq: seq, TimeMs: at.timeMs, Direction: "opening", Amount: b.Total, Balance: b.Total})
	})
	reserved := func(id wire.Hash, reason string, account ledger.AccountID, asset ledger.AssetID, amount money.Amount, since int64) {
		put(u, reservations, Reservation{ID: id.String(), Reason: reason, Account: account, Asset: asset, Amount: amount, TimeMs: since})
	}
	txn.ListHeld(s, wire.Hash{}, func(h txn.HeldPayment) bool {
		for _, r := range h.Reserved { // a payment debits one account
			reserved(h.ID, "hold", r.Account, r.Asset, r.Amount, h.Since)
		}
		return true
	})
	eachQuote(s, func(q fx.Quote) { reserved(q.ID, "quote", q.Maker, q.Target, q.Left, at.timeMs) })
	eachRedemption(s, func(r issuance.Redemption) {
		if r.Status == issuance.Requested || r.Status == issuance.Paid {
			reserved(r.ID, "redemption", r.From, r.Asset, r.Amount, r.Requested)
		}
	})
}

// eachBalance visits all balances of a state.
func eachBalance(s state.Reader, visit func(ledger.AccountID, ledger.AssetID, ledger.Balance)) {
	prefix := bytes.TrimSuffix(ledger.BalanceKey("", ""), []byte{0})
	s.Scan(prefix, nil, func(key, value []byte) bool {
		account, asset, _ := bytes.Cut(key[len(prefix):], []byte{0})
		var b ledger.Balance
		if err := b.DecodeState(value); err != nil {
			panic(err)
		}
		visit(ledger.AccountID(account), ledger.AssetID(asset), b)
		return true
	})
}

func applyBalances(u *unit, b *block) {
	for i := range b.acts {
		a := &b.acts[i]
		for n, p := range a.result.Postings {
			u.post(b, a, n, p)
		}
	}
	b.events(func(a *act, _ int, e *txn.Event) { u.reserve(b, a, e) })
}

// post writes both lines of a posting.
func (u *unit) post(b *block, a *act, n int, p ledger.Posting) {
	line := Entry{Asset: p.Asset, Seq: seqOf(b.height, a.index, n), TimeMs: b.timeMs, Amount: p.Amount, Kind: a.kind, Subject: a.id.String()}
	if p.From != "" {
		has := u.balance(p.From, p.Asset)
		has.Total, has.Seq = u.minus(has.Total, p.Amount), line.Seq
		put(u, balances, has)
		line.Account, line.Counterparty, line.Direction, line.Balance = p.From, p.To, "out", has.Total
		put(u, entries, line)
	}
	if p.To != "" {
		has := u.balance(p.To, p.Asset)
		has.Total, _ = has.Total.Add(p.Amount) // the ledger has added the same
		has.Seq = line.Seq
		put(u, balances, has)
		line.Account, line.Counterparty, line.Direction, line.Balance = p.To, p.From, "in", has.Total
		put(u, entries, line)
	}
}

func (u *unit) balance(account ledger.AccountID, asset ledger.AssetID) Balance {
	has, _ := get(u, balances, string(account), string(asset))
	has.Account, has.Asset = account, asset
	return has
}

// minus takes off what the ledger has taken off; a table that does not have it is wrong.
func (u *unit) minus(from, amount money.Amount) money.Amount {
	left, ok := from.Sub(amount)
	if !ok && u.err == nil {
		panic("an amount is taken off " + from.Digits() + ", less than " + amount.Digits())
	}
	return left
}

// reserve follows the events that begin, lower and end reservations.
func (u *unit) reserve(b *block, a *act, e *txn.Event) {
	switch e.Name {
	case "payment.was_held":
		id := decode[txn.HeldEvent](e).ID.String()
		if _, held := get(u, reservations, id); held {
			return // held afresh: the same amount
		}
		var most money.Amount
		list := sends(a)
		for _, p := range list {
			one, _ := p.Most()
			most, _ = most.Add(one)
		}
		if len(list) > 0 {
			u.reserved(b, a, Reservation{ID: id, Reason: "hold", Account: list[0].From, Asset: list[0].Asset, Amount: most})
		}
	case "payment.hold_was_closed":
		u.released(b, a, decode[txn.HoldClosedEvent](e).ID, money.Max)
	case "fx.was_quoted":
		q := decode[fx.Quote](e)
		u.reserved(b, a, Reservation{ID: q.ID.String(), Reason: "quote", Account: q.Maker, Asset: q.Target, Amount: q.Left})
	case "fx.was_taken":
		t := decode[fx.Taken](e)
		u.released(b, a, t.Quote, t.Target)
	case "fx.was_cancelled", "fx.quote_expired":
		u.released(b, a, decode[fx.Withdrawn](e).Quote, money.Max)
	case "redemption.was_requested":
		r := decode[issuance.RequestedEvent](e)
		u.reserved(b, a, Reservation{ID: r.Redemption.String(), Reason: "redemption", Account: r.From, Asset: r.Asset, Amount: r.Amount})
	case "redemption.was_cancelled", "redemption.was_burned":
		u.released(b, a, decode[issuance.RedemptionClosedEvent](e).Redemption, money.Max)
	}
}

func (u *unit) reserved(b *block, a *act, r Reservation) {
	r.TimeMs = b.timeMs
	put(u, reservations, r)
	has := u.balance(r.Account, r.Asset)
	has.Reserved, _ = has.Reserved.Add(r.Amount)
	has.Seq = max(has.Seq, a.seq)
	put(u, balances, has)
}

// released gives back an amount of a reservation, or all that is left of it.
func (u *unit) released(b *block, a *act, id wire.Hash, amount money.Amount) {
	r, ok := get(u, reservations, id.String())
	if !ok {
		return
	}
	amount = money.Min(amount, r.Amount)
	if r.Amount = u.minus(r.Amount, amount); r.Amount.IsZero() {
		remove(u, reservations, r.ID)
	} else {
		put(u, reservations, r)
	}
	has := u.balance(r.Account, r.Asset)
	has.Reserved = u.minus(has.Reserved, amount)
	has.Seq = max(has.Seq, a.seq)
	put(u, balances, has)
}

// Statement lists the lines of an account in one asset, newest first.
func (s *Store) Statement(ctx context.Context, account ledger.AccountID, asset ledger.AssetID, fromMs, untilMs int64, p Page) ([]Entry, string, error) {
	q := query{order: []string{"seq"}, newest: true}
	q.where, q.values = []string{"account = ?", "asset = ?"}, []any{string(account), string(asset)}
	if err := s.within(ctx, &q, fromMs, untilMs); err != nil {
		return nil, "", err
	}
	return list(ctx, s, entries, q, p)
}

// BalanceAt is what an account had of an asset before a moment (Unix ms); not found: nothing yet.
func (s *Store) BalanceAt(ctx context.Context, account ledger.AccountID, asset ledger.AssetID, untilMs int64) (Entry, bool, error) {
	rows, _, err := s.Statement(ctx, account, asset, 0, untilMs, Page{Limit: 1})
	if err != nil || len(rows) == 0 {
		return Entry{}, false, err
	}
	return rows[0], true, nil
}

// BalanceFilter narrows a list of balances; at most one of its fields is set.
type BalanceFilter struct {
	Account ledger.AccountID
	Asset   ledger.AssetID
}

// Balances lists balances by account and asset.
func (s *Store) Balances(ctx context.Context, f BalanceFilter, p Page) ([]Balance, string, error) {
	q := query{order: []string{"account", "asset"}}
	q.equal("account", string(f.Account))
	q.equal("asset", string(f.Asset))
	return list(ctx, s, balances, q, p)
}

// Reservations lists what is reserved of an account, or of all, by id.
func (s *Store) Reservations(ctx context.Context, account ledger.AccountID, p Page) ([]Reservation, string, error) {
	q := query{order: []string{"id"}}
	q.equal("account", string(account))
	return list(ctx, s, reservations, q, p)
}
