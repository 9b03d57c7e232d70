package iso20022

import (
	"strings"

	"causeway/iso20022/model"
	"causeway/iso20022/rules"
	"causeway/iso20022/xmltype"
)

// extraction is what is being read from a payment message. A payment of pain.001 starts from
// what its PmtInf has said so far; the schema puts all of that before the transactions.
type extraction struct {
	file    model.File
	payment model.Payment
	common  model.Payment // what the PmtInf says for each of its payments
	charge  model.Charge

	totals      rules.Totals
	groupTotals rules.Totals
	groupCount  string
	groupSum    xmltype.Decimal
	currency    string // of all amounts so far; "*" when there are several

	enterPayment func()
	leavePayment func()
	enterGroup   func()
	leaveGroup   func()
}

type setter = func(*extraction) *string

func payment(field func(*model.Payment) *string) setter {
	return func(x *extraction) *string { return field(&x.payment) }
}

// money stores an amount with its currency.
func (p *place[S]) money(path string, set func(S) *model.Money) {
	p.at(path).value = func(s S, text, attr string) {
		*set(s) = model.Money{Value: xmltype.Decimal(text), Currency: attr}
	}
}

// decimal stores an exact number.
func (p *place[S]) decimal(path string, set func(S) *xmltype.Decimal) {
	p.at(path).value = func(s S, text, _ string) { *set(s) = xmltype.Decimal(text) }
}

// party reads a person or organisation. Versions before 2019 call the BIC BICOrBEI and know an
// LEI only as an other id of scheme LEIC.
func (p *place[S]) party(path string, of func(S) *model.Party) {
	root := p.at(path)
	root.text("Nm", func(s S) *string { return &of(s).Name })
	root.text("CtryOfRes", func(s S) *string { return &of(s).Country })
	root.text("Id/OrgId/AnyBIC", func(s S) *string { return &of(s).BIC })
	root.text("Id/OrgId/BICOrBEI", func(s S) *string { return &of(s).BIC })
	root.text("Id/OrgId/LEI", func(s S) *string { return &of(s).LEI })
	root.text("Id/OrgId/Othr/Id", func(s S) *string { return &of(s).OtherID })
	root.text("Id/PrvtId/Othr/Id", func(s S) *string { return &of(s).OtherID })
	scheme := func(s S, text, _ string) {
		if text == "LEIC" || text == "LEI" {
			of(s).LEI = of(s).OtherID
		}
	}
	root.at("Id/OrgId/Othr/SchmeNm/Cd").value = scheme
	root.at("Id/OrgId/Othr/SchmeNm/Prtry").value = scheme
	root.address(func(s S) (*model.Address, *string) { return &of(s).Address, &of(s).Country })
}

func (p *place[S]) address(of func(S) (*model.Address, *string)) {
	root := p.at("PstlAdr")
	root.enter = func(s S) { a, _ := of(s); a.Present = true }
	root.at("Ctry").value = func(s S, text, _ string) {
		a, country := of(s)
		a.Country = text
		if *country == "" {
			*country = text
		}
	}
	root.at("TwnNm").value = func(s S, text, _ string) { a, _ := of(s); a.Town = text }
	root.at("AdrLine").value = func(s S, _, _ string) { a, _ := of(s); a.Lines++ }
	root.leave = func(s S) {
		a, _ := of(s)
		a.Structured = a.Town != "" && a.Country != "" && a.Lines == 0
	}
}

func (p *place[S]) agent(path string, of func(S) *model.Agent) {
	root := p.at(path + "/FinInstnId")
	root.text("BICFI", func(s S) *string { return &of(s).BIC })
	root.text("BIC", func(s S) *string { return &of(s).BIC })
	root.text("LEI", func(s S) *string { return &of(s).LEI })
	root.text("Nm", func(s S) *string { return &of(s).Name })
	root.text("ClrSysMmbId/MmbId", func(s S) *string { return &of(s).MemberID })
	root.text("PstlAdr/Ctry", func(s S) *string { return &of(s).Country })
}

// institution reads a debtor or creditor that is itself a bank (pacs.009).
func (p *place[S]) institution(path string, of func(S) *model.Party) {
	root := p.at(path + "/FinInstnId")
	root.text("BICFI", func(s S) *string { return &of(s).BIC })
	root.text("LEI", func(s S) *string { return &of(s).LEI })
	root.text("Nm", func(s S) *string { return &of(s).Name })
	root.address(func(s S) (*model.Address, *string) { return &of(s).Address, &of(s).Country })
}

func (p *place[S]) account(path string, of func(S) *model.Account) {
	root := p.at(path)
	root.text("Id/IBAN", func(s S) *string { return &of(s).IBAN })
	root.text("Id/Othr/Id", func(s S) *string { return &of(s).Other })
	root.text("Id/Othr/SchmeNm/Cd", func(s S) *string { return &of(s).Scheme })
	root.text("Id/Othr/SchmeNm/Prtry", func(s S) *string { return &of(s).Scheme })
	root.text("Id/Othr/Issr", func(s S) *string { return &of(s).Issuer })
	root.text("Ccy", func(s S) *string { return &of(s).Currency })
}

