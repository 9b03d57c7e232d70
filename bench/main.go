// Bench measures the whole path of a payment: signed transactions in, mempool, consensus,
// guard with ten rules, ledger, tree, synced write. It prints figures, and the throughput as
// a ratio to the bare signature rate of the same cores in the same run; it never passes or
// fails by time.
//
// Each step is a process of its own, so that memory and page cache are those of a node and not
// of whoever made the ledger or signed the payments.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// settings are one step's input and, with what to run, the bench's own flags.
type settings struct {
	Task       string
	Home       string
	File       string // of signed payments
	Accounts   int
	Payments   int
	From       int // number of the first payment
	PerSecond  int
	Segments   int
	References int
	Zipf       bool
	Profile    string
}

func main() {
	if task := os.Getenv("CAUSEWAY_BENCH_TASK"); task != "" {
		var s settings
		check(json.Unmarshal([]byte(task), &s))
		check(json.NewEncoder(os.Stdout).Encode(s.perform()))
		return
	}
	accounts := flag.Int("accounts", 100_000, "accounts on the ledger of the main run")
	count := flag.Int("payments", 1_000_000, "payments of the main run")
	zipf := flag.Int("zipf", 200_000, "payments of the run in which few payees get most; 0 skips it")
	latency := flag.Duration("latency", 15*time.Second, "length of each latency run; 0 skips them")
	growth := flag.Int("growth", 200_000, "payments of each run with 10,000 and with 1,000,000 accounts; 0 skips them")
	references := flag.Int("references", 10_000_000, "client references remembered before the last run; 0 skips it")
	profile := flag.String("cpuprofile", "", "write a CPU profile of the main run, or of the stages, and beside it (.allocs) what was allocated")
	stagesOf := flag.Int("stages", 0, "measure only what each stage costs one core, over so many payments")
	readersOf := flag.Int("readers", 0, "measure only the read models, over so many payments")
	folder := flag.String("dir", "", "work in this folder and keep it, instead of in a temporary one")
	flag.Parse()

	b := &bench{dir: *folder}
	if b.dir == "" {
		var err error
		b.dir, err = os.MkdirTemp("", "causeway-bench-")
		check(err)
		defer func() { check(os.RemoveAll(b.dir)) }()
	}
	fmt.Printf("causeway bench: %d cores, %s\n", runtime.GOMAXPROCS(0), runtime.Version())
	b.home = b.prepare(settings{Accounts: *accounts})
	if *stagesOf > 0 {
		b.stages(settings{Accounts: *accounts, Payments: *stagesOf, Profile: *profile})
		return
	}
	if *readersOf > 0 {
		b.readers(settings{Accounts: *accounts, Payments: *readersOf, Profile: *profile})
		return
	}
	b.measure("uniform payees", settings{Accounts: *accounts, Payments: *count, Segments: 2, Profile: *profile})
	if *zipf > 0 {
		b.measure("Zipf payees", settings{Accounts: *accounts, Payments: *zipf, Segments: 2, Zipf: true})
	}
	if *latency > 0 {
		for _, rate := range []int{200, 2000} {
			b.latency(settings{Accounts: *accounts, Payments: int(latency.Seconds()) * rate, PerSecond: rate})
		}
	}
	if *growth > 0 {
		for _, n := range []int{10_000, 100_000, 1_000_000} {
			b.home = b.prepare(settings{Accounts: n})
			b.measure(fmt.Sprintf("%d accounts", n), settings{Accounts: n, Payments: *growth, Segments: 2})
		}
	}
	if *references > 0 {
		b.home = b.prepare(settings{Accounts: *accounts, References: *references})
		b.measure(fmt.Sprintf("%d references", *references), settings{Accounts: *accounts, Payments: max(*growth, 50_000), Segments: 2})
	}
	b.summary()
}

