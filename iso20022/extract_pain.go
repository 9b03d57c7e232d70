package iso20022

import (
	"causeway/iso20022/model"
	"causeway/iso20022/xmltype"
)

var painPlaces = func() *place[*extraction] {
	root := newPlace[*extraction]()
	message := root.at("Document/CstmrCdtTrfInitn")
	groupHeader(message.at("GrpHdr"))
	group := message.at("PmtInf")
	group.enter = func(x *extraction) { x.enterGroup() }
	group.leave = func(x *extraction) { x.leaveGroup() }
	group.text("PmtInfId", payment(func(p *model.Payment) *string { return &p.PmtInfID }))
	group.text("PmtMtd", payment(func(p *model.Payment) *string { return &p.Method }))
	group.text("NbOfTxs", func(x *extraction) *string { return &x.groupCount })
	group.decimal("CtrlSum", func(x *extraction) *xmltype.Decimal { return &x.groupSum })
	for _, path := range []string{"ReqdExctnDt", "ReqdExctnDt/Dt", "ReqdExctnDt/DtTm"} {
		group.text(path, payment(func(p *model.Payment) *string { return &p.ExecutionDate }))
	}
	kinds(group)
	group.party("Dbtr", func(x *extraction) *model.Party { return &x.payment.Debtor })
	group.party("UltmtDbtr", func(x *extraction) *model.Party { return &x.payment.UltimateDebtor })
	group.account("DbtrAcct", func(x *extraction) *model.Account { return &x.payment.DebtorAccount })
	group.agent("DbtrAgt", func(x *extraction) *model.Agent { return &x.payment.DebtorAgent })
	group.text("ChrgBr", payment(func(p *model.Payment) *string { return &p.ChargeBearer }))

	tx := group.at("CdtTrfTxInf")
	transfer(tx)
	tx.at("Amt/InstdAmt").value = func(x *extraction, text, attr string) {
		x.payment.Kind, x.payment.Amount = model.AmountInstructed, model.Money{Value: xmltype.Decimal(text), Currency: attr}
	}
	tx.at("Amt/EqvtAmt/Amt").value = func(x *extraction, text, attr string) {
		x.payment.Kind, x.payment.Amount = model.AmountEquivalent, model.Money{Value: xmltype.Decimal(text), Currency: attr}
	}
	tx.text("Amt/EqvtAmt/CcyOfTrf", payment(func(p *model.Payment) *string { return &p.TransferCurrency }))
	tx.decimal("XchgRateInf/XchgRate", func(x *extraction) *xmltype.Decimal { return &x.payment.Rate })
	tx.text("XchgRateInf/UnitCcy", payment(func(p *model.Payment) *string { return &p.RateUnit }))
	tx.text("XchgRateInf/CtrctId", payment(func(p *model.Payment) *string { return &p.RateContract }))
	tx.text("ChrgBr", payment(func(p *model.Payment) *string { return &p.ChargeBearer }))
	tx.party("UltmtDbtr", func(x *extraction) *model.Party { return &x.payment.UltimateDebtor })
	tx.party("Cdtr", func(x *extraction) *model.Party { return &x.payment.Creditor })
	tx.party("UltmtCdtr", func(x *extraction) *model.Party { return &x.payment.UltimateCreditor })
	return root
}()
