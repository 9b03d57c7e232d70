package guard

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
)

// reviewMsMax bounds how long a payment may wait for a review: 30 days.
const reviewMsMax = 30 * 24 * 3600 * 1000

func (m *Maximum) validate(*Rule) error { return m.In.validate("maximum.in") }
func (m *Maximum) natural() roleSet     { return payerBit | assetBit }
func (m *Maximum) possible() roleSet    { return everyBit }

func (m *Maximum) tighterThan(ancestor body) bool {
	a, ok := ancestor.(*Maximum)
	return ok && a.In == m.In && m.In.Unit == "" && !a.Limit.Less(m.Limit)
}

func (m *Maximum) check(j *judgement, s *scope) {
	if !j.order.IsPayment() {
		return
	}
	amount, concerned, refusal := j.size(s, m.In)
	if !concerned {
		return
	}
	step := s.step()
	if refusal != nil {
		j.refuse(s, step, refusal)
		return
	}
	step.Unit, step.Measured, step.Limit = m.In.name(), j.lasting(amount), &m.Limit
	if m.Limit.Less(amount) {
		step.Headroom = &m.Limit
		j.refuse(s, step, fault.RuleMaximum.With("amount", amount.Digits(), "at most "+m.Limit.Digits()))
		return
	}
	j.pass(step)
}

// pass records a measurement that kept its limit.
func (j *judgement) pass(step Step) {
	step.Verdict = Allow
	j.Steps = append(j.Steps, step)
}

func validateDeadline(field string, ms int64) error {
	if ms < 60_000 || ms > reviewMsMax {
		return fault.RulebookInvalid.With(field, itoa(int(ms)), "60000 (a minute) to "+itoa(reviewMsMax)+" (30 days)")
	}
	return nil
}

func (v *Review) validate(*Rule) error {
	if err := v.In.validate("review.in"); err != nil {
		return err
	}
	return validateDeadline("review.deadline_ms", v.DeadlineMs)
}

func (v *Review) natural() roleSet  { return payerBit | assetBit }
func (v *Review) possible() roleSet { return everyBit }

func (v *Review) tighterThan(ancestor body) bool {
	a, ok := ancestor.(*Review)
	return ok && a.In == v.In && v.In.Unit == "" && !a.Above.Less(v.Above) && v.DeadlineMs <= a.DeadlineMs
}

func (v *Review) check(j *judgement, s *scope) {
	if !j.order.IsPayment() {
		return
	}
	amount, concerned, refusal := j.size(s, v.In)
	if !concerned {
		return
	}
	step := s.step()
	if refusal != nil {
		j.refuse(s, step, refusal)
		return
	}
	if v.Above.Less(amount) {
		step.Unit, step.Measured, step.Limit = v.In.name(), j.lasting(amount), &v.Above
		j.hold(s, step, v.DeadlineMs)
	}
}

func (c *Cap) validate(*Rule) error {
	if c.Asset == "" {
		return fault.RulebookInvalid.With("cap.asset", "empty", "an asset")
	}
	return nil
}

func (c *Cap) natural() roleSet  { return payeeBit | makerBit }
func (c *Cap) possible() roleSet { return payeeBit | makerBit | assetBit }

func (c *Cap) tighterThan(ancestor body) bool {
	a, ok := ancestor.(*Cap)
	return ok && a.Asset == c.Asset && !a.Limit.Less(c.Limit)
}

// check asks for the balance that the receiving account will have. Redemptions and the
// like reduce balances and are never capped.
func (c *Cap) check(j *judgement, s *scope) {
	ask := func(side *Side, asset ledger.AssetID, amount money.Amount) {
		if side == nil || asset != c.Asset || amount.IsZero() {
			return
		}
		after, ok := ledger.BalanceOf(j.r, side.Account.ID, asset).Total.Add(amount)
		step := s.step()
		step.Scope, step.Unit, step.Measured, step.Limit = string(side.Account.ID), string(asset), j.lasting(after), &c.Limit
		if !ok || c.Limit.Less(after) {
			j.refuse(s, step, fault.RuleCap.With("balance of "+string(side.Account.ID), after.Digits(), "at most "+c.Limit.Digits()))
			return
		}
		j.pass(step)
	}
	if j.maker != nil {
		ask(j.maker, j.order.SourceAsset, j.order.SourceAmount)
		return
	}
	if s.roles&(payeeBit|assetBit) != 0 {
		ask(j.order.Payee, j.order.TargetAsset, j.order.TargetAmount)
	}
}
