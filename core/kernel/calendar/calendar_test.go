package calendar

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/wire"
)

func TestDatesAgreeWithTheTimePackage(t *testing.T) {
	first, last := DateOf(1, 1, 1).days(), DateOf(9999, 12, 31).days()
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.Int64Range(first, last).Draw(t, "days")
		want := time.Unix(days*86_400, 0).UTC()
		d := dateFromDays(days)
		if d != DateOf(want.Year(), int(want.Month()), want.Day()) || d.days() != days {
			t.Fatalf("%v, want %v", d, want)
		}
		if d.Weekday() != Weekday((want.Weekday()+6)%7+1) || d.String() != want.Format(time.DateOnly) || d.Validate() != nil {
			t.Fatalf("%v on %d: %v, want %v", d, d.Weekday(), d.Validate(), want)
		}
		n := rapid.IntRange(-100_000, 100_000).Draw(t, "n")
		if moved := want.AddDate(0, 0, n); moved.Year() >= 1 && moved.Year() <= 9999 && d.AddDays(n).String() != moved.Format(time.DateOnly) {
			t.Fatalf("%v + %d = %v, want %v", d, n, d.AddDays(n), moved)
		}
	})
	// Every number is either a date that time.Parse takes, or refused.
	rapid.Check(t, func(t *rapid.T) {
		d := Date(rapid.OneOf(rapid.Int32(), rapid.Int32Range(19_000_000, 21_001_399)).Draw(t, "number"))
		year, month, day := d.Parts()
		exists := d > 0 && year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
			time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() == day && day <= 31
		if (d.Validate() == nil) != exists {
			t.Fatalf("%d: %v", d, d.Validate())
		}
	})
}

// china2026 is mainland China around National Day 2026, as the State Council announced it: 1 to 7 October
// off, Sunday 20 September and Saturday 10 October worked.
func china2026() *Calendar {
	return &Calendar{
		ID: "CN-2026", Zone: Zone{ID: "Asia/Shanghai", Transitions: []Transition{{0, 28_800}}},
		Weekend:     WeekdaySet(Saturday, Sunday),
		Holidays:    []Date{20261001, 20261002, 20261003, 20261004, 20261005, 20261006, 20261007},
		WorkingDays: []Date{20260920, 20261010}, CutoffMinute: 17 * 60, KnownThrough: 20261231,
	}
}

func TestDeadlinesAroundNationalDay(t *testing.T) {
	c := china2026()
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	shanghai := time.FixedZone("", 28_800)
	for _, step := range []struct {
		asked    string
		n        int
		deadline string
		known    bool
	}{
		{"2026-09-30 16:59:59", 0, "2026-10-01 00:00:00", true},
		{"2026-09-30 17:00:00", 0, "2026-10-09 00:00:00", true}, // the cut-off: as if asked on the 8th
		{"2026-09-30 16:59:59", 1, "2026-10-09 00:00:00", true},
		{"2026-10-03 12:00:00", 1, "2026-10-10 00:00:00", true}, // asked on a holiday: the 8th, so due on the 9th
		{"2026-10-08 09:00:00", 2, "2026-10-11 00:00:00", true}, // Saturday the 10th is worked
		{"2026-10-10 09:00:00", 1, "2026-10-13 00:00:00", true},
		{"2026-12-31 09:00:00", 1, "2027-01-02 00:00:00", false}, // New Year is not announced yet
	} {
		asked, err := time.ParseInLocation(time.DateTime, step.asked, shanghai)
		if err != nil {
			t.Fatal(err)
		}
		at, known := c.AddBusinessDays(asked.UnixMilli(), step.n)
		if got := time.UnixMilli(at).In(shanghai).Format(time.DateTime); got != step.deadline || known != step.known {
			t.Errorf("%s + %d: %s %v, want %s %v", step.asked, step.n, got, known, step.deadline, step.known)
		}
	}
}

