package quota

import (
	"slices"

	"causeway/core/kernel/calendar"
	"causeway/core/kernel/money"
)

// bucketsHeld is the most buckets one counter keeps: all parts of the longest rolling window, the
// one that is leaving, and one from a window that the rule had before.
const bucketsHeld = BucketsMax + 2

// Bucket is what was charged in one span of time [Start, End), in Unix milliseconds.
type Bucket struct {
	Start, End int64
	Out, In    money.Amount
}

func (b Bucket) exists() bool { return b.Start < b.End }

// BucketRef names the bucket that took a charge, so that the charge can be undone there.
type BucketRef struct {
	Start int64 `cbor:"1,keyasint,omitempty" json:"start"`
	End   int64 `cbor:"2,keyasint,omitempty" json:"end"`
}

func (b Bucket) ref() BucketRef { return BucketRef{b.Start, b.End} }

func (r BucketRef) compare(s BucketRef) int {
	switch {
	case r.Start != s.Start && r.Start < s.Start, r.Start == s.Start && r.End < s.End:
		return -1
	case r == s:
		return 0
	}
	return 1
}

// Counter is what has been charged to one rule in one scope. The zero value has no charges. It is a
// value: no function changes the one it is called on, and copies are independent.
//
// Buckets carry their own span, not an index into the window, because a counter outlives the version of
// its rule: under another window the old buckets still count, whole, until they lie wholly outside.
type Counter struct {
	newest Bucket
	// older are the buckets before, in ascending order; never written to once shared. A calendar
	// window has none, so charging it allocates nothing.
	older []Bucket
}

// Flow is what a window holds.
type Flow struct{ Out, In money.Amount }

// Measured is the value of a flow that a limit is compared with.
func (f Flow) Measured(d Direction) money.Amount {
	switch d {
	case Out:
		return f.Out
	case In:
		return f.In
	}
	return f.Out.SaturatingSub(f.In)
}

// After is what would be measured with an amount more in that direction; it stops at the largest amount.
func (f Flow) After(d Direction, need money.Amount) money.Amount {
	if d == In {
		return f.plus(money.Zero, need).Measured(d)
	}
	return f.plus(need, money.Zero).Measured(d)
}

// Headroom is the largest further amount in that direction under which the limit still holds.
func (f Flow) Headroom(d Direction, limit money.Amount) money.Amount {
	if d != Net {
		return limit.SaturatingSub(f.Measured(d))
	}
	room, ok := limit.Add(f.In)
	if !ok {
		room = money.Max
	}
	return room.SaturatingSub(f.Out)
}

// Measure is what the window holds at an instant.
func (c *Counter) Measure(m Moment) Flow { return c.since(m.opened) }

// since adds up what does not lie wholly before an instant.
func (c *Counter) since(opened int64) Flow {
	var f Flow
	for i := range c.older {
		if b := &c.older[i]; b.End > opened {
			f = f.plus(b.Out, b.In)
		}
	}
	if c.newest.exists() && c.newest.End > opened {
		f = f.plus(c.newest.Out, c.newest.In)
	}
	return f
}

// plus stops at the largest amount: more than that is over every limit either way.
func (f Flow) plus(out, in money.Amount) Flow {
	var ok bool
	if f.Out, ok = f.Out.Add(out); !ok {
		f.Out = money.Max
	}
	if f.In, ok = f.In.Add(in); !ok {
		f.In = money.Max
	}
	return f
}

func (b Bucket) plus(out, in money.Amount) (Bucket, bool) {
	var outFits, inFits bool
	b.Out, outFits = b.Out.Add(out)
	b.In, inFits = b.In.Add(in)
	return b, outFits && inFits
}

func (b Bucket) minus(out, in money.Amount) Bucket {
	b.Out, b.In = b.Out.SaturatingSub(out), b.In.SaturatingSub(in)
	return b
}

