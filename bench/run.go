package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"time"

	"causeway/core"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
	"causeway/node"
	"causeway/node/store"
)

// perform does one step.
func (s *settings) perform() any {
	switch s.Task {
	case "prepare":
		return s.prepare()
	case "sign":
		s.writePayments()
		return struct{}{}
	case "pay":
		return s.pay()
	case "stages":
		return s.measureStages()
	case "latency":
		return s.measureLatency()
	case "readers":
		return s.measureReaders()
	}
	panic("no task " + s.Task)
}

// prepared is a populated home.
type prepared struct {
	Bytes int64 // of the home, compacted
}

type populated struct {
	node.Machine
	core     *core.Machine
	settings *settings
}

// Genesis writes the accounts into height 0.
func (p *populated) Genesis() (wire.Hash, []state.Write) {
	return p.core.GenesisWith(populate(p.settings.Accounts, p.settings.References))
}

func (s *settings) prepare() prepared {
	port, err := node.FreePorts(2)
	check(err)
	_, err = node.Init(s.Home, node.Options{ChainID: chain, Validators: 1, Genesis: genesis(), GenesisTime: time.Now().Add(-time.Minute), PortBase: port})
	check(err)
	n := s.start()
	for n.Status().Height < 2 {
		time.Sleep(50 * time.Millisecond)
	}
	check(n.Stop())
	ledger, err := store.OpenLedger(filepath.Join(s.Home, "data", "ledger"), store.Options{})
	check(err)
	check(ledger.Compact())
	check(ledger.Close())
	return prepared{Bytes: size(s.Home)}
}

func (s *settings) start() *node.Node {
	node.TuneMemory()
	config, err := node.LoadConfig(s.Home)
	check(err)
	n, err := node.New(config, func(genesis []byte, backend state.Backend, limits state.Limits) (node.Machine, error) {
		machine, err := core.OpenLimited(genesis, backend, limits)
		if err != nil {
			return nil, err
		}
		return &populated{Machine: node.Core(machine), core: machine, settings: s}, nil
	})
	check(err)
	check(n.Start(context.Background()))
	return n
}

// measured is one run under full load.
type measured struct {
	Rate, Bare, Ratio        float64 // medians over the segments
	PerBlock                 int
	Bytes, BytesBefore       int64 // of the home, before and after a clean stop
	Resident, ResidentBefore int64
}

// pay settles the payments of a file as fast as the node takes them, in segments; between them
// the node is idle and the bare rate is measured.
func (s *settings) pay() (m measured) {
	m.BytesBefore = size(s.Home)
	n := s.start()
	subscription, err := n.Subscribe(0)
	check(err)
	in := openPayments(s.File)
	m.ResidentBefore = residentBytes()
	stop := s.profile()
	var rates, bares, ratios []float64
	blocks := 0
	before := bareRate(bareTime)
	for i := range s.Segments {
		count := s.Payments*(i+1)/s.Segments - s.Payments*i/s.Segments
		rate, used := throughput(n, subscription, in, count)
		blocks += used
		after := bareRate(bareTime)
		bare := (before + after) / 2
		rates, bares, ratios = append(rates, rate), append(bares, bare), append(ratios, rate/bare)
		before = after
	}
	stop()
	in.close()
	subscription.Close()
	m.Rate, m.Bare, m.Ratio, m.PerBlock = median(rates), median(bares), median(ratios), s.Payments/max(blocks, 1)
	debug.FreeOSMemory()
	m.Resident = residentBytes()
	check(n.Stop())
	m.Bytes = size(s.Home)
	return m
}

const bareTime = 3 * time.Second

func (s *settings) profile() (stop func()) {
	if s.Profile == "" {
		return func() {}
	}
	file, err := os.Create(s.Profile)
	check(err)
	check(pprof.StartCPUProfile(file))
	return func() {
		pprof.StopCPUProfile()
		check(file.Close())
		allocations, err := os.Create(s.Profile + ".allocs")
		check(err)
		check(pprof.Lookup("allocs").WriteTo(allocations, 0))
		check(allocations.Close())
	}
}

const (
	senders = 512
	// outstanding bounds the payments that are submitted and not settled: several full blocks,
	// as clients that wait for their answers would have it.
	outstanding = 25_000
)

// throughput submits count payments and returns when all have settled.
func throughput(n *node.Node, subscription *node.Subscription, in *reader, count int) (rate float64, blocks int) {
	ctx := context.Background()
	feed := make(chan []byte, senders)
	room := make(chan struct{}, outstanding)
	start := time.Now()
	go func() {
		for range count {
			room <- struct{}{}
			feed <- in.next()
		}
		close(feed)
	}()
	var wg sync.WaitGroup
	for range senders {
		wg.Go(func() {
			for tx := range feed {
				submit(ctx, n, tx)
			}
		})
	}
	for done := 0; done < count; {
		block, err := subscription.Next(ctx)
		check(err)
		if block.Outcome == nil || len(block.Outcome.Results) == 0 {
			continue
		}
		blocks++
		for _, result := range block.Outcome.Results {
			if result.Code != 0 {
				check(fmt.Errorf("a payment was refused with fault %d", result.Code))
			}
			done++
			<-room
		}
	}
	rate = float64(count) / time.Since(start).Seconds()
	wg.Wait()
	return rate, blocks
}

func submit(ctx context.Context, n *node.Node, tx []byte) {
	for {
		result, err := n.Submit(ctx, tx)
		if err == node.ErrBusy {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		check(err)
		if result.Code != 0 {
			check(fmt.Errorf("a payment was refused before the block: %s %s", result.Name, result.Log))
		}
		return
	}
}

// latencies are in milliseconds, from submission to finality.
type latencies struct {
	PerSecond      int
	P50, P99, P999 float64
}

// measureLatency offers payments at a steady rate.
func (s *settings) measureLatency() (l latencies) {
	n := s.start()
	in := openPayments(s.File)
	for n.Status().Reason != "" || n.Status().Height == 0 {
		time.Sleep(50 * time.Millisecond)
	}
	times := make([]time.Duration, s.Payments)
	var wg sync.WaitGroup
	start := time.Now()
	for i := range times {
		tx := in.next()
		time.Sleep(time.Until(start.Add(time.Duration(i) * time.Second / time.Duration(s.PerSecond))))
		wg.Go(func() {
			sent := time.Now()
			final, err := n.SubmitAndWait(context.Background(), tx)
			check(err)
			if final.Height == 0 || final.Result.Code != 0 {
				check(fmt.Errorf("a payment was refused: %d %s", final.Result.Code, final.Check.Log))
			}
			times[i] = time.Since(sent)
		})
	}
	wg.Wait()
	in.close()
	check(n.Stop())
	times = times[min(s.PerSecond, len(times)/4):] // the first second warms up
	slices.Sort(times)
	at := func(share float64) float64 {
		return float64(times[int(share*float64(len(times)-1))].Microseconds()) / 1000
	}
	l.P50, l.P99, l.P999 = at(0.5), at(0.99), at(0.999)
	return l
}

func median(list []float64) float64 {
	slices.Sort(list)
	return (list[(len(list)-1)/2] + list[len(list)/2]) / 2
}

func size(folder string) (total int64) {
	check(filepath.WalkDir(folder, func(_ string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return nil
		}
		info, err := entry.Info()
		if err == nil {
			total += info.Size()
		}
		return err
	}))
	return total
}

func residentBytes() int64 {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		var kilobytes int64
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kilobytes); n == 1 {
			return kilobytes << 10
		}
	}
	return 0
}
