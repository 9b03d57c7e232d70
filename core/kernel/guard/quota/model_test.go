package quota

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"causeway/core/kernel/calendar"
	"causeway/core/kernel/money"
)

// The model remembers every charge with its instant, and adds up by definition.
type event struct {
	at      int64
	ref     BucketRef
	out, in uint64
}

type model struct{ events []event }

// counts is the definition: a calendar window holds what was charged since it opened; a rolling one holds a charge until
// the part in which it was made lies wholly outside.
func counts(w Window, z *calendar.Zone, at, now int64) bool {
	switch w.Kind {
	case Day:
		return z.Day(at) == z.Day(now)
	case Month:
		return z.Day(at)/100 == z.Day(now)/100
	case Year:
		return z.Day(at)/10_000 == z.Day(now)/10_000
	}
	width := w.LengthMs / int64(w.Buckets)
	partEnds := at - at%width + width
	return partEnds > now-w.LengthMs
}

func (m *model) measure(w Window, z *calendar.Zone, now int64) (out, in uint64) {
	for _, e := range m.events {
		if counts(w, z, e.at, now) {
			out, in = out+e.out, in+e.in
		}
	}
	return out, in
}

var (
	shanghai = &calendar.Zone{ID: "Asia/Shanghai", Transitions: []calendar.Transition{{FromUnixMs: 0, OffsetSeconds: 28_800}}}
	// london as in 2026 and 2027: forward on the last Sunday of March, back on the last of October, at 01:00 UTC.
	london = &calendar.Zone{ID: "Europe/London", Transitions: []calendar.Transition{
		{FromUnixMs: 1_761_440_400_000}, {FromUnixMs: 1_774_746_000_000, OffsetSeconds: 3_600}, {FromUnixMs: 1_792_890_000_000},
		{FromUnixMs: 1_806_195_600_000, OffsetSeconds: 3_600}, {FromUnixMs: 1_824_944_400_000},
	}}
)

const hour = 3_600_000

func anyWindow(t *rapid.T) Window {
	kind := rapid.SampledFrom([]Kind{Day, Month, Year, Rolling, Rolling}).Draw(t, "kind")
	if kind != Rolling {
		return Window{Kind: kind}
	}
	buckets := rapid.IntRange(BucketsMin, BucketsMax).Draw(t, "buckets")
	width := rapid.SampledFrom([]int64{1, 1_000, hour, 24 * hour}).Draw(t, "width")
	return Window{Kind: Rolling, LengthMs: width * int64(buckets), Buckets: uint8(buckets)}
}

// step is a pause that now and then crosses an edge of the window.
func step(t *rapid.T, w Window) int64 {
	span := w.LengthMs
	switch w.Kind {
	case Day:
		span = 24 * hour
	case Month:
		span = 30 * 24 * hour
	case Year:
		span = 365 * 24 * hour
	}
	return rapid.OneOf(rapid.Int64Range(0, span/8), rapid.Int64Range(0, 2*span)).Draw(t, "pause")
}

// charge, measure and passes look at an instant and use the moment.
func charge(c Counter, w Window, z *calendar.Zone, now int64, out, in money.Amount) (Counter, BucketRef, bool) {
	m := w.At(z, now)
	charged, ok := c.Charge(m, out, in)
	return charged, m.Ref(), ok
}

func measure(c Counter, w Window, z *calendar.Zone, now int64) Flow { return c.Measure(w.At(z, now)) }

func passes(c Counter, w Window, z *calendar.Zone, d Direction, now int64, need, limit money.Amount) bool {
	return measure(c, w, z, now).Passes(d, need, limit)
}

// stored is a record of one counter; one without charges is in none.
func stored(c Counter) []byte {
	if !c.newest.exists() {
		return nil
	}
	return Record{[]Entry{{"CN", "day", c}}}.AppendState(nil)
}

type fails interface{ Fatal(args ...any) }

// restored is the counter after it was stored and read.
func restored(t fails, c Counter) Counter {
	if !c.newest.exists() {
		return c
	}
	var r Record
	if err := r.DecodeState(stored(c)); err != nil {
		t.Fatal(err)
	}
	read, _ := r.Find("CN", "day")
	return read
}

func flow(out, in uint64) Flow { return Flow{money.FromUint64(out), money.FromUint64(in)} }

func TestCounterAgreesWithAListOfEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, z := anyWindow(t), rapid.SampledFrom([]*calendar.Zone{shanghai, london}).Draw(t, "zone")
		if err := w.Validate(); err != nil {
			t.Fatal(err)
		}
		var c Counter
		var m model
		now := int64(1_774_000_000_000) + rapid.Int64Range(0, 40*24*hour).Draw(t, "start")
		amount := rapid.Uint64Range(0, 1_000)
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now += step(t, w)
			before, copied := stored(c), c
			switch rapid.IntRange(0, 3).Draw(t, "do") {
			case 0, 1:
				out, in := amount.Draw(t, "out"), amount.Draw(t, "in")
				charged, ref, ok := charge(c, w, z, now, money.FromUint64(out), money.FromUint64(in))
				if !ok || now < ref.Start || now >= ref.End {
					t.Fatalf("charge at %d went to %+v, %v", now, ref, ok)
				}
				c = charged
				m.events = append(m.events, event{now, ref, out, in})
			case 2: // a refusal, an expiry or a return takes a charge back, in whole or in part
				if len(m.events) > 0 {
					e := &m.events[rapid.IntRange(0, len(m.events)-1).Draw(t, "which")]
					out, in := rapid.Uint64Range(0, e.out).Draw(t, "back"), rapid.Uint64Range(0, e.in).Draw(t, "back in")
					c = c.Undo(e.ref, money.FromUint64(out), money.FromUint64(in))
					e.out, e.in = e.out-out, e.in-in
				}
			}
			if got := stored(copied); !slices.Equal(got, before) {
				t.Fatal("a copy has changed")
			}
			out, in := m.measure(w, z, now)
			if got := measure(c, w, z, now); got != flow(out, in) {
				t.Fatalf("%v at %d: %v, want %d and %d", w, now, got, out, in)
			}
			if c = restored(t, c); measure(c, w, z, now) != flow(out, in) {
				t.Fatal("stored and read it is another")
			}
		}
	})
}

