package guard

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
)

// name is how a trace names what amounts are measured in.
func (m Measure) name() string {
	if m.Unit != "" {
		return m.Unit
	}
	return string(m.Asset)
}

func (m Measure) validate(field string) error {
	if (m.Asset == "") == (m.Unit == "") {
		return fault.RulebookInvalid.With(field, "asset and unit both set or both empty", "exactly one of asset and unit")
	}
	return nil
}

// of measures an amount of an asset. concerned is false if another asset is measured; a
// unit of account rounds up, so that splitting a payment never makes it smaller. A stale
// or missing rate is a refusal.
func (m Measure) of(j *judgement, authority AuthorityID, asset ledger.AssetID, amount money.Amount) (measured money.Amount, concerned bool, refusal *fault.Error) {
	if m.Unit == "" {
		return amount, asset == m.Asset, nil
	}
	table, ok := FindRates(j.r, authority, m.Unit)
	if !ok || j.now >= table.ValidUntil {
		return money.Zero, true, fault.RuleRateStale.With("rate table "+string(authority)+"/"+m.Unit, "missing or past its validity", "a table in force")
	}
	for _, row := range table.Rates {
		if row.Asset == asset {
			measured, ok := amount.MulRateCeil(row.Rate)
			if !ok {
				return money.Zero, true, fault.AmountOverflow.With("amount in "+m.Unit, amount.Digits(), "an amount that fits")
			}
			return measured, true, nil
		}
	}
	return money.Zero, true, fault.RuleRateStale.With("rate table "+string(authority)+"/"+m.Unit, "no rate for "+string(asset), "a row for it")
}

// sent is what leaves the payer (or the maker, who pays the target), received what reaches
// the payee (or the maker), in this measure.
func (j *judgement) sent(s *scope, m Measure) (money.Amount, bool, *fault.Error) {
	if j.maker != nil {
		return m.of(j, s.book.authority, j.order.TargetAsset, j.order.TargetAmount)
	}
	return m.of(j, s.book.authority, j.order.SourceAsset, j.order.SourceAmount)
}

func (j *judgement) received(s *scope, m Measure) (money.Amount, bool, *fault.Error) {
	if j.maker != nil {
		return m.of(j, s.book.authority, j.order.SourceAsset, j.order.SourceAmount)
	}
	return m.of(j, s.book.authority, j.order.TargetAsset, j.order.TargetAmount)
}

// size is the size of a payment: what is sent, or what is received where only that is measured.
func (j *judgement) size(s *scope, m Measure) (money.Amount, bool, *fault.Error) {
	amount, concerned, refusal := j.sent(s, m)
	if concerned {
		return amount, true, refusal
	}
	return j.received(s, m)
}
