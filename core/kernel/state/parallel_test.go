package state

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"
)

// TestParallelSeal: what a block seals to is the same, writes and all, however its work is shared.
func TestParallelSeal(t *testing.T) {
	limits := small
	limits.PageBytes = 1 << 20
	var used int
	limits.Parallel = func(n int, work func(i int)) {
		used++
		var group sync.WaitGroup
		for _, i := range rand.Perm(n) {
			group.Go(func() { work(i) })
		}
		group.Wait()
	}
	alone, together := NewMemory(), NewMemory()
	a, b := mustOpen(t, alone, small), mustOpen(t, together, limits)
	a.limits.PageBytes = limits.PageBytes
	random := rand.New(rand.NewPCG(7, 7))
	for height := int64(1); height <= 12; height++ {
		x, y := a.Begin(height), b.Begin(height)
		for range 3 * parallelLeast {
			key := fmt.Appendf(nil, "key/%d", random.IntN(9*parallelLeast))
			if random.IntN(4) == 0 {
				x.Delete(key)
				y.Delete(key)
				continue
			}
			value := fmt.Appendf(nil, "%d", random.Uint64())
			x.Put(key, value)
			y.Put(key, value)
		}
		rootX, writesX := x.Seal()
		rootY, writesY := y.Seal()
		if rootX != rootY || !reflect.DeepEqual(writesX, writesY) {
			t.Fatalf("height %d: the root is %s and %s, %d and %d writes", height, rootX, rootY, len(writesX), len(writesY))
		}
		alone.Apply(writesX)
		together.Apply(writesY)
		a.Adopt(x)
		b.Adopt(y)
	}
	if used < 12 {
		t.Fatalf("only %d shares of work", used)
	}
	if err := Check(together); err != nil {
		t.Fatal(err)
	}
}
