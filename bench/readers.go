package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"causeway/cmd/gateway"
	"causeway/core"
	"causeway/core/kernel/state"
	"causeway/node"
	"causeway/readmodel"
)

// readings are what the read models cost and give, in SQLite beside a running node.
type readings struct {
	Rate, NodeRate float64 // payments/s until the last stands in the tables, and on the ledger
	LagMax         int64   // blocks
	Replay         float64 // payments/s of a rebuild, the node idle
	Rows           float64 // per payment
	Bytes          float64 // of the database, per payment
	Total          int     // payments in the tables when pages were asked for
	Pages          map[string][2]float64
}

// measureReaders pays at a rate, or as fast as the node takes it, and follows with the read
// models; then it asks for pages.
func (s *settings) measureReaders() (m readings) {
	n := s.start()
	for n.Status().Height == 0 || n.Status().Reason != "" {
		time.Sleep(20 * time.Millisecond)
	}
	database := filepath.Join(s.Home, "readmodel.db")
	reader := s.follow(n, database)
	base := size(database)
	subscription, err := n.Subscribe(0)
	check(err)
	in := openPayments(s.File)
	stop := s.profile()
	start := time.Now()
	done := make(chan struct{})
	go func() {
		defer close(done)
		m.LagMax = worstLag(reader.Reader, n, s.Payments)
	}()
	if s.PerSecond > 0 {
		s.steadily(n, in)
	} else {
		throughput(n, subscription, in, s.Payments)
	}
	m.NodeRate = float64(s.Payments) / time.Since(start).Seconds()
	target := n.Machine().Height()
	for reader.Health().Height < target {
		time.Sleep(5 * time.Millisecond)
	}
	m.Rate = float64(s.Payments) / time.Since(start).Seconds()
	stop()
	<-done
	subscription.Close()
	in.close()
	store, err := reader.Store()
	check(err)
	m.Total, m.Pages = s.Payments, askPages(store, s)
	reader.stop()
	m.Bytes = float64(size(database)-base) / float64(s.Payments)
	again := time.Now()
	rebuilt := s.follow(n, filepath.Join(s.Home, "rebuilt.db"))
	m.Replay = float64(s.Payments) / time.Since(again).Seconds()
	rebuilt.stop()
	m.Rows = rowsPerPayment
	check(n.Stop())
	return m
}

// rowsPerPayment in one asset, under rules that count the payer, and nothing of it held: one in
// transactions, one in payments, two in entries, two in balances and one in quota_uses.
const rowsPerPayment = 7

type following struct {
	*readmodel.Reader
	cancel context.CancelFunc
	ended  chan struct{}
}

func (f *following) stop() {
	f.cancel()
	<-f.ended
}

// follow starts a reader and waits until it has caught up.
func (s *settings) follow(n *node.Node, database string) *following {
	genesis := func() (state.Reader, error) {
		backend := state.NewMemory()
		machine, err := core.Open(s.genesis(), backend)
		if err != nil {
			return nil, err
		}
		_, writes := machine.GenesisWith(populate(s.Accounts, s.References))
		backend.Apply(writes)
		machine.Commit()
		return machine.Store(), nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	f := &following{readmodel.NewReader(gateway.NewSource(n, s.Home, genesis), database, readmodel.Config{}), cancel, make(chan struct{})}
	go func() {
		defer close(f.ended)
		f.Run(ctx)
	}()
	for h := f.Health(); !h.Open || h.Lag > 1; h = f.Health() {
		if h.Error != "" {
			check(fmt.Errorf("the reader: %s", h.Error))
		}
		time.Sleep(10 * time.Millisecond)
	}
	return f
}

// worstLag watches a reader until the payments are over.
func worstLag(r *readmodel.Reader, n *node.Node, payments int) (worst int64) {
	for {
		h := r.Health()
		worst = max(worst, h.Lag)
		store, err := r.Store()
		check(err)
		rows, _, err := store.Payments(context.Background(), readmodel.PaymentFilter{EndToEnd: fmt.Sprintf("E2E-%012d", payments-1)}, readmodel.Page{Limit: 1})
		check(err)
		if len(rows) > 0 && h.Lag < 2 {
			return worst
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// steadily offers payments at a rate and returns when the last is on the ledger.
func (s *settings) steadily(n *node.Node, in *reader) {
	start := time.Now()
	var wg sync.WaitGroup
	for i := range s.Payments {
		if i%50 == 0 {
			time.Sleep(time.Until(start.Add(time.Duration(i) * time.Second / time.Duration(s.PerSecond))))
		}
		tx := in.next()
		wg.Go(func() { submit(context.Background(), n, tx) })
	}
	wg.Wait()
	for n.Status().MempoolTxs > 0 {
		time.Sleep(5 * time.Millisecond)
	}
}

// askPages asks a thousand times for fifty rows, each time for another party, account or place.
func askPages(store *readmodel.Store, s *settings) map[string][2]float64 {
	ctx := context.Background()
	random := rand.New(rand.NewPCG(2, 2))
	mark := ""
	asks := map[string]func() error{
		"newest payments": func() error {
			rows, next, err := store.Payments(ctx, readmodel.PaymentFilter{}, readmodel.Page{After: mark})
			if mark = next; err == nil && len(rows) != 50 {
				err = fmt.Errorf("a page of %d rows", len(rows))
			}
			return err
		},
		"payments of a party": func() error {
			_, _, err := store.Payments(ctx, readmodel.PaymentFilter{Party: payerLEI(random.IntN(s.Accounts))}, readmodel.Page{})
			return err
		},
		"statement of an account": func() error {
			_, _, err := store.Statement(ctx, accountID(random.IntN(s.Accounts)), asset, 0, 0, readmodel.Page{})
			return err
		},
		"settled payments, anywhere": func() error {
			at := time.Now().Add(-time.Duration(random.IntN(60)) * time.Second).UnixMilli()
			_, _, err := store.Payments(ctx, readmodel.PaymentFilter{Status: "settled", UntilMs: at}, readmodel.Page{})
			return err
		},
	}
	times := map[string][2]float64{}
	for name, ask := range asks {
		list := make([]time.Duration, 1000)
		for i := range list {
			start := time.Now()
			check(ask())
			list[i] = time.Since(start)
		}
		slices.Sort(list)
		times[name] = [2]float64{float64(list[500].Microseconds()) / 1000, float64(list[990].Microseconds()) / 1000}
	}
	return times
}

// readers measures the read models over so many payments.
func (b *bench) readers(s settings) {
	for _, perSecond := range []int{5000, 0} {
		s.PerSecond = perSecond
		b.home = b.prepare(s)
		b.from = 0
		run := b.signed(s)
		run.Task = "readers"
		var m readings
		b.step(run, &m)
		how := "as fast as the node takes them"
		if perSecond > 0 {
			how = fmt.Sprintf("at %d/s", perSecond)
		}
		fmt.Printf("\nread models in SQLite, %d payments %s: %.0f payments/s on the ledger, %.0f/s in the tables, at most %d blocks behind\n", run.Payments, how, m.NodeRate, m.Rate, m.LagMax)
		fmt.Printf("  %.0f rows and %.0f bytes per payment; a rebuild takes in %.0f payments/s\n", m.Rows, m.Bytes, m.Replay)
		for name, at := range m.Pages {
			fmt.Printf("  50 rows out of %d, %-28s p50 %6.2f ms, p99 %6.2f ms\n", m.Total, name, at[0], at[1])
		}
	}
}

// Core is the machine that readers look into.
func (p *populated) Core() *core.Machine { return p.core }
