package iso20022

import (
	"causeway/iso20022/model"
	"causeway/iso20022/xmltype"
)

var pacs008Places = func() *place[*extraction] {
	root := newPlace[*extraction]()
	message := root.at("Document/FIToFICstmrCdtTrf")
	tx := interbank(message)
	tx.party("Dbtr", func(x *extraction) *model.Party { return &x.payment.Debtor })
	tx.party("UltmtDbtr", func(x *extraction) *model.Party { return &x.payment.UltimateDebtor })
	tx.party("Cdtr", func(x *extraction) *model.Party { return &x.payment.Creditor })
	tx.party("UltmtCdtr", func(x *extraction) *model.Party { return &x.payment.UltimateCreditor })
	tx.money("InstdAmt", func(x *extraction) *model.Money { return &x.payment.Instructed })
	tx.decimal("XchgRate", func(x *extraction) *xmltype.Decimal { return &x.payment.Rate })
	tx.text("ChrgBr", payment(func(p *model.Payment) *string { return &p.ChargeBearer }))
	charges := tx.at("ChrgsInf")
	charges.enter = func(x *extraction) { x.charge = model.Charge{} }
	charges.money("Amt", func(x *extraction) *model.Money { return &x.charge.Amount })
	charges.agent("Agt", func(x *extraction) *model.Agent { return &x.charge.Agent })
	charges.leave = func(x *extraction) { x.payment.Charges = append(x.payment.Charges, x.charge) }
	return root
}()

var pacs009Places = func() *place[*extraction] {
	root := newPlace[*extraction]()
	tx := interbank(root.at("Document/FICdtTrf"))
	tx.institution("Dbtr", func(x *extraction) *model.Party { return &x.payment.Debtor })
	tx.institution("UltmtDbtr", func(x *extraction) *model.Party { return &x.payment.UltimateDebtor })
	tx.institution("Cdtr", func(x *extraction) *model.Party { return &x.payment.Creditor })
	tx.institution("UltmtCdtr", func(x *extraction) *model.Party { return &x.payment.UltimateCreditor })
	return root
}()

// interbank holds what pacs.008 and pacs.009 share.
func interbank(message *place[*extraction]) *place[*extraction] {
	groupHeader(message.at("GrpHdr"))
	tx := message.at("CdtTrfTxInf")
	transfer(tx)
	tx.at("IntrBkSttlmAmt").value = func(x *extraction, text, attr string) {
		x.payment.Kind, x.payment.Amount = model.AmountSettlement, model.Money{Value: xmltype.Decimal(text), Currency: attr}
	}
	tx.text("IntrBkSttlmDt", payment(func(p *model.Payment) *string { return &p.SettlementDate }))
	tx.agent("InstgAgt", func(x *extraction) *model.Agent { return &x.payment.InstructingAgent })
	tx.agent("InstdAgt", func(x *extraction) *model.Agent { return &x.payment.InstructedAgent })
	return tx
}
