package rules

import (
	"strconv"
	"strings"

	"causeway/iso20022/ident"
	"causeway/iso20022/model"
	"causeway/iso20022/xmltype"
)

// Totals are the counts and sums of a file or of one group in it.
type Totals struct {
	Count int
	Sum   xmltype.Decimal
}

// Add counts a payment. An amount that is no decimal is the schema's affair and adds nothing.
func (t *Totals) Add(value xmltype.Decimal) {
	t.Count++
	if t.Sum == "" {
		t.Sum = "0"
	}
	if sum, err := xmltype.Sum(t.Sum, value); err == nil {
		t.Sum = sum
	}
}

// Check compares with what the group header or payment information says; path is its element.
func (t *Totals) Check(path, count string, sum xmltype.Decimal, at At) {
	if declared, err := strconv.ParseInt(count, 10, 64); err == nil && declared != int64(t.Count) {
		at("iso.count", path+"/NbOfTxs", count, strconv.Itoa(t.Count)+", as counted")
	}
	if sum != "" && sum.Canonical() != t.total() {
		at("iso.control_sum", path+"/CtrlSum", string(sum), string(t.total())+", as summed")
	}
}

func (t *Totals) total() xmltype.Decimal {
	if t.Sum == "" {
		return "0"
	}
	return t.Sum
}

// Group checks the id of a payment information block against those before it.
func (c *Payments) Group(id string, at At) {
	if id != "" && seen(c.batch, id) {
		at("iso.pmt_inf_id.duplicate", "/PmtInfId", id, "each id once")
	}
}

// File checks what only the whole file shows.
func (c *Payments) File(f *model.File, path string, totals *Totals, oneCurrency string, at At) {
	totals.Check(path+"/GrpHdr", f.Declared, f.ControlSum, at)
	if f.Total.Value != "" && (f.Total.Value.Canonical() != totals.total() || oneCurrency != "" && oneCurrency != f.Total.Currency) {
		at("iso.total_amount", path+"/GrpHdr/TtlIntrBkSttlmAmt", string(f.Total.Value)+" "+f.Total.Currency, string(totals.total())+" "+oneCurrency+", as summed")
	}
	if !strings.HasPrefix(f.Message, "pacs.008") && !strings.HasPrefix(f.Message, "pacs.009") {
		return
	}
	if totals.Count != 1 {
		at("cbpr.single", path, strconv.Itoa(totals.Count), "one transaction")
	}
	if m := f.SettlementMethod; m != "INDA" && m != "INGA" && m != "COVE" {
		at("cbpr.settlement_method", path+"/GrpHdr/SttlmInf/SttlmMtd", m, "INDA, INGA or COVE")
	}
}

// Header compares header and document; h is nil where the file has none.
func Header(h *model.Header, version, messageID, createdAt string, instructing, instructed []string, at At) {
	if createdAt != "" && !offset(createdAt) {
		at("cbpr.datetime.offset", "/Document", createdAt, "an offset such as +08:00")
	}
	if h == nil {
		at("cbpr.header.missing", "/", "", "AppHdr")
		return
	}
	if h.MessageDefinition != version {
		at("iso.header.message_definition", "/AppHdr/MsgDefIdr", h.MessageDefinition, version)
	}
	if messageID != "" && h.BusinessMessageID != messageID {
		at("cbpr.header.id_mismatch", "/AppHdr/BizMsgIdr", h.BusinessMessageID, messageID)
	}
	if h.CreatedAt != "" && !offset(h.CreatedAt) {
		at("cbpr.datetime.offset", "/AppHdr/CreDt", h.CreatedAt, "an offset such as +08:00")
	}
	if h.FromBIC == "" || h.ToBIC == "" {
		at("cbpr.header.bic_missing", "/AppHdr", "", "Fr and To with FIId/FinInstnId/BICFI")
	}
	switch {
	case strings.HasPrefix(version, "pacs."):
		bics(h.FromBIC, instructing, "/AppHdr/Fr/FIId/FinInstnId/BICFI", "InstgAgt", at)
		bics(h.ToBIC, instructed, "/AppHdr/To/FIId/FinInstnId/BICFI", "InstdAgt", at)
	case strings.HasPrefix(version, "camt.056."), strings.HasPrefix(version, "camt.029."):
		bics(h.FromBIC, instructing, "/AppHdr/Fr/FIId/FinInstnId/BICFI", "Assgnr", at)
		bics(h.ToBIC, instructed, "/AppHdr/To/FIId/FinInstnId/BICFI", "Assgne", at)
	}
}

func bics(header string, document []string, path, agent string, at At) {
	for _, bic := range document {
		if header != "" && !ident.SameBIC(header, bic) {
			at("cbpr.header.bic_mismatch", path, header, bic+", the "+agent+" of the document")
			return
		}
	}
}

// offset tells whether a dateTime says how far it is from UTC.
func offset(text string) bool {
	return strings.HasSuffix(text, "Z") || len(text) > 6 && (text[len(text)-6] == '+' || text[len(text)-6] == '-')
}
