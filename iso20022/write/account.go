package write

import (
	"encoding/xml"

	"causeway/iso20022/camt053v08"
	"causeway/iso20022/camt054v08"
	"causeway/iso20022/model"
	"causeway/iso20022/xmltype"
)

// Booking is one movement on an account.
type Booking struct {
	Reference
	Entry, LedgerRef string // NtryRef, AcctSvcrRef
	Amount           model.Money
	Credit, Reversal bool
	BookedAt         string // dateTime
	ValueDate        string // date
	CrossBorder      bool
	Debtor, Creditor string // names
	DebtorAccount    model.Account
	CreditorAccount  model.Account
	Purpose          string // ExternalPurpose1Code
	Remittance       []string
}

// Account is what a notification or statement is about.
type Account struct {
	model.Account
	OwnerName, OwnerLEI string
	ServicerBIC         string
}

// Notification is a camt.054.
type Notification struct {
	MessageID, ID, CreatedAt string
	Account                  Account
	Bookings                 []Booking
}

// DebitCreditNotification writes camt.054.001.08.
func DebitCreditNotification(n Notification) (*Message, error) {
	d := &camt054v08.Document{}
	d.BkToCstmrDbtCdtNtfctn.GrpHdr = camt054v08.GroupHeader81{MsgId: n.MessageID, CreDtTm: dateTime(n.CreatedAt)}
	notification := camt054v08.AccountNotification17{Id: n.ID, CreDtTm: optional(dateTime(n.CreatedAt)), Acct: cashAccount(n.Account)}
	for _, b := range n.Bookings {
		notification.Ntry = append(notification.Ntry, entry(b))
	}
	d.BkToCstmrDbtCdtNtfctn.Ntfctn = []camt054v08.AccountNotification17{notification}
	body, err := d.Encode()
	return finished(camt054v08.Table.Version, n.MessageID, body, err)
}

// Statement is a camt.053 of one account. Balances come in the order they are written, OPBD and
// CLBD at least.
type Statement struct {
	MessageID, ID, CreatedAt string
	Sequence                 string // ElctrncSeqNb
	From, To                 string // dateTimes
	Account                  Account
	Balances                 []model.Balance
	Bookings                 []Booking
	Information              string // AddtlStmtInf
}

// AccountStatement writes camt.053.001.08. Its account and entries have the types of camt.054 in
// another namespace, so they are built once and read into the statement's own types.
func AccountStatement(s Statement) (*Message, error) {
	d := &camt053v08.Document{}
	d.BkToCstmrStmt.GrpHdr = camt053v08.GroupHeader81{MsgId: s.MessageID, CreDtTm: dateTime(s.CreatedAt)}
	statement := camt053v08.AccountStatement9{
		Id: s.ID, ElctrncSeqNb: optional(xmltype.Decimal(s.Sequence)), CreDtTm: optional(dateTime(s.CreatedAt)), AddtlStmtInf: optional(s.Information),
	}
	if s.From != "" {
		statement.FrToDt = &camt053v08.DateTimePeriod1{FrDtTm: dateTime(s.From), ToDtTm: dateTime(s.To)}
	}
	if err := reread(cashAccount(s.Account), &statement.Acct); err != nil {
		return nil, err
	}
	for _, b := range s.Balances {
		statement.Bal = append(statement.Bal, camt053v08.CashBalance8{
			Tp:  camt053v08.BalanceType13{CdOrPrtry: camt053v08.BalanceType10Choice{Cd: optional(b.Type)}},
			Amt: camt053v08.ActiveOrHistoricCurrencyAndAmount{Ccy: b.Amount.Currency, Value: b.Amount.Value}, CdtDbtInd: camt053v08.CreditDebitCode(indicator(b.Credit)),
			Dt: camt053v08.DateAndDateTime2Choice{Dt: optional(xmltype.Date(b.Date))},
		})
	}
	for _, b := range s.Bookings {
		var made camt053v08.ReportEntry10
		if err := reread(entry(b), &made); err != nil {
			return nil, err
		}
		statement.Ntry = append(statement.Ntry, made)
	}
	d.BkToCstmrStmt.Stmt = []camt053v08.AccountStatement9{statement}
	body, err := d.Encode()
	return finished(camt053v08.Table.Version, s.MessageID, body, err)
}

func reread(from, to any) error {
	body, err := xml.Marshal(from)
	if err != nil {
		return err
	}
	return xml.Unmarshal(body, to)
}

func indicator(credit bool) camt054v08.CreditDebitCode {
	if credit {
		return camt054v08.CreditDebitCodeCRDT
	}
	return camt054v08.CreditDebitCodeDBIT
}

