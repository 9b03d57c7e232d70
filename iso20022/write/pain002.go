package write

import (
	"strconv"

	"causeway/iso20022/pain002v03"
	"causeway/iso20022/pain002v10"
)

func customerReport10(r *Report) (*Message, error) {
	d := &pain002v10.Document{}
	d.CstmrPmtStsRpt.GrpHdr = pain002v10.GroupHeader86{MsgId: r.ID, CreDtTm: dateTime(r.CreatedAt)}
	if r.InitiatingParty != "" {
		d.CstmrPmtStsRpt.GrpHdr.InitgPty = &pain002v10.PartyIdentification135{Nm: &r.InitiatingParty}
	}
	group := pain002v10.OriginalGroupHeader17{
		OrgnlMsgId: r.OriginalID, OrgnlMsgNmId: r.OriginalMessage, OrgnlCreDtTm: optional(dateTime(r.OriginalCreatedAt)), OrgnlNbOfTxs: optional(r.OriginalCount),
		OrgnlCtrlSum: optional(r.OriginalSum), GrpSts: optional(string(r.group())), StsRsnInf: reasons10(r.Reasons),
	}
	for _, c := range perStatus(r.statuses()) {
		group.NbOfTxsPerSts = append(group.NbOfTxsPerSts, pain002v10.NumberOfTransactionsPerStatus5{DtldNbOfTxs: strconv.Itoa(c.count), DtldSts: string(c.status)})
	}
	d.CstmrPmtStsRpt.OrgnlGrpInfAndSts = group
	for _, b := range r.batches() {
		info := pain002v10.OriginalPaymentInstruction32{OrgnlPmtInfId: b.id, OrgnlNbOfTxs: new(strconv.Itoa(len(b.outcomes))), PmtInfSts: new(string(GroupStatus(b.statuses())))}
		for _, o := range b.outcomes {
			info.TxInfAndSts = append(info.TxInfAndSts, pain002v10.PaymentTransaction105{
				StsId: optional(o.StatusID), OrgnlInstrId: optional(o.InstrID), OrgnlEndToEndId: optional(o.EndToEndID), OrgnlUETR: optional(o.UETR), TxSts: optional(string(o.Status)),
				StsRsnInf: reasons10(o.Reasons), AccptncDtTm: optional(dateTime(o.AcceptedAt)), AcctSvcrRef: optional(o.LedgerRef),
			})
		}
		d.CstmrPmtStsRpt.OrgnlPmtInfAndSts = append(d.CstmrPmtStsRpt.OrgnlPmtInfAndSts, info)
	}
	body, err := d.Encode()
	return finished(pain002v10.Table.Version, r.ID, body, err)
}

func reasons10(reasons []Reason) (list []pain002v10.StatusReasonInformation12) {
	for _, reason := range reasons {
		info := pain002v10.StatusReasonInformation12{AddtlInf: reason.Information}
		if reason.Code != "" || reason.Proprietary != "" {
			info.Rsn = &pain002v10.StatusReason6Choice{Cd: optional(reason.Code), Prtry: optional(reason.Proprietary)}
		}
		list = append(list, info)
	}
	return list
}

func customerReport3(r *Report) (*Message, error) {
	d := &pain002v03.Document{}
	d.CstmrPmtStsRpt.GrpHdr = pain002v03.GroupHeader36{MsgId: r.ID, CreDtTm: dateTime(r.CreatedAt)}
	if r.InitiatingParty != "" {
		d.CstmrPmtStsRpt.GrpHdr.InitgPty = &pain002v03.PartyIdentification32{Nm: &r.InitiatingParty}
	}
	group := pain002v03.OriginalGroupInformation20{
		OrgnlMsgId: r.OriginalID, OrgnlMsgNmId: r.OriginalMessage, OrgnlCreDtTm: optional(dateTime(r.OriginalCreatedAt)), OrgnlNbOfTxs: optional(r.OriginalCount),
		OrgnlCtrlSum: optional(r.OriginalSum), GrpSts: optional(pain002v03.TransactionGroupStatus3Code(r.group())), StsRsnInf: reasons3(r.Reasons),
	}
	for _, c := range perStatus(r.statuses()) {
		group.NbOfTxsPerSts = append(group.NbOfTxsPerSts, pain002v03.NumberOfTransactionsPerStatus3{
			DtldNbOfTxs: strconv.Itoa(c.count), DtldSts: pain002v03.TransactionIndividualStatus3Code(c.status),
		})
	}
	d.CstmrPmtStsRpt.OrgnlGrpInfAndSts = group
	for _, b := range r.batches() {
		info := pain002v03.OriginalPaymentInformation1{
			OrgnlPmtInfId: b.id, OrgnlNbOfTxs: new(strconv.Itoa(len(b.outcomes))), PmtInfSts: new(pain002v03.TransactionGroupStatus3Code(GroupStatus(b.statuses()))),
		}
		for _, o := range b.outcomes {
			info.TxInfAndSts = append(info.TxInfAndSts, pain002v03.PaymentTransactionInformation25{
				StsId: optional(o.StatusID), OrgnlInstrId: optional(o.InstrID), OrgnlEndToEndId: optional(o.EndToEndID),
				TxSts: optional(pain002v03.TransactionIndividualStatus3Code(o.Status)), StsRsnInf: reasons3(o.Reasons),
				AccptncDtTm: optional(dateTime(o.AcceptedAt)), AcctSvcrRef: optional(o.LedgerRef),
			})
		}
		d.CstmrPmtStsRpt.OrgnlPmtInfAndSts = append(d.CstmrPmtStsRpt.OrgnlPmtInfAndSts, info)
	}
	body, err := d.Encode()
	return finished(pain002v03.Table.Version, r.ID, body, err)
}

func reasons3(reasons []Reason) (list []pain002v03.StatusReasonInformation8) {
	for _, reason := range reasons {
		info := pain002v03.StatusReasonInformation8{AddtlInf: reason.Information}
		if reason.Code != "" || reason.Proprietary != "" {
			info.Rsn = &pain002v03.StatusReason6Choice{Cd: optional(reason.Code), Prtry: optional(reason.Proprietary)}
		}
		list = append(list, info)
	}
	return list
}
