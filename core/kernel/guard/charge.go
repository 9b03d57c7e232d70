package guard

import (
	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// Charge is what a quota counted, so that it can be undone in its own window: whose counters
// (the key of their record), of which rule, in which bucket.
type Charge struct {
	Subject   string
	Authority AuthorityID
	Rule      string
	Ref       quota.BucketRef
	Out, In   money.Amount
}

// counts says that two charges are of one counter.
func (c *Charge) counts(other *Charge) bool {
	return c.Subject == other.Subject && c.Authority == other.Authority && c.Rule == other.Rule
}

// Charges is a list of charges. On the wire those of the same amounts to one record stand
// together: a payment mostly charges one amount to all counters of its payer.
type Charges []Charge

// chargedRecord is charges of the same amounts to counters of one record.
type chargedRecord struct {
	Subject string         `cbor:"1,keyasint"`
	Out     *money.Amount  `cbor:"2,keyasint,omitempty"`
	In      *money.Amount  `cbor:"3,keyasint,omitempty"`
	Rules   []chargedCount `cbor:"4,keyasint"`
}

// chargedCount is the bucket of one counter.
type chargedCount struct {
	Authority AuthorityID `cbor:"1,keyasint"`
	Rule      string      `cbor:"2,keyasint"`
	Start     int64       `cbor:"3,keyasint,omitempty"`
	End       int64       `cbor:"4,keyasint,omitempty"`
}

// together is how many of the first charges stand together.
func (c Charges) together() int {
	for i := range c {
		if c[i].Subject != c[0].Subject || c[i].Out != c[0].Out || c[i].In != c[0].In {
			return i
		}
	}
	return len(c)
}

// IsZero leaves an empty list out of the record that it belongs to.
func (c Charges) IsZero() bool { return len(c) == 0 }

// MarshalCBOR writes the list.
func (c Charges) MarshalCBOR() ([]byte, error) { return c.AppendCBOR(nil), nil }

// AppendCBOR writes the list: what wire.Marshal writes of a list of chargedRecord.
func (c Charges) AppendCBOR(to []byte) []byte {
	groups := 0
	for rest := c; len(rest) > 0; rest = rest[rest.together():] {
		groups++
	}
	to = wire.AppendArray(to, groups)
	for rest := c; len(rest) > 0; {
		n := rest.together()
		var f wire.Fields
		to = wire.AppendText(f.Key(f.Begin(to), 1), rest[0].Subject)
		if !rest[0].Out.IsZero() {
			to = rest[0].Out.AppendCBOR(f.Key(to, 2))
		}
		if !rest[0].In.IsZero() {
			to = rest[0].In.AppendCBOR(f.Key(to, 3))
		}
		to = wire.AppendArray(f.Key(to, 4), n)
		for i := range rest[:n] {
			to = rest[i].appendCount(to)
		}
		to, rest = f.End(to), rest[n:]
	}
	return to
}

func (c *Charge) appendCount(to []byte) []byte {
	var f wire.Fields
	to = wire.AppendText(f.Key(f.Begin(to), 1), c.Authority)
	to = wire.AppendText(f.Key(to, 2), c.Rule)
	to = f.Int(to, 3, c.Ref.Start)
	to = f.Int(to, 4, c.Ref.End)
	return f.End(to)
}

// UnmarshalCBOR reads the list.
func (c *Charges) UnmarshalCBOR(data []byte) error {
	var records []chargedRecord
	if err := wire.UnmarshalStored(data, &records); err != nil {
		return err
	}
	*c = nil
	for _, r := range records {
		var out, in money.Amount
		if r.Out != nil {
			out = *r.Out
		}
		if r.In != nil {
			in = *r.In
		}
		for _, n := range r.Rules {
			*c = append(*c, Charge{Subject: r.Subject, Authority: n.Authority, Rule: n.Rule, Ref: quota.BucketRef{Start: n.Start, End: n.End}, Out: out, In: in})
		}
	}
	return nil
}

// Charge books the planned charges and returns what was booked, record by record. While a
// payment is held only what goes out counts; what comes in counts once it has settled.
func (d *Decision) Charge(b *state.Block, held bool) Charges {
	if len(d.planned) == 0 {
		return nil
	}
	booked := make(Charges, 0, len(d.planned))
	for at := range d.subjects {
		record, _ := counters.Get(b, []byte(d.subjects[at].key))
		booked = d.book(b, at, record, held, booked)
	}
	return booked
}

// book charges one subject's counters: one record is read and written, whatever the rules.
func (d *Decision) book(b *state.Block, at int, record quota.Record, held bool, booked Charges) Charges {
	s := &d.subjects[at]
	draft := record.Draft(&d.room.entries, s.added)
	for i := range d.planned {
		p := &d.planned[i]
		in := p.in
		if held {
			in = money.Zero
		}
		if p.subject != at || held && p.out.IsZero() {
			continue
		}
		if draft.Charge(string(p.authority), p.rule, p.at, p.out, in) {
			booked = append(booked, Charge{Subject: s.key, Authority: p.authority, Rule: p.rule, Ref: p.at.Ref(), Out: p.out, In: in})
		}
	}
	if draft.Changed() {
		counters.Put(b, []byte(s.key), draft.Record())
	}
	return booked
}

// Settle books what a payment still has to charge, in a block in which no counter has changed
// since the judgement. What a hold has charged before stays in its own window and is taken off
// prior, so that several journals of one held batch share it. It returns the charges that stand
// for this journal, which last as long as the decision.
func (d *Decision) Settle(b *state.Block, prior *Prior) Charges {
	for k := range d.kept {
		kept := &d.kept[k]
		left := kept.Out // payments of one batch have a charge each, in the same window
		for i := range prior.Charges {
			if c := &prior.Charges[i]; c.counts(kept) && c.Ref == kept.Ref {
				used := money.Min(left, c.Out)
				left, _ = left.Sub(used)
				c.Out, _ = c.Out.Sub(used)
			}
		}
	}
	booked := append(d.room.booked[:0], d.kept...)
	for at := range d.subjects {
		booked = d.book(b, at, d.subjects[at].record, false, booked)
	}
	d.room.booked = booked[:0]
	return booked
}

// Undo lowers charges in their own windows: the payment was refused, has expired, was
// cancelled, or came back.
func Undo(b *state.Block, charges Charges) {
	for len(charges) > 0 {
		subject := charges[0].Subject
		record, _ := counters.Get(b, []byte(subject))
		draft := record.Draft(nil, 0)
		for len(charges) > 0 && charges[0].Subject == subject {
			c := &charges[0]
			draft.Undo(string(c.Authority), c.Rule, c.Ref, c.Out, c.In)
			charges = charges[1:]
		}
		if draft.Changed() {
			counters.Put(b, []byte(subject), draft.Record())
		}
	}
}

// Merge puts charges to the same bucket of a counter together: the payments of a batch mostly
// share theirs.
func Merge(charges Charges) (merged Charges) {
	type bucket struct {
		subject, rule string
		authority     AuthorityID
		ref           quota.BucketRef
	}
	at := make(map[bucket]int, len(charges))
	for _, c := range charges {
		b := bucket{c.Subject, c.Rule, c.Authority, c.Ref}
		if i, ok := at[b]; ok {
			out, ok1 := merged[i].Out.Add(c.Out)
			in, ok2 := merged[i].In.Add(c.In)
			if ok1 && ok2 {
				merged[i].Out, merged[i].In = out, in
				continue
			}
		}
		at[b] = len(merged)
		merged = append(merged, c)
	}
	return merged
}
