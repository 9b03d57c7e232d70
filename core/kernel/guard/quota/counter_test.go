package quota

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/money"
	"causeway/core/kernel/wire"
)

func in(text string) int64 {
	at, err := time.ParseInLocation(time.DateTime, text, time.FixedZone("", 28_800))
	if err != nil {
		panic(err)
	}
	return at.UnixMilli()
}

var (
	day     = Window{Kind: Day}
	rolling = Window{Kind: Rolling, LengthMs: 24 * hour, Buckets: 24}
)

func units(n uint64) money.Amount { return money.FromUint64(n) }

// TestEdgeOfAFixedWindow is lesson 11: a fixed window lets a limit be spent twice within two minutes, a rolling one does not.
func TestEdgeOfAFixedWindow(t *testing.T) {
	before, after := in("2026-11-23 23:59:00"), in("2026-11-24 00:01:00")
	for _, step := range []struct {
		window Window
		passes bool
		next   string
	}{
		{day, true, "2026-11-24 00:01:00"},
		{rolling, false, "2026-11-25 00:00:00"}, // the hour from 23:00 ends at midnight, a day before
	} {
		c, _, _ := charge(Counter{}, step.window, shanghai, before, units(100), units(0))
		if got := passes(c, step.window, shanghai, Out, after, units(100), units(100)); got != step.passes {
			t.Errorf("%v: passes %v", step.window, got)
		}
		if at, ok := c.NextFree(step.window, shanghai, Out, after, units(100), units(100)); !ok || at != in(step.next) {
			t.Errorf("%v: next free %d %v, want %d", step.window, at, ok, in(step.next))
		}
	}
}

func TestEdgesAreExact(t *testing.T) {
	for _, step := range []struct {
		window      Window
		at          string
		first, last string // the first instant that counts the charge, and the last
	}{
		{day, "2026-11-23 12:00:00", "2026-11-23 00:00:00", "2026-11-23 23:59:59"},
		{Window{Kind: Month}, "2026-02-10 12:00:00", "2026-02-01 00:00:00", "2026-02-28 23:59:59"},
		{Window{Kind: Year}, "2026-02-10 12:00:00", "2026-01-01 00:00:00", "2026-12-31 23:59:59"},
		{rolling, "2026-11-23 12:34:56", "2026-11-23 12:34:56", "2026-11-24 12:59:59"},
	} {
		c, _, _ := charge(Counter{}, step.window, shanghai, in(step.at), units(7), units(3))
		for _, at := range []int64{in(step.first), in(step.last) + 999} {
			if measure(c, step.window, shanghai, at) != flow(7, 3) {
				t.Errorf("%v: does not count at %d", step.window, at)
			}
		}
		if measure(c, step.window, shanghai, in(step.last)+1_000) != flow(0, 0) {
			t.Errorf("%v: counts after its end", step.window)
		}
	}
}

func TestHeldThenRefusedAndReturned(t *testing.T) {
	at := in("2026-11-23 10:00:00")
	c, held, _ := charge(Counter{}, day, shanghai, at, units(60), units(0))
	c, sent, _ := charge(c, day, shanghai, at+hour, units(30), units(0))
	c, _, _ = charge(c, day, shanghai, at+hour, units(0), units(50))
	f := measure(c, day, shanghai, at+hour)
	if f != flow(90, 50) || f.Measured(Out) != units(90) || f.Measured(In) != units(50) || f.Measured(Net) != units(40) {
		t.Fatalf("measured %v", f)
	}
	if f.Headroom(Out, units(100)) != units(10) || f.Headroom(Net, units(100)) != units(60) || f.Headroom(In, units(40)) != units(0) {
		t.Fatalf("headroom %v %v %v", f.Headroom(Out, units(100)), f.Headroom(Net, units(100)), f.Headroom(In, units(40)))
	}
	if f.After(Out, units(1)) != units(91) || f.After(In, units(1)) != units(51) || f.After(Net, units(1)) != units(41) || flow(1, 9).After(Net, units(5)) != units(0) {
		t.Fatalf("after one more %v %v %v", f.After(Out, units(1)), f.After(In, units(1)), f.After(Net, units(1)))
	}
	c = c.Undo(held, units(60), units(0))
	c = c.Undo(sent, units(10), units(0))
	if got := measure(c, day, shanghai, at+hour); got != flow(20, 50) || got.Measured(Net) != units(0) || got.Headroom(Net, units(5)) != units(35) {
		t.Fatalf("after the refusal and a partial return %v", got)
	}
	c = c.Undo(sent, units(1_000), units(1_000))
	if got := measure(c, day, shanghai, at+hour); got != flow(0, 0) {
		t.Fatalf("below zero? %v", got)
	}
	// Undoing a charge of yesterday does nothing to today.
	c, today, _ := charge(c, day, shanghai, at+24*hour, units(5), units(0))
	if c = c.Undo(held, units(5), units(0)); measure(c, day, shanghai, at+24*hour) != flow(5, 0) || today == held {
		t.Fatal("yesterday's undo lowers today")
	}
}