// TestBusinessDaysAgreeWithWalking counts days one by one over random calendars.
func TestBusinessDaysAgreeWithWalking(t *testing.T) {
	zones := make([]*Zone, len(zoneNames))
	for i, name := range zoneNames {
		zones[i], _ = zoneFrom(t, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		c := Calendar{ID: "x", Zone: *rapid.SampledFrom(zones).Draw(t, "zone"), Weekend: Weekdays(rapid.IntRange(0, 126).Draw(t, "weekend"))}
		c.CutoffMinute = uint16(rapid.SampledFrom([]int{0, 60, 1_020, 1_439}).Draw(t, "cutoff"))
		from := DateOf(2018, rapid.IntRange(1, 12).Draw(t, "month"), 1)
		holiday, worked := map[Date]bool{}, map[Date]bool{}
		for i := range 40 {
			d := from.AddDays(i)
			switch isWeekend := c.Weekend.Has(d.Weekday()); {
			case rapid.IntRange(0, 3).Draw(t, "special") > 0:
			case isWeekend:
				c.WorkingDays, worked[d] = append(c.WorkingDays, d), true
			default:
				c.Holidays, holiday[d] = append(c.Holidays, d), true
			}
		}
		if err := c.Validate(); err != nil {
			t.Fatal(err)
		}
		isBusiness := func(d Date) bool { return worked[d] || !c.Weekend.Has(d.Weekday()) && !holiday[d] }
		ms := c.Zone.DayStart(from.AddDays(3)) + rapid.Int64Range(0, 20*msPerDay).Draw(t, "ms")
		n := rapid.IntRange(0, 12).Draw(t, "n")

		day := c.Zone.Day(ms)
		late := false // once the wall has shown the cut-off, showing an earlier hour again does not help
		for at := c.Zone.StartOfDay(ms); at <= ms && c.CutoffMinute > 0; at += msPerMinute {
			late = late || c.Zone.Local(at).MinuteOfDay() >= int(c.CutoffMinute)
		}
		for left := n; ; day, late = day.AddDays(1), false {
			if isBusiness(day) && !late {
				if left == 0 {
					break
				}
				left--
			}
		}
		if got, known := c.AddBusinessDays(ms, n); got != c.Zone.DayStart(day.AddDays(1)) || !known {
			t.Fatalf("due at %d (%v), want the end of %v", got, c.Zone.Day(got-1), day)
		}
	})
}

func TestHoursAgreeWithLookingEveryQuarter(t *testing.T) {
	for _, name := range zoneNames {
		z, _ := zoneFrom(t, name)
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			c := &Calendar{ID: "x", Zone: *z, Weekend: WeekdaySet(Saturday, Sunday)}
			from := rapid.IntRange(0, 95).Draw(t, "from") * 15
			h := Hours{
				Weekdays:     Weekdays(rapid.IntRange(1, 127).Draw(t, "weekdays")),
				FromMinute:   uint16(from),
				ToMinute:     uint16(from + rapid.IntRange(1, 96).Draw(t, "length")*15),
				BusinessDays: rapid.Bool().Draw(t, "business days"),
			}
			if h.Validate() != nil {
				t.Fatal(h.Validate())
			}
			ms := anyInstant(t, z)
			at, ok := h.NextOpen(c, ms)
			want, found := ms, h.Open(c, ms)
			for next := floorDiv(ms, quarter)*quarter + quarter; !found && next < ms+9*msPerDay; next += quarter {
				want, found = next, h.Open(c, next)
			}
			if ok != found || ok && at != want {
				t.Fatalf("opens at %d %v, want %d %v", at, ok, want, found)
			}
		}))
	}
}

