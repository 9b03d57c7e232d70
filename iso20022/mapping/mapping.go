// Package mapping turns payment files into transactions of the ledger, and what became of
// them into status reports and notifications.
//
// The debtor account fixes the source asset, the creditor account the target; currencies
// must match them. InstdAmt fixes the target, EqvtAmt the source; the rate in the file is the
// worst one that is accepted. The client reference is made of the file's own ids, so the same
// file again pays nothing twice. Names, addresses and free text stay in the file: the ledger
// gets ids, codes and salted hashes. docs/reference/iso-mapping.md lists every field.
package mapping

import (
	"strings"

	"causeway/core/feature/payment"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/iso20022/model"
	"causeway/iso20022/xmltype"
)

// Directory finds on the ledger what a file names.
type Directory interface {
	// External finds the account that others name so; fault.AccountNotFound where none is.
	External(scheme, id, agent string) (Account, error)
	// Asset finds an asset; fault.AssetNotFound where there is none.
	Asset(id txn.AssetID) (txn.Asset, error)
	// Today is the date, YYYY-MM-DD, in the calendar of the authority that an account is under.
	Today(id txn.AccountID) (string, error)
}

// Account is what a file's account is on the ledger.
type Account struct {
	ID    txn.AccountID
	Owner identity.LEI
	Asset txn.AssetID // that the external id stands for
}

// Options steer the mapping.
type Options struct {
	WorstRate xmltype.Decimal            // for payments whose file gives none: creditor currency per debtor currency
	Purpose   string                     // likewise: a purpose code (pacs.009 v08 has no place for one)
	Salt      func(raw []byte) wire.Hash // salt of the remittance hash; the same for the same bytes
}

// Item is one payment of a file on its way to the ledger.
type Item struct {
	Payment *model.Payment
	Party   identity.LEI // who pays: owner of the debtor account
	Send    payment.Send
	Source  txn.Asset
	Target  txn.Asset
	Problem *fault.Error // set: not sent, and why; Field is the path in the file
	Notes   []string     // what was done differently from the file's words
}

// Mapper maps payments of files.
type Mapper struct {
	directory Directory
	options   Options
}

// New makes a mapper.
func New(d Directory, o Options) *Mapper { return &Mapper{directory: d, options: o} }

// Map maps one payment. What is wrong with it is in Item.Problem; an error is of the directory.
func (m *Mapper) Map(file *model.File, p *model.Payment) (Item, error) {
	item := Item{Payment: p}
	if err := m.fill(file, &item); err != nil {
		stated := fault.In(err)
		if stated.Fault.Class == fault.Internal || stated.Fault.Class == fault.Unavailable {
			return item, err
		}
		item.Problem = &fault.Error{Fault: stated.Fault, Field: p.Path + "/" + stated.Field, Found: stated.Found, Want: stated.Want}
	}
	return item, nil
}

func (m *Mapper) fill(file *model.File, item *Item) error {
	p := item.Payment
	debtor, err := m.account(p.DebtorAccount, p.DebtorAgent, "DbtrAcct", fault.MappingDebtorAccount)
	if err != nil {
		return err
	}
	item.Party = debtor.Owner
	creditor, err := m.account(p.CreditorAccount, p.CreditorAgent, "CdtrAcct", fault.MappingCreditorAccount)
	if err != nil {
		return err
	}
	if err := ownerIs(p.Debtor.LEI, debtor.Owner, "Dbtr/Id/OrgId/LEI"); err != nil {
		return err
	}
	if err := ownerIs(p.Creditor.LEI, creditor.Owner, "Cdtr/Id/OrgId/LEI"); err != nil {
		return err
	}
	if item.Source, err = m.directory.Asset(debtor.Asset); err != nil {
		return err
	}
	if item.Target, err = m.directory.Asset(creditor.Asset); err != nil {
		return err
	}
	item.Send.From, item.Send.To, item.Send.Asset = debtor.ID, creditor.ID, debtor.Asset
	if creditor.Asset != debtor.Asset {
		item.Send.TargetAsset = creditor.Asset
	}
	if err := m.amount(item); err != nil {
		return err
	}
	if err := m.rate(item); err != nil {
		return err
	}
	if err := m.date(item); err != nil {
		return err
	}
	return m.references(file, item)
}

func (m *Mapper) account(a model.Account, agent model.Agent, field string, unknown *fault.Fault) (Account, error) {
	scheme, id := "IBAN", a.IBAN
	if id == "" {
		scheme, id = a.Scheme, a.Other
		if scheme == "" {
			scheme = "OTHR"
		}
	}
	if id == "" {
		return Account{}, unknown.With(field, "no id", "IBAN, or Othr/Id with its scheme")
	}
	found, err := m.directory.External(scheme, id, agent.BIC)
	if fault.Of(err) == fault.AccountNotFound {
		return found, unknown.With(field, scheme+" "+id, "an id registered with an account")
	}
	if err == nil && found.Asset == "" {
		err = fault.MappingAccountAsset.With(field, scheme+" "+id, "an external id registered for one asset")
	}
	return found, err
}

func ownerIs(lei string, owner identity.LEI, field string) error {
	if lei != "" && lei != string(owner) {
		return fault.MappingLEI.With(field, lei, string(owner))
	}
	return nil
}

