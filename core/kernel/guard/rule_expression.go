package guard

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard/expr"
)

func (e *Expression) validate(*Rule) error {
	if !e.Hold {
		if e.DeadlineMs != 0 {
			return fault.RulebookInvalid.With("expression.deadline_ms", itoa(int(e.DeadlineMs)), "none, since it refuses")
		}
		return nil
	}
	return validateDeadline("expression.deadline_ms", e.DeadlineMs)
}

func (e *Expression) natural() roleSet  { return payerBit | payeeBit | assetBit }
func (e *Expression) possible() roleSet { return everyBit }

// tighterThan: two expressions are comparable only if they are the same; refusing is
// tighter than holding.
func (e *Expression) tighterThan(ancestor body) bool {
	a, ok := ancestor.(*Expression)
	return ok && a.CEL == e.CEL && (!e.Hold || a.Hold && e.DeadlineMs <= a.DeadlineMs)
}

// check evaluates the expression once for each role the rulebook was reached in, or just once
// where it does not ask for the role. An evaluation error refuses.
func (e *Expression) check(j *judgement, s *scope) {
	facts := j.facts(s)
	for _, role := range [...]Role{AsPayer, AsPayee, AsAsset, AsMaker} {
		if s.roles&bit(role) == 0 {
			continue
		}
		facts.Role = string(role)
		fires, err := s.rule.program.Eval(facts)
		switch {
		case err != nil:
			j.refuse(s, s.step(), fault.In(err))
		case fires && e.Hold:
			j.hold(s, s.step(), e.DeadlineMs)
		case fires:
			j.refuse(s, s.step(), fault.RuleExpression.With("rule "+s.rule.ID, e.CEL, "false"))
		case s.rule.program.AsksRole():
			continue
		}
		return
	}
}

// facts is what an expression can see, but for the role. It is built per rule; nothing of it
// is kept.
func (j *judgement) facts(s *scope) *expr.Facts {
	o := j.order
	zone := ZoneOf(j.r, s.authority)
	local := zone.Zone.Local(j.now)
	f := &expr.Facts{
		Payment: expr.Payment{
			Kind: o.Kind, Purpose: o.Purpose.Code, PurposeAccount: o.Purpose.Account,
			SourceAsset: string(o.SourceAsset), SourceAmount: o.SourceAmount,
			TargetAsset: string(o.TargetAsset), TargetAmount: o.TargetAmount,
		},
		Maker: o.SourceAsset != o.TargetAsset,
		Now:   expr.Now{Date: int32(local.Date()), Minute: int32(local.MinuteOfDay()), Weekday: int32(local.Weekday)},
	}
	for _, d := range o.Documents {
		f.Payment.Documents = append(f.Payment.Documents, expr.Document{Kind: d.Kind, Hash: d.Hash.String()})
	}
	f.Payer, f.Corridor.From = partyFacts(o.Payer)
	f.Payee, f.Corridor.To = partyFacts(o.Payee)
	return f
}

func partyFacts(s *Side) (p expr.Party, sovereign string) {
	if s == nil {
		return p, ""
	}
	return expr.Party{
		LEI: string(s.Party.LEI), Class: s.Party.Class, Residency: s.Party.Residency,
		Authority: string(s.Account.Authority), Sovereign: s.Sovereign, Group: string(s.Party.GroupOrSelf()),
		Account: string(s.Account.ID), AccountType: string(s.Account.Type), Roles: s.Party.Roles,
	}, s.Sovereign
}