func TestOpeningHours(t *testing.T) {
	c := china2026()
	day := Hours{Weekdays: WeekdaySet(Monday, Tuesday, Wednesday, Thursday, Friday), FromMinute: 9 * 60, ToMinute: 17 * 60, BusinessDays: true}
	night := Hours{Weekdays: WeekdaySet(Friday), FromMinute: 20*60 + 30, ToMinute: 26 * 60} // to Saturday, 02:00
	shanghai := time.FixedZone("", 28_800)
	for _, step := range []struct {
		hours Hours
		at    string
		open  bool
		next  string
	}{
		{day, "2026-09-30 08:59:59", false, "2026-09-30 09:00:00"},
		{day, "2026-09-30 09:00:00", true, "2026-09-30 09:00:00"},
		{day, "2026-09-30 17:00:00", false, "2026-10-08 09:00:00"},
		{day, "2026-10-10 12:00:00", true, "2026-10-10 12:00:00"}, // a worked Saturday
		{day, "2026-10-11 12:00:00", false, "2026-10-12 09:00:00"},
		{night, "2026-10-09 20:29:00", false, "2026-10-09 20:30:00"},
		{night, "2026-10-10 01:59:59", true, "2026-10-10 01:59:59"},
		{night, "2026-10-10 02:00:00", false, "2026-10-16 20:30:00"},
	} {
		at, err := time.ParseInLocation(time.DateTime, step.at, shanghai)
		if err != nil {
			t.Fatal(err)
		}
		next, ok := step.hours.NextOpen(c, at.UnixMilli())
		if open := step.hours.Open(c, at.UnixMilli()); open != step.open || !ok || time.UnixMilli(next).In(shanghai).Format(time.DateTime) != step.next {
			t.Errorf("%s: %v, then %v %v", step.at, open, time.UnixMilli(next).In(shanghai), ok)
		}
	}
	never := Hours{Weekdays: WeekdaySet(Sunday), FromMinute: 0, ToMinute: 60, BusinessDays: true}
	rests := &Calendar{ID: "x", Zone: c.Zone, Weekend: 0, Holidays: sundays(20260101, 420)}
	if at, ok := never.NextOpen(rests, rests.Zone.DayStart(20260102)); ok {
		t.Errorf("opens at %d", at)
	}
	for name, h := range map[string]Hours{
		"no day": {FromMinute: 1, ToMinute: 2}, "eighth day": {Weekdays: 128, ToMinute: 1}, "empty": {Weekdays: 1, FromMinute: 5, ToMinute: 5},
		"late": {Weekdays: 1, FromMinute: 1_440, ToMinute: 1_441}, "overlaps itself": {Weekdays: 1, FromMinute: 5, ToMinute: 1_446},
	} {
		if err := h.Validate(); !errors.Is(err, fault.CalendarInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func sundays(from Date, days int) []Date {
	var all []Date
	for i := range days {
		if d := from.AddDays(i); d.Weekday() == Sunday {
			all = append(all, d)
		}
	}
	return all
}

func TestCalendarRefusals(t *testing.T) {
	for name, spoil := range map[string]func(*Calendar){
		"no id":             func(c *Calendar) { c.ID = "" },
		"no zone":           func(c *Calendar) { c.Zone.Transitions = nil },
		"never works":       func(c *Calendar) { c.Weekend = EveryDay },
		"eighth day":        func(c *Calendar) { c.Weekend = 128 },
		"cut-off":           func(c *Calendar) { c.CutoffMinute = 1_440 },
		"no such day":       func(c *Calendar) { c.Holidays = []Date{20260229} },
		"out of order":      func(c *Calendar) { c.Holidays = []Date{20261002, 20261001} },
		"twice":             func(c *Calendar) { c.Holidays = []Date{20261001, 20261001} },
		"both":              func(c *Calendar) { c.WorkingDays = []Date{20261004} },
		"worked anyway":     func(c *Calendar) { c.WorkingDays = []Date{20261009} },
		"too many holidays": func(c *Calendar) { c.Holidays = make([]Date, HolidaysMax+1) },
		"known through":     func(c *Calendar) { c.KnownThrough = 20261301 },
	} {
		c := china2026()
		spoil(c)
		if err := c.Validate(); !errors.Is(err, fault.CalendarInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWeekdaysAreWords(t *testing.T) {
	for set := range EveryDay + 1 {
		var read Weekdays
		text, err := set.MarshalText()
		if err != nil || read.UnmarshalText(text) != nil || read != set {
			t.Fatalf("%d is written %q and read %d", set, text, read)
		}
	}
	if text, _ := WeekdaySet(Friday, Monday).MarshalText(); string(text) != "mon fri" {
		t.Errorf("%q", text)
	}
	for _, text := range []string{"mon mon", "Mon", "mon,tue", "1"} {
		var read Weekdays
		if err := read.UnmarshalText([]byte(text)); !errors.Is(err, fault.CalendarInvalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestCalendarsAreStoredCanonically(t *testing.T) {
	c := china2026()
	var read Calendar
	if err := wire.Unmarshal(wire.Marshal(c), &read); err != nil || !reflect.DeepEqual(*c, read) {
		t.Fatalf("%+v, %v", read, err)
	}
}
