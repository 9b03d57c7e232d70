package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"causeway/core"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
	"causeway/node"
)

// run is one node with its ledger.
type run struct {
	home     string
	keep     bool
	accounts int
	node     *node.Node
	before   int64 // bytes of the home when the ledger was populated
	settled  int
}

type populated struct {
	node.Machine
	core     *core.Machine
	accounts int
}

// Genesis writes the accounts into height 0.
func (p *populated) Genesis() (wire.Hash, []state.Write) {
	return p.core.GenesisWith(populate(p.accounts))
}

func newRun(accounts int, keep string) *run {
	r := &run{home: keep, keep: keep != "", accounts: accounts}
	if !r.keep {
		home, err := os.MkdirTemp("", "causeway-bench-")
		check(err)
		r.home = home
	}
	port, err := node.FreePorts(2)
	check(err)
	_, err = node.Init(r.home, node.Options{ChainID: chain, Validators: 1, Genesis: genesis(), GenesisTime: time.Now().Add(-time.Minute), PortBase: port})
	check(err)
	r.start()
	for r.node.Status().Height < 2 {
		time.Sleep(50 * time.Millisecond)
	}
	r.before = size(r.home)
	return r
}

func (r *run) start() {
	config, err := node.LoadConfig(r.home)
	check(err)
	r.node, err = node.New(config, func(genesis []byte, backend state.Backend) (node.Machine, error) {
		machine, err := core.Open(genesis, backend)
		if err != nil {
			return nil, err
		}
		return &populated{Machine: node.Core(machine), core: machine, accounts: r.accounts}, nil
	})
	check(err)
	check(r.node.Start(context.Background()))
}

func (r *run) close() {
	check(r.node.Stop())
	if !r.keep {
		check(os.RemoveAll(r.home))
	}
}

// throughput submits everything as fast as the node takes it, and counts what settled.
func (r *run) throughput(txs [][]byte) float64 {
	subscription, err := r.node.Subscribe(0)
	check(err)
	defer subscription.Close()
	var next atomic.Int64
	ctx := context.Background()
	start := time.Now()
	var wg sync.WaitGroup
	for range 512 {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(txs) {
					return
				}
				for {
					result, err := r.node.Submit(ctx, txs[i])
					if err == node.ErrBusy {
						time.Sleep(5 * time.Millisecond)
						continue
					}
					check(err)
					if result.Code != 0 {
						check(fmt.Errorf("payment %d refused before the block: %s %s", i, result.Name, result.Log))
					}
					break
				}
			}
		})
	}
	done, blocks := 0, 0
	for done < len(txs) {
		block, err := subscription.Next(ctx)
		check(err)
		if block.Outcome == nil {
			continue
		}
		if n := len(block.Outcome.Results); n > 0 {
			blocks++
			for _, result := range block.Outcome.Results {
				if result.Code != 0 {
					check(fmt.Errorf("a payment was refused with fault %d", result.Code))
				}
				done++
			}
		}
	}
	elapsed := time.Since(start)
	wg.Wait()
	r.settled += done
	fmt.Printf("payments per block, on average         %10d\n", done/max(blocks, 1))
	return float64(done) / elapsed.Seconds()
}

// latency offers payments at a steady rate and measures each from submission to finality.
func (r *run) latency(perSecond int, txs [][]byte) {
	times := make([]time.Duration, len(txs))
	var wg sync.WaitGroup
	start := time.Now()
	for i, tx := range txs {
		time.Sleep(time.Until(start.Add(time.Duration(i) * time.Second / time.Duration(perSecond))))
		wg.Go(func() {
			sent := time.Now()
			final, err := r.node.SubmitAndWait(context.Background(), tx)
			check(err)
			if final.Height == 0 || final.Result.Code != 0 {
				check(fmt.Errorf("a payment was refused: %d %s", final.Result.Code, final.Check.Log))
			}
			times[i] = time.Since(sent)
		})
	}
	wg.Wait()
	r.settled += len(txs)
	slices.Sort(times)
	fmt.Printf("time to finality at %5d/s             p50 %s, p99 %s\n", perSecond, times[len(times)/2].Round(100*time.Microsecond), times[len(times)*99/100].Round(100*time.Microsecond))
}

// sizes restarts the node, so that only what lasts is counted, and reports disk and memory.
func (r *run) sizes(int) {
	resident := residentBytes()
	check(r.node.Stop())
	after := size(r.home)
	fmt.Printf("disk: ledger before the payments       %10d bytes, %d per account\n", r.before, r.before/int64(r.accounts))
	fmt.Printf("disk: whole home after a clean stop    %10d bytes, %d per payment\n", after, (after-r.before)/int64(max(r.settled, 1)))
	r.start()
	runtime.GC()
	fmt.Printf("resident memory at the end of the run  %10d bytes\n", resident)
}

func size(folder string) (total int64) {
	check(filepath.WalkDir(folder, func(_ string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil //nolint:nilerr // files come and go while the node runs
		}
		if info, err := entry.Info(); err == nil {
			total += info.Size()
		}
		return nil
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
