// Package xmltype holds the values that generated ISO 20022 types are made of.
//
// Amounts and rates stay exact: a Decimal keeps its digits as text, because the 18 digits and
// 5 fraction digits of ISO 20022 fit neither float64 nor a scaled int64. Dates and times keep
// the text too, so that what is read and written again is unchanged. Whether a text is well
// formed is decided by the schema (package schema), which every encoder asks.
package xmltype

import (
	"fmt"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// Decimal is an xs:decimal, exact.
type Decimal string

// Date is an xs:date, YYYY-MM-DD with an optional zone.
type Date string

// DateTime is an xs:dateTime.
type DateTime string

// Time is an xs:time.
type Time string

// Year is an xs:gYear.
type Year string

// YearMonth is an xs:gYearMonth.
type YearMonth string

// Base64 is an xs:base64Binary in its text form.
type Base64 string

// Number reads the decimal exactly; an exponent or any other text is an error.
func (d Decimal) Number() (*apd.Decimal, error) {
	text := strings.Trim(string(d), " \t\r\n")
	if text == "" || strings.Trim(text, "+-.0123456789") != "" {
		return nil, fmt.Errorf("%q is not a decimal", string(d))
	}
	number, _, err := apd.NewFromString(text)
	if err != nil {
		return nil, fmt.Errorf("%q is not a decimal", string(d))
	}
	return number, nil
}

// Canonical is the shortest form: no sign +, no needless zeros, at least one digit before the point.
func (d Decimal) Canonical() Decimal {
	text := strings.Trim(string(d), " \t\r\n")
	sign := ""
	if rest, negative := strings.CutPrefix(text, "-"); negative {
		sign, text = "-", rest
	}
	whole, part, _ := strings.Cut(strings.TrimPrefix(text, "+"), ".")
	whole, part = strings.TrimLeft(whole, "0"), strings.TrimRight(part, "0")
	if whole == "" {
		whole = "0"
	}
	if part != "" {
		return Decimal(sign + whole + "." + part)
	}
	if whole == "0" {
		return "0"
	}
	return Decimal(sign + whole)
}

// Fraction counts the digits behind the point, trailing zeros apart.
func (d Decimal) Fraction() int {
	_, part, _ := strings.Cut(string(d.Canonical()), ".")
	return len(part)
}

// Sum adds exactly.
func Sum(a, b Decimal) (Decimal, error) {
	x, err := a.Number()
	if err != nil {
		return "", err
	}
	y, err := b.Number()
	if err != nil {
		return "", err
	}
	total := new(apd.Decimal)
	if _, err := apd.BaseContext.Add(total, x, y); err != nil {
		return "", err
	}
	return Decimal(total.Text('f')).Canonical(), nil
}

// ExactlyOne is the rule of a choice: one of its members is set.
func ExactlyOne(choice string, set ...bool) error {
	count := 0
	for _, is := range set {
		if is {
			count++
		}
	}
	if count != 1 {
		return fmt.Errorf("choice %s has %d members set, exactly one is required", choice, count)
	}
	return nil
}
