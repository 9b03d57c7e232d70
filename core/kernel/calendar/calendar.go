// Package calendar is civil time as ledger data: dates, time zones, business days, hours.
//
// A zone is a list of dated offsets that is part of the state, so two machines with
// different time zone databases cannot disagree; nothing here reads a clock or a file.
// Instants are Unix milliseconds (leap seconds do not exist there), dates are proleptic
// Gregorian (ISO 8601), days of the week count from Monday = 1. Instants outside the years 1 to
// 9999 are taken as the nearest inside.
package calendar

import (
	"slices"
	"strconv"

	"causeway/core/kernel/fault"
)

// Bounds of one calendar: they keep a record small and every search in it short.
const (
	HolidaysMax     = 2_000
	WorkingDaysMax  = 500
	BusinessDaysMax = 1_000 // the longest deadline that AddBusinessDays answers
)

// Calendar says which days are business days in one place, and when a day is over there.
type Calendar struct {
	ID      string   `cbor:"1,keyasint" json:"id"`
	Zone    Zone     `cbor:"2,keyasint" json:"zone"`
	Weekend Weekdays `cbor:"3,keyasint,omitempty" json:"weekend"`
	// CutoffMinute is the minute of the local day from which a request counts as made on the
	// next business day; 0 is no cut-off.
	CutoffMinute uint16 `cbor:"4,keyasint,omitempty" json:"cutoff_minute,omitempty"`
	Holidays     []Date `cbor:"5,keyasint,omitempty" json:"holidays,omitempty"`
	// WorkingDays are days of a weekend that are worked all the same: the make-up days (调休)
	// that the State Council announces together with the holidays of a year.
	WorkingDays []Date `cbor:"6,keyasint,omitempty" json:"working_days,omitempty"`
	// KnownThrough is the last day for which the holidays are announced; 0 is no end. Days after it
	// are judged by the weekend alone.
	KnownThrough Date `cbor:"7,keyasint,omitempty" json:"known_through,omitempty"`
}

// Validate refuses a calendar in which a day could be both, or could never come.
func (c *Calendar) Validate() error {
	if !validID(c.ID) {
		return fault.CalendarInvalid.With("id", c.ID, idRule)
	}
	if err := c.Zone.Validate(); err != nil {
		return err
	}
	if c.Weekend&^EveryDay != 0 || c.Weekend == EveryDay {
		return fault.CalendarInvalid.With("weekend", strconv.Itoa(int(c.Weekend)), "days from Monday = 1 to Sunday = 64, at most six of them")
	}
	if c.CutoffMinute >= minutesPerDay {
		return fault.CalendarInvalid.With("cutoff_minute", strconv.Itoa(int(c.CutoffMinute)), "a minute of the day, 0 to 1439")
	}
	if err := validDates("holidays", c.Holidays, HolidaysMax); err != nil {
		return err
	}
	if err := validDates("working_days", c.WorkingDays, WorkingDaysMax); err != nil {
		return err
	}
	for _, d := range c.WorkingDays {
		if _, both := slices.BinarySearch(c.Holidays, d); both {
			return fault.CalendarInvalid.With("working_days", d.String(), "a day that is not a holiday as well")
		}
		if !c.Weekend.Has(d.Weekday()) {
			return fault.CalendarInvalid.With("working_days", d.String(), "a day of the weekend: all other days are worked anyway")
		}
	}
	if c.KnownThrough != 0 {
		return c.KnownThrough.Validate()
	}
	return nil
}

func validDates(field string, dates []Date, most int) error {
	if len(dates) > most {
		return fault.CalendarInvalid.With(field, strconv.Itoa(len(dates)), "at most "+strconv.Itoa(most)+" days")
	}
	for i, d := range dates {
		if err := d.Validate(); err != nil {
			return err
		}
		if i > 0 && dates[i-1] >= d {
			return fault.CalendarInvalid.With(field, d.String(), "days in ascending order, each once")
		}
	}
	return nil
}

// IsBusinessDay says whether the day is worked: a working day always, a holiday never, any other by the weekend.
func (c *Calendar) IsBusinessDay(d Date) bool {
	if _, worked := slices.BinarySearch(c.WorkingDays, d); worked {
		return true
	}
	if c.Weekend.Has(d.Weekday()) {
		return false
	}
	_, holiday := slices.BinarySearch(c.Holidays, d)
	return !holiday
}

// Knows says whether the holidays around that day are announced.
func (c *Calendar) Knows(d Date) bool { return c.KnownThrough == 0 || d <= c.KnownThrough }

// NextBusinessDay is the first business day after d.
func (c *Calendar) NextBusinessDay(d Date) Date {
	for d = d.AddDays(1); !c.IsBusinessDay(d); {
		d = d.AddDays(1)
	}
	return d
}

// RequestDay is the business day on which something asked for at that instant counts as asked:
// the same day if that is a business day before the cut-off, the next business day otherwise.
func (c *Calendar) RequestDay(unixMs int64) Date {
	day := c.Zone.Day(unixMs)
	if !c.IsBusinessDay(day) {
		return c.NextBusinessDay(day)
	}
	if c.CutoffMinute > 0 && unixMs >= c.Zone.firstAt(day, int64(c.CutoffMinute)) {
		return c.NextBusinessDay(day)
	}
	return day
}

// AddBusinessDays is the deadline "within n business days" of an instant: the end of the n-th
// business day after the RequestDay, as the first millisecond that is too late (n = 0: the end of
// the RequestDay itself). known is false if that lies beyond the announced holidays: the deadline
// then rests on weekends alone. n is at most BusinessDaysMax.
func (c *Calendar) AddBusinessDays(fromMs int64, n int) (deadlineMs int64, known bool) {
	day := c.RequestDay(fromMs)
	for range min(n, BusinessDaysMax) {
		day = c.NextBusinessDay(day)
	}
	return c.Zone.DayStart(day.AddDays(1)), c.Knows(day)
}
