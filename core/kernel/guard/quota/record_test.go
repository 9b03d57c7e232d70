package quota

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"maps"
	"testing"

	"pgregory.net/rapid"

	"causeway/core/kernel/money"
)

// TestRecordAgreesWithACounterForEachRule charges and undoes at random, several at a time, and compares each counter with
// one that stands alone.
func TestRecordAgreesWithACounterForEachRule(t *testing.T) {
	type rule struct{ authority, id string }
	rules := []rule{{"CN", "day"}, {"CN", "month"}, {"CN-SH", "day"}, {"CN-SH", ""}, {"C", "Nday"}, {"HK", "rolling"}}
	rapid.Check(t, func(t *rapid.T) {
		var r Record
		var used []Entry
		alone := map[rule]Counter{}
		refs := map[rule]BucketRef{}
		now := int64(1_774_000_000_000)
		for range rapid.IntRange(1, 20).Draw(t, "bookings") {
			before := r.AppendState(nil)
			var room *[]Entry
			if rapid.Bool().Draw(t, "again") {
				room = &used
			}
			d := r.Draft(room, rapid.IntRange(0, 3).Draw(t, "added"))
			touched := map[rule]bool{}
			for range rapid.IntRange(1, 6).Draw(t, "charges") {
				now += rapid.Int64Range(0, 40*hour).Draw(t, "pause")
				k, w := rapid.SampledFrom(rules).Draw(t, "rule"), anyWindow(t)
				out, in := units(rapid.Uint64Range(0, 9).Draw(t, "out")), units(rapid.Uint64Range(0, 9).Draw(t, "in"))
				if rapid.IntRange(0, 3).Draw(t, "undo") == 0 {
					d.Undo(k.authority, k.id, refs[k], out, in)
					if c, ok := alone[k]; ok {
						alone[k], touched[k] = c.Undo(refs[k], out, in), true
					}
					continue
				}
				m := w.At(shanghai, now)
				if !d.Charge(k.authority, k.id, m, out, in) {
					t.Fatal("not charged")
				}
				alone[k], _ = alone[k].Charge(m, out, in)
				refs[k], touched[k] = m.Ref(), true
			}
			if d.Changed() != (len(touched) > 0) {
				t.Fatalf("changed %v with %d rules", d.Changed(), len(touched))
			}
			if !bytes.Equal(r.AppendState(nil), before) {
				t.Fatal("the record that a draft began with has changed")
			}
			if r = d.Record(); len(r.entries) != len(alone) {
				t.Fatalf("%d counters, want %d", len(r.entries), len(alone))
			}
			if len(alone) == 0 {
				continue
			}
			var read Record
			if err := read.DecodeState(r.AppendState(nil)); err != nil {
				t.Fatal(err)
			}
			counted := map[string]int{}
			for k, want := range alone {
				counted[k.authority]++
				got, ok := r.Find(k.authority, k.id)
				again, _ := read.Find(k.authority, k.id)
				if !ok || !bytes.Equal(stored(got), stored(want)) || !bytes.Equal(stored(again), stored(want)) {
					t.Fatalf("%v: %+v, stored and read %+v, want %+v", k, got, again, want)
				}
			}
			for authority := range maps.Keys(counted) {
				if r.Rules(authority) != counted[authority] {
					t.Fatalf("%d rules of %s, want %d", r.Rules(authority), authority, counted[authority])
				}
			}
			if room != nil {
				r = read // the next draft may stand where this one did
			}
		}
	})
}

// TestWhatNoWindowSeesIsDropped: only what is older than the longest window, and only when a rule is new to the record.
func TestWhatNoWindowSeesIsDropped(t *testing.T) {
	const days = 24 * hour
	longest := Window{Kind: Rolling, LengthMs: lengthMsMax, Buckets: 61}
	at := in("2026-11-23 10:00:00")
	charged := func(r Record, rule string, w Window, now int64) Record {
		d := r.Draft(nil, 1)
		d.Charge("CN", rule, w.At(shanghai, now), units(1), units(0))
		return d.Record()
	}
	first := charged(Record{}, "first", day, at)
	for after, kept := range map[int64]bool{1 * days: true, 3_660 * days: true, 3_662 * days: false} {
		second := charged(first, "second", day, at+after)
		c, found := second.Find("CN", "first")
		if found != kept || second.Rules("CN") != map[bool]int{true: 2, false: 1}[kept] {
			t.Errorf("after %d days: kept %v", after/days, found)
		}
		if counts := measure(c, longest, shanghai, at+after) != flow(0, 0); counts && !kept {
			t.Errorf("after %d days: dropped, but counts", after/days)
		}
	}
	if again := charged(first, "first", day, at+4_000*days); again.Rules("CN") != 1 {
		t.Error("a rule that charges again has one counter")
	}
}