func TestAmountsAtTheTop(t *testing.T) {
	at := in("2026-11-23 10:00:00")
	c, _, ok := charge(Counter{}, day, shanghai, at, money.Max, units(0))
	if !ok {
		t.Fatal("the largest amount is an amount")
	}
	if _, _, ok := charge(c, day, shanghai, at, units(1), units(0)); ok {
		t.Fatal("more than the largest amount was charged")
	}
	c, _, _ = charge(Counter{}, rolling, shanghai, at, money.Max, units(1))
	c, _, _ = charge(c, rolling, shanghai, at+2*hour, money.Max, units(0))
	if f := measure(c, rolling, shanghai, at+2*hour); f.Out != money.Max || f.Headroom(Out, money.Max) != units(0) || f.Headroom(Net, money.Max) != units(0) {
		t.Fatalf("measured %v", f)
	}
	if _, ok := c.NextFree(rolling, shanghai, Out, at, units(2), units(1)); ok {
		t.Fatal("an amount above the limit never passes")
	}
}

func TestChargingAllocatesLittle(t *testing.T) {
	at := in("2026-11-23 10:00:00")
	c, _, _ := charge(Counter{}, day, shanghai, at, units(1), units(0))
	if n := testing.AllocsPerRun(100, func() {
		next, _, _ := charge(c, day, shanghai, at+24*hour, units(1), units(0))
		if measure(next, day, shanghai, at+24*hour) != flow(1, 0) {
			t.Fatal("lost")
		}
	}); n > 0 {
		t.Errorf("calendar window: %v allocations", n)
	}
	r, _, _ := charge(Counter{}, rolling, shanghai, at, units(1), units(0))
	if n := testing.AllocsPerRun(100, func() {
		next, _, _ := charge(r, rolling, shanghai, at+hour, units(1), units(0))
		if measure(next, rolling, shanghai, at+hour) != flow(2, 0) {
			t.Fatal("lost")
		}
	}); n > 1 {
		t.Errorf("rolling window: %v allocations", n)
	}
}

func TestWindowRefusals(t *testing.T) {
	for name, w := range map[string]Window{
		"no kind":        {},
		"unknown kind":   {Kind: 5},
		"day with parts": {Kind: Day, Buckets: 2},
		"length of day":  {Kind: Day, LengthMs: 1},
		"one part":       {Kind: Rolling, LengthMs: hour, Buckets: 1},
		"many parts":     {Kind: Rolling, LengthMs: 65 * hour, Buckets: 65},
		"uneven":         {Kind: Rolling, LengthMs: 100, Buckets: 3},
		"no length":      {Kind: Rolling, Buckets: 2},
		"negative":       {Kind: Rolling, LengthMs: -2, Buckets: 2},
		"too long":       {Kind: Rolling, LengthMs: 2 * lengthMsMax, Buckets: 2},
	} {
		if err := w.Validate(); !errors.Is(err, fault.QuotaWindowInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKindsAndDirectionsAreWords(t *testing.T) {
	type rule struct {
		Window    Window    `json:"window"`
		Direction Direction `json:"direction"`
	}
	for text, want := range map[string]rule{
		`{"window":{"kind":"day"},"direction":"out"}`:                                       {day, Out},
		`{"window":{"kind":"month"},"direction":"in"}`:                                      {Window{Kind: Month}, In},
		`{"window":{"kind":"year"},"direction":"net"}`:                                      {Window{Kind: Year}, Net},
		`{"window":{"kind":"rolling","length_ms":86400000,"buckets":24},"direction":"out"}`: {rolling, Out},
	} {
		var read rule
		if err := json.Unmarshal([]byte(text), &read); err != nil || read != want {
			t.Errorf("%s: %+v, %v", text, read, err)
		}
		if written, err := json.Marshal(want); err != nil || string(written) != text {
			t.Errorf("%s is written %s, %v", text, written, err)
		}
		var stored rule
		if err := wire.Unmarshal(wire.Marshal(want.Window), &stored.Window); err != nil || stored.Window != want.Window {
			t.Errorf("%s: stored and read %+v, %v", text, stored, err)
		}
	}
	for _, text := range []string{`{"direction":""}`, `{"direction":"1"}`, `{"direction":"OUT"}`, `{"window":{"kind":"week"}}`} {
		var read rule
		if err := json.Unmarshal([]byte(text), &read); !errors.Is(err, fault.QuotaWindowInvalid) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if got := wire.Marshal(day); !bytes.Equal(got, []byte{0xa1, 1, 1}) {
		t.Errorf("a day is stored as %x", got)
	}
}

func BenchmarkCharge(b *testing.B) {
	at := in("2026-11-23 10:00:00")
	for _, w := range []Window{day, {Kind: Month}, rolling} {
		b.Run(w.String(), func(b *testing.B) {
			var c Counter
			for i := range int64(24) {
				c, _, _ = charge(c, w, shanghai, at-i*hour, units(1), units(0))
			}
			b.ReportAllocs()
			for b.Loop() {
				if measure(c, w, shanghai, at).Out.IsZero() {
					b.Fatal("empty")
				}
				c, _, _ = charge(c, w, shanghai, at, units(1), units(0))
			}
		})
	}
}
