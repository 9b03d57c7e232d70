package rules

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"

	"causeway/iso20022/model"
	"causeway/iso20022/xmltype"
)

// At takes a violation with the place below the payment or the file.
type At func(id, below, value, want string)

// Payments checks whole payments and what the file says about them.
type Payments struct {
	Today string // YYYY-MM-DD; empty: dates are not judged
	uetrs map[[16]byte]struct{}
	ids   map[[16]byte]struct{}
	batch map[[16]byte]struct{}
}

// NewPayments prepares for one file.
func NewPayments(today string) *Payments {
	return &Payments{Today: today, uetrs: map[[16]byte]struct{}{}, ids: map[[16]byte]struct{}{}, batch: map[[16]byte]struct{}{}}
}

// seen remembers a fingerprint of the id and tells whether it was there.
func seen(set map[[16]byte]struct{}, id string) bool {
	sum := sha256.Sum256([]byte(id))
	key := [16]byte(sum[:16])
	_, found := set[key]
	set[key] = struct{}{}
	return found
}

// Payment checks one payment.
func (c *Payments) Payment(f *model.File, p *model.Payment, at At) {
	c.amounts(p, at)
	c.dates(p, at)
	if p.UETR != "" && seen(c.uetrs, p.UETR) {
		at("iso.uetr.duplicate", "/PmtId/UETR", p.UETR, "each UETR once")
	}
	if p.EndToEndID != "" && p.EndToEndID != "NOTPROVIDED" && seen(c.ids, p.EndToEndID) {
		at("iso.end_to_end_id.duplicate", "/PmtId/EndToEndId", p.EndToEndID, "each id once")
	}
	switch {
	case strings.HasPrefix(f.Message, "pain.001"):
		if p.Method != "TRF" {
			at("iso.method", "", p.Method, "TRF")
		}
		c.accounts(p, at)
	case strings.HasPrefix(f.Message, "pacs.008"):
		c.accounts(p, at)
		customer(p, at)
		interbankTransfer(f, p, at)
	case strings.HasPrefix(f.Message, "pacs.009"):
		interbankTransfer(f, p, at)
	}
}

func (c *Payments) accounts(p *model.Payment, at At) {
	if p.DebtorAccount.ID() == "" {
		at("iso.account_missing", "/DbtrAcct", "", "an IBAN or another id")
	}
	if p.CreditorAccount.ID() == "" {
		at("iso.account_missing", "/CdtrAcct", "", "an IBAN or another id")
	}
}

func zero(d xmltype.Decimal) bool { return d != "" && d.Canonical() == "0" }

func (c *Payments) amounts(p *model.Payment, at At) {
	below := map[model.AmountKind]string{model.AmountInstructed: "/Amt/InstdAmt", model.AmountEquivalent: "/Amt/EqvtAmt/Amt", model.AmountSettlement: "/IntrBkSttlmAmt"}[p.Kind]
	if zero(p.Amount.Value) {
		at("iso.amount.zero", below, string(p.Amount.Value), "more than 0")
	}
	if zero(p.Rate) {
		at("iso.rate.zero", "", string(p.Rate), "more than 0")
	}
}

func (c *Payments) dates(p *model.Payment, at At) {
	if c.Today == "" {
		return
	}
	for _, d := range []struct{ below, value string }{{"/ReqdExctnDt", p.ExecutionDate}, {"/IntrBkSttlmDt", p.SettlementDate}} {
		if len(d.value) < 10 {
			continue
		}
		switch day := d.value[:10]; {
		case day < c.Today:
			at("iso.date.past", d.below, d.value, c.Today)
		case day > c.Today:
			at("iso.date.future", d.below, d.value, c.Today)
		}
	}
}

// customer holds the rules of pacs.008 for parties, charges and exchange.
func customer(p *model.Payment, at At) {
	if p.Debtor.Name == "" && p.Debtor.BIC == "" {
		at("cbpr.party.unnamed", "/Dbtr", "", "Nm or Id/OrgId/AnyBIC")
	}
	if p.Creditor.Name == "" && p.Creditor.BIC == "" {
		at("cbpr.party.unnamed", "/Cdtr", "", "Nm or Id/OrgId/AnyBIC")
	}
	switch p.ChargeBearer {
	case "SHAR":
	case "CRED":
		if len(p.Charges) == 0 {
			at("cbpr.charges.missing", "/ChrgsInf", "", "at least one ChrgsInf, even of 0")
		}
	case "DEBT":
		if len(p.Charges) > 1 {
			at("cbpr.charges.several", "/ChrgsInf", strconv.Itoa(len(p.Charges)), "at most one ChrgsInf")
		}
	default:
		at("cbpr.charge_bearer", "/ChrgBr", p.ChargeBearer, "DEBT, CRED or SHAR")
	}
	instructed := p.Instructed.Value != ""
	switch {
	case !instructed && (len(p.Charges) > 0 || p.Rate != ""):
		at("cbpr.charges.instructed_amount", "/InstdAmt", "", "InstdAmt")
	case instructed && p.Instructed.Currency != p.Amount.Currency && p.Rate == "":
		at("cbpr.exchange_rate", "/XchgRate", "", fmt.Sprintf("XchgRate between %s and %s", p.Instructed.Currency, p.Amount.Currency))
	case instructed && p.Instructed.Currency == p.Amount.Currency && p.Rate != "":
		at("cbpr.exchange_rate", "/XchgRate", string(p.Rate), "no XchgRate within "+p.Amount.Currency)
	}
}

// interbankTransfer holds the rules that pacs.008 and pacs.009 share.
func interbankTransfer(f *model.File, p *model.Payment, at At) {
	if p.UETR == "" {
		at("cbpr.uetr.missing", "/PmtId/UETR", "", "a version 4 UUID in lower case")
	}
	switch n := len(p.InstrID); {
	case n == 0:
		at("cbpr.instr_id.missing", "/PmtId/InstrId", "", "InstrId")
	case n > 16:
		at("cbpr.instr_id.length", "/PmtId/InstrId", p.InstrID, fmt.Sprintf("at most 16 characters, not %d", n))
	}
	if p.SettlementDate == "" {
		at("cbpr.settlement_date.missing", "/IntrBkSttlmDt", "", "IntrBkSttlmDt")
	}
	if p.InstructingAgent.BIC == "" && f.InstructingAgent.BIC == "" {
		at("cbpr.agent.missing", "/InstgAgt/FinInstnId/BICFI", "", "a BIC")
	}
	if p.InstructedAgent.BIC == "" && f.InstructedAgent.BIC == "" {
		at("cbpr.agent.missing", "/InstdAgt/FinInstnId/BICFI", "", "a BIC")
	}
}
