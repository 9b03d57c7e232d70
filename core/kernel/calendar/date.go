package calendar

import (
	"slices"
	"strconv"
	"strings"

	"causeway/core/kernel/fault"
)

// Weekday counts from Monday = 1 to Sunday = 7 (ISO 8601).
type Weekday uint8

// The days of the week.
const (
	Monday Weekday = iota + 1
	Tuesday
	Wednesday
	Thursday
	Friday
	Saturday
	Sunday
)

// Weekdays is a set of days of the week: bit 0 is Monday, bit 6 Sunday.
type Weekdays uint8

// EveryDay is the whole week.
const EveryDay Weekdays = 1<<7 - 1

// WeekdaySet is the set of the given days.
func WeekdaySet(days ...Weekday) Weekdays {
	var set Weekdays
	for _, d := range days {
		set |= 1 << (d - 1)
	}
	return set
}

// Has says whether the day is in the set.
func (s Weekdays) Has(d Weekday) bool { return s>>(d-1)&1 == 1 }

var weekdayNames = [...]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// MarshalText writes the days in their order: "mon tue wed thu fri".
func (s Weekdays) MarshalText() ([]byte, error) {
	var days []string
	for i, name := range weekdayNames {
		if s>>i&1 == 1 {
			days = append(days, name)
		}
	}
	return []byte(strings.Join(days, " ")), nil
}

// UnmarshalText reads what MarshalText writes, in any order.
func (s *Weekdays) UnmarshalText(text []byte) error {
	*s = 0
	for _, name := range strings.Fields(string(text)) {
		day := slices.Index(weekdayNames[:], name)
		if day < 0 || s.Has(Weekday(day+1)) {
			return fault.CalendarInvalid.With("weekdays", name, "mon, tue, wed, thu, fri, sat and sun, each at most once")
		}
		*s |= 1 << day
	}
	return nil
}

// Date is a civil day without a place, written yyyymmdd as one number: 20261123. The order of
// the numbers is the order of the days. The zero value is no date.
type Date int32

// YearMax is the last year of a valid Date (ISO 8601 without agreed extensions has four digits).
const YearMax = 9999

// DateOf puts a date together; Validate says whether there is such a day.
func DateOf(year, month, day int) Date { return Date(year*10_000 + month*100 + day) }

// Parts takes the date apart.
func (d Date) Parts() (year, month, day int) {
	return int(d / 10_000), int(d / 100 % 100), int(d % 100)
}

// Validate refuses numbers that are no day of the Gregorian calendar in the years 1 to 9999.
func (d Date) Validate() error {
	year, month, day := d.Parts()
	if d < 0 || year < 1 || year > YearMax || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month) {
		return fault.CalendarInvalid.With("date", strconv.Itoa(int(d)), "a day that exists, written yyyymmdd")
	}
	return nil
}

// String is the date as ISO 8601 writes it: 2026-11-23.
func (d Date) String() string {
	year, month, day := d.Parts()
	text := []byte("0000-00-00")
	for i, at := year, 3; at >= 0; i, at = i/10, at-1 {
		text[at] += byte(i % 10)
	}
	text[5], text[6] = '0'+byte(month/10), '0'+byte(month%10)
	text[8], text[9] = '0'+byte(day/10), '0'+byte(day%10)
	return string(text)
}

// AddDays is the date n days later, or earlier for a negative n.
func (d Date) AddDays(n int) Date { return dateFromDays(d.days() + int64(n)) }

// Weekday is the day of the week.
func (d Date) Weekday() Weekday { return weekdayOf(d.days()) }

func daysInMonth(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// days is the number of days since 1970-01-01. The year is taken to begin in March, so the leap day is
// its last; an era is 400 years, 146,097 days (Hinnant, chrono-compatible low-level date algorithms).
func (d Date) days() int64 {
	year, month, day := d.Parts()
	y, m := int64(year), int64(month)
	if m <= 2 {
		y--
	}
	era := floorDiv(y, 400)
	yearOfEra := y - era*400
	dayOfYear := (153*((m+9)%12)+2)/5 + int64(day) - 1
	dayOfEra := yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear
	return era*146_097 + dayOfEra - 719_468
}

// dateFromDays is the inverse of days.
func dateFromDays(days int64) Date {
	days += 719_468
	era := floorDiv(days, 146_097)
	dayOfEra := days - era*146_097
	yearOfEra := (dayOfEra - dayOfEra/1_460 + dayOfEra/36_524 - dayOfEra/146_096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	march := (5*dayOfYear + 2) / 153 // months since March
	day := dayOfYear - (153*march+2)/5 + 1
	month := march + 3
	year := yearOfEra + era*400
	if month > 12 {
		month -= 12
		year++
	}
	return DateOf(int(year), int(month), int(day))
}

// weekdayOf: 1970-01-01 was a Thursday.
func weekdayOf(days int64) Weekday { return Weekday(days-7*floorDiv(days-4, 7)) - 3 }

// floorDiv rounds towards minus infinity; d is positive.
func floorDiv(n, d int64) int64 {
	q := n / d
	if n%d < 0 {
		q--
	}
	return q
}
