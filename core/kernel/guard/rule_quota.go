package guard

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/money"
)

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
	if sends && receives && q.scopeOf(&j.order, payer) == q.scopeOf(&j.order, payee) {
		q.measure(j, s, q.scopeOf(&j.order, payer), out, in)
		return
	}
	if sends {
		q.measure(j, s, q.scopeOf(&j.order, payer), out, money.Zero)
	}
	if receives {
		q.measure(j, s, q.scopeOf(&j.order, payee), money.Zero, in)
	}
}

// measure compares one counter with the limit and plans its charge.
func (q *Quota) measure(j *judgement, s *scope, scopeName string, out, in money.Amount) {
	subject := j.subject(q.Per, s.book.authority, scopeName)
	out = j.alreadyCharged(s, j.subjects[subject].key, out)
	if out.IsZero() && in.IsZero() {
		return
	}
	counter, counted := j.subjects[subject].record.Find(string(s.book.authority), s.rule.ID)
	zone := &s.zone(j).Zone
	now := q.Window.At(zone, j.now)
	need := out
	if q.Direction == quota.In {
		need = in
	}
	step := s.step()
	flow := counter.Measure(now)
	total, fits := flow.Measured(q.Direction).Add(need)
	step.Scope, step.Unit, step.Measured, step.Limit = scopeName, q.In.name(), j.lasting(total), &q.Limit
	// Money coming in never breaks a net quota, so only what goes out is compared there.
	if bound := q.Direction != quota.Net || !out.IsZero(); bound && (!fits || !flow.Passes(q.Direction, need, q.Limit)) {
		headroom := flow.Headroom(q.Direction, q.Limit)
		step.Headroom = j.lasting(headroom)
		if at, ok := counter.NextFree(q.Window, zone, q.Direction, j.now, need, q.Limit); ok {
			step.PassesAt = at
		}
		j.refuse(s, step, fault.RuleQuota.With(scopeName+" per "+q.Window.String(), total.Digits(), "at most "+q.Limit.Digits()+" "+q.In.name()+", so at most "+headroom.Digits()+" now"))
		return
	}
	if !counted && j.subjects[subject].record.Rules(string(s.book.authority)) >= countersMax {
		j.refuse(s, s.step(), fault.RuleQuota.With("counters of "+scopeName, itoa(countersMax)+" rules of "+string(s.book.authority), "fewer within ten years"))
		return
	}
	if !counter.Fits(now, out, in) {
		j.Decision.refuse(Step{Rule: "quota"}, fault.AmountOverflow.With("quota counter", "overflow", "a counter up to 2^127-1"))
	} else {
		if !counted {
			j.subjects[subject].added++
		}
		j.planned = append(j.planned, plannedCharge{subject: subject, authority: s.book.authority, rule: s.rule.ID, at: now, out: out, in: in})
	}
	j.pass(step)
}

// alreadyCharged is what is left of out after what a hold has charged before.
func (j *judgement) alreadyCharged(s *scope, subject string, out money.Amount) money.Amount {
	if len(j.prior.Charges) == 0 {
		return out
	}
	counter := Charge{Subject: subject, Authority: s.book.authority, Rule: s.rule.ID}
	for i := range j.prior.Charges {
		if c := &j.prior.Charges[i]; c.counts(&counter) && !out.IsZero() && !c.Out.IsZero() {
			used := money.Min(out, c.Out)
			out, _ = out.Sub(used)
			counter.Ref, counter.Out = c.Ref, used
			j.kept = append(j.kept, counter)
		}
	}
	return out
}
