package guard

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"causeway/core/kernel/calendar"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

func drawCharges(t *rapid.T) (list Charges) {
	amount := func(label string) money.Amount {
		return rapid.SampledFrom([]money.Amount{money.Zero, money.FromUint64(1), money.FromUint64(1_000), money.Max}).Draw(t, label)
	}
	for range rapid.IntRange(0, 12).Draw(t, "charges") {
		list = append(list, Charge{
			Subject: rapid.SampledFrom([]string{"pA", "pB", "aCN\x00e-CNY"}).Draw(t, "subject"), Authority: rapid.SampledFrom([]AuthorityID{"CN", "CN-SH"}).Draw(t, "authority"),
			Rule: rapid.SampledFrom([]string{"day", "year"}).Draw(t, "rule"), Out: amount("out"), In: amount("in"),
			Ref: rapid.SampledFrom([]quota.BucketRef{{}, {Start: -5, End: 5}, {Start: 1_774_000_000_000, End: 1_774_086_400_000}}).Draw(t, "ref"),
		})
	}
	return list
}

// TestChargesAreStoredAndRead: nothing is lost where charges stand together, and there is one form.
func TestChargesAreStoredAndRead(t *testing.T) {
	type holder struct {
		List Charges `cbor:"1,keyasint,omitzero"`
	}
	rapid.Check(t, func(t *rapid.T) {
		h := holder{drawCharges(t)}
		var read holder
		if err := wire.Unmarshal(wire.Marshal(h), &read); err != nil || !slices.Equal(read.List, h.List) {
			t.Fatalf("%+v is read as %+v, %v", h, read, err)
		}
		var records []chargedRecord
		if err := wire.Unmarshal(wire.Marshal(h.List), &records); err != nil {
			t.Fatal(err)
		}
		if len(h.List) == 0 {
			return
		}
		// Apart, they would read as the same list.
		apart := slices.Clone(records)
		if last := &apart[len(apart)-1]; len(last.Rules) > 1 {
			one := *last
			last.Rules, one.Rules = last.Rules[:1], last.Rules[1:]
			var again Charges
			if err := wire.Unmarshal(wire.Marshal(append(apart, one)), &again); !errors.Is(err, wire.ErrNotCanonical) {
				t.Fatalf("in another form: %v", err)
			}
		}
	})
}

// TestChargesOfAPaymentAreShort: three counters of one party, as the log keeps them for every payment.
func TestChargesOfAPaymentAreShort(t *testing.T) {
	var list Charges
	for _, rule := range []string{"year", "day", "rolling"} {
		list = append(list, Charge{Subject: "p5493001KJTIIGC8Y1R12", Authority: "CN-SH", Rule: rule, Ref: quota.BucketRef{Start: 1_774_000_000_000, End: 1_774_086_400_000}, Out: money.FromUint64(1)})
	}
	if n := len(list.AppendCBOR(nil)); n > 150 {
		t.Fatalf("%d bytes", n)
	}
}

func TestMergeKeepsTheSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := drawCharges(t)
		list = slices.DeleteFunc(list, func(c Charge) bool { return c.Out == money.Max || c.In == money.Max })
		sums := func(list Charges, of *Charge) (out, in money.Amount) {
			for i := range list {
				if c := &list[i]; c.counts(of) && c.Ref == of.Ref {
					out, _ = out.Add(c.Out)
					in, _ = in.Add(c.In)
				}
			}
			return out, in
		}
		merged := Merge(list)
		for i := range list {
			out, in := sums(list, &list[i])
			if gotOut, gotIn := sums(merged, &list[i]); gotOut != out || gotIn != in {
				t.Fatalf("%v and %v, want %v and %v", gotOut, gotIn, out, in)
			}
		}
		for i := range merged {
			for k := range merged[:i] {
				if merged[k].counts(&merged[i]) && merged[k].Ref == merged[i].Ref {
					t.Fatalf("twice: %+v", merged[i])
				}
			}
		}
	})
}

