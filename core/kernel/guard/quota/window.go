// Package quota measures flows over windows: how much went out and came in, per day, month, year or
// the last so many hours.
//
// It holds no limits and reads no state: a Counter is a value that the guard keeps for one
// (authority, rule, scope), and every function returns a new one; those of one scope stand together
// in a Record, which is what the ledger stores. Out counts from the moment it is
// held, in only once it is settled; a return lowers the charge it returns and is no new flow.
// A fixed window lets a limit be spent twice across its edge; a rolling one does not, and
// where it must round, it counts too much, never too little.
package quota

import (
	"strconv"

	"causeway/core/kernel/calendar"
	"causeway/core/kernel/fault"
)

// Kind says how a window moves.
type Kind uint8

// The kinds of window. Days, months and years are the civil ones of the authority's time zone.
const (
	Day Kind = iota + 1
	Month
	Year
	Rolling
)

// Bounds of a rolling window.
const (
	BucketsMin  = 2
	BucketsMax  = 64
	lengthMsMax = 10 * 366 * 86_400_000
)

// Window is the span of time that a quota looks back over.
type Window struct {
	Kind Kind `cbor:"1,keyasint" json:"kind"`
	// LengthMs and Buckets belong to a rolling window: its length in milliseconds, and in how many equal
	// parts it is counted. A part counts whole until it lies wholly outside.
	LengthMs int64 `cbor:"2,keyasint,omitempty" json:"length_ms,omitempty"`
	Buckets  uint8 `cbor:"3,keyasint,omitempty" json:"buckets,omitempty"`
}

// Validate refuses windows whose parts would not be equal, and too many parts.
func (w Window) Validate() error {
	switch w.Kind {
	case Day, Month, Year:
		if w.LengthMs != 0 || w.Buckets != 0 {
			return fault.QuotaWindowInvalid.With("window", w.String(), "neither length_ms nor buckets for a calendar window")
		}
		return nil
	case Rolling:
	default:
		return fault.QuotaWindowInvalid.With("window.kind", w.Kind.String(), "day, month, year or rolling")
	}
	if w.Buckets < BucketsMin || w.Buckets > BucketsMax {
		return fault.QuotaWindowInvalid.With("window.buckets", strconv.Itoa(int(w.Buckets)), "2 to 64")
	}
	if w.LengthMs <= 0 || w.LengthMs > lengthMsMax || w.LengthMs%int64(w.Buckets) != 0 {
		return fault.QuotaWindowInvalid.With("window.length_ms", strconv.FormatInt(w.LengthMs, 10), "more than 0, at most ten years, and a multiple of buckets")
	}
	return nil
}

// String names the window in traces: "day", "rolling 86400000 ms in 24".
func (w Window) String() string {
	if w.Kind == Rolling {
		return "rolling " + strconv.FormatInt(w.LengthMs, 10) + " ms in " + strconv.Itoa(int(w.Buckets))
	}
	return w.Kind.String()
}

// Moment is an instant seen by a window: the bucket that takes a charge, and where the window begins.
type Moment struct {
	ref    BucketRef
	opened int64
}

// At looks at an instant through the window.
func (w Window) At(z *calendar.Zone, now int64) Moment {
	start, end := w.bucketAt(z, now)
	if w.Kind == Rolling {
		return Moment{BucketRef{start, end}, now - w.LengthMs}
	}
	return Moment{BucketRef{start, end}, start}
}

// Ref is the bucket that takes a charge.
func (m Moment) Ref() BucketRef { return m.ref }

// bucketAt is the span [start, end) into which a charge at that instant falls.
func (w Window) bucketAt(z *calendar.Zone, now int64) (start, end int64) {
	switch w.Kind {
	case Day:
		return z.StartOfDay(now), z.NextDay(now)
	case Month:
		return z.StartOfMonth(now), z.NextMonth(now)
	case Year:
		return z.StartOfYear(now), z.NextYear(now)
	}
	width := w.LengthMs / int64(w.Buckets)
	start = now - now%width
	if start > now {
		start -= width // before 1970
	}
	return start, start + width
}

// opened is the edge of the window at an instant: what ended at or before it lies wholly outside.
func (w Window) opened(z *calendar.Zone, now int64) int64 {
	switch w.Kind {
	case Day:
		return z.StartOfDay(now)
	case Month:
		return z.StartOfMonth(now)
	case Year:
		return z.StartOfYear(now)
	}
	return now - w.LengthMs
}

// leaves is the first instant at which a bucket with that end lies wholly outside.
func (w Window) leaves(z *calendar.Zone, end int64) int64 {
	if w.Kind == Rolling {
		return end + w.LengthMs
	}
	if w.opened(z, end) == end {
		return end
	}
	_, next := w.bucketAt(z, end)
	return next
}
