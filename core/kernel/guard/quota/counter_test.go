package quota

import (
	"bytes"
	"encoding/hex"
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
		c, _, _ := Counter{}.Charge(step.window, shanghai, before, units(100), units(0))
		if got := c.Passes(step.window, shanghai, Out, after, units(100), units(100)); got != step.passes {
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
		c, _, _ := Counter{}.Charge(step.window, shanghai, in(step.at), units(7), units(3))
		for _, at := range []int64{in(step.first), in(step.last) + 999} {
			if c.Measure(step.window, shanghai, at) != flow(7, 3) {
				t.Errorf("%v: does not count at %d", step.window, at)
			}
		}
		if c.Measure(step.window, shanghai, in(step.last)+1_000) != flow(0, 0) {
			t.Errorf("%v: counts after its end", step.window)
		}
	}
}

func TestHeldThenRefusedAndReturned(t *testing.T) {
	at := in("2026-11-23 10:00:00")
	c, held, _ := Counter{}.Charge(day, shanghai, at, units(60), units(0))
	c, sent, _ := c.Charge(day, shanghai, at+hour, units(30), units(0))
	c, _, _ = c.Charge(day, shanghai, at+hour, units(0), units(50))
	f := c.Measure(day, shanghai, at+hour)
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
	if got := c.Measure(day, shanghai, at+hour); got != flow(20, 50) || got.Measured(Net) != units(0) || got.Headroom(Net, units(5)) != units(35) {
		t.Fatalf("after the refusal and a partial return %v", got)
	}
	c = c.Undo(sent, units(1_000), units(1_000))
	if got := c.Measure(day, shanghai, at+hour); got != flow(0, 0) {
		t.Fatalf("below zero? %v", got)
	}
	// Undoing a charge of yesterday does nothing to today.
	c, today, _ := c.Charge(day, shanghai, at+24*hour, units(5), units(0))
	if c = c.Undo(held, units(5), units(0)); c.Measure(day, shanghai, at+24*hour) != flow(5, 0) || today == held {
		t.Fatal("yesterday's undo lowers today")
	}
}

func TestAmountsAtTheTop(t *testing.T) {
	at := in("2026-11-23 10:00:00")
	c, _, ok := Counter{}.Charge(day, shanghai, at, money.Max, units(0))
	if !ok {
		t.Fatal("the largest amount is an amount")
	}
	if _, _, ok := c.Charge(day, shanghai, at, units(1), units(0)); ok {
		t.Fatal("more than the largest amount was charged")
	}
	c, _, _ = Counter{}.Charge(rolling, shanghai, at, money.Max, units(1))
	c, _, _ = c.Charge(rolling, shanghai, at+2*hour, money.Max, units(0))
	if f := c.Measure(rolling, shanghai, at+2*hour); f.Out != money.Max || f.Headroom(Out, money.Max) != units(0) || f.Headroom(Net, money.Max) != units(0) {
		t.Fatalf("measured %v", f)
	}
	if _, ok := c.NextFree(rolling, shanghai, Out, at, units(2), units(1)); ok {
		t.Fatal("an amount above the limit never passes")
	}
}

func TestChargingAllocatesLittle(t *testing.T) {
	at := in("2026-11-23 10:00:00")
	c, _, _ := Counter{}.Charge(day, shanghai, at, units(1), units(0))
	if n := testing.AllocsPerRun(100, func() {
		next, _, _ := c.Charge(day, shanghai, at+24*hour, units(1), units(0))
		if next.Measure(day, shanghai, at+24*hour) != flow(1, 0) {
			t.Fatal("lost")
		}
	}); n > 0 {
		t.Errorf("calendar window: %v allocations", n)
	}
	r, _, _ := Counter{}.Charge(rolling, shanghai, at, units(1), units(0))
	if n := testing.AllocsPerRun(100, func() {
		next, _, _ := r.Charge(rolling, shanghai, at+hour, units(1), units(0))
		if next.Measure(rolling, shanghai, at+hour) != flow(2, 0) {
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

// TestStoredForm pins the bytes: they are state.
func TestStoredForm(t *testing.T) {
	if got := (Counter{}).AppendState(nil); !bytes.Equal(got, []byte{0}) {
		t.Errorf("empty: %x", got)
	}
	c, _, _ := Counter{}.Charge(rolling, shanghai, 3*hour+1, units(5), units(6))
	c, _, _ = c.Charge(rolling, shanghai, 5*hour, units(7), units(0))
	const want = "02" +
		"0000000000a4cb80" + "0000000000dbba00" + "00000000000000000000000000000005" + "00000000000000000000000000000006" +
		"000000000112a880" + "0000000001499700" + "00000000000000000000000000000007" + "00000000000000000000000000000000"
	if got := hex.EncodeToString(c.AppendState(nil)); got != want {
		t.Errorf("got %s", got)
	}
}

// FuzzDecodeState: what is read is exactly what would be written, and can be worked with.
func FuzzDecodeState(f *testing.F) {
	f.Add([]byte{0})
	f.Add([]byte{1})
	c, _, _ := Counter{}.Charge(day, shanghai, 1_774_000_000_000, units(5), units(6))
	f.Add(c.AppendState(nil))
	for i := range int64(30) {
		c, _, _ = c.Charge(rolling, shanghai, 1_774_000_000_000+i*hour, units(5), money.Max)
	}
	f.Add(c.AppendState(nil))
	f.Add(append(c.AppendState(nil), 0))
	f.Fuzz(func(t *testing.T, data []byte) {
		var c Counter
		if c.DecodeState(data) != nil {
			return
		}
		if got := c.AppendState(nil); !bytes.Equal(got, data) {
			t.Fatalf("%x reads, but is written %x", data, got)
		}
		for _, w := range []Window{day, {Kind: Month}, {Kind: Year}, rolling} {
			now := int64(1_774_000_000_000)
			c.NextFree(w, london, Net, now, units(1), units(10))
			charged, ref, ok := c.Charge(w, london, now, units(3), units(2))
			if !ok {
				continue
			}
			if before, after := c.Measure(w, london, now), charged.Measure(w, london, now); after.Out.Less(before.Out) {
				t.Fatalf("%v: %v became %v", w, before, after)
			}
			var read Counter
			if err := read.DecodeState(charged.Undo(ref, units(3), units(2)).AppendState(nil)); err != nil {
				t.Fatalf("%v: %v", w, err)
			}
		}
	})
}

func BenchmarkCharge(b *testing.B) {
	at := in("2026-11-23 10:00:00")
	for _, w := range []Window{day, {Kind: Month}, rolling} {
		b.Run(w.String(), func(b *testing.B) {
			var c Counter
			for i := range int64(24) {
				c, _, _ = c.Charge(w, shanghai, at-i*hour, units(1), units(0))
			}
			b.ReportAllocs()
			for b.Loop() {
				if c.Measure(w, shanghai, at).Out.IsZero() {
					b.Fatal("empty")
				}
				c, _, _ = c.Charge(w, shanghai, at, units(1), units(0))
			}
		})
	}
}
