package guard

import (
	"slices"

	"causeway/core/kernel/fault"
)

func (e *Evidence) validate(*Rule) error {
	if len(e.Documents) == 0 || len(e.Documents) > 16 {
		return fault.RulebookInvalid.With("evidence.documents", itoa(len(e.Documents)), "1 to 16 kinds of document")
	}
	return nil
}

func (e *Evidence) natural() roleSet  { return payerBit }
func (e *Evidence) possible() roleSet { return everyBit }

func (e *Evidence) tighterThan(ancestor body) bool {
	a, ok := ancestor.(*Evidence)
	return ok && subset(a.Documents, e.Documents)
}

func (e *Evidence) check(j *judgement, s *scope) {
	if !j.order.IsPayment() {
		return
	}
	var missing []string
	for _, kind := range e.Documents {
		if !slices.ContainsFunc(j.order.Documents, func(d Document) bool { return d.Kind == kind }) {
			missing = append(missing, kind)
		}
	}
	if len(missing) > 0 {
		j.refuse(s, s.step(), fault.RuleEvidence.With("documents", "no "+join(missing), join(e.Documents)))
	}
}
