package authority

import (
	"strconv"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
)

const (
	ratesMax     = 200
	unitMax      = 12
	ratesAheadMs = 7 * 24 * 3600_000 // a table that is older says nothing any more
)

// SetRates replaces the table by which an authority measures assets in a unit of account.
type SetRates struct {
	Authority  txn.AuthorityID `cbor:"1,keyasint" json:"authority"`
	Unit       string          `cbor:"2,keyasint" json:"unit"`        // "CNY", "USD", "SDR"
	ValidUntil int64           `cbor:"3,keyasint" json:"valid_until"` // Unix ms, at most 7 days ahead
	Rates      []txn.UnitRate  `cbor:"4,keyasint" json:"rates"`       // minor units of an asset × rate = minor units of the unit
}

var setRatesKind = txn.Kind{
	Name: "authority.set_rates", Version: 1,
	En:      "Replace the rate table by which an authority's limits measure assets in a unit of account.",
	Zh:      "更新监管机构以记账单位折算各资产的汇率表。",
	New:     func() txn.Payload { return new(SetRates) },
	Example: `{"authority":"CN","unit":"CNY","valid_until":1795500000000,"rates":[{"asset":"e-CNY","rate":{"num":"1","den":"1"}},{"asset":"e-HKD","rate":{"num":"923","den":"1000"}}]}`,
}

// Validate checks the table by itself.
func (p *SetRates) Validate() error {
	if err := checkAuthority("authority", p.Authority); err != nil {
		return err
	}
	if err := txn.CheckID("unit", p.Unit, unitMax); err != nil {
		return err
	}
	if len(p.Rates) == 0 || len(p.Rates) > ratesMax {
		return fault.TxFieldInvalid.With("rates", strconv.Itoa(len(p.Rates)), "1 to "+strconv.Itoa(ratesMax))
	}
	for i, r := range p.Rates {
		path := "rates[" + strconv.Itoa(i) + "]"
		if !r.Rate.Valid() {
			return fault.TxFieldInvalid.With(path+".rate", "zero", "num and den above zero")
		}
		for _, before := range p.Rates[:i] {
			if before.Asset == r.Asset {
				return fault.TxFieldInvalid.With(path+".asset", string(r.Asset), "each asset once")
			}
		}
	}
	return nil
}

// Access is for the supervisor of the authority, or one above it.
func (p *SetRates) Access(c *txn.Context) (txn.Access, error) { return supervising(c, p.Authority) }

// Execute writes the table.
func (p *SetRates) Execute(c *txn.Context) error {
	if p.ValidUntil <= c.Now() || p.ValidUntil > c.Now()+ratesAheadMs {
		return fault.TxFieldInvalid.With("valid_until", strconv.FormatInt(p.ValidUntil, 10), "after "+strconv.FormatInt(c.Now(), 10)+", by at most 7 days")
	}
	for _, r := range p.Rates {
		if _, err := c.FindAsset(r.Asset); err != nil {
			return err
		}
	}
	c.SaveRates(txn.RateTable(*p))
	c.Emit("authority.rates_were_set", RatesSet{Authority: p.Authority, Unit: p.Unit, ValidUntil: p.ValidUntil})
	return nil
}

// RatesSet says that a rate table is in force.
type RatesSet struct {
	Authority  txn.AuthorityID `cbor:"1,keyasint" json:"authority"`
	Unit       string          `cbor:"2,keyasint" json:"unit"`
	ValidUntil int64           `cbor:"3,keyasint" json:"valid_until"`
}