// amount reads which side is fixed, and how much, exactly.
func (m *Mapper) amount(item *Item) error {
	p, across := item.Payment, item.Send.TargetAsset != ""
	asset, field := item.Target, "Amt/InstdAmt"
	item.Send.FixTarget = across
	switch p.Kind {
	case model.AmountEquivalent:
		asset, field, item.Send.FixTarget = item.Source, "Amt/EqvtAmt/Amt", false
		if p.TransferCurrency != item.Target.Currency {
			return fault.MappingCurrency.With("Amt/EqvtAmt/CcyOfTrf", p.TransferCurrency, item.Target.Currency)
		}
	case model.AmountSettlement:
		field = "IntrBkSttlmAmt"
		if across && p.Amount.Currency == item.Source.Currency {
			asset, item.Send.FixTarget = item.Source, false
		}
	}
	if p.Amount.Currency != asset.Currency {
		return fault.MappingCurrency.With(field+"/@Ccy", p.Amount.Currency, asset.Currency+", the currency of "+string(asset.ID))
	}
	amount, err := money.Parse(string(p.Amount.Value.Canonical()), asset.Scale)
	if err != nil {
		return fault.MappingAmount.With(field, string(p.Amount.Value), err.Error())
	}
	item.Send.Amount = amount
	return nil
}

// date: the past means today, the future is refused. Today is where the debtor's account is.
func (m *Mapper) date(item *Item) error {
	field, asked := "ReqdExctnDt", item.Payment.ExecutionDate
	if asked == "" {
		field, asked = "IntrBkSttlmDt", item.Payment.SettlementDate
	}
	if len(asked) < len("2006-01-02") {
		return nil
	}
	today, err := m.directory.Today(item.Send.From)
	if err != nil {
		return err
	}
	switch day := asked[:10]; {
	case day > today:
		return fault.MappingDate.With(field, day, today+" or earlier")
	case day < today:
		item.Notes = append(item.Notes, field+" "+day+" is past: paid on "+today)
	}
	return nil
}

func (m *Mapper) references(file *model.File, item *Item) error {
	p, s := item.Payment, &item.Send
	for _, code := range []string{p.Purpose.Code, p.Purpose.Proprietary, p.CategoryPurpose.Code, p.CategoryPurpose.Proprietary, m.options.Purpose} {
		if s.Purpose == "" {
			s.Purpose = code
		}
	}
	if s.Purpose == "" {
		return fault.MappingPurpose.With("Purp", "none", "a purpose code such as CGODDR, in the file or by --purpose")
	}
	if p.UETR != "" {
		uetr, err := payment.ParseUETR(p.UETR)
		if err != nil {
			return fault.MappingReference.With("PmtId/UETR", p.UETR, err.Error())
		}
		s.UETR = &uetr
	}
	if s.EndToEnd = p.EndToEndID; !ascii(s.EndToEnd) {
		return fault.MappingReference.With("PmtId/EndToEndId", p.EndToEndID, "printable ASCII characters")
	}
	for i, d := range p.Remittance.Documents {
		kind := documentKind(d.Type)
		if kind == "" || d.Number == "" {
			continue
		}
		if !ascii(d.Number) || i >= 16 {
			return fault.MappingReference.With("RmtInf/Strd/RfrdDocInf/Nb", d.Number, "at most 16 numbers in printable ASCII characters")
		}
		hash := wire.Sum([]byte("causeway/document-number/1"), []byte(kind), []byte{0}, []byte(d.Number))
		s.Documents = append(s.Documents, txn.Document{Kind: kind, Hash: hash, Ref: d.Number})
	}
	if m.options.Salt != nil && len(p.Raw) > 0 {
		salt := m.options.Salt(p.Raw)
		hash := wire.Sum(salt[:], p.Raw)
		s.Remittance = &hash
	}
	s.Reference = Reference(item.Party, file.MsgID, p)
	return s.Validate()
}

func ascii(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r < 0x20 || r > 0x7e }) < 0
}

// documentKind names the ledger's kind of document for a type in a file: of
// ExternalDocumentType1Code, or one of the ledger's own names as a proprietary type.
func documentKind(of string) string {
	switch of {
	case "CINV", "MSIN", "invoice":
		return "invoice"
	case "customs_declaration", "CUSTOMS", "DECL":
		return "customs_declaration"
	case "BOLD", "bill_of_lading":
		return "bill_of_lading"
	case "PUOR", "purchase_order":
		return "purchase_order"
	case "DISP", "despatch_advice":
		return "despatch_advice"
	case "SOAC", "statement":
		return "statement"
	}
	if ascii(of) && len(of) <= 35 {
		return strings.ToLower(of)
	}
	return ""
}

// Reference is the client reference of a payment in a file: a hash of the debtor's LEI and
// the ids that the file gives it, so the same file again is the same payments.
func Reference(debtor identity.LEI, msgID string, p *model.Payment) string {
	return referenceOf("causeway/iso-reference/1", string(debtor), msgID, p.PmtInfID, p.EndToEndID, p.InstrID, itoa(p.Position))
}

// FileReference is the client reference of the manifest of a file, as far as it debits an account.
func FileReference(debtor identity.LEI, msgID string, account txn.AccountID, asset txn.AssetID) string {
	return referenceOf("causeway/iso-file/1", string(debtor), msgID, string(account), string(asset))
}

func referenceOf(texts ...string) string {
	var parts [][]byte
	for _, text := range texts {
		parts = append(parts, []byte(itoa(len(text))+":"+text))
	}
	return wire.Sum(parts...).String()
}