// bench runs the steps and collects what they found.
type bench struct {
	dir, home string
	homes     int
	from      int // payments signed so far
	ledger    prepared
	rows      []row
	latencies []latencies
}

type row struct {
	name     string
	settings settings
	before   prepared
	measured
}

// step runs one step as a process.
func (b *bench) step(s settings, result any) {
	task, err := json.Marshal(s)
	check(err)
	self, err := os.Executable()
	check(err)
	command := exec.Command(self)
	command.Env = append(os.Environ(), "CAUSEWAY_BENCH_TASK="+string(task))
	command.Stderr = os.Stderr
	out, err := command.Output()
	check(err)
	check(json.NewDecoder(bytes.NewReader(out)).Decode(result))
}

func (b *bench) prepare(s settings) (home string) {
	if b.home != "" {
		check(os.RemoveAll(b.home))
	}
	b.homes++
	s.Task, s.Home = "prepare", filepath.Join(b.dir, fmt.Sprintf("home%d", b.homes))
	b.ledger = prepared{}
	b.step(s, &b.ledger)
	return s.Home
}

func (b *bench) signed(s settings) settings {
	s.Task, s.Home, s.From, s.File = "sign", b.home, b.from, filepath.Join(b.dir, "payments")
	b.from += s.Payments
	var done struct{}
	b.step(s, &done)
	return s
}

func (b *bench) measure(name string, s settings) {
	s = b.signed(s)
	s.Task = "pay"
	r := row{name: name, settings: s, before: b.ledger}
	b.step(s, &r.measured)
	b.rows = append(b.rows, r)
	fmt.Printf("%-22s %8.0f payments/s, bare Ed25519 batch verification %8.0f/s, ratio %.3f\n", name, r.Rate, r.Bare, r.Ratio)
}

func (b *bench) latency(s settings) {
	s = b.signed(s)
	s.Task = "latency"
	var l latencies
	b.step(s, &l)
	l.PerSecond = s.PerSecond
	b.latencies = append(b.latencies, l)
	fmt.Printf("%-22s p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms\n", fmt.Sprintf("finality at %d/s", s.PerSecond), l.P50, l.P99, l.P999)
}

func (b *bench) summary() {
	fmt.Printf("\n%-22s %10s %10s %8s %10s %10s %12s %12s %10s\n", "", "payments", "pay/s", "ratio", "bare/s", "per block", "disk B/pay", "disk B/acct", "memory MB")
	for _, r := range b.rows {
		fmt.Printf("%-22s %10d %10.0f %8.3f %10.0f %10d %12d %12d %10d\n", r.name, r.settings.Payments, r.Rate, r.Ratio, r.Bare, r.PerBlock,
			(r.Bytes-r.BytesBefore)/int64(r.settings.Payments), r.before.Bytes/int64(r.settings.Accounts), r.Resident>>20)
	}
	fmt.Println("\nRates and ratios are medians over the segments of a run; a ratio is to the bare rate just before and after its segment.")
	fmt.Println("Disk is the whole home after a clean stop; before the payments it was compacted, after them not.")
	for _, r := range b.rows {
		fmt.Printf("memory, %s: %d MB at the start, %d bytes per account and %d per payment more at the end\n", r.name, r.ResidentBefore>>20,
			r.Resident/int64(r.settings.Accounts), (r.Resident-r.ResidentBefore)/int64(r.settings.Payments))
	}
	b.ratioOfGrowth()
}

func (b *bench) ratioOfGrowth() {
	find := func(name string) *row {
		if i := slices.IndexFunc(b.rows, func(r row) bool { return r.name == name }); i >= 0 {
			return &b.rows[i]
		}
		return nil
	}
	small, large := find("10000 accounts"), find("1000000 accounts")
	if small != nil && large != nil {
		fmt.Printf("throughput at 1,000,000 accounts is %.2f of that at 10,000 (ratios %.2f)\n", large.Rate/small.Rate, large.Ratio/small.Ratio)
	}
}
