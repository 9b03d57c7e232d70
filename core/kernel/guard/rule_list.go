package guard

import (
	"slices"

	"causeway/core/kernel/fault"
)

// listRule is the body of the four kinds of rule that allow or deny names.
type listRule struct {
	*List
	of listKind
}

type listKind uint8

const (
	assetList listKind = iota
	purposeList
	counterpartList
	accountTypeList
)

func (l *listRule) validate(*Rule) error {
	if len(l.Allow)+len(l.Deny) == 0 {
		return fault.RulebookInvalid.With("", "an empty list", "allow or deny with at least one name")
	}
	if len(l.Allow)+len(l.Deny) > 500 {
		return fault.RulebookInvalid.With("", itoa(len(l.Allow)+len(l.Deny))+" names", "at most 500")
	}
	return nil
}

func (l *listRule) possible() roleSet {
	if l.of == counterpartList {
		return payerBit | payeeBit | assetBit
	}
	return everyBit
}

func (l *listRule) natural() roleSet {
	switch l.of {
	case assetList:
		return payerBit | payeeBit | assetBit | makerBit
	case accountTypeList:
		return payerBit | payeeBit | makerBit
	}
	return payerBit | payeeBit
}

func (l *listRule) tighterThan(ancestor body) bool {
	a, ok := ancestor.(*listRule)
	return ok && a.of == l.of && (len(a.Allow) == 0 || len(l.Allow) > 0 && subset(l.Allow, a.Allow)) && subset(a.Deny, l.Deny)
}

func subset(small, large []string) bool {
	return !slices.ContainsFunc(small, func(v string) bool { return !contains(large, v) })
}

func (l *listRule) refuses(value string) bool {
	return contains(l.Deny, value) || len(l.Allow) > 0 && !contains(l.Allow, value)
}

func (l *listRule) want() string {
	if len(l.Allow) > 0 {
		return "one of " + join(l.Allow)
	}
	return "none of " + join(l.Deny)
}

func (l *listRule) check(j *judgement, s *scope) {
	o := &j.order
	ask := func(f *fault.Fault, field, value string) {
		if l.refuses(value) { // no name at all (the charter has no sovereign) is on no list
			step := s.step()
			step.Scope = field
			j.refuse(s, step, f.With(field, value, l.want()))
		}
	}
	switch l.of {
	case assetList:
		ask(fault.RuleAsset, "asset", string(o.SourceAsset))
		if o.TargetAsset != o.SourceAsset {
			ask(fault.RuleAsset, "asset", string(o.TargetAsset))
		}
	case purposeList:
		if o.IsPayment() {
			ask(fault.RulePurpose, "purpose", o.Purpose.Code)
		}
	case counterpartList:
		if o.IsPayment() && s.roles&(payerBit|assetBit) != 0 {
			ask(fault.RuleCounterpart, "payee's jurisdiction", o.Payee.Sovereign)
		}
		if o.IsPayment() && s.roles&(payeeBit|assetBit) != 0 {
			ask(fault.RuleCounterpart, "payer's jurisdiction", o.Payer.Sovereign)
		}
	case accountTypeList:
		for _, end := range s.ends(j) {
			if end != nil && l.refuses(string(end.Account.Type)) {
				ask(fault.RuleAccountType, "type of account "+string(end.Account.ID), string(end.Account.Type))
			}
		}
	}
}

// ends are the sides a rule binds in the roles it was reached in; as an asset's rule, both.
func (s *scope) ends(j *judgement) (list [3]*Side) {
	if s.roles&(payerBit|assetBit) != 0 {
		list[0] = j.order.Payer
	}
	if s.roles&(payeeBit|assetBit) != 0 {
		list[1] = j.order.Payee
	}
	if s.roles&makerBit != 0 {
		list[2] = j.maker
	}
	return list
}
