package write

import (
	"strconv"

	"causeway/iso20022/model"
	"causeway/iso20022/pacs004v09"
	"causeway/iso20022/xmltype"
)

// ReturnedPayment is one payment that goes back.
type ReturnedPayment struct {
	Reference
	ID             string // RtrId
	Original       model.Money
	Returned       model.Money
	SettlementDate string // YYYY-MM-DD
	Reason         Reason // ExternalReturnReason1Code
}

// Return is a pacs.004.
type Return struct {
	ID, CreatedAt                 string
	InstructingBIC, InstructedBIC string
	OriginalID, OriginalMessage   string
	OriginalCreatedAt             string
	Payments                      []ReturnedPayment
}

// PaymentReturn writes pacs.004.001.09.
func PaymentReturn(r Return) (*Message, error) {
	d := &pacs004v09.Document{}
	d.PmtRtr.GrpHdr = pacs004v09.GroupHeader90{
		MsgId: r.ID, CreDtTm: dateTime(r.CreatedAt), NbOfTxs: strconv.Itoa(len(r.Payments)),
		SttlmInf: pacs004v09.SettlementInstruction7{SttlmMtd: pacs004v09.SettlementMethod1CodeINDA},
		InstgAgt: returnAgent(r.InstructingBIC), InstdAgt: returnAgent(r.InstructedBIC),
	}
	for _, p := range r.Payments {
		d.PmtRtr.TxInf = append(d.PmtRtr.TxInf, pacs004v09.PaymentTransaction112{
			RtrId:        optional(p.ID),
			OrgnlGrpInf:  &pacs004v09.OriginalGroupInformation29{OrgnlMsgId: r.OriginalID, OrgnlMsgNmId: r.OriginalMessage, OrgnlCreDtTm: optional(dateTime(r.OriginalCreatedAt))},
			OrgnlInstrId: optional(p.InstrID), OrgnlEndToEndId: optional(p.EndToEndID), OrgnlTxId: optional(p.TxID), OrgnlUETR: optional(p.UETR),
			OrgnlIntrBkSttlmAmt: originalAmount(p.Original),
			RtrdIntrBkSttlmAmt:  pacs004v09.ActiveCurrencyAndAmount{Ccy: p.Returned.Currency, Value: p.Returned.Value},
			IntrBkSttlmDt:       optional(xmltype.Date(p.SettlementDate)), ChrgBr: new(pacs004v09.ChargeBearerType1CodeSHAR),
			InstgAgt: returnAgent(r.InstructingBIC), InstdAgt: returnAgent(r.InstructedBIC),
			RtrRsnInf: []pacs004v09.PaymentReturnReason6{{
				Rsn:      &pacs004v09.ReturnReason5Choice{Cd: optional(p.Reason.Code), Prtry: optional(p.Reason.Proprietary)},
				AddtlInf: p.Reason.Information,
			}},
		})
	}
	body, err := d.Encode()
	return finished(pacs004v09.Table.Version, r.ID, body, err)
}

func originalAmount(m model.Money) *pacs004v09.ActiveOrHistoricCurrencyAndAmount {
	if m.Value == "" {
		return nil
	}
	return &pacs004v09.ActiveOrHistoricCurrencyAndAmount{Ccy: m.Currency, Value: m.Value}
}

func returnAgent(bic string) *pacs004v09.BranchAndFinancialInstitutionIdentification6 {
	if bic == "" {
		return nil
	}
	return &pacs004v09.BranchAndFinancialInstitutionIdentification6{FinInstnId: pacs004v09.FinancialInstitutionIdentification18{BICFI: &bic}}
}
