package calendar

import (
	"sort"
	"strconv"

	"causeway/core/kernel/fault"
)

const (
	minutesPerDay = 1_440
	msPerMinute   = 60_000
	msPerDay      = 86_400_000

	// TransitionsMax bounds one zone: the busiest of the tz database have fewer than 250.
	TransitionsMax = 512
	// offsetMax is 18 hours, as in java.time; the real ones lie between −12 and +14.
	offsetMax = 18 * 3_600

	firstMs = -62_135_596_800_000 // 0001-01-01T00:00:00Z
	lastMs  = 253_402_300_799_999 // 9999-12-31T23:59:59.999Z

	idRule = "1 to 64 letters, digits, or any of / _ - + ."
)

// Transition says what the offset to UTC is from an instant on.
type Transition struct {
	FromUnixMs    int64 `cbor:"1,keyasint,omitempty" json:"from_unix_ms"`
	OffsetSeconds int32 `cbor:"2,keyasint,omitempty" json:"offset_seconds"`
}

// Zone is a time zone as ledger data: its offsets in the order of their beginning. The first
// offset also holds before its beginning, the last one for ever.
//
// Where clocks go forward or back, days stay whole and never run backwards: a day begins at the
// first instant at which a local clock shows its 00:00 or later. So a midnight that is skipped
// begins the day at the change, and an hour before midnight that is repeated belongs to the day
// that had begun already. A date that is skipped as a whole is an empty day.
type Zone struct {
	ID          string       `cbor:"1,keyasint" json:"id"`
	Transitions []Transition `cbor:"2,keyasint" json:"transitions"`
}

// Civil is what a clock and a calendar on the wall show at an instant.
type Civil struct {
	Year, Month, Day     int
	Hour, Minute, Second int
	Weekday              Weekday
}

// Date is the date on the wall.
func (c Civil) Date() Date { return DateOf(c.Year, c.Month, c.Day) }

// MinuteOfDay is 0 to 1439, as the clock shows it.
func (c Civil) MinuteOfDay() int { return c.Hour*60 + c.Minute }

// Validate refuses offsets that are out of order, impossible, or no change.
func (z *Zone) Validate() error {
	if !validID(z.ID) {
		return fault.CalendarInvalid.With("zone.id", z.ID, idRule)
	}
	if len(z.Transitions) == 0 || len(z.Transitions) > TransitionsMax {
		return fault.CalendarInvalid.With("zone.transitions", strconv.Itoa(len(z.Transitions)), "1 to "+strconv.Itoa(TransitionsMax))
	}
	for i, t := range z.Transitions {
		field := "zone.transitions[" + strconv.Itoa(i) + "]"
		if t.OffsetSeconds < -offsetMax || t.OffsetSeconds > offsetMax {
			return fault.CalendarInvalid.With(field+".offset_seconds", strconv.Itoa(int(t.OffsetSeconds)), "at most 64800 to either side")
		}
		if t.FromUnixMs < firstMs || t.FromUnixMs > lastMs {
			return fault.CalendarInvalid.With(field+".from_unix_ms", strconv.FormatInt(t.FromUnixMs, 10), "an instant in the years 1 to 9999")
		}
		if i == 0 {
			continue
		}
		if before := z.Transitions[i-1]; before.FromUnixMs >= t.FromUnixMs || before.OffsetSeconds == t.OffsetSeconds {
			return fault.CalendarInvalid.With(field, strconv.FormatInt(t.FromUnixMs, 10), "a later instant and another offset than the transition before")
		}
	}
	return nil
}

func validID(id string) bool {
	if len(id) < 1 || len(id) > 64 {
		return false
	}
	for _, c := range []byte(id) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case c == '/', c == '_', c == '-', c == '+', c == '.':
		default:
			return false
		}
	}
	return true
}

// segment is the index of the transition in force at an instant.
func (z *Zone) segment(unixMs int64) int {
	if last := len(z.Transitions) - 1; last <= 0 || z.Transitions[last].FromUnixMs <= unixMs {
		return max(last, 0) // most zones, most of the time
	}
	after := sort.Search(len(z.Transitions), func(i int) bool { return z.Transitions[i].FromUnixMs > unixMs })
	return max(after-1, 0)
}

func (z *Zone) offsetMs(segment int) int64 {
	if len(z.Transitions) == 0 {
		return 0 // the zero Zone is UTC
	}
	return int64(z.Transitions[segment].OffsetSeconds) * 1_000
}

