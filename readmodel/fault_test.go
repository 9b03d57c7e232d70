package readmodel

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"causeway/core/kernel/state"
	"causeway/internal/testkit"
)

// story is one that has most of what there is: exchange, with quotes that end in every way.
func story(t *testing.T, name string) *chain {
	t.Helper()
	l := testkit.RunScript(t, filepath.Join("..", "core", "testdata", name+".txt"))
	return newChain(t, l.Genesis(), l.Blocks)
}

// wanted is what a reader without any trouble makes of a chain.
func wanted(t *testing.T, c *chain) map[string][]string {
	t.Helper()
	r := opened(t, c, filepath.Join(t.TempDir(), "wanted.db"))
	catchUp(t, r)
	return dump(t, r.store)
}

// A reader that dies within a transaction, or between two, goes on where the rows end.
func TestKilledReaderGoesOn(t *testing.T) {
	for name, fresh := range databases(t) {
		t.Run(name, func(t *testing.T) {
			c, setting := story(t, "fx"), fresh()
			c.grow(t, 0)
			for round := 0; ; round++ {
				ctx, kill := context.WithCancel(context.Background())
				r := NewReader(c, setting, Config{ReconcileEvery: -1, Outcomes: 1, broken: func(model string, height int64) {
					if round%2 == 0 && height%3 == int64(round/2%3) && model == "reserve" {
						kill() // in the midst of a block
					}
				}})
				var err error
				moved := true
				for range round%4 + 2 {
					if moved, err = r.Step(ctx); err != nil {
						break
					}
				}
				kill()
				r.close()
				if err == nil && !moved {
					break
				}
				if round > 10*len(c.blocks) {
					t.Fatalf("no end: %v", err)
				}
			}
			r := opened(t, c, setting)
			catchUp(t, r)
			same(t, "after kills", wanted(t, c), dump(t, r.store))
		})
	}
}

// A server that is killed and comes back loses nothing; meanwhile the reader says so and waits.
func TestDatabaseGoneAndBack(t *testing.T) {
	server := startPostgres(t)
	c := story(t, "hold")
	c.grow(t, 5)
	r := NewReader(c, server.database(t, "gone"), Config{ReconcileEvery: -1, Poll: time.Millisecond, RetryMax: 50 * time.Millisecond})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.Run(ctx)
	}()
	until(t, "the first blocks", func() bool { h := r.Health(); return h.Open && h.Lag == 0 })
	server.stop(t, syscall.SIGKILL)
	c.grow(t, 9)
	until(t, "the failure", func() bool { h := r.Health(); return h.Error != "" && !h.OK() })
	c.grow(t, 0) // the ledger goes on
	server.start(t)
	until(t, "the rest", func() bool { h := r.Health(); return h.OK() && h.Lag == 0 })
	store, err := r.Store()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "after the server was gone", wanted(t, c), dump(t, store))
	cancel()
	<-done
}

func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s did not come", what)
		}
	}
}

