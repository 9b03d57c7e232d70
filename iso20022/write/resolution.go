package write

import (
	"causeway/iso20022/camt029v09"
	"causeway/iso20022/model"
)

// ResolvedPayment is the answer on one payment whose cancellation was asked for.
type ResolvedPayment struct {
	Reference
	ID                          string // CxlStsId
	OriginalID, OriginalMessage string
	Cancelled, Pending          bool
	Reason                      Reason // why not: ExternalPaymentCancellationRejection1Code
	Amount                      model.Money
}

// Resolution is a camt.029.
type Resolution struct {
	ID, CreatedAt            string
	AssignerBIC, AssigneeBIC string
	CaseID, CaseCreatorBIC   string // of the request, if it had one
	Payments                 []ResolvedPayment
}

// confirmation sums the answers up: CNCL all cancelled, RJCR none, PDCR any pending, else PECR.
func (r *Resolution) confirmation() string {
	cancelled, pending := 0, 0
	for _, p := range r.Payments {
		switch {
		case p.Cancelled:
			cancelled++
		case p.Pending:
			pending++
		}
	}
	switch {
	case pending > 0:
		return "PDCR"
	case cancelled == 0:
		return "RJCR"
	case cancelled == len(r.Payments):
		return "CNCL"
	}
	return "PECR"
}

// CancellationResolution writes camt.029.001.09.
func CancellationResolution(r Resolution) (*Message, error) {
	d := &camt029v09.Document{}
	answer := &d.RsltnOfInvstgtn
	answer.Assgnmt = camt029v09.CaseAssignment5{Id: r.ID, Assgnr: resolutionParty(r.AssignerBIC), Assgne: resolutionParty(r.AssigneeBIC), CreDtTm: dateTime(r.CreatedAt)}
	if r.CaseID != "" {
		answer.RslvdCase = &camt029v09.Case5{Id: r.CaseID, Cretr: resolutionParty(r.CaseCreatorBIC)}
	}
	answer.Sts = camt029v09.InvestigationStatus5Choice{Conf: new(r.confirmation())}
	details := camt029v09.UnderlyingTransaction22{}
	for _, p := range r.Payments {
		tx := camt029v09.PaymentTransaction102{
			CxlStsId:     optional(p.ID),
			OrgnlGrpInf:  &camt029v09.OriginalGroupInformation29{OrgnlMsgId: p.OriginalID, OrgnlMsgNmId: p.OriginalMessage},
			OrgnlInstrId: optional(p.InstrID), OrgnlEndToEndId: optional(p.EndToEndID), OrgnlTxId: optional(p.TxID), OrgnlUETR: optional(p.UETR),
			TxCxlSts: new(individual(p)),
		}
		if p.Reason.Code != "" || p.Reason.Proprietary != "" {
			tx.CxlStsRsnInf = []camt029v09.CancellationStatusReason4{{
				Rsn:      &camt029v09.CancellationStatusReason3Choice{Cd: optional(p.Reason.Code), Prtry: optional(p.Reason.Proprietary)},
				AddtlInf: p.Reason.Information,
			}}
		}
		if p.Amount.Value != "" {
			tx.OrgnlIntrBkSttlmAmt = &camt029v09.ActiveOrHistoricCurrencyAndAmount{Ccy: p.Amount.Currency, Value: p.Amount.Value}
		}
		details.TxInfAndSts = append(details.TxInfAndSts, tx)
	}
	answer.CxlDtls = []camt029v09.UnderlyingTransaction22{details}
	body, err := d.Encode()
	return finished(camt029v09.Table.Version, r.ID, body, err)
}

func individual(p ResolvedPayment) camt029v09.CancellationIndividualStatus1Code {
	switch {
	case p.Cancelled:
		return camt029v09.CancellationIndividualStatus1CodeACCR
	case p.Pending:
		return camt029v09.CancellationIndividualStatus1CodePDCR
	}
	return camt029v09.CancellationIndividualStatus1CodeRJCR
}

func resolutionParty(bic string) camt029v09.Party40Choice {
	return camt029v09.Party40Choice{Agt: &camt029v09.BranchAndFinancialInstitutionIdentification6{FinInstnId: camt029v09.FinancialInstitutionIdentification18{BICFI: optional(bic)}}}
}