// TestNextFreeIsTheFirst takes the answer at its word: the amount passes then, and at no instant tried before.
func TestNextFreeIsTheFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, z := anyWindow(t), rapid.SampledFrom([]*calendar.Zone{shanghai, london}).Draw(t, "zone")
		d := rapid.SampledFrom([]Direction{Out, In, Net}).Draw(t, "direction")
		var c Counter
		now := int64(1_774_000_000_000)
		for range rapid.IntRange(0, 12).Draw(t, "charges") {
			now += step(t, w) / 4
			c, _, _ = charge(c, w, z, now, money.FromUint64(rapid.Uint64Range(0, 100).Draw(t, "out")), money.FromUint64(rapid.Uint64Range(0, 60).Draw(t, "in")))
		}
		need, limit := money.FromUint64(rapid.Uint64Range(0, 250).Draw(t, "need")), money.FromUint64(rapid.Uint64Range(0, 200).Draw(t, "limit"))
		at, ok := c.NextFree(w, z, d, now, need, limit)
		passed := func(at int64) bool {
			f := measure(c, w, z, at)
			if d == Net { // out + need − in ≤ limit, without a negative number
				f.Out, _ = f.Out.Add(need)
				return need.IsZero() || !limit.Less(f.Measured(Net))
			}
			measured := f.Measured(d)
			total, _ := measured.Add(need)
			return need.IsZero() || !limit.Less(total)
		}
		far := now + 3*lengthMsMax
		if !ok {
			if passed(now) || passed(far) {
				t.Fatalf("never, but it would pass")
			}
			at = far
		} else if at < now || !passed(at) || passed(at-1) && at > now {
			t.Fatalf("at %d (now %d): passes %v, a moment before %v", at, now, passed(at), passed(at-1))
		}
		for range 20 {
			if earlier := rapid.Int64Range(now, at).Draw(t, "earlier"); earlier < at && passed(earlier) {
				t.Fatalf("passes at %d already, said %d", earlier, at)
			}
		}
	})
}

// TestRollingLimitHoldsInEverySpan: whatever the order, if every charge was let through by its headroom, no span of
// the window's length holds more than the limit.
func TestRollingLimitHoldsInEverySpan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		buckets := rapid.IntRange(BucketsMin, BucketsMax).Draw(t, "buckets")
		w := Window{Kind: Rolling, LengthMs: 1_000 * int64(buckets), Buckets: uint8(buckets)}
		const limit = 100
		var c Counter
		var m model
		now := int64(1_774_000_000_000)
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			now += rapid.Int64Range(0, w.LengthMs/2).Draw(t, "pause")
			need := rapid.Uint64Range(1, limit).Draw(t, "need")
			if !passes(c, w, shanghai, Out, now, money.FromUint64(need), money.FromUint64(limit)) {
				continue
			}
			var ok bool
			if c, _, ok = charge(c, w, shanghai, now, money.FromUint64(need), money.Amount{}); !ok {
				t.Fatal("not charged")
			}
			m.events = append(m.events, event{at: now, out: need})
		}
		for _, end := range m.events {
			var sum uint64
			for _, e := range m.events {
				if e.at <= end.at && e.at > end.at-w.LengthMs {
					sum += e.out
				}
			}
			if sum > limit {
				t.Fatalf("%d within %d ms before %d", sum, w.LengthMs, end.at)
			}
		}
	})
}

// TestAnotherWindowForgetsNothingItCanStillSee changes the window at random, as new versions of a rule do: what is
// measured never falls below the charges since the window opened that no earlier window had let go.
func TestAnotherWindowForgetsNothingItCanStillSee(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c Counter
		var kept []event // what no window so far has put outside
		now := int64(1_774_000_000_000)
		w := anyWindow(t)
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			if rapid.IntRange(0, 4).Draw(t, "change") == 0 {
				w = anyWindow(t)
			}
			now += rapid.Int64Range(0, 2*hour).Draw(t, "pause")
			out := rapid.Uint64Range(0, 100).Draw(t, "out")
			charged, ref, ok := charge(c, w, shanghai, now, money.FromUint64(out), money.Amount{})
			if !ok {
				t.Fatal("not charged")
			}
			c = charged
			kept = append(kept, event{at: now, ref: ref, out: out})
			opened := w.opened(shanghai, now)
			kept = slices.DeleteFunc(kept, func(e event) bool { return e.ref.End <= opened })
			var least uint64
			for _, e := range kept {
				if e.at >= opened {
					least += e.out
				}
			}
			if got := measure(c, w, shanghai, now).Out; got.Less(money.FromUint64(least)) {
				t.Fatalf("%v, want at least %d", got, least)
			}
			if n := len(c.older) + 1; n > bucketsHeld {
				t.Fatalf("%d buckets", n)
			}
			restored(t, c)
		}
	})
}