// A model that panics rests and says so; the others follow the chain, and it catches up later.
func TestPanicStaysInItsModel(t *testing.T) {
	c := story(t, "hold")
	c.grow(t, 0)
	bad := true
	r := NewReader(c, filepath.Join(t.TempDir(), "panic.db"), Config{ReconcileEvery: -1, Outcomes: 3, broken: func(model string, height int64) {
		if bad && model == "hold" && height == 12 {
			panic("no such thing")
		}
	}})
	t.Cleanup(r.close)
	for moved := true; moved; {
		var err error
		if moved, err = r.Step(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	h := r.Health()
	if h.OK() {
		t.Fatal("the reader is well")
	}
	for _, m := range h.Models {
		if (m.Name == "hold") != (m.Error != "") || (m.Name == "hold") != (m.Height < c.machine.Height()) {
			t.Fatalf("%+v", m)
		}
	}
	bad = false
	for name, f := range r.failed {
		f.until = time.Now() // it has rested
		r.failed[name] = f
	}
	catchUp(t, r)
	same(t, "after a panic", wanted(t, c), dump(t, r.store))
}

// Another version makes one model anew, and no other.
func TestVersionMakesOneModelAnew(t *testing.T) {
	for name, fresh := range databases(t) {
		t.Run(name, func(t *testing.T) {
			c, setting := story(t, "fx"), fresh()
			c.grow(t, 0)
			r := opened(t, c, setting)
			catchUp(t, r)
			for _, table := range []string{"quotes", "payments"} { // what only making anew mends
				if _, err := r.store.conn.ExecContext(context.Background(), "DELETE FROM "+table); err != nil {
					t.Fatal(err)
				}
			}
			again := opened(t, c, setting)
			newer := *quoteModel
			newer.version++
			again.models = slices.Clone(models)
			again.models[slices.Index(again.models, quoteModel)] = &newer
			catchUp(t, again)
			want := wanted(t, c)
			want["payments"] = nil
			same(t, "after another version", want, dump(t, again.store))
		})
	}
}

// A reader whose blocks are gone begins anew at the present height, while the ledger goes on.
func TestReaderPastRetentionBeginsAnew(t *testing.T) {
	for _, name := range []string{"fx", "hold", "redemption", "batch", "approvals", "quota", "issuance"} {
		t.Run(name, func(t *testing.T) {
			c := story(t, name)
			begin := int64(len(c.blocks)) * 2 / 3
			c.grow(t, begin)
			c.forget(begin)
			r := opened(t, c, filepath.Join(t.TempDir(), "late.db"))
			catchUp(t, r)
			if h := r.Health(); h.Models[0].Since != begin {
				t.Fatalf("the history begins after %d, not %d", h.Models[0].Since, begin)
			}
			compare(t, r)
			for c.machine.Height() < int64(len(c.blocks)) {
				c.grow(t, c.machine.Height()+1)
				catchUp(t, r)
				compare(t, r)
			}
			want, got := wanted(t, story2(t, c)), dump(t, r.store)
			for _, table := range []string{"quota_uses", "officers", "authorities", "rulebooks"} {
				if len(got[table]) != len(want[table]) {
					t.Errorf("%s has %d rows, %d in a whole history", table, len(got[table]), len(want[table]))
				}
			}
		})
	}
}

// story2 is the same chain with all its blocks.
func story2(t *testing.T, c *chain) *chain {
	t.Helper()
	whole := newChain(t, c.genesis, c.blocks)
	whole.grow(t, 0)
	return whole
}

// The state may be read while blocks are committed: a value is that of one height all the same.
func TestStateIsReadAtOneHeight(t *testing.T) {
	c := story(t, "fx")
	begin := int64(len(c.blocks)) / 2
	c.grow(t, begin)
	c.forget(begin + 1)
	r := opened(t, c, filepath.Join(t.TempDir(), "moving.db"))
	r.models = slices.Clone(models)
	for i, m := range r.models {
		moving := *m
		first := true
		moving.seed = func(u *unit, s state.Reader, at seedAt) {
			m.seed(u, s, at)
			if first && i%3 == 0 {
				c.grow(t, min(c.machine.Height()+2, int64(len(c.blocks))))
			}
			first = false
		}
		r.models[i] = &moving
	}
	catchUp(t, r)
	c.grow(t, 0)
	catchUp(t, r)
	compare(t, r)
}

// A database of another chain is left as it is.
func TestOtherLedgerIsRefused(t *testing.T) {
	c := story(t, "send")
	c.grow(t, 25)
	setting := filepath.Join(t.TempDir(), "other.db")
	catchUp(t, opened(t, c, setting))
	forked := story(t, "hold")
	forked.grow(t, 0)
	if _, err := opened(t, forked, setting).Step(context.Background()); err == nil || !strings.Contains(err.Error(), ErrOtherLedger.Error()) {
		t.Fatalf("%v", err)
	}
}

// Every list reads along an index, in the order of the index, whatever stands in the table.
func TestPagesCostTheSame(t *testing.T) {
	ctx := context.Background()
	c := story(t, "fx")
	c.grow(t, 0)
	r := opened(t, c, filepath.Join(t.TempDir(), "pages.db"))
	catchUp(t, r)
	after := Page{}
	for _, q := range []struct {
		of    *layout
		query query
	}{
		{blocks.layout, query{order: []string{"height"}, newest: true}},
		{transactions.layout, by("party", "seq")}, {transactions.layout, by("kind", "seq")}, {transactions.layout, by("status", "seq")}, {transactions.layout, by("", "seq")},
		{payments.layout, by("", "seq")}, {payments.layout, by("party", "seq")}, {payments.layout, by("payee_party", "seq")}, {payments.layout, by("status", "seq")},
		{payments.layout, by("purpose", "seq")}, {payments.layout, sparse("uetr")}, {payments.layout, sparse("end_to_end")}, {payments.layout, sparse("batch")},
		{balances.layout, by("account", "account", "asset")}, {balances.layout, by("asset", "account", "asset")}, {reservations.layout, by("account", "id")},
		{holds.layout, by("status", "since_ms", "id")}, {holds.layout, by("party", "since_ms", "id")}, {proposals.layout, by("party", "created_ms", "id")}, {proposals.layout, by("status", "created_ms", "id")},
		{parties.layout, by("home", "lei")}, {parties.layout, by("class", "lei")}, {keys.layout, by("party", "id")}, {accounts.layout, by("owner", "id")}, {accounts.layout, by("authority", "id")},
		{redemptions.layout, by("asset", "requested_ms", "id")}, {redemptions.layout, by("holder", "requested_ms", "id")}, {quotes.layout, by("maker", "posted_ms", "id")},
		{trades.layout, by("quote", "seq")}, {trades.layout, by("payment", "seq")}, {trades.layout, by("maker", "seq")},
	} {
		mark := make([]any, len(q.query.order))
		for i := range mark {
			mark[i] = int64(0)
		}
		text, values := q.query.text(q.of, mark, 50)
		rows, err := r.store.read.QueryContext(ctx, "EXPLAIN QUERY PLAN "+text, values...)
		if err != nil {
			t.Fatal(err)
		}
		plan := ""
		for rows.Next() {
			var a, b, c int
			var step string
			if err := rows.Scan(&a, &b, &c, &step); err != nil {
				t.Fatal(err)
			}
			plan += step + "; "
		}
		_ = rows.Close()
		if strings.Contains(text, "OFFSET") || !strings.HasPrefix(plan, "SEARCH ") || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s\n  %s", text, plan)
		}
	}
	// Pages join to the whole list, each row once.
	var ids []string
	for after.Limit = 3; ; {
		rows, next, err := r.store.Payments(ctx, PaymentFilter{Party: testkit.LEI("IMPORT")}, after)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			ids = append(ids, row.ID)
		}
		if after.After = next; next == "" {
			break
		}
	}
	whole, _, err := r.store.Payments(ctx, PaymentFilter{Party: testkit.LEI("IMPORT")}, Page{Limit: 1000})
	if err != nil || len(whole) != len(ids) || len(ids) < 4 {
		t.Fatalf("%d rows in pages, %d in one: %v", len(ids), len(whole), err)
	}
	for i, row := range whole {
		if row.ID != ids[i] {
			t.Fatalf("row %d is %s in a page, %s in one", i, ids[i], row.ID)
		}
	}
	if _, _, err := r.store.Payments(ctx, PaymentFilter{}, Page{After: "bad"}); err == nil {
		t.Fatal("a mark of no page is taken")
	}
}

func by(column string, order ...string) query {
	q := query{order: order, newest: order[0] == "seq"}
	q.equal(column, column)
	if column == "" {
		q = query{order: order, newest: true}
	}
	return q
}

func sparse(column string) query {
	q := query{order: []string{"seq"}, newest: true}
	q.sparse(column, column)
	return q
}

// The tables have the columns that the reference page describes, and no others.
func TestMigrationsMatchTheRows(t *testing.T) {
	for name, fresh := range databases(t) {
		store, err := Open(context.Background(), fresh())
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range Schema() {
			rows, err := store.read.Query("SELECT * FROM " + table.Name + " LIMIT 0")
			if err != nil {
				t.Fatal(err)
			}
			columns, err := rows.Columns()
			if err != nil {
				t.Fatal(err)
			}
			_ = rows.Close()
			var want []string
			for _, c := range table.Columns {
				if want = append(want, c.Name); c.About == "" {
					t.Errorf("%s.%s is not described", table.Name, c.Name)
				}
			}
			if fmt.Sprint(columns) != fmt.Sprint(want) {
				t.Errorf("%s: %s has %v, the rows have %v", name, table.Name, columns, want)
			}
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
