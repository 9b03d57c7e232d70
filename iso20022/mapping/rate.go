package mapping

import (
	"math/big"
	"strconv"
	"strings"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/money"
	"causeway/iso20022/xmltype"
)

func itoa(n int) string { return strconv.Itoa(n) }

// rate reads the worst rate that the sender accepts. XchgRate counts units of the creditor's
// currency for one of the debtor's, unless UnitCcy names the creditor's currency: then it
// counts units of the debtor's for one of the creditor's.
func (m *Mapper) rate(item *Item) error {
	if item.Send.TargetAsset == "" {
		return nil
	}
	text, unit, field := item.Payment.Rate, item.Payment.RateUnit, "XchgRateInf/XchgRate"
	if text == "" {
		text, unit, field = m.options.WorstRate, "", "--worst-rate"
	}
	if text == "" {
		return fault.MappingRate.With("XchgRateInf/XchgRate", "none", "units of "+item.Target.Currency+" for one "+item.Source.Currency)
	}
	inverse := unit == item.Target.Currency
	if unit != "" && unit != item.Source.Currency && !inverse {
		return fault.MappingCurrency.With("XchgRateInf/UnitCcy", unit, item.Source.Currency+" or "+item.Target.Currency)
	}
	rate, ok := minorRate(text, item.Source.Scale, item.Target.Scale, inverse)
	if !ok {
		return fault.MappingRate.With(field, string(text), "a rate above zero that fits two 64-bit terms")
	}
	item.Send.WorstRate = &rate
	return nil
}

// minorRate turns a decimal rate between major units into a ratio of minor units, exactly.
func minorRate(text xmltype.Decimal, source, target uint8, inverse bool) (money.Rate, bool) {
	whole, fraction, _ := strings.Cut(string(text.Canonical()), ".")
	num, ok := new(big.Int).SetString(whole+fraction, 10)
	if !ok || num.Sign() <= 0 {
		return money.Rate{}, false
	}
	den := power(len(fraction))
	if inverse {
		num, den = den, num
	}
	num = new(big.Int).Mul(num, power(int(target)))
	den = new(big.Int).Mul(den, power(int(source)))
	common := new(big.Int).GCD(nil, nil, num, den)
	num, den = num.Quo(num, common), den.Quo(den, common)
	if !num.IsUint64() || !den.IsUint64() {
		return money.Rate{}, false
	}
	return money.Rate{Num: num.Uint64(), Den: den.Uint64()}, true
}

func power(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }
