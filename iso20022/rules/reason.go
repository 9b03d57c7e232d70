package rules

import "strings"

// reasons are the codes of ExternalStatusReason1Code that answer a refusal in pain.002 and pacs.002.
var reasons = map[string]string{
	"iso.iban.country": "AC01", "iso.iban.length": "AC01", "iso.iban.check_digits": "AC01", "iso.account_missing": "AC01", "iso.bic.country": "RC01", "iso.lei.check_digits": "BE16",
	"iso.country.unknown": "BE09", "iso.currency.unknown": "AM11", "iso.currency.not_money": "AM03", "iso.amount.decimals": "AM12", "iso.amount.decimals_written": "AM12",
	"iso.amount.zero": "AM01", "iso.count": "AM18", "iso.control_sum": "AM10", "iso.total_amount": "AM10", "iso.uetr.duplicate": "DU03", "iso.end_to_end_id.duplicate": "DU04",
	"iso.pmt_inf_id.duplicate": "DU02", "iso.date.past": "DT01", "iso.date.future": "DT01", "cbpr.header.bic_mismatch": "RC01", "cbpr.agent.missing": "RC01",
}

// Reason is the code that answers a violation of a rule: FF01, invalid file format, where there
// is none of its own.
func Reason(id string) string {
	if code, ok := reasons[id]; ok {
		return code
	}
	if strings.HasPrefix(id, "cbpr.") {
		return "NARR"
	}
	return "FF01"
}