func entry(b Booking) camt054v08.ReportEntry10 {
	amount := camt054v08.ActiveOrHistoricCurrencyAndAmount{Ccy: b.Amount.Currency, Value: b.Amount.Value}
	made := camt054v08.ReportEntry10{
		NtryRef: optional(b.Entry), Amt: amount, CdtDbtInd: indicator(b.Credit), Sts: camt054v08.EntryStatus1Choice{Cd: new("BOOK")},
		BkTxCd: bankTransaction(b), AcctSvcrRef: optional(b.LedgerRef),
	}
	if b.Reversal {
		made.RvslInd = new(true)
	}
	if b.BookedAt != "" {
		made.BookgDt = &camt054v08.DateAndDateTime2Choice{DtTm: optional(dateTime(b.BookedAt))}
	}
	if b.ValueDate != "" {
		made.ValDt = &camt054v08.DateAndDateTime2Choice{Dt: optional(xmltype.Date(b.ValueDate))}
	}
	tx := camt054v08.EntryTransaction10{
		Refs: &camt054v08.TransactionReferences6{
			AcctSvcrRef: optional(b.LedgerRef), PmtInfId: optional(b.PmtInfID), InstrId: optional(b.InstrID), EndToEndId: optional(b.EndToEndID), UETR: optional(b.UETR), TxId: optional(b.TxID),
		},
		Amt: &amount, CdtDbtInd: new(indicator(b.Credit)), RltdPties: parties(b),
	}
	if b.Purpose != "" {
		tx.Purp = &camt054v08.Purpose2Choice{Cd: &b.Purpose}
	}
	if len(b.Remittance) > 0 {
		tx.RmtInf = &camt054v08.RemittanceInformation16{Ustrd: b.Remittance}
	}
	made.NtryDtls = []camt054v08.EntryDetails9{{TxDtls: []camt054v08.EntryTransaction10{tx}}}
	return made
}

// bankTransaction names the movement in the ISO bank transaction codes: payments, received or
// issued credit transfers, cross-border or domestic.
func bankTransaction(b Booking) camt054v08.BankTransactionCodeStructure4 {
	family, sub := "ICDT", "DMCT"
	if b.Credit {
		family = "RCDT"
	}
	if b.CrossBorder {
		sub = "XBCT"
	}
	return camt054v08.BankTransactionCodeStructure4{Domn: &camt054v08.BankTransactionCodeStructure5{
		Cd: "PMNT", Fmly: camt054v08.BankTransactionCodeStructure6{Cd: family, SubFmlyCd: sub},
	}}
}

func parties(b Booking) *camt054v08.TransactionParties6 {
	made := &camt054v08.TransactionParties6{
		Dbtr: named(b.Debtor), DbtrAcct: otherAccount(b.DebtorAccount), Cdtr: named(b.Creditor), CdtrAcct: otherAccount(b.CreditorAccount),
	}
	if made.Dbtr == nil && made.DbtrAcct == nil && made.Cdtr == nil && made.CdtrAcct == nil {
		return nil
	}
	return made
}

func named(name string) *camt054v08.Party40Choice {
	if name == "" {
		return nil
	}
	return &camt054v08.Party40Choice{Pty: &camt054v08.PartyIdentification135{Nm: &name}}
}

func otherAccount(a model.Account) *camt054v08.CashAccount38 {
	if a.ID() == "" {
		return nil
	}
	return &camt054v08.CashAccount38{Id: accountID(a), Ccy: optional(a.Currency)}
}

func accountID(a model.Account) camt054v08.AccountIdentification4Choice {
	if a.IBAN != "" {
		return camt054v08.AccountIdentification4Choice{IBAN: &a.IBAN}
	}
	other := &camt054v08.GenericAccountIdentification1{Id: a.Other, Issr: optional(a.Issuer)}
	if a.Scheme != "" {
		other.SchmeNm = &camt054v08.AccountSchemeName1Choice{Prtry: &a.Scheme}
	}
	return camt054v08.AccountIdentification4Choice{Othr: other}
}

func cashAccount(a Account) camt054v08.CashAccount39 {
	made := camt054v08.CashAccount39{Id: accountID(a.Account), Ccy: optional(a.Currency)}
	if a.OwnerName != "" || a.OwnerLEI != "" {
		made.Ownr = &camt054v08.PartyIdentification135{Nm: optional(a.OwnerName)}
		if a.OwnerLEI != "" {
			made.Ownr.Id = &camt054v08.Party38Choice{OrgId: &camt054v08.OrganisationIdentification29{LEI: &a.OwnerLEI}}
		}
	}
	if a.ServicerBIC != "" {
		made.Svcr = &camt054v08.BranchAndFinancialInstitutionIdentification6{FinInstnId: camt054v08.FinancialInstitutionIdentification18{BICFI: &a.ServicerBIC}}
	}
	return made
}
