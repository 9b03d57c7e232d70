package guard

import (
	"causeway/core/kernel/calendar"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
)

// counters hold what quotas have counted, by (authority, rule id, scope): a new version of
// a rulebook never resets them.
var counters = state.NewTable[quota.Counter]("q", "quota")

func counterKey(authority AuthorityID, rule, scope string) []byte {
	key := make([]byte, 0, len(authority)+len(rule)+len(scope)+2)
	key = append(append(key, authority...), 0)
	key = append(append(key, rule...), 0)
	return append(key, scope...)
}

// FindCounter reads what a quota has counted for a scope.
func FindCounter(r state.Reader, authority AuthorityID, rule, scope string) quota.Counter {
	c, _ := counters.Get(r, counterKey(authority, rule, scope))
	return c
}

func (q *Quota) validate(*Rule) error {
	if err := q.In.validate("quota.in"); err != nil {
		return err
	}
	if err := q.Window.Validate(); err != nil {
		return err
	}
	if q.Direction < quota.Out || q.Direction > quota.Net {
		return fault.RulebookInvalid.With("quota.direction", itoa(int(q.Direction)), "out, in or net")
	}
	switch q.Per {
	case PerParty, PerGroup, PerCorridor, PerPurpose, PerAsset, PerAuthority:
		return nil
	}
	return fault.RulebookInvalid.With("quota.per", string(q.Per), "party, group, corridor, purpose, asset, authority")
}

func (q *Quota) natural() roleSet {
	switch q.Direction {
	case quota.Out:
		return payerBit | assetBit
	case quota.In:
		return payeeBit | assetBit
	}
	return payerBit | payeeBit | assetBit
}

func (q *Quota) tighterThan(ancestor body) bool {
	a, ok := ancestor.(*Quota)
	return ok && a.In == q.In && q.In.Unit == "" && a.Per == q.Per && a.Window == q.Window && a.Direction == q.Direction && !a.Limit.Less(q.Limit)
}

// possible: what goes out is counted for whoever pays, what comes in for whoever receives.
func (q *Quota) possible() roleSet {
	switch q.Direction {
	case quota.Out:
		return everyBit &^ payeeBit
	case quota.In:
		return everyBit &^ payerBit
	}
	return everyBit
}

// scopeOf names the counter that a side's flow belongs to.
func (q *Quota) scopeOf(o *Order, side *Side) string {
	switch q.Per {
	case PerParty:
		return string(side.Party.LEI)
	case PerGroup:
		return string(side.Party.GroupOrSelf())
	case PerCorridor:
		return o.Payer.Sovereign + ">" + o.Payee.Sovereign + ">" + string(o.SourceAsset)
	case PerPurpose:
		return o.Purpose.Code
	case PerAsset:
		return q.In.name()
	}
	return "all"
}

func (q *Quota) check(j *judgement, s *scope) {
	if !j.order.IsPayment() {
		return
	}
	payer, payee := j.order.Payer, j.order.Payee
	payerRoles, payeeRoles := payerBit|assetBit, payeeBit|assetBit
	if j.maker != nil {
		payer, payee, payerRoles, payeeRoles = j.maker, j.maker, makerBit, makerBit
	}
	var out, in money.Amount
	var sends, receives bool
	var refusal *fault.Error
	if q.Direction != quota.In && s.roles&payerRoles != 0 {
		out, sends, refusal = j.sent(s, q.In)
	}
	if q.Direction != quota.Out && s.roles&payeeRoles != 0 && refusal == nil {
		in, receives, refusal = j.received(s, q.In)
	}
	if refusal != nil {
		j.refuse(s, s.step(), refusal)
		return
	}
	if sends && receives && q.scopeOf(j.order, payer) == q.scopeOf(j.order, payee) {
		q.measure(j, s, q.scopeOf(j.order, payer), out, in)
		return
	}
	if sends {
		q.measure(j, s, q.scopeOf(j.order, payer), out, money.Zero)
	}
	if receives {
		q.measure(j, s, q.scopeOf(j.order, payee), money.Zero, in)
	}
}