// TestStoredForm pins the bytes: they are state.
func TestStoredForm(t *testing.T) {
	d := Record{}.Draft(nil, 0)
	d.Charge("CN-SH", "rolling", rolling.At(shanghai, 3*hour+1), units(5), units(600))
	d.Charge("CN-SH", "rolling", rolling.At(shanghai, 5*hour), units(7), units(0))
	d.Charge("CN", "day", day.At(shanghai, 5*hour), money.Max, units(0))
	want := "02" +
		"02" + hex.EncodeToString([]byte("CN")) + "03" + hex.EncodeToString([]byte("day")) + "01" +
		"ffcfbb1b" + "80b89929" + "107fffffffffffffffffffffffffffffff" + "00" +
		"05" + hex.EncodeToString([]byte("CN-SH")) + "07" + hex.EncodeToString([]byte("rolling")) + "02" +
		"80aea60a" + "80dddb01" + "0105" + "020258" +
		"80bab703" + "80dddb01" + "0107" + "00"
	r := d.Record()
	if got := hex.EncodeToString(r.AppendState(nil)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestOtherFormsAreRefused: what would read as the same record, or as none.
func TestOtherFormsAreRefused(t *testing.T) {
	const entry = "02434e03646179" // CN, day
	good := "01" + entry + "01" + "00" + "01" + "0105" + "00"
	for name, text := range map[string]string{
		"nothing":                   "",
		"no counter":                "00",
		"no bucket":                 "01" + entry + "00",
		"more behind it":            good + "00",
		"a number in two bytes":     "8100" + good[2:],
		"a start in two bytes":      "01" + entry + "01" + "8000" + "01" + "0105" + "00",
		"an empty span":             "01" + entry + "01" + "00" + "00" + "0105" + "00",
		"an amount with a zero":     "01" + entry + "01" + "00" + "01" + "020005" + "00",
		"zero in a byte":            "01" + entry + "01" + "00" + "01" + "0100" + "00",
		"an amount too large":       "01" + entry + "01" + "00" + "01" + "10ffffffffffffffffffffffffffffffff" + "00",
		"an amount in 17 bytes":     "01" + entry + "01" + "00" + "01" + "1101ffffffffffffffffffffffffffffffff" + "00",
		"the same rule twice":       "02" + good[2:] + good[2:],
		"buckets of the same span":  "01" + entry + "02" + "00" + "01" + "0105" + "00" + "00" + "01" + "0105" + "00",
		"a bucket before the first": "01" + entry + "02" + "00" + "02" + "0105" + "00" + "00" + "01" + "0105" + "00",
		"half a name":               "01" + "02434e0364",
		"half a number":             "01" + entry + "01" + "80",
		"a span without end":        "01" + entry + "01" + "00" + "ffffffffffffffff7f" + "0105" + "00",
		"67 buckets":                "01" + entry + "43",
	} {
		data, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(name, err)
		}
		var r Record
		if r.DecodeState(data) == nil {
			t.Errorf("%s is read as %+v", name, r)
		}
	}
	data, _ := hex.DecodeString(good)
	var r Record
	if err := r.DecodeState(data); err != nil {
		t.Error(err)
	}
}

// FuzzDecodeState: what is read is exactly what would be written, and can be worked with.
func FuzzDecodeState(f *testing.F) {
	f.Add([]byte{0})
	f.Add([]byte{1})
	d := Record{}.Draft(nil, 0)
	d.Charge("CN", "day", day.At(shanghai, 1_774_000_000_000), units(5), units(6))
	r := d.Record()
	f.Add(r.AppendState(nil))
	d = r.Draft(nil, 3)
	for i := range int64(30) {
		d.Charge("CN-SH", fmt.Sprint("rolling", i%3), rolling.At(shanghai, 1_774_000_000_000+i*hour), units(5), money.Max)
	}
	r = d.Record()
	f.Add(r.AppendState(nil))
	f.Add(append(r.AppendState(nil), 0))
	f.Fuzz(func(t *testing.T, data []byte) {
		var r Record
		if r.DecodeState(data) != nil {
			return
		}
		if got := r.AppendState(nil); !bytes.Equal(got, data) {
			t.Fatalf("%x reads, but is written %x", data, got)
		}
		const now = 1_774_000_000_000
		for _, w := range []Window{day, {Kind: Month}, {Kind: Year}, rolling} {
			e := &r.entries[0]
			e.Counter.NextFree(w, london, Net, now, units(1), units(10))
			m, d := w.At(london, now), r.Draft(nil, 1)
			if fits := e.Counter.Fits(m, units(3), units(2)); fits != d.Charge(e.Authority, e.Rule, m, units(3), units(2)) {
				t.Fatal("Fits and Charge disagree")
			}
			d.Charge("CN", "new", m, units(3), units(2))
			after := d.Record()
			if c, ok := after.Find(e.Authority, e.Rule); ok && c.Measure(m).Out.Less(e.Counter.Measure(m).Out) {
				t.Fatalf("%v: %v became %v", w, e.Counter.Measure(m), c.Measure(m))
			}
			d = after.Draft(nil, 0)
			d.Undo("CN", "new", m.Ref(), units(3), units(2))
			undone := d.Record()
			var read Record
			if err := read.DecodeState(undone.AppendState(nil)); err != nil {
				t.Fatalf("%v: %v", w, err)
			}
		}
	})
}