// Charge counts a flow at an instant, in the bucket of that moment. ok is false, and nothing is
// charged, if the bucket would exceed the largest amount.
func (c Counter) Charge(m Moment, out, in money.Amount) (charged Counter, ok bool) {
	if c.newest.ref() == m.ref {
		c.newest, ok = c.newest.plus(out, in)
		return c, ok
	}
	if at, found := c.find(m.ref); found {
		c.older = slices.Clone(c.older)
		c.older[at], ok = c.older[at].plus(out, in)
		return c, ok
	}
	return c.opening(Bucket{Start: m.ref.Start, End: m.ref.End, Out: out, In: in}, m.opened), true
}

// Fits says whether Charge would count the flow.
func (c *Counter) Fits(m Moment, out, in money.Amount) bool {
	b := &c.newest
	if b.ref() != m.ref {
		at, found := c.find(m.ref)
		if !found {
			return true
		}
		b = &c.older[at]
	}
	_, ok := b.plus(out, in)
	return ok
}

func (c *Counter) find(ref BucketRef) (int, bool) {
	return slices.BinarySearchFunc(c.older, ref, func(b Bucket, r BucketRef) int { return b.ref().compare(r) })
}

// opening adds a new bucket and drops those that ended before the window opened.
func (c Counter) opening(b Bucket, opened int64) Counter {
	newestStays := c.newest.exists() && c.newest.End > opened
	kept := 0
	for _, old := range c.older {
		if old.End > opened {
			kept++
		}
	}
	if !newestStays && kept == 0 {
		return Counter{newest: b}
	}
	all := make([]Bucket, 0, kept+2)
	for _, old := range c.older {
		if old.End > opened {
			all = append(all, old)
		}
	}
	if newestStays {
		all = append(all, c.newest)
	}
	// Time does not run backwards, so the new bucket is the last, unless the rule's window has changed.
	at := len(all)
	for at > 0 && b.ref().compare(all[at-1].ref()) < 0 {
		at--
	}
	all = slices.Insert(all, at, b)
	for len(all) > bucketsHeld {
		all = mergeFirst(all)
	}
	last := len(all) - 1
	return Counter{newest: all[last], older: all[:last:last]}
}

// mergeFirst makes the two oldest buckets one that lasts as long as both: it counts longer, never less.
// Charges in them can no longer be undone.
func mergeFirst(all []Bucket) []Bucket {
	sum := Flow{}.plus(all[0].Out, all[0].In).plus(all[1].Out, all[1].In)
	all[1] = Bucket{Start: all[0].Start, End: max(all[0].End, all[1].End), Out: sum.Out, In: sum.In}
	return all[1:]
}

// Undo lowers a charge in the bucket that took it: a held payment was refused, has expired or was
// cancelled, or a settled one came back. If the bucket has gone there is nothing to lower; no bucket
// falls below zero.
func (c Counter) Undo(ref BucketRef, out, in money.Amount) Counter {
	if c.newest.exists() && c.newest.ref() == ref {
		c.newest = c.newest.minus(out, in)
		return c
	}
	if at, found := c.find(ref); found {
		c.older = slices.Clone(c.older)
		c.older[at] = c.older[at].minus(out, in)
	}
	return c
}

// Passes says whether an amount more in that direction would keep the limit.
func (f Flow) Passes(d Direction, need, limit money.Amount) bool {
	return !f.Headroom(d, limit).Less(need)
}

// NextFree is the first instant, from now on, at which that amount would keep the limit if nothing else
// happened; ok is false if it never would.
func (c *Counter) NextFree(w Window, z *calendar.Zone, d Direction, now int64, need, limit money.Amount) (unixMs int64, ok bool) {
	times := make([]int64, 0, len(c.older)+2)
	times = append(times, now)
	for _, b := range c.older {
		times = append(times, w.leaves(z, b.End))
	}
	if c.newest.exists() {
		times = append(times, w.leaves(z, c.newest.End))
	}
	slices.Sort(times)
	for _, at := range times {
		if at >= now && c.since(w.opened(z, at)).Passes(d, need, limit) {
			return at, true
		}
	}
	return 0, false
}