// OffsetAt is the offset to UTC at an instant, in seconds, positive to the east.
func (z *Zone) OffsetAt(unixMs int64) int32 { return int32(z.offsetMs(z.segment(unixMs)) / 1_000) }

// within takes an instant outside the years 1 to 9999 as the nearest inside.
func within(unixMs int64) int64 { return min(max(unixMs, firstMs), lastMs) }

// Local is what the wall shows at an instant.
func (z *Zone) Local(unixMs int64) Civil {
	unixMs = within(unixMs)
	local := unixMs + z.offsetMs(z.segment(unixMs))
	days := floorDiv(local, msPerDay)
	inDay := local - days*msPerDay
	year, month, day := dateFromDays(days).Parts()
	return Civil{
		Year: year, Month: month, Day: day,
		Hour: int(inDay / 3_600_000), Minute: int(inDay / msPerMinute % 60), Second: int(inDay / 1_000 % 60),
		Weekday: weekdayOf(days),
	}
}

// Day is the date to which an instant belongs. It is the date on the wall, but for an hour before
// midnight that clocks repeat.
func (z *Zone) Day(unixMs int64) Date { return dateFromDays(z.dayNumber(unixMs)) }

func (z *Zone) dayNumber(unixMs int64) int64 {
	unixMs = within(unixMs)
	day := floorDiv(unixMs+z.offsetMs(z.segment(unixMs)), msPerDay)
	for z.firstReaching((day+1)*msPerDay) <= unixMs {
		day++
	}
	return day
}

// DayStart is the instant at which a date begins, in milliseconds.
func (z *Zone) DayStart(d Date) int64 { return z.firstReaching(d.days() * msPerDay) }

// firstAt is the first instant at which a clock shows that minute of the date, or later.
func (z *Zone) firstAt(d Date, minute int64) int64 {
	return z.firstReaching(d.days()*msPerDay + minute*msPerMinute)
}

// firstReaching is the first instant whose local time is at or after the given one (local times
// are milliseconds as if the place were UTC). Transitions that end before the earliest possible
// answer cannot hold it, so the search begins there and ends after a few steps.
func (z *Zone) firstReaching(localMs int64) int64 {
	last := len(z.Transitions) - 1
	for i := z.segment(localMs - offsetMax*1_000); i < last; i++ {
		next := z.Transitions[i+1].FromUnixMs
		if localMs < next+z.offsetMs(i) {
			return z.notBefore(i, localMs-z.offsetMs(i))
		}
	}
	return z.notBefore(max(last, 0), localMs-z.offsetMs(max(last, 0)))
}

// notBefore moves an instant to the beginning of a segment; the first one has none.
func (z *Zone) notBefore(segment int, unixMs int64) int64 {
	if segment == 0 {
		return unixMs
	}
	return max(unixMs, z.Transitions[segment].FromUnixMs)
}

// StartOfDay is the beginning of the day to which an instant belongs.
func (z *Zone) StartOfDay(unixMs int64) int64 {
	return z.firstReaching(z.dayNumber(unixMs) * msPerDay)
}

// NextDay is the beginning of the day after.
func (z *Zone) NextDay(unixMs int64) int64 {
	return z.firstReaching((z.dayNumber(unixMs) + 1) * msPerDay)
}

// StartOfMonth is the beginning of the month to which an instant belongs.
func (z *Zone) StartOfMonth(unixMs int64) int64 {
	year, month, _ := z.Day(unixMs).Parts()
	return z.DayStart(DateOf(year, month, 1))
}

// NextMonth is the beginning of the month after.
func (z *Zone) NextMonth(unixMs int64) int64 {
	year, month, _ := z.Day(unixMs).Parts()
	if month == 12 {
		return z.DayStart(DateOf(year+1, 1, 1))
	}
	return z.DayStart(DateOf(year, month+1, 1))
}

// StartOfYear is the beginning of the year to which an instant belongs.
func (z *Zone) StartOfYear(unixMs int64) int64 {
	year, _, _ := z.Day(unixMs).Parts()
	return z.DayStart(DateOf(year, 1, 1))
}

// NextYear is the beginning of the year after.
func (z *Zone) NextYear(unixMs int64) int64 {
	year, _, _ := z.Day(unixMs).Parts()
	return z.DayStart(DateOf(year+1, 1, 1))
}
