// Package model is one picture of payments for all message versions that are read.
//
// It keeps the values as they stood in the file: amounts as exact decimals, dates and ids as
// text. An empty string says that the file does not hold the field.
package model

import "causeway/iso20022/xmltype"

// Header is the business application header (head.001).
type Header struct {
	Version           string // head.001.001.02
	FromBIC, ToBIC    string
	BusinessMessageID string
	MessageDefinition string
	BusinessService   string
	MarketPractice    string
	CreatedAt         string
	Duplicate         string // PssblDplct or CpyDplct
}

// Money is an exact amount in a currency.
type Money struct {
	Value    xmltype.Decimal
	Currency string
}

// Code is either from a published set or proprietary.
type Code struct{ Code, Proprietary string }

// Address tells what a postal address is made of.
type Address struct {
	Present       bool
	Country, Town string
	Lines         int  // unstructured lines
	Structured    bool // town and country stand in their own elements and no line does
}

// Party is a person or an organisation.
type Party struct {
	Name, LEI, BIC, OtherID string
	Country                 string // of residence or of the address
	Address                 Address
}

// Agent is a financial institution.
type Agent struct{ BIC, LEI, Name, MemberID, Country string }

// Account is an IBAN or another id with the name of its scheme.
type Account struct {
	IBAN, Other, Scheme, Issuer string
	Currency                    string
}

// ID is the IBAN, or the other id.
func (a Account) ID() string {
	if a.IBAN != "" {
		return a.IBAN
	}
	return a.Other
}

// AmountKind says which side of the payment an amount fixes.
type AmountKind uint8

// The kinds of amount.
const (
	AmountMissing    AmountKind = iota
	AmountInstructed            // InstdAmt: what the creditor gets
	AmountEquivalent            // EqvtAmt: what the debtor pays, moved in TransferCurrency
	AmountSettlement            // IntrBkSttlmAmt: what moves between banks
)

// Charge is one ChrgsInf.
type Charge struct {
	Amount Money
	Agent  Agent
}

// Remittance is what the payment is for.
type Remittance struct {
	Unstructured []string
	References   []string // creditor references
	Documents    []ReferredDocument
}

// ReferredDocument is one RfrdDocInf: a code of ExternalDocumentType1Code or a proprietary
// type, and a number.
type ReferredDocument struct{ Type, Number string }

// Payment is one credit transfer. Of pain.001 it includes what its PmtInf says for all.
type Payment struct {
	Position int    // in the file, from 1
	Path     string // /Document/…/CdtTrfTxInf[2]
	Line     int

	PmtInfID, Method                  string
	InstrID, EndToEndID, TxID, UETR   string
	Kind                              AmountKind
	Amount                            Money
	TransferCurrency                  string // with AmountEquivalent
	Instructed                        Money  // InstdAmt beside an interbank amount
	Rate                              xmltype.Decimal
	RateUnit                          string // UnitCcy: one unit of this buys Rate of the other
	RateContract                      string
	ExecutionDate                     string // ReqdExctnDt: date, or date and time
	SettlementDate                    string // IntrBkSttlmDt
	ChargeBearer                      string
	Charges                           []Charge
	Debtor, Creditor                  Party
	UltimateDebtor, UltimateCreditor  Party
	DebtorAccount, CreditorAccount    Account
	DebtorAgent, CreditorAgent        Agent
	InstructingAgent, InstructedAgent Agent
	Purpose, CategoryPurpose          Code
	ServiceLevel, LocalInstrument     Code
	Remittance                        Remittance
	Raw                               []byte // the transaction's element as it stood in the file
}

// File is what stands once per message.
type File struct {
	Message          string // pain.001.001.09
	Header           *Header
	MsgID, CreatedAt string
	Declared         string // NbOfTxs
	ControlSum       xmltype.Decimal
	InitiatingParty  Party
	SettlementMethod string
	Total            Money // TtlIntrBkSttlmAmt
	SettlementDate   string
	InstructingAgent Agent
	InstructedAgent  Agent
	Payments         int             // counted
	Sum              xmltype.Decimal // summed over all currencies, as CtrlSum is
	SHA256           [32]byte        // of the file's bytes
}
