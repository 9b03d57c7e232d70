package readmodel

import (
	"context"
	"fmt"
	"time"

	"causeway/core"
	"causeway/core/feature/issuance"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// sample is how many balances one comparison looks at; the next one goes on after them.
const sample = 1000

// reconcileNow compares the tables with the state of their height, now and then, when they have
// caught up. What differs is recorded and shown, and mended by nobody.
func (r *Reader) reconcileNow(ctx context.Context) error {
	if r.config.ReconcileEvery < 0 || time.Since(r.reconciled) < r.config.ReconcileEvery || len(r.heights()) > 1 || len(r.failed) > 0 {
		return nil
	}
	r.reconciled = time.Now()
	c, err := r.Reconcile(ctx, sample)
	if err != nil {
		return err
	}
	r.compared(c)
	if c.Different > 0 {
		r.config.Logger.Error("the read models differ from the state", "height", c.Height, "differences", c.Different, "first", c.Detail)
	}
	u, err := r.store.begin(ctx)
	if err != nil {
		return err
	}
	defer u.drop()
	text := "INSERT INTO reconciliations (height, checked, different, detail, time_ms) VALUES (?, ?, ?, ?, ?)" +
		" ON CONFLICT (height) DO UPDATE SET checked = excluded.checked, different = excluded.different, detail = excluded.detail, time_ms = excluded.time_ms"
	_, err = r.store.conn.ExecContext(ctx, r.store.bound(text), c.Height, c.Checked, c.Different, c.Detail, time.Now().UnixMilli())
	if err == nil {
		_, err = r.store.conn.ExecContext(ctx, r.store.bound("DELETE FROM reconciliations WHERE height NOT IN (SELECT height FROM reconciliations ORDER BY height DESC LIMIT 1000)"))
	}
	if err != nil {
		return err
	}
	return u.commit()
}

// comparing is one comparison.
type comparing struct {
	Comparison
	store *Store
	ctx   context.Context
	state state.Reader
	err   error
}

// Reconcile compares the tables with the state of their height: supplies and reserves of all
// assets, what is open, and so many balances, where the last comparison has stopped. It belongs
// to whoever runs the reader.
func (r *Reader) Reconcile(ctx context.Context, balances int) (Comparison, error) {
	height := r.places[r.models[0].name].height
	c := &comparing{Comparison: Comparison{Height: height}, store: r.store, ctx: ctx, state: &past{store: r.source.Ledger().Store(), height: height, exact: true}}
	err := c.run(r, balances)
	return c.Comparison, err
}

func (c *comparing) run(r *Reader, balances int) (err error) {
	defer func() {
		if lost := recover(); lost != nil {
			kept, ours := lost.(notKept)
			if !ours {
				panic(lost)
			}
			err = kept.error
		}
	}()
	c.supplies()
	c.counts()
	for balances > 0 && c.err == nil {
		rows, next, err := c.store.Balances(c.ctx, BalanceFilter{}, Page{After: r.sampleAfter, Limit: min(balances, pageMax)})
		if err != nil {
			return err
		}
		for _, b := range rows {
			c.balance(b)
		}
		balances -= len(rows)
		if r.sampleAfter = next; next == "" {
			break
		}
	}
	return c.err
}

// same notes a comparison of two values.
func (c *comparing) same(what string, table, state any) {
	c.Checked++
	if table != state {
		if c.Different++; c.Different == 1 {
			c.Detail = fmt.Sprintf("%s: %v in the table, %v in the state", what, table, state)
		}
	}
}

func (c *comparing) balance(b Balance) {
	want := ledger.BalanceOf(c.state, b.Account, b.Asset)
	c.same(fmt.Sprintf("total of %s in %s", b.Account, b.Asset), b.Total, want.Total)
	c.same(fmt.Sprintf("reserved of %s in %s", b.Account, b.Asset), b.Reserved, want.Reserved)
}

func (c *comparing) supplies() {
	for after := ""; c.err == nil; {
		var rows []Reserve
		rows, after, c.err = c.store.Reserves(c.ctx, Page{After: after, Limit: pageMax})
		for _, row := range rows {
			c.same("supply of "+string(row.Asset), row.Supply, ledger.Supply(c.state, row.Asset))
			at, _ := issuance.FindAttestation(c.state, row.Asset)
			c.same("reserves of "+string(row.Asset), row.Eligible, at.Eligible)
			breach, _ := issuance.FindBreach(c.state, row.Asset)
			c.same("breach of "+string(row.Asset), row.BreachedMs, breach.Since)
		}
		if after == "" {
			break
		}
	}
}

// countMax bounds what one comparison counts in the state; tables with more are not counted.
const countMax = 20_000

func (c *comparing) counts() {
	count := func(text string, visit func(func() bool)) {
		if c.err != nil {
			return
		}
		var rows, records int64
		if c.err = c.store.read.QueryRowContext(c.ctx, fmt.Sprintf("SELECT count(*) FROM (SELECT 1 FROM %s LIMIT %d) AS counted", text, countMax)).Scan(&rows); c.err != nil || rows == countMax {
			return
		}
		visit(func() bool { records++; return records < countMax })
		c.same("count of "+text, rows, records)
	}
	count("parties", func(one func() bool) { identity.ListParties(c.state, "", func(identity.Party) bool { return one() }) })
	count("accounts", func(one func() bool) { ledger.ListAccounts(c.state, "", func(ledger.Account) bool { return one() }) })
	count("assets", func(one func() bool) { ledger.ListAssets(c.state, "", func(ledger.Asset) bool { return one() }) })
	count("queues", func(one func() bool) {
		txn.ListQueues(c.state, "", wire.Hash{}, func(txn.AuthorityID, txn.HeldPayment) bool { return one() })
	})
	count("proposals WHERE status = 'open'", func(one func() bool) {
		txn.Records{Reader: c.state}.OpenProposals("", wire.Hash{}, func(txn.Proposal) bool { return one() })
	})
	count("quotes WHERE status = 'standing'", func(one func() bool) { c.view("quote", one) })
	count("redemptions", func(one func() bool) { c.view("redemption", one) })
}

func (c *comparing) view(noun string, one func() bool) {
	if view, ok := core.Kinds.View(noun); ok {
		view.List(c.state, "", func(string, any) bool { return one() })
	}
}