// TestSubjectsOfDifferentKindsAreApart: a party and a group of the same name, say.
func TestSubjectsOfDifferentKindsAreApart(t *testing.T) {
	seen := map[string]string{}
	for _, per := range []Per{PerParty, PerGroup, PerCorridor, PerPurpose, PerAsset, PerAuthority} {
		for _, authority := range []AuthorityID{"CN", "CN-SH"} {
			for _, scope := range []string{"all", "CN"} {
				what := string(per) + " " + scope
				if per != PerParty && per != PerGroup {
					what += " of " + string(authority)
				}
				key := subjectKey(per, authority, scope)
				if other, ok := seen[key]; ok && other != what {
					t.Errorf("%s and %s share the record %q", what, other, key)
				}
				seen[key] = what
			}
		}
	}
	if len(seen) != 2+2+4*4 {
		t.Errorf("%d records", len(seen))
	}
}

// judged is a payment between two parties of a store, allowed or not.
func judged(t *testing.T, block *state.Block) *Decision {
	order, postings := benchOrder(t, block, benchAccount(0), benchAccount(1))
	d, err := New().Judge(new(Room), block, benchNow, order, postings, Prior{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestAPartyHasOneRecord: three rules of two authorities count a payment there, and undoing it leaves nothing to count.
func TestAPartyHasOneRecord(t *testing.T) {
	_, store := benchStore(t, 2)
	block := store.Begin(2)
	charges := append(judged(t, block).Settle(block, &Prior{}), judged(t, block).Charge(block, true)...)
	records := 0
	counters.Scan(block, nil, nil, func(key []byte, r quota.Record) bool {
		records++
		if string(key) != subjectKey(PerParty, "", string(benchLEI(0))) || r.Rules("CN") != 2 || r.Rules("CN-SH") != 1 {
			t.Errorf("%q: %+v", key, r)
		}
		return true
	})
	if records != 1 || len(charges) != 6 {
		t.Fatalf("%d records, %d charges", records, len(charges))
	}
	counted := func(authority AuthorityID, rule string) money.Amount {
		c := FindCounter(block, authority, rule, PerParty, string(benchLEI(0)))
		return c.Measure(quota.Window{Kind: quota.Year}.At(&calendar.Zone{}, benchNow)).Out
	}
	for _, want := range []uint64{2_000, 0} {
		if year, day, rolling := counted("CN", "year"), counted("CN", "day"), counted("CN-SH", "rolling"); year != money.FromUint64(want) || day != year || rolling != year {
			t.Fatalf("year %s, day %s, rolling %s, want %d", year, day, rolling, want)
		}
		Undo(block, charges)
	}
}

// TestCountersOfASubjectAreBounded: an authority that counts a party under ever new rules refuses itself.
func TestCountersOfASubjectAreBounded(t *testing.T) {
	_, store := benchStore(t, 2)
	key := []byte(subjectKey(PerParty, "", string(benchLEI(0))))
	for _, former := range []struct {
		authority string
		rules     int
		verdict   Verdict
	}{{"CN", countersMax - 2, Allow}, {"CN", countersMax, Refuse}, {"HK", countersMax, Allow}} {
		block := store.Begin(2)
		d := quota.Record{}.Draft(nil, former.rules)
		for i := range former.rules {
			d.Charge(former.authority, "former-"+itoa(i), quota.Window{Kind: quota.Day}.At(&calendar.Zone{}, benchNow), money.FromUint64(1), money.Zero)
		}
		counters.Put(block, key, d.Record())
		first := judged(t, block)
		if first.Verdict != former.verdict || first.Verdict == Refuse && first.Refusal.Fault != fault.RuleQuota {
			t.Fatalf("%+v: %v %v", former, first.Verdict, first.Refusal)
		}
		if first.Verdict == Refuse {
			continue
		}
		first.Settle(block, &Prior{})
		if again := judged(t, block); again.Verdict != Allow {
			t.Fatalf("%+v: rules that count already: %v", former, again.Refusal)
		}
	}
}
