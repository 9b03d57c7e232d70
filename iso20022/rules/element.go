package rules

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"causeway/iso20022/codes"
	"causeway/iso20022/ident"
	"causeway/iso20022/schema"
	"causeway/iso20022/xmltype"
)

// Emit takes a violation at the element that is being read.
type Emit func(id, value, want string)

// role is what an identifier type means; it follows from the name of the type.
type role uint8

const (
	roleNone role = iota
	roleIBAN
	roleBIC
	roleLEI
	roleCountry
	roleCurrency
	roleExternal
	roleText
)

// Elements checks single elements by their type, in any message.
type Elements struct {
	Profile   Profile
	transfers bool // the message moves money, as against reporting it
	roles     map[*schema.Type]role
	emit      Emit
}

// NewElements prepares for one message.
func NewElements(version string, profile Profile, emit Emit) *Elements {
	moves := strings.HasPrefix(version, "pain.") || strings.HasPrefix(version, "pacs.") || strings.HasPrefix(version, "camt.056")
	return &Elements{Profile: profile, transfers: moves, roles: map[*schema.Type]role{}, emit: emit}
}

func roleOf(t *schema.Type) role {
	name := t.Name
	switch {
	case strings.HasPrefix(name, "IBAN"):
		return roleIBAN
	case strings.HasPrefix(name, "AnyBIC"), strings.HasPrefix(name, "BIC"):
		return roleBIC
	case name == "LEIIdentifier":
		return roleLEI
	case name == "CountryCode":
		return roleCountry
	case name == "ActiveCurrencyCode", name == "ActiveOrHistoricCurrencyCode":
		return roleCurrency
	case strings.HasPrefix(name, "External"):
		return roleExternal
	case t.Simple.Base == schema.String && t.Simple.Enum == nil && t.Simple.Pattern() == "":
		return roleText
	}
	return roleNone
}

// Value checks one leaf.
func (c *Elements) Value(e *schema.Element, text, attr []byte) {
	t := e.Type
	r, known := c.roles[t]
	if !known {
		r = roleOf(t)
		c.roles[t] = r
	}
	if t.Attr == "Ccy" {
		c.amount(t, string(text), string(attr))
	}
	switch r {
	case roleIBAN:
		c.iban(string(text))
	case roleBIC:
		c.bic(string(text))
	case roleLEI:
		if value := string(text); errors.Is(ident.LEI(value), ident.ErrCheckDigits) {
			c.emit("iso.lei.check_digits", value, "18 letters or digits and two check digits (ISO 17442)")
		}
	case roleCountry:
		if value := string(text); len(value) == 2 && !codes.Country(value) {
			c.emit("iso.country.unknown", value, "an ISO 3166-1 alpha-2 code")
		}
	case roleCurrency:
		c.currency(string(text))
	case roleExternal:
		if listed, known := codes.External(t.Name, string(text)); known && !listed {
			c.emit("iso.external_code", string(text), "a code of "+t.Name)
		}
	case roleText:
		c.text(e.Name, text)
	}
}

func (c *Elements) iban(value string) {
	err := ident.IBAN(value)
	switch {
	case err == nil:
	case errors.Is(err, ident.ErrCountry):
		c.emit("iso.iban.country", value, err.Error())
	case errors.Is(err, ident.ErrLength):
		c.emit("iso.iban.length", value, err.Error())
	case errors.Is(err, ident.ErrCheckDigits):
		c.emit("iso.iban.check_digits", value, "remainder 1 (ISO 7064 MOD 97-10)")
	} // the form is the schema's affair
}

func (c *Elements) bic(value string) {
	if errors.Is(ident.BIC(value), ident.ErrCountry) {
		c.emit("iso.bic.country", value, "letters 5 and 6 are an ISO 3166-1 country")
	}
}

func (c *Elements) currency(code string) (codes.Currency, bool) {
	found, known := codes.FindCurrency(code)
	switch {
	case len(code) != 3:
	case !known && c.transfers:
		want := "a code of ISO 4217 list one (" + codes.CurrenciesPublished + ")"
		if code == "CNH" {
			want = "CNY: CNH is a market's name for it, not an ISO 4217 code"
		}
		c.emit("iso.currency.unknown", code, want)
	case !known:
		c.emit("iso.currency.unlisted", code, "a code of ISO 4217 list one ("+codes.CurrenciesPublished+")")
	case found.Kind != codes.Money && c.transfers:
		c.emit("iso.currency.not_money", code, fmt.Sprintf("a currency; %s is %s", code, found.Name))
	}
	return found, known
}

// amount checks currency and decimals. Unit prices have their own type with 13 decimals.
func (c *Elements) amount(t *schema.Type, value, code string) {
	found, known := c.currency(code)
	if !known || found.MinorUnits < 0 || t.Simple.Fraction > 5 {
		return
	}
	want := fmt.Sprintf("at most %d decimals in %s", found.MinorUnits, code)
	if c.transfers && xmltype.Decimal(value).Fraction() > found.MinorUnits {
		c.emit("iso.amount.decimals", value, want)
		return
	}
	if _, part, _ := strings.Cut(value, "."); len(part) > found.MinorUnits {
		c.emit("iso.amount.decimals_written", value, want)
	}
}

// references are the elements that hold an id which travels through SWIFT.
var references = map[string]bool{
	"MsgId": true, "BizMsgIdr": true, "InstrId": true, "EndToEndId": true, "TxId": true, "PmtInfId": true, "OrgnlMsgId": true, "OrgnlPmtInfId": true,
	"OrgnlInstrId": true, "OrgnlEndToEndId": true, "OrgnlTxId": true, "RtrId": true, "CxlId": true, "StsId": true, "AcctSvcrRef": true, "ClrSysRef": true,
}

// unslashed are references that the slash rule leaves alone: the account servicer's and the
// clearing system's are not the sender's to form.
var unslashed = map[string]bool{"AcctSvcrRef": true, "ClrSysRef": true}

// text checks characters and slashes of free text and references.
func (c *Elements) text(name string, text []byte) {
	reference := references[name]
	if reference && strings.TrimSpace(string(text)) == "" {
		c.emit("iso.id.blank", string(text), "an id")
		return
	}
	if reference && !unslashed[name] && !ident.Slashes(string(text)) {
		c.emit("cbpr.slash", string(text), "no slash first or last and no // inside")
	}
	if c.Profile != CBPR {
		return
	}
	check := ident.CharsetExtended
	if reference {
		check = ident.CharsetX
	}
	if r, ok := check(string(text)); !ok {
		c.emit("cbpr.charset", clip(string(text)), fmt.Sprintf("no %q (U+%04X)", r, r))
	}
	if name == "AdrLine" && utf8.RuneCount(text) > 70 {
		c.emit("cbpr.address.line_length", clip(string(text)), "at most 70 characters")
	}
}

func clip(text string) string {
	if runes := []rune(text); len(runes) > 80 {
		return string(runes[:80]) + "…"
	}
	return text
}
