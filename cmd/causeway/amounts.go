package main

import (
	"encoding/json"
	"regexp"

	"causeway/cmd/causeway/show"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/money"
)

// printMoney writes a value to standard output, its amounts as people read them.
func (a *app) printMoney(d *decimals, v any) error { return show.Money(a.out, a.format, v, d.shown) }

// shown are the decimals of an asset; not known where nobody answers, which must not keep an
// outcome from being shown.
func (d *decimals) shown(asset string) (uint8, bool) {
	if d.silent[asset] {
		return 0, false
	}
	scale, err := d.Decimals(asset)
	if err != nil {
		if d.silent == nil {
			d.silent = map[string]bool{}
		}
		d.silent[asset] = true
	}
	return scale, err == nil
}

// readable is a refusal as standard output shows it: programs read minor units.
func (a *app) readable(f *fault.Error, payload any, trace []step, d *decimals) *fault.Error {
	if a.format != show.Table {
		return f
	}
	return inUnits(f, payload, trace, d.shown)
}

// compares are the refusals that compare amounts.
var compares = map[*fault.Fault]bool{
	fault.RuleMaximum: true, fault.RuleQuota: true, fault.RuleCap: true, fault.FundsInsufficient: true, fault.AllowanceExceeded: true,
	fault.BackingCap: true, fault.ReservesShort: true, fault.PaymentReturnTooMuch: true, fault.KeyOutOfScope: true, fault.FxQuoteTooSmall: true,
	fault.FxNoQuote: true, fault.AssetNotEmpty: true, fault.AccountNotEmpty: true, fault.PaymentBatchSum: true,
}

// comparedIn matches an amount in what was found or would pass, and the unit if it is named.
var comparedIn = regexp.MustCompile(`(^|at most |at least |the supply, |short of )([0-9]+)( [^\s,]+)?`)

// inUnits writes the amounts of a refusal as people read them. They are of an asset of the
// payload, or of what the rule that refuses measures; else they are said to be minor units.
func inUnits(f *fault.Error, payload any, trace []step, decimals show.Decimals) *fault.Error {
	if f == nil || !compares[f.Fault] || f.Fault == fault.KeyOutOfScope && f.Field != "amount" {
		return f
	}
	asset := ""
	switch f.Fault {
	case fault.RuleMaximum, fault.RuleQuota, fault.RuleCap:
		for _, s := range trace {
			if s.Verdict == refuses && s.Fault == f.Fault.Name {
				asset = s.Unit
			}
		}
	case fault.FxNoQuote, fault.PaymentReturnTooMuch, fault.PaymentBatchSum: // of which asset is not said
	default:
		asset = assetOf(payload)
	}
	write := func(text string) string {
		return comparedIn.ReplaceAllStringFunc(text, func(match string) string {
			part := comparedIn.FindStringSubmatch(match)
			minor, err := money.Parse(part[2], 0)
			if err != nil {
				return match
			}
			if part[3] != "" && asset == "" { // "at most 100 e-CNY", or "100 now"
				if named := part[3][1:]; named != "now" {
					return part[1] + show.Amount(minor, named, decimals)
				}
			}
			rest := part[3]
			if asset != "" && rest == " "+asset {
				rest = ""
			}
			return part[1] + show.Amount(minor, asset, decimals) + rest
		})
	}
	shown := *f
	shown.Found, shown.Want = write(f.Found), write(f.Want)
	return &shown
}

// assetOf is the asset that a payload takes from an account.
func assetOf(payload any) string {
	data, err := json.Marshal(payload)
	if err != nil {
		return ""
	}
	var names struct {
		Asset  string `json:"asset"`
		Target string `json:"target"` // of a quote: what its maker gives
	}
	if json.Unmarshal(data, &names) != nil {
		return ""
	}
	return names.Asset + names.Target
}
