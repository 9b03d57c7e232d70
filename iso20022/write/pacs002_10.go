package write

import (
	"strconv"

	"causeway/iso20022/pacs002v10"
)

func interbankReport10(r *Report) (*Message, error) {
	d := &pacs002v10.Document{}
	report := &d.FIToFIPmtStsRpt
	report.GrpHdr = pacs002v10.GroupHeader91{MsgId: r.ID, CreDtTm: dateTime(r.CreatedAt), InstgAgt: agent10(r.InstructingBIC), InstdAgt: agent10(r.InstructedBIC)}
	if len(r.Outcomes) != 1 || len(r.Reasons) > 0 {
		group := pacs002v10.OriginalGroupHeader17{
			OrgnlMsgId: r.OriginalID, OrgnlMsgNmId: r.OriginalMessage, OrgnlCreDtTm: optional(dateTime(r.OriginalCreatedAt)), OrgnlNbOfTxs: optional(r.OriginalCount),
			OrgnlCtrlSum: optional(r.OriginalSum), GrpSts: optional(string(r.group())), StsRsnInf: interbankReasons10(r.Reasons),
		}
		for _, c := range perStatus(r.statuses()) {
			group.NbOfTxsPerSts = append(group.NbOfTxsPerSts, pacs002v10.NumberOfTransactionsPerStatus5{DtldNbOfTxs: strconv.Itoa(c.count), DtldSts: string(c.status)})
		}
		report.OrgnlGrpInfAndSts = append(report.OrgnlGrpInfAndSts, group)
	}
	for _, o := range r.Outcomes {
		report.TxInfAndSts = append(report.TxInfAndSts, pacs002v10.PaymentTransaction110{
			StsId:        optional(o.StatusID),
			OrgnlGrpInf:  &pacs002v10.OriginalGroupInformation29{OrgnlMsgId: r.OriginalID, OrgnlMsgNmId: r.OriginalMessage, OrgnlCreDtTm: optional(dateTime(r.OriginalCreatedAt))},
			OrgnlInstrId: optional(o.InstrID), OrgnlEndToEndId: optional(o.EndToEndID), OrgnlTxId: optional(o.TxID), OrgnlUETR: optional(o.UETR), TxSts: optional(string(o.Status)),
			StsRsnInf: interbankReasons10(o.Reasons), AccptncDtTm: optional(dateTime(o.AcceptedAt)), AcctSvcrRef: optional(o.LedgerRef),
			InstgAgt: agent10(r.InstructingBIC), InstdAgt: agent10(r.InstructedBIC),
		})
	}
	body, err := d.Encode()
	return finished(pacs002v10.Table.Version, r.ID, body, err)
}

func agent10(bic string) *pacs002v10.BranchAndFinancialInstitutionIdentification6 {
	if bic == "" {
		return nil
	}
	return &pacs002v10.BranchAndFinancialInstitutionIdentification6{FinInstnId: pacs002v10.FinancialInstitutionIdentification18{BICFI: &bic}}
}

func interbankReasons10(reasons []Reason) (list []pacs002v10.StatusReasonInformation12) {
	for _, reason := range reasons {
		info := pacs002v10.StatusReasonInformation12{AddtlInf: reason.Information}
		if reason.Code != "" || reason.Proprietary != "" {
			info.Rsn = &pacs002v10.StatusReason6Choice{Cd: optional(reason.Code), Prtry: optional(reason.Proprietary)}
		}
		list = append(list, info)
	}
	return list
}
