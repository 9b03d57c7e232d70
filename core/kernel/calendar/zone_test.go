package calendar

import (
	"errors"
	"math"
	"testing"
	"time"
	_ "time/tzdata" // the oracle's own data: tests depend on no machine's

	"pgregory.net/rapid"

	"causeway/core/kernel/fault"
)

// zoneFrom reads the transitions of a zone out of Go's time package, which is the oracle of these tests.
func zoneFrom(t testing.TB, name string) (*Zone, *time.Location) {
	location, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	z := &Zone{ID: name}
	for at := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2040; {
		_, offset := at.In(location).Zone()
		n := len(z.Transitions)
		if n == 0 || z.Transitions[n-1].OffsetSeconds != int32(offset) {
			z.Transitions = append(z.Transitions, Transition{at.UnixMilli(), int32(offset)})
		}
		_, next := at.In(location).ZoneBounds()
		if next.IsZero() {
			break
		}
		at = next
	}
	if err := z.Validate(); err != nil {
		t.Fatal(err)
	}
	return z, location
}

// zoneNames: three without changes to speak of, one with summer time, two whose clocks changed at midnight (days without
// 00:00, and evenings that happened twice), one that skipped a whole day, and one that is half an hour apart in summer.
var zoneNames = []string{
	"Asia/Shanghai", "Asia/Hong_Kong", "Asia/Dubai", "Europe/London",
	"America/Sao_Paulo", "America/Havana", "Pacific/Apia", "Australia/Lord_Howe",
}

const (
	quarter    = 15 * msPerMinute // every change since 1951 in these zones fell on one
	oracleFrom = -599_616_000_000 // 1951-01-01
	oracleTo   = 2_082_758_400_000
)

// anyInstant prefers the neighbourhood of a change.
func anyInstant(t *rapid.T, z *Zone) int64 {
	ms := rapid.Int64Range(oracleFrom, oracleTo).Draw(t, "ms")
	if rapid.Bool().Draw(t, "near a change") {
		change := rapid.SampledFrom(z.Transitions).Draw(t, "change").FromUnixMs
		if change >= oracleFrom && change <= oracleTo {
			return change + rapid.Int64Range(-30*3_600_000, 30*3_600_000).Draw(t, "distance")
		}
	}
	return ms
}

func wallDate(ms int64, location *time.Location) Date {
	year, month, day := time.UnixMilli(ms).In(location).Date()
	return DateOf(year, int(month), day)
}

func TestZonesAgreeWithTheTimePackage(t *testing.T) {
	for _, name := range zoneNames {
		z, location := zoneFrom(t, name)
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			ms := anyInstant(t, z)
			want := time.UnixMilli(ms).In(location)
			_, offset := want.Zone()
			if got := z.OffsetAt(ms); int(got) != offset {
				t.Fatalf("offset %d, want %d", got, offset)
			}
			weekday := Weekday((want.Weekday()+6)%7 + 1)
			got := z.Local(ms)
			if (got != Civil{want.Year(), int(want.Month()), want.Day(), want.Hour(), want.Minute(), want.Second(), weekday}) {
				t.Fatalf("%+v, want %v", got, want)
			}
			if got.MinuteOfDay() != want.Hour()*60+want.Minute() {
				t.Fatalf("minute %d, want %v", got.MinuteOfDay(), want)
			}
		}))
	}
}

// TestDaysNeverRunBackwards compares days with their definition: the day of an instant is the latest
// date that the wall has shown so far, found by looking at every quarter of an hour.
func TestDaysNeverRunBackwards(t *testing.T) {
	for _, name := range zoneNames {
		z, location := zoneFrom(t, name)
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			ms := anyInstant(t, z)
			from := floorDiv(ms, quarter)*quarter - 3*msPerDay
			var day Date
			var began int64
			for at := from; at <= ms; at += quarter {
				if shown := wallDate(at, location); shown > day {
					day, began = shown, at
				}
			}
			next := floorDiv(ms, quarter)*quarter + quarter
			for wallDate(next, location) <= day {
				next += quarter
			}
			if got := z.Day(ms); got != day {
				t.Fatalf("day %v, want %v", got, day)
			}
			if got := z.StartOfDay(ms); got != began {
				t.Fatalf("day began at %d, want %d", got, began)
			}
			if got := z.NextDay(ms); got != next {
				t.Fatalf("next day at %d, want %d", got, next)
			}
			if got := z.DayStart(day); got != began {
				t.Fatalf("%v starts at %d, want %d", day, got, began)
			}
		}))
	}
}

