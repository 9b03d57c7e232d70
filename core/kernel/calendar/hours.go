package calendar

import (
	"strconv"

	"causeway/core/kernel/fault"
)

// openingSearchDays is how far NextOpen looks: the longest closure that any Hours can have is a
// run of holidays, and those end within a year.
const openingSearchDays = 400

// Hours is a daily session: on these days, from one minute of the day to another. ToMinute may
// exceed 1440: the session then runs into the next day and still belongs to the day it began on.
type Hours struct {
	Weekdays   Weekdays `cbor:"1,keyasint" json:"weekdays"`
	FromMinute uint16   `cbor:"2,keyasint,omitempty" json:"from_minute"`
	ToMinute   uint16   `cbor:"3,keyasint" json:"to_minute"` // the first minute outside
	// BusinessDays closes the session on the calendar's holidays, and opens it on make-up days.
	BusinessDays bool `cbor:"4,keyasint,omitempty" json:"business_days,omitempty"`
}

// Validate refuses sessions that never open, and those that overlap their own next day.
func (h Hours) Validate() error {
	if h.Weekdays == 0 || h.Weekdays&^EveryDay != 0 {
		return fault.CalendarInvalid.With("hours.weekdays", strconv.Itoa(int(h.Weekdays)), "at least one day, from Monday = 1 to Sunday = 64")
	}
	if h.FromMinute >= minutesPerDay {
		return fault.CalendarInvalid.With("hours.from_minute", strconv.Itoa(int(h.FromMinute)), "a minute of the day, 0 to 1439")
	}
	if h.ToMinute <= h.FromMinute || h.ToMinute > h.FromMinute+minutesPerDay {
		return fault.CalendarInvalid.With("hours.to_minute", strconv.Itoa(int(h.ToMinute)), "later than from_minute, by at most 1440")
	}
	return nil
}

// opensOn says whether a session begins on that date. A make-up day is worked whatever its weekday.
func (h Hours) opensOn(c *Calendar, d Date) bool {
	if !h.BusinessDays {
		return h.Weekdays.Has(d.Weekday())
	}
	return c.IsBusinessDay(d) && (h.Weekdays.Has(d.Weekday()) || c.Weekend.Has(d.Weekday()))
}

// Open says whether an instant lies in a session, by the clock on the wall of the calendar's zone.
func (h Hours) Open(c *Calendar, unixMs int64) bool {
	wall := c.Zone.Local(unixMs)
	minute, today := uint16(wall.MinuteOfDay()), wall.Date()
	if minute >= h.FromMinute && minute < h.ToMinute && h.opensOn(c, today) {
		return true
	}
	return minute+minutesPerDay < h.ToMinute && h.opensOn(c, today.AddDays(-1))
}

// NextOpen is the first instant, not before the given one, that lies in a session; ok is false if
// there is none within about a year.
func (h Hours) NextOpen(c *Calendar, unixMs int64) (openMs int64, ok bool) {
	day := c.Zone.Local(unixMs).Date().AddDays(-1)
	// Where clocks go back, a later session can come round first: so two days more are looked at.
	for left := openingSearchDays; left > 0; left, day = left-1, day.AddDays(1) {
		if !h.opensOn(c, day) {
			continue
		}
		midnight := day.days() * msPerDay
		at, found := c.Zone.firstWithin(unixMs, midnight+int64(h.FromMinute)*msPerMinute, midnight+int64(h.ToMinute)*msPerMinute)
		if !found {
			continue
		}
		if !ok {
			left = min(left, 3)
		}
		if !ok || at < openMs {
			openMs, ok = at, true
		}
	}
	return openMs, ok
}

// firstWithin is the first instant, not before the given one, whose local time lies in [from, to).
func (z *Zone) firstWithin(notBeforeMs, from, to int64) (int64, bool) {
	last := max(len(z.Transitions)-1, 0)
	for i := z.segment(max(notBeforeMs, from-offsetMax*1_000)); i <= last; i++ {
		at := max(notBeforeMs, z.notBefore(i, from-z.offsetMs(i)))
		end := to - z.offsetMs(i)
		if i < last {
			end = min(end, z.Transitions[i+1].FromUnixMs)
		}
		if at < end {
			return at, true
		}
		if z.notBefore(i, from-offsetMax*1_000) > to+offsetMax*1_000 {
			return 0, false
		}
	}
	return 0, false
}
