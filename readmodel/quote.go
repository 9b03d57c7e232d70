package readmodel

import (
	"context"

	"causeway/core/feature/fx"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
)

// Quote is a firm offer of foreign exchange.
type Quote struct {
	ID        string           `db:"id" json:"id" doc:"id"`
	Maker     ledger.AccountID `db:"maker" json:"maker" doc:"account that gives target and receives source"`
	Source    ledger.AssetID   `db:"source" json:"source" doc:"asset that is taken"`
	Target    ledger.AssetID   `db:"target" json:"target" doc:"asset that is given"`
	Rate      string           `db:"rate" json:"rate" doc:"minor units of target per minor unit of source, as num/den"`
	Size      money.Amount     `db:"size" json:"size" doc:"of target, at the start"`
	Left      money.Amount     `db:"size_left" json:"left" doc:"of target, still offered; of a quote that has ended: what was not taken"`
	Status    string           `db:"status" json:"status" doc:"standing, taken (wholly), cancelled, expired"`
	PostedMs  int64            `db:"posted_ms" json:"posted_ms" doc:"block time, Unix ms; 0: before the history begins"`
	ExpiresMs int64            `db:"expires_ms" json:"expires_ms" doc:"stands until, Unix ms"`
	ClosedMs  int64            `db:"closed_ms" json:"closed_ms" doc:"block time of its end, Unix ms; 0: it stands"`
	Seq       int64            `db:"seq" json:"seq,string" doc:"place of the last change"`
}

// Trade is a part of a quote that a payment has taken.
type Trade struct {
	Seq          int64            `db:"seq" json:"seq,string" doc:"place in the ledger"`
	Quote        string           `db:"quote" json:"quote" doc:"id of the quote"`
	Payment      string           `db:"payment" json:"payment" doc:"id of the payment"`
	Maker        ledger.AccountID `db:"maker" json:"maker" doc:"account of the market maker"`
	Source       ledger.AssetID   `db:"source" json:"source" doc:"asset that the maker received"`
	Target       ledger.AssetID   `db:"target" json:"target" doc:"asset that the maker gave"`
	SourceAmount money.Amount     `db:"source_amount" json:"source_amount" doc:"minor units"`
	TargetAmount money.Amount     `db:"target_amount" json:"target_amount" doc:"minor units"`
	TimeMs       int64            `db:"time_ms" json:"time_ms" doc:"block time, Unix ms"`
}

var (
	quotes = newTable[Quote]("quotes", 1, "Firm quotes, standing and ended.")
	trades = newTable[Trade]("trades", 1, "What payments have taken of quotes. Both legs of a trade stand in one journal.")
)

var quoteModel = &model{
	name: "quote", version: 1, tables: layouts(quotes, trades),
	seed: func(u *unit, s state.Reader, at seedAt) {
		eachQuote(s, func(q fx.Quote) { u.quoted(&q, 0, at.height<<heightShift) })
	},
	apply: func(u *unit, b *block) {
		b.events(func(a *act, n int, e *txn.Event) {
			seq := seqOf(b.height, a.index, n)
			switch e.Name {
			case "fx.was_quoted":
				q := decode[fx.Quote](e)
				u.quoted(&q, b.timeMs, seq)
			case "fx.was_taken":
				u.taken(b, a, seq, decode[fx.Taken](e))
			case "fx.was_cancelled":
				u.withdrawn(b, seq, decode[fx.Withdrawn](e), "cancelled")
			case "fx.quote_expired":
				u.withdrawn(b, seq, decode[fx.Withdrawn](e), "expired")
			}
		})
	},
}

func eachQuote(s state.Reader, visit func(fx.Quote)) {
	eachView(s, "quote", func(v any) { visit(v.(fx.Quote)) })
}

func (u *unit) quoted(q *fx.Quote, postedMs, seq int64) {
	put(u, quotes, Quote{
		ID: q.ID.String(), Maker: q.Maker, Source: q.Source, Target: q.Target, Rate: rateText(q.Rate), Size: q.Size, Left: q.Left,
		Status: "standing", PostedMs: postedMs, ExpiresMs: q.Expires, Seq: seq,
	})
}

func (u *unit) taken(b *block, a *act, seq int64, t fx.Taken) {
	row, ok := get(u, quotes, t.Quote.String())
	if !ok {
		panic("a quote is taken that was never posted: " + t.Quote.String())
	}
	row.Left, row.Seq = t.Left, seq
	if t.Left.IsZero() {
		row.Status, row.ClosedMs = "taken", b.timeMs
	}
	put(u, quotes, row)
	put(u, trades, Trade{
		Seq: seq, Quote: row.ID, Payment: a.id.String(), Maker: t.Maker, Source: row.Source, Target: row.Target,
		SourceAmount: t.Source, TargetAmount: t.Target, TimeMs: b.timeMs,
	})
}

func (u *unit) withdrawn(b *block, seq int64, w fx.Withdrawn, status string) {
	row, ok := get(u, quotes, w.Quote.String())
	if !ok {
		panic("a quote ends that was never posted: " + w.Quote.String())
	}
	row.Left, row.Status, row.ClosedMs, row.Seq = w.Left, status, b.timeMs, seq
	put(u, quotes, row)
}

// QuoteFilter narrows a list of quotes; at most one of its fields is set.
type QuoteFilter struct {
	Maker  ledger.AccountID
	Status string
}

// Quotes lists quotes by the time they were posted, newest first.
func (s *Store) Quotes(ctx context.Context, f QuoteFilter, p Page) ([]Quote, string, error) {
	q := query{order: []string{"posted_ms", "id"}, newest: true}
	q.equal("maker", string(f.Maker))
	q.equal("status", f.Status)
	return list(ctx, s, quotes, q, p)
}

// Quote finds a quote by its id.
func (s *Store) Quote(ctx context.Context, id string) (Quote, bool, error) {
	return find(ctx, s, quotes, "id", id)
}

// TradeFilter narrows a list of trades; at most one of its fields is set, besides the time.
type TradeFilter struct {
	Quote, Payment  string
	Maker           ledger.AccountID
	FromMs, UntilMs int64 // block time, Unix ms; 0: open
}

// Trades lists trades, newest first.
func (s *Store) Trades(ctx context.Context, f TradeFilter, p Page) ([]Trade, string, error) {
	q := query{order: []string{"seq"}, newest: true}
	q.equal("quote", f.Quote)
	q.equal("payment", f.Payment)
	q.equal("maker", string(f.Maker))
	if err := s.within(ctx, &q, f.FromMs, f.UntilMs); err != nil {
		return nil, "", err
	}
	return list(ctx, s, trades, q, p)
}