// measure compares one counter with the limit and plans its charge.
func (q *Quota) measure(j *judgement, s *scope, scopeName string, out, in money.Amount) {
	key := counterKey(s.book.authority, s.rule.ID, scopeName)
	out = j.alreadyCharged(key, out)
	if out.IsZero() && in.IsZero() {
		return
	}
	counter := j.plannedCounter(key)
	zone := ZoneOf(j.r, s.authority)
	need := out
	if q.Direction == quota.In {
		need = in
	}
	step := s.step()
	flow := counter.Measure(q.Window, &zone.Zone, j.now)
	total, fits := flow.Measured(q.Direction).Add(need)
	step.Scope, step.Unit, step.Measured, step.Limit = scopeName, q.In.name(), &total, &q.Limit
	// Money coming in never breaks a net quota, so only what goes out is compared there.
	if bound := q.Direction != quota.Net || !out.IsZero(); bound && (!fits || !counter.Passes(q.Window, &zone.Zone, q.Direction, j.now, need, q.Limit)) {
		headroom := flow.Headroom(q.Direction, q.Limit)
		step.Headroom = &headroom
		if at, ok := counter.NextFree(q.Window, &zone.Zone, q.Direction, j.now, need, q.Limit); ok {
			step.PassesAt = at
		}
		j.refuse(s, step, fault.RuleQuota.With(scopeName+" per "+q.Window.String(), total.Digits(), "at most "+q.Limit.Digits()+" "+q.In.name()+", so at most "+headroom.Digits()+" now"))
		return
	}
	q.plan(j, &zone, key, counter, out, in)
	j.pass(step)
}

func (q *Quota) plan(j *judgement, zone *calendar.Calendar, key []byte, counter quota.Counter, out, in money.Amount) {
	charged, ref, ok := counter.Charge(q.Window, &zone.Zone, j.now, out, in)
	if !ok {
		j.Decision.refuse(Step{Rule: "quota"}, fault.AmountOverflow.With("quota counter", "overflow", "a counter up to 2^127-1"))
		return
	}
	j.planned = append(j.planned, plannedCharge{
		after: charged, window: q.Window, zone: &zone.Zone, now: j.now,
		charge: Charge{Key: key, Ref: ref, Out: out, In: in},
	})
}

// plannedCounter sees charges that this judgement has already planned on the same counter.
func (j *judgement) plannedCounter(key []byte) quota.Counter {
	for i := len(j.planned) - 1; i >= 0; i-- {
		if string(j.planned[i].charge.Key) == string(key) {
			return j.planned[i].after
		}
	}
	c, _ := counters.Get(j.r, key)
	return c
}

// alreadyCharged is what is left of out after what a hold has charged before.
func (j *judgement) alreadyCharged(key []byte, out money.Amount) money.Amount {
	for _, c := range j.prior.Charges {
		if string(c.Key) == string(key) && !out.IsZero() && !c.Out.IsZero() {
			used := money.Min(out, c.Out)
			out, _ = out.Sub(used)
			j.kept = append(j.kept, Charge{Key: c.Key, Ref: c.Ref, Out: used})
		}
	}
	return out
}

// Charge books the planned charges and returns what was booked. While a payment is held
// only what goes out counts; what comes in counts once it has settled.
func (d *Decision) Charge(b *state.Block, held bool) []Charge {
	var booked []Charge
	for _, p := range d.planned {
		if held {
			p.charge.In = money.Zero
			if p.charge.Out.IsZero() {
				continue
			}
		}
		counter, _ := counters.Get(b, p.charge.Key)
		if after, _, ok := counter.Charge(p.window, p.zone, p.now, p.charge.Out, p.charge.In); ok {
			counters.Put(b, p.charge.Key, after)
			booked = append(booked, p.charge)
		}
	}
	return booked
}

// Settle books what a payment still has to charge. What a hold has charged before stays in
// its own window and is taken off prior, so that several journals of one held batch share it.
// It returns the charges that stand for this journal.
func (d *Decision) Settle(b *state.Block, prior *Prior) []Charge {
	for _, kept := range d.kept {
		left := kept.Out // payments of one batch have a charge each, in the same window
		for i := range prior.Charges {
			if c := &prior.Charges[i]; string(c.Key) == string(kept.Key) && c.Ref == kept.Ref {
				used := money.Min(left, c.Out)
				left, _ = left.Sub(used)
				c.Out, _ = c.Out.Sub(used)
			}
		}
	}
	return append(d.kept, d.Charge(b, false)...)
}

// Undo lowers charges in their own windows: the payment was refused, has expired, was
// cancelled, or came back.
func Undo(b *state.Block, charges []Charge) {
	for _, c := range charges {
		counter, ok := counters.Get(b, c.Key)
		if ok {
			counters.Put(b, c.Key, counter.Undo(c.Ref, c.Out, c.In))
		}
	}
}

// Merge puts charges to the same bucket of a counter together: the payments of a batch mostly
// share theirs.
func Merge(charges []Charge) (merged []Charge) {
	type bucket struct {
		key string
		ref quota.BucketRef
	}
	at := make(map[bucket]int, len(charges))
	for _, c := range charges {
		b := bucket{string(c.Key), c.Ref}
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
