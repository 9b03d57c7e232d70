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
	facts := j.factsFor(s)
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

// factsFor is what the expression of a rule can see, but for the role. What is of the order is
// gathered once in a judgement, its documents when an expression asks for them.
func (j *judgement) factsFor(s *scope) *expr.Facts {
	if j.facts == nil {
		if j.room.facts == nil {
			j.room.facts = new(expr.Facts)
		}
		j.facts = j.room.facts
		*j.facts = factsOf(&j.order)
	}
	f := j.facts
	local := s.zone(j).Zone.Local(j.now)
	f.Now = expr.Now{Date: int32(local.Date()), Minute: int32(local.MinuteOfDay()), Weekday: int32(local.Weekday)}
	if s.rule.program.AsksDocuments() && len(f.Payment.Documents) == 0 {
		for _, d := range j.order.Documents {
			f.Payment.Documents = append(f.Payment.Documents, expr.Document{Kind: d.Kind, Hash: d.Hash.String()})
		}
	}
	return f
}

func factsOf(o *Order) (f expr.Facts) {
	f = expr.Facts{
		Payment: expr.Payment{
			Kind: o.Kind, Purpose: o.Purpose.Code, PurposeAccount: o.Purpose.Account,
			SourceAsset: string(o.SourceAsset), SourceAmount: o.SourceAmount,
			TargetAsset: string(o.TargetAsset), TargetAmount: o.TargetAmount,
		},
		Maker: o.SourceAsset != o.TargetAsset,
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
