package rulebooks

import (
	"fmt"
	"strconv"
	"strings"

	"causeway/core/kernel/calendar"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/guard/quota"
)

func (d *document) quota(t *quotaText) (q *guard.Quota, err error) {
	q = &guard.Quota{In: t.measure(), Per: t.Per}
	if q.Limit, err = d.amount(t.In, t.Unit, t.Limit); err != nil {
		return nil, err
	}
	if err := q.Direction.UnmarshalText([]byte(t.Direction)); err != nil {
		return nil, err
	}
	q.Window, err = window(t.Window)
	return q, err
}

// window reads "day", "month", "year" or "rolling 24 hours in 24 parts".
func window(text string) (w quota.Window, err error) {
	words := strings.Fields(text)
	if len(words) == 6 && words[0] == "rolling" && words[3] == "in" && words[5] == "parts" {
		parts, err := strconv.ParseUint(words[4], 10, 8)
		if err != nil {
			return w, fmt.Errorf("window %q: how many parts?", text)
		}
		length, err := span(words[1] + " " + words[2])
		return quota.Window{Kind: quota.Rolling, LengthMs: length, Buckets: uint8(parts)}, err
	}
	if text == "rolling" || w.Kind.UnmarshalText([]byte(text)) != nil {
		return w, fmt.Errorf("window %q: day, month, year, or as in %q", text, "rolling 24 hours in 24 parts")
	}
	return w, nil
}

var spans = map[string]int64{"minute": 60_000, "hour": 3_600_000, "day": 86_400_000}

// span reads "72 hours" into milliseconds.
func span(text string) (ms int64, err error) {
	count, unit, _ := strings.Cut(text, " ")
	n, err := strconv.ParseUint(count, 10, 20)
	length, known := spans[strings.TrimSuffix(unit, "s")]
	if err != nil || !known || n == 0 {
		return 0, fmt.Errorf("time %q: a number of minutes, hours or days", text)
	}
	return int64(n) * length, nil
}

// hours reads sessions such as "mon tue wed thu fri 09:00-17:00 business days". A session that
// ends at or before its beginning runs into the next day.
func hours(list []string) (*guard.Hours, error) {
	h := &guard.Hours{}
	for _, text := range list {
		days, business := strings.CutSuffix(text, " business days")
		at := strings.LastIndexByte(days, ' ')
		if at < 0 {
			return nil, fmt.Errorf("hours %q: days and a time such as 09:00-17:00", text)
		}
		session := calendar.Hours{BusinessDays: business}
		if err := session.Weekdays.UnmarshalText([]byte(days[:at])); err != nil {
			return nil, err
		}
		from, to, _ := strings.Cut(days[at+1:], "-")
		start, err := minute(from)
		if err != nil {
			return nil, err
		}
		end, err := minute(to)
		if err != nil {
			return nil, err
		}
		if end <= start {
			end += 24 * 60
		}
		session.FromMinute, session.ToMinute = start, end
		h.Sessions = append(h.Sessions, session)
	}
	return h, nil
}

func minute(text string) (uint16, error) {
	hour, rest, ok := strings.Cut(text, ":")
	h, err1 := strconv.ParseUint(hour, 10, 8)
	m, err2 := strconv.ParseUint(rest, 10, 8)
	if !ok || err1 != nil || err2 != nil || h > 24 || m > 59 || h*60+m > 24*60 {
		return 0, fmt.Errorf("time of day %q: as in 09:30", text)
	}
	return uint16(h*60 + m), nil
}
