package sim

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"sort"
	"testing"
	"time"

	"causeway/core"
	"causeway/core/kernel/state"
	"causeway/internal/testkit"
)

var (
	seedFlag = flag.Uint64("seed", 1, "of the random work; 0 takes one from the clock and prints it, as make soak does")
	opsFlag  = flag.Int("ops", 1_000_000, "operations on the kernel")
	perBlock = flag.Int("per-block", 500, "operations in a block")

	everyTime = flag.Bool("every-time", false, "compare after every block; with -per-block 1 that finds the first difference")
)

func seed(t *testing.T) uint64 {
	s := *seedFlag
	if s == 0 {
		s = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", s)
	return s
}

func newWorkload(t *testing.T, l *testkit.Ledger, ledger executor) *workload {
	s := seed(t)
	w := &workload{random: rand.New(rand.NewPCG(s, 1)), ledger: ledger, model: mirror(l), now: l.Now(), counts: map[string]int{}, logs: func(result) bool { return true }}
	for id := range w.model.Accounts {
		w.accounts = append(w.accounts, id)
	}
	sort.Strings(w.accounts) // the same seed makes the same work
	if err := compare(l.Store(), w.model); err != nil {
		t.Fatalf("before anything was done: %v", err)
	}
	return w
}

// run carries out so many operations in blocks of so many.
func (w *workload) run(ops, perBlock int) error {
	for done := 0; done < ops; {
		w.now++
		if done%500 == 0 { // whatever the size of blocks, a million operations take about 70 days
			w.now += 1000 + w.random.Int64N(600_000)
			if w.random.IntN(20) == 0 {
				w.now += w.random.Int64N(30 * 3600_000)
			}
		}
		if err := w.ledger.begin(w.now); err != nil {
			return err
		}
		w.model.Pass(w.now)
		for range perBlock {
			if err := w.step(); err != nil {
				return fmt.Errorf("operation %d: %w", done, err)
			}
			done++
		}
		if err := w.ledger.end(); err != nil {
			return err
		}
		if done%20 != 0 && !*everyTime {
			continue
		}
		if err := compare(w.ledger.reader(), w.model); err != nil {
			return fmt.Errorf("after operation %d, %s: %w", done, w.last, err)
		}
		if done%20_000 != 0 {
			continue // reads all that ever was, ended or not
		}
		if err := proven(w.ledger.reader(), w.now); err != nil {
			return fmt.Errorf("after operation %d: %w", done, err)
		}
	}
	return nil
}

// A million random operations end in the kernel as a clerk with a pencil says they should, and
// leave every balance, reservation, supply, quote and hold as in the clerk's book.
func TestKernelAgainstModel(t *testing.T) {
	ops := *opsFlag
	if testing.Short() {
		ops = 50_000
	}
	l := funded(t)
	k, err := newKernel(backendOf(t, l), testkit.LEI)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorkload(t, l, k)
	w.logs = func(result) bool { return k.count%8 == 0 }
	if err := w.run(ops, *perBlock); err != nil {
		t.Fatal(err)
	}
	w.everythingHappened(t)
}

// The whole machine, signatures, encoding, restarts and all, does the same.
func TestMachineAgainstModel(t *testing.T) {
	ops := 20_000
	if testing.Short() {
		ops = 1_000
	}
	l := funded(t)
	l.RestartEvery, l.CheckEvery = 500, 200
	w := newWorkload(t, l, &machines{ledger: l})
	if err := w.run(ops, 1); err != nil {
		t.Fatal(err)
	}
}

// backendOf replays a ledger's blocks into a storage of its own.
func backendOf(t *testing.T, l *testkit.Ledger) *state.Memory {
	t.Helper()
	backend := state.NewMemory()
	m, err := core.Open(world().Genesis(), backend)
	if err != nil {
		t.Fatal(err)
	}
	_, writes := m.Genesis()
	backend.Apply(writes)
	m.Commit()
	for i, b := range l.Blocks {
		o, err := m.Execute(b)
		if err != nil || o.Root != l.Roots[i] {
			t.Fatalf("replaying block %d: %v", b.Height, err)
		}
		backend.Apply(o.Writes)
		m.Commit()
	}
	return backend
}

// everythingHappened fails if the work has become so tame that some outcome never came.
func (w *workload) everythingHappened(t *testing.T) {
	t.Helper()
	names := make([]string, 0, len(w.counts))
	for name := range w.counts {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		t.Logf("%8d %s", w.counts[name], name)
	}
	for _, name := range []string{
		"send settled", "send held", "send refused", "exchange settled", "exchange held", "exchange refused",
		"batch each partial", "batch all settled", "batch all held", "batch all refused", "quote done", "quote refused",
		"withdraw done", "hold.approve settled", "hold.approve refused", "hold.refuse done", "cancel cancelled",
		"return returned", "return refused", "mint settled", "mint refused", "redeem done", "redemption burned settled",
		"redemption cancelled done", "freeze.account done", "freeze.party done", "asset.pause done",
	} {
		if w.counts[name] == 0 {
			t.Errorf("never happened: %s", name)
		}
	}
}