func TestMonthsAndYearsAreMadeOfWholeDays(t *testing.T) {
	for _, name := range zoneNames {
		z, _ := zoneFrom(t, name)
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			ms := anyInstant(t, z)
			year, month, _ := z.Day(ms).Parts()
			for _, span := range []struct {
				start, next int64
				first, last Date // the last is the first of the next
			}{
				{z.StartOfMonth(ms), z.NextMonth(ms), DateOf(year, month, 1), DateOf(year+month/12, month%12+1, 1)},
				{z.StartOfYear(ms), z.NextYear(ms), DateOf(year, 1, 1), DateOf(year+1, 1, 1)},
			} {
				if span.start > ms || span.next <= ms {
					t.Fatalf("%d is not in [%d, %d)", ms, span.start, span.next)
				}
				// Apia never had 2011-12-30, but every first of a month exists in these zones.
				if z.Day(span.start) != span.first || z.Day(span.next) != span.last {
					t.Fatalf("from %v to %v, want %v to %v", z.Day(span.start), z.Day(span.next), span.first, span.last)
				}
				if z.Day(span.start-1) >= span.first || z.Day(span.next-1) >= span.last {
					t.Fatalf("[%d, %d) does not begin at the edge", span.start, span.next)
				}
			}
		}))
	}
}

// TestGapsAndOverlaps writes the documented rule down in instants.
func TestGapsAndOverlaps(t *testing.T) {
	at := func(text string) int64 {
		parsed, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return parsed.UnixMilli()
	}
	brazil, _ := zoneFrom(t, "America/Sao_Paulo")
	// 2018-11-04 had no 00:00: the day began at 01:00.
	if got, want := brazil.DayStart(20181104), at("2018-11-04T01:00:00-02:00"); got != want {
		t.Errorf("gap: %d, want %d", got, want)
	}
	// At midnight of 2018-02-18 clocks went back to 23:00. 00:00 was not shown until an hour later, so the 17th had 25 hours.
	if got, want := brazil.DayStart(20180218), at("2018-02-18T00:00:00-03:00"); got != want {
		t.Errorf("overlap before midnight: %d, want %d", got, want)
	}
	cuba, _ := zoneFrom(t, "America/Havana")
	// On 2018-11-04 clocks went from 01:00 back to 00:00: the day began the first time.
	if got, want := cuba.DayStart(20181104), at("2018-11-04T00:00:00-04:00"); got != want {
		t.Errorf("overlap after midnight: %d, want %d", got, want)
	}
	samoa, _ := zoneFrom(t, "Pacific/Apia")
	// 2011-12-30 did not happen: an empty day, and the 31st follows the 29th.
	if samoa.DayStart(20111230) != samoa.DayStart(20111231) || samoa.Day(samoa.DayStart(20111230)) != 20111231 {
		t.Error("the skipped day is not empty")
	}
	if samoa.NextDay(samoa.DayStart(20111229)) != samoa.DayStart(20111231) {
		t.Error("the 31st does not follow the 29th")
	}
	// An evening that comes again: ten minutes past midnight, clocks go back by half an hour.
	twice := &Zone{ID: "twice", Transitions: []Transition{{0, 3_600}, {at("2026-06-01T23:10:00Z"), 1_800}}}
	repeated := at("2026-06-01T23:20:00Z") // the wall shows 23:50 of the 1st again
	if twice.Local(repeated).Date() != 20260601 || twice.Day(repeated) != 20260602 {
		t.Errorf("wall %v, day %v", twice.Local(repeated).Date(), twice.Day(repeated))
	}
}

// TestInstantsBeyondTheYears: whoever asks about such an instant gets the nearest day there is, at once.
func TestInstantsBeyondTheYears(t *testing.T) {
	z, _ := zoneFrom(t, "Europe/London")
	c := &Calendar{ID: "x", Zone: *z}
	for ms, want := range map[int64]Date{math.MinInt64: 10101, firstMs: 10101, lastMs: 99991231, math.MaxInt64: 99991231} {
		if got := z.Day(ms); got != want || z.Local(ms).Date() != want {
			t.Errorf("%d: %v", ms, got)
		}
		if z.StartOfYear(ms) >= z.NextYear(ms) {
			t.Errorf("%d: no year", ms)
		}
		Hours{Weekdays: EveryDay, ToMinute: 1}.NextOpen(c, ms)
	}
}

func TestZoneRefusals(t *testing.T) {
	good := Transition{0, 28_800}
	for name, z := range map[string]Zone{
		"no id":           {ID: "", Transitions: []Transition{good}},
		"strange id":      {ID: "Asia/上海", Transitions: []Transition{good}},
		"no offset":       {ID: "A"},
		"out of order":    {ID: "A", Transitions: []Transition{{5, 0}, {4, 60}}},
		"same instant":    {ID: "A", Transitions: []Transition{{5, 0}, {5, 60}}},
		"no change":       {ID: "A", Transitions: []Transition{{5, 60}, {6, 60}}},
		"offset too far":  {ID: "A", Transitions: []Transition{{5, 64_801}}},
		"instant too far": {ID: "A", Transitions: []Transition{{lastMs + 1, 0}}},
		"too many":        {ID: "A", Transitions: make([]Transition, TransitionsMax+1)},
	} {
		if err := z.Validate(); !errors.Is(err, fault.CalendarInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
