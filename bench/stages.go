package main

import (
	"fmt"
	"path/filepath"
	"runtime"
	"time"

	"github.com/cometbft/cometbft/types"
	"golang.org/x/sys/unix"

	"causeway/core"
	"causeway/node/store"
)

// stageBlock is the payments of a block when the stages are measured.
const stageBlock = 5_000

// stages is what each step of a payment costs, in microseconds of one thread.
type stages struct {
	Payments int
	Micros   map[string]float64
	Allocs   map[string]float64 // objects allocated per payment
	Bytes    map[string]float64
}

var stageNames = []string{"verify", "check", "recheck", "execute", "prepare", "commit"}

// measureStages carries payments through the machine and its store without consensus, one step
// after the other on one goroutine, so that a change of one step can be told from noise in the
// others. Compaction and the collector run beside it, as they do in a node.
func (s *settings) measureStages() stages {
	ledger, err := store.OpenLedger(filepath.Join(s.Home, "data", "ledger"), store.Options{CacheBytes: 256 << 20})
	check(err)
	machine, err := core.Open(s.genesis(), ledger)
	check(err)
	machine.Warm()
	in := openPayments(s.File)
	total := stages{Micros: map[string]float64{}, Allocs: map[string]float64{}, Bytes: map[string]float64{}}
	var memory runtime.MemStats
	step := func(name string, work func()) {
		runtime.ReadMemStats(&memory)
		objects, bytes := memory.Mallocs, memory.TotalAlloc
		start := threadTime()
		work()
		total.Micros[name] += float64((threadTime() - start).Nanoseconds()) / 1000
		runtime.ReadMemStats(&memory)
		total.Allocs[name] += float64(memory.Mallocs - objects)
		total.Bytes[name] += float64(memory.TotalAlloc - bytes)
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	stop := s.profile()
	height := machine.Height()
	for done := 0; done+stageBlock <= s.Payments; done += stageBlock {
		txs := make([][]byte, stageBlock)
		for i := range txs {
			txs[i] = in.next()
		}
		now := time.Now().UnixMilli()
		height++
		step("verify", func() {
			for i := 0; i < len(txs); i += 128 {
				machine.Preverify(txs[i:min(i+128, len(txs))])
			}
		})
		checkAll := func(recheck bool) {
			for _, tx := range txs {
				if result := machine.Check(tx, now, recheck); result.Code != 0 {
					check(fmt.Errorf("a payment was refused before the block: %s %s", result.Name, result.Log))
				}
			}
		}
		step("check", func() { checkAll(false) })
		step("recheck", func() { checkAll(true) })
		var outcome *core.Outcome
		step("execute", func() {
			outcome, err = machine.Execute(core.Block{Height: height, TimeMs: now, Txs: txs})
			check(err)
		})
		for _, result := range outcome.Results {
			if result.Code != 0 {
				check(fmt.Errorf("a payment was refused with fault %d", result.Code))
			}
		}
		var block *store.Block
		step("prepare", func() {
			block, err = ledger.Prepare(store.Mark{Height: height, TimeMs: now, Root: outcome.Root}, outcome.Writes)
			check(err)
		})
		step("commit", func() {
			check(block.Commit())
			machine.Commit()
		})
		total.Payments += stageBlock
	}
	stop()
	in.close()
	check(ledger.Close())
	for _, of := range []map[string]float64{total.Micros, total.Allocs, total.Bytes} {
		for name := range of {
			of[name] /= float64(total.Payments)
		}
	}
	return total
}

// threadTime is the processor time of the calling thread: other work on the machine does not
// count, nor does what the collector and the store do beside it.
func threadTime() time.Duration {
	var usage unix.Rusage
	check(unix.Getrusage(unix.RUSAGE_THREAD, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func (s *settings) genesis() []byte {
	doc, err := types.GenesisDocFromFile(filepath.Join(s.Home, "genesis.json"))
	check(err)
	return doc.AppState
}

func (b *bench) stages(s settings) {
	s = b.signed(s)
	s.Task = "stages"
	var got stages
	b.step(s, &got)
	fmt.Printf("\n%d payments, one step after the other on one core\n", got.Payments)
	var micros, allocs, bytes float64
	for _, name := range stageNames {
		fmt.Printf("  %-10s %8.2f µs %8.1f objects %10.0f bytes allocated\n", name, got.Micros[name], got.Allocs[name], got.Bytes[name])
		micros, allocs, bytes = micros+got.Micros[name], allocs+got.Allocs[name], bytes+got.Bytes[name]
	}
	fmt.Printf("  %-10s %8.2f µs %8.1f objects %10.0f bytes\n", "all", micros, allocs, bytes)
}
