package quota

import (
	"cmp"
	"slices"
	"strings"

	"causeway/core/kernel/money"
)

// Entry is the counter of one rule in a record.
type Entry struct {
	Authority, Rule string
	Counter         Counter
}

func (e *Entry) compare(authority, rule string) int {
	return cmp.Or(strings.Compare(e.Authority, authority), strings.Compare(e.Rule, rule))
}

// Record holds all counters of one subject, say a party, in the order of authority and rule, so that a
// payment reads and writes one record however many rules count it. It is a value like Counter: only a
// Draft of it changes.
type Record struct{ entries []Entry }

func (r Record) find(authority, rule string) (int, bool) {
	for i := range r.entries {
		if order := r.entries[i].compare(authority, rule); order >= 0 {
			return i, order == 0
		}
	}
	return len(r.entries), false
}

// Find is what has been charged to a rule.
func (r Record) Find(authority, rule string) (c Counter, ok bool) {
	if i, ok := r.find(authority, rule); ok {
		return r.entries[i].Counter, true
	}
	return c, false
}

// Rules is the number of rules of an authority that have charged the subject.
func (r Record) Rules(authority string) (n int) {
	for i := range r.entries {
		if r.entries[i].Authority == authority {
			n++
		}
	}
	return n
}

// Draft is a record that is being changed. The record that it began with stays as it was.
type Draft struct {
	record Record
	room   *[]Entry
	added  int
	own    bool // the entries are no longer those of the record it began with
}

// Draft begins a change that may add counters of so many rules. Where it is given room, the
// changed record stands there, until the room is given to the next draft.
func (r Record) Draft(room *[]Entry, added int) Draft {
	return Draft{record: r, room: room, added: added}
}

// Record is the record as changed; the draft must not be changed any more.
func (d *Draft) Record() Record { return d.record }

// Changed says that there is something to write.
func (d *Draft) Changed() bool { return d.own }

func (d *Draft) entries() []Entry {
	if !d.own {
		var to []Entry
		if d.room != nil {
			to = (*d.room)[:0]
		}
		to = slices.Grow(to, len(d.record.entries)+d.added)
		if d.room != nil {
			*d.room = to
		}
		d.record.entries, d.own = append(to, d.record.entries...), true
	}
	return d.record.entries
}

// Charge counts a flow for a rule, as Counter.Charge does.
func (d *Draft) Charge(authority, rule string, m Moment, out, in money.Amount) bool {
	i, found := d.record.find(authority, rule)
	if found {
		charged, ok := d.record.entries[i].Counter.Charge(m, out, in)
		if ok {
			d.entries()[i].Counter = charged
		}
		return ok
	}
	charged, _ := Counter{}.Charge(m, out, in)
	entries := slices.DeleteFunc(d.entries(), func(e Entry) bool { return e.Counter.past(m) })
	d.record.entries = entries
	i, _ = d.record.find(authority, rule)
	d.record.entries = slices.Insert(entries, i, Entry{authority, rule, charged})
	return true
}

// Undo lowers a charge, as Counter.Undo does.
func (d *Draft) Undo(authority, rule string, ref BucketRef, out, in money.Amount) {
	if i, found := d.record.find(authority, rule); found {
		d.entries()[i].Counter = d.record.entries[i].Counter.Undo(ref, out, in)
	}
}

// past says that no window, however long, will ever see a bucket of the counter: time does not run
// backwards. Such a counter decides nothing, and nothing can be undone that would be seen, so a record
// holds only rules that have charged it within ten years.
func (c Counter) past(m Moment) bool {
	seen := func(b Bucket) bool { return b.End > m.ref.Start-lengthMsMax }
	return !seen(c.newest) && !slices.ContainsFunc(c.older, seen)
}