func (p *place[S]) code(path string, of func(S) *model.Code) {
	p.text(path+"/Cd", func(s S) *string { return &of(s).Code })
	p.text(path+"/Prtry", func(s S) *string { return &of(s).Proprietary })
}

// transfer holds the paths below CdtTrfTxInf that all three messages share.
func transfer(tx *place[*extraction]) {
	tx.enter = func(x *extraction) { x.enterPayment() }
	tx.leave = func(x *extraction) { x.leavePayment() }
	tx.text("PmtId/InstrId", payment(func(p *model.Payment) *string { return &p.InstrID }))
	tx.text("PmtId/EndToEndId", payment(func(p *model.Payment) *string { return &p.EndToEndID }))
	tx.text("PmtId/TxId", payment(func(p *model.Payment) *string { return &p.TxID }))
	tx.text("PmtId/UETR", payment(func(p *model.Payment) *string { return &p.UETR }))
	tx.code("Purp", func(x *extraction) *model.Code { return &x.payment.Purpose })
	kinds(tx)
	tx.account("DbtrAcct", func(x *extraction) *model.Account { return &x.payment.DebtorAccount })
	tx.account("CdtrAcct", func(x *extraction) *model.Account { return &x.payment.CreditorAccount })
	tx.agent("DbtrAgt", func(x *extraction) *model.Agent { return &x.payment.DebtorAgent })
	tx.agent("CdtrAgt", func(x *extraction) *model.Agent { return &x.payment.CreditorAgent })
	remittance := tx.at("RmtInf")
	remittance.at("Ustrd").value = func(x *extraction, text, _ string) {
		x.payment.Remittance.Unstructured = append(x.payment.Remittance.Unstructured, text)
	}
	remittance.at("Strd/CdtrRefInf/Ref").value = func(x *extraction, text, _ string) {
		x.payment.Remittance.References = append(x.payment.Remittance.References, text)
	}
	document := remittance.at("Strd/RfrdDocInf")
	document.enter = func(x *extraction) {
		x.payment.Remittance.Documents = append(x.payment.Remittance.Documents, model.ReferredDocument{})
	}
	last := func(field func(*model.ReferredDocument) *string) func(x *extraction, text, _ string) {
		return func(x *extraction, text, _ string) {
			list := x.payment.Remittance.Documents
			*field(&list[len(list)-1]) = text
		}
	}
	document.at("Tp/CdOrPrtry/Cd").value = last(func(d *model.ReferredDocument) *string { return &d.Type })
	document.at("Tp/CdOrPrtry/Prtry").value = last(func(d *model.ReferredDocument) *string { return &d.Type })
	document.at("Nb").value = last(func(d *model.ReferredDocument) *string { return &d.Number })
}

// kinds reads PmtTpInf, which may stand with the group or with the transaction.
func kinds(at *place[*extraction]) {
	at.code("PmtTpInf/CtgyPurp", func(x *extraction) *model.Code { return &x.payment.CategoryPurpose })
	at.code("PmtTpInf/SvcLvl", func(x *extraction) *model.Code { return &x.payment.ServiceLevel })
	at.code("PmtTpInf/LclInstrm", func(x *extraction) *model.Code { return &x.payment.LocalInstrument })
}

func groupHeader(header *place[*extraction]) {
	header.text("MsgId", func(x *extraction) *string { return &x.file.MsgID })
	header.text("CreDtTm", func(x *extraction) *string { return &x.file.CreatedAt })
	header.text("NbOfTxs", func(x *extraction) *string { return &x.file.Declared })
	header.decimal("CtrlSum", func(x *extraction) *xmltype.Decimal { return &x.file.ControlSum })
	header.party("InitgPty", func(x *extraction) *model.Party { return &x.file.InitiatingParty })
	header.text("SttlmInf/SttlmMtd", func(x *extraction) *string { return &x.file.SettlementMethod })
	header.money("TtlIntrBkSttlmAmt", func(x *extraction) *model.Money { return &x.file.Total })
	header.text("IntrBkSttlmDt", func(x *extraction) *string { return &x.file.SettlementDate })
	header.agent("InstgAgt", func(x *extraction) *model.Agent { return &x.file.InstructingAgent })
	header.agent("InstdAgt", func(x *extraction) *model.Agent { return &x.file.InstructedAgent })
}

// placesOf returns the paths of a payment message; nil for other messages.
func placesOf(version string) *place[*extraction] {
	switch {
	case strings.HasPrefix(version, "pain.001."):
		return painPlaces
	case strings.HasPrefix(version, "pacs.008."):
		return pacs008Places
	case strings.HasPrefix(version, "pacs.009."):
		return pacs009Places
	}
	return nil
}
