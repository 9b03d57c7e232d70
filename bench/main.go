// Bench measures the whole path of a payment: signed transactions in, mempool, consensus,
// guard with ten rules, ledger, tree, synced write. It prints figures, and the throughput as
// a ratio to the bare signature rate of the same cores in the same run; it never passes or
// fails by time.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"time"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func main() {
	accounts := flag.Int("accounts", 100_000, "accounts on the ledger")
	count := flag.Int("payments", 200_000, "payments of the throughput run")
	latency := flag.Duration("latency", 10*time.Second, "length of each latency run; 0 skips them")
	zipf := flag.Bool("zipf", false, "few payees get most payments")
	profile := flag.String("cpuprofile", "", "write a CPU profile of the throughput run")
	keep := flag.String("home", "", "keep the home here instead of in a temporary folder")
	flag.Parse()

	fmt.Printf("causeway bench: %d cores, %s, %d accounts, payees %s\n", runtime.GOMAXPROCS(0), runtime.Version(), *accounts, map[bool]string{false: "uniform", true: "Zipf"}[*zipf])
	run := newRun(*accounts, *keep)
	defer run.close()

	bare := bareRate(5 * time.Second)
	fmt.Printf("bare Ed25519 batch verification        %10.0f /s\n", bare)
	txs := payments(*count, *accounts, 0, *zipf)
	fmt.Printf("bytes of a signed payment              %10d\n", len(txs[0]))
	var stop func()
	if *profile != "" {
		file, err := os.Create(*profile)
		check(err)
		check(pprof.StartCPUProfile(file))
		stop = func() { pprof.StopCPUProfile(); check(file.Close()) }
	}
	rate := run.throughput(txs)
	if stop != nil {
		stop()
	}
	again := bareRate(5 * time.Second)
	fmt.Printf("payments settled                       %10.0f /s\n", rate)
	fmt.Printf("bare rate after the run                %10.0f /s\n", again)
	fmt.Printf("ratio of payments to bare verification %10.3f\n", rate/((bare+again)/2))
	if *latency > 0 {
		from := *count
		for _, perSecond := range []int{200, 2000} {
			n := int(latency.Seconds()) * perSecond
			run.latency(perSecond, payments(n, *accounts, from, *zipf))
			from += n
		}
	}
	run.sizes(*count)
}
