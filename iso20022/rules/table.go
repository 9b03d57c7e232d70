// Package rules holds what a receiver checks beyond the schema, each rule with a documented id.
//
// There are two profiles. Plain is the schema and what a ledger needs to pay; the rest are
// warnings. CBPR adds the usage rules of SWIFT's Cross-Border Payments and Reporting Plus. The
// table is the source of the documentation; the functions beside it find the violations. They
// read one element or one payment at a time and keep nothing but fingerprints of ids.
package rules

import "strings"

// Level says what a violation does to the file.
type Level uint8

// The levels.
const (
	Off Level = iota
	Warn
	Refuse
)

// Profile selects the levels.
type Profile uint8

// The profiles.
const (
	Plain Profile = iota
	CBPR
)

// Rule is one row of the table.
type Rule struct {
	ID          string
	Plain, CBPR Level
	Applies     string // which messages
	En, Zh      string
}

// Level is what the rule does to a message under a profile. In the plain profile a wrong
// identifier inside a report or statement is a warning: it tells of somebody else's payment.
func (r Rule) Level(p Profile, message string) Level {
	switch {
	case p == CBPR:
		return r.CBPR
	case r.Plain == Refuse && identifiers[r.ID] && reports(message):
		return Warn
	}
	return r.Plain
}

var identifiers = map[string]bool{
	"iso.iban.country": true, "iso.iban.length": true, "iso.iban.check_digits": true, "iso.bic.country": true, "iso.lei.check_digits": true, "iso.country.unknown": true,
}

func reports(message string) bool {
	return strings.HasPrefix(message, "camt.052.") || strings.HasPrefix(message, "camt.053.") || strings.HasPrefix(message, "camt.054.")
}

const (
	everything = "all"
	transfers  = "pain.001 pacs.008 pacs.009"
	interbank  = "pacs.008 pacs.009"
)

var table = []Rule{
	{"iso.not_xml", Refuse, Refuse, everything, "the file is not well-formed XML", "文件不是格式正确的XML"},
	{"iso.version_unsupported", Refuse, Refuse, everything, "this message or version is not supported", "不支持该报文或版本"},
	{"iso.document_missing", Refuse, Refuse, everything, "there is no Document in the file", "文件中没有Document"},
	{"iso.document_twice", Refuse, Refuse, everything, "there is more than one Document in the file", "文件中有多个Document"},
	{"iso.header_twice", Refuse, Refuse, everything, "there is more than one AppHdr in the file", "文件中有多个AppHdr"},
	{"iso.header_after_document", Refuse, Refuse, everything, "the AppHdr stands behind the Document", "AppHdr位于Document之后"},
	{"iso.wrapper_unknown", Warn, Warn, everything, "the root element is not a known wrapper", "根元素不是已知的封装"},

	{"iso.schema.type", Refuse, Refuse, everything, "the value does not have the form of its type", "值不符合其类型的格式"},
	{"iso.schema.pattern", Refuse, Refuse, everything, "the value does not match the pattern", "值与模式不匹配"},
	{"iso.schema.length", Refuse, Refuse, everything, "the text is too short or too long", "文本过短或过长"},
	{"iso.schema.enumeration", Refuse, Refuse, everything, "the value is not one of the list", "值不在允许的列表中"},
	{"iso.schema.digits", Refuse, Refuse, everything, "the number has too many digits", "数字位数过多"},
	{"iso.schema.negative", Refuse, Refuse, everything, "the number is negative", "数值为负"},
	{"iso.schema.unexpected_element", Refuse, Refuse, everything, "the element may not stand here", "此处不允许该元素"},
	{"iso.schema.missing_element", Refuse, Refuse, everything, "a mandatory element is missing", "缺少必填元素"},
	{"iso.schema.too_many", Refuse, Refuse, everything, "the element stands too often", "元素重复次数过多"},
	{"iso.schema.order", Refuse, Refuse, everything, "the elements are in the wrong order", "元素顺序错误"},
	{"iso.schema.namespace", Refuse, Refuse, everything, "the element is in another namespace", "元素属于其他命名空间"},
	{"iso.schema.text_not_allowed", Refuse, Refuse, everything, "text stands where only elements may", "只允许元素之处出现文本"},
	{"iso.schema.attribute", Refuse, Refuse, everything, "an attribute is missing or not allowed", "缺少属性或属性不被允许"},
	{"iso.schema.wildcard", Refuse, Refuse, everything, "the open content is not what the schema allows", "开放内容不符合架构要求"},

	{"iso.iban.country", Refuse, Refuse, everything, "the country of the IBAN is not in the IBAN registry", "IBAN的国家不在IBAN登记册中"},
	{"iso.iban.length", Refuse, Refuse, everything, "the IBAN has the wrong length for its country", "IBAN长度与国家不符"},
	{"iso.iban.check_digits", Refuse, Refuse, everything, "the check digits of the IBAN do not fit", "IBAN校验位不符"},
	{"iso.bic.country", Refuse, Refuse, everything, "the country inside the BIC does not exist", "BIC中的国家代码不存在"},
	{"iso.lei.check_digits", Refuse, Refuse, everything, "the check digits of the LEI do not fit", "LEI校验位不符"},
	{"iso.country.unknown", Refuse, Refuse, everything, "the country code is not in ISO 3166-1", "国家代码不在ISO 3166-1中"},
	{"iso.currency.unknown", Refuse, Refuse, transfers + " camt.056 pacs.004", "the currency is not in ISO 4217 list one", "货币代码不在ISO 4217第一清单中"},
	{"iso.currency.unlisted", Warn, Warn, "reports and statements", "the currency is not in today's ISO 4217 list one; it may be a historic one", "货币代码不在现行ISO 4217第一清单中，可能是历史货币"},
	{"iso.currency.not_money", Refuse, Refuse, transfers + " camt.056 pacs.004", "the code is a commodity, a fund unit or a test code, not a currency that can be paid", "该代码是商品、基金单位或测试代码，不是可支付的货币"},
	{"iso.amount.decimals", Refuse, Refuse, transfers + " camt.056 pacs.004", "the amount has more decimals than its currency", "金额的小数位多于该货币的最小单位"},
	{"iso.amount.decimals_written", Warn, Refuse, everything, "the amount is written with more decimals than its currency has", "金额书写的小数位多于该货币的最小单位"},
	{"iso.amount.zero", Refuse, Refuse, transfers, "a payment of nothing cannot be made", "付款金额不能为零"},
	{"iso.rate.zero", Refuse, Refuse, transfers, "an exchange rate must be more than zero", "汇率必须大于零"},
	{"iso.count", Refuse, Refuse, transfers, "the number of transactions differs from what the file says", "交易笔数与文件声明不符"},
	{"iso.control_sum", Refuse, Refuse, transfers, "the sum of the amounts differs from the control sum", "金额合计与控制总和不符"},
	{"iso.total_amount", Refuse, Refuse, interbank, "the total interbank amount differs from the sum of the transactions", "银行间结算总额与交易合计不符"},
	{"iso.uetr.duplicate", Refuse, Refuse, transfers, "two payments have the same UETR", "两笔付款的UETR相同"},
	{"iso.end_to_end_id.duplicate", Warn, Warn, transfers, "two payments have the same end-to-end id", "两笔付款的端到端标识相同"},
	{"iso.pmt_inf_id.duplicate", Warn, Warn, "pain.001", "two payment groups have the same id", "两个付款组的标识相同"},
	{"iso.id.blank", Warn, Refuse, everything, "an identification is blank", "标识为空白"},
	{"iso.external_code", Warn, Warn, everything, "the code is not in the external code set as published in May 2025", "代码不在2025年5月发布的外部代码集中"},
	{"iso.header.message_definition", Refuse, Refuse, everything, "the header names another message than the document is", "报文头所称报文与文档不一致"},
	{"iso.date.past", Warn, Warn, transfers, "the requested or settlement date has passed; it will be paid today", "请求执行日或结算日已过，将于今日支付"},
	{"iso.date.future", Warn, Warn, transfers, "the date lies in the future; an immediate ledger refuses it with DT01", "日期在未来；即时账本将以DT01拒绝"},
	{"iso.method", Warn, Warn, "pain.001", "only credit transfers (TRF) can be paid on a ledger", "账本仅支持贷记转账（TRF）"},
	{"iso.account_missing", Warn, Warn, "pain.001 pacs.008", "the debtor or creditor account is missing: the ledger cannot find whom to pay", "缺少付款人或收款人账户，账本无法确定收付方"},

	{"cbpr.header.missing", Off, Refuse, everything, "CBPR+ needs a business application header", "CBPR+要求有业务应用报文头"},
	{"cbpr.header.bic_missing", Off, Refuse, everything, "the header must name sender and receiver by BIC", "报文头必须以BIC标明发送方和接收方"},
	{"cbpr.header.bic_mismatch", Warn, Refuse, "pacs camt.029 camt.056", "sender or receiver of the header is not the instructing or instructed agent, assigner or assignee of the document", "报文头的发送方或接收方与文档中的指示行、被指示行或案件双方不一致"},
	{"cbpr.header.id_mismatch", Warn, Refuse, everything, "BizMsgIdr of the header differs from the message id of the document", "报文头BizMsgIdr与文档报文标识不一致"},
	{"cbpr.charset", Off, Refuse, everything, "the text holds a character outside of the SWIFT set", "文本含有SWIFT字符集以外的字符"},
	{"cbpr.slash", Warn, Refuse, everything, "the reference begins or ends with a slash or holds two together", "参考号以斜杠开头或结尾，或含连续斜杠"},
	{"cbpr.address.town_country", Warn, Refuse, everything, "an address needs town and country in their own elements (no unstructured addresses since November 2025)", "地址须以专用元素填写城镇和国家（2025年11月起不再接受非结构化地址）"},
	{"cbpr.address.lines", Warn, Refuse, everything, "a hybrid address has at most two lines", "混合地址最多两行"},
	{"cbpr.address.line_length", Off, Refuse, everything, "a line of a hybrid address has at most 70 characters", "混合地址每行最多70个字符"},
	{"cbpr.address.name", Off, Refuse, everything, "a party with an address needs a name", "有地址的当事方必须有名称"},
	{"cbpr.uetr.missing", Off, Refuse, interbank, "the UETR is mandatory", "UETR为必填"},
	{"cbpr.instr_id.missing", Off, Refuse, interbank, "the instruction id is mandatory", "指令标识为必填"},
	{"cbpr.instr_id.length", Off, Refuse, interbank, "the instruction id has at most 16 characters", "指令标识最多16个字符"},
	{"cbpr.single", Off, Refuse, interbank, "a CBPR+ message holds exactly one payment", "CBPR+报文只含一笔付款"},
	{"cbpr.settlement_method", Off, Refuse, interbank, "the settlement method must be INDA, INGA or COVE", "结算方式须为INDA、INGA或COVE"},
	{"cbpr.settlement_date.missing", Off, Refuse, interbank, "the settlement date is mandatory in the transaction", "交易中结算日为必填"},
	{"cbpr.agent.missing", Off, Refuse, interbank, "instructing and instructed agent are mandatory", "指示行与被指示行为必填"},
	{"cbpr.party.unnamed", Off, Refuse, "pacs.008", "debtor and creditor need a name or a BIC", "付款人和收款人须有名称或BIC"},
	{"cbpr.charge_bearer", Warn, Refuse, "pacs.008", "the charge bearer must be DEBT, CRED or SHAR", "费用承担方须为DEBT、CRED或SHAR"},
	{"cbpr.charges.missing", Warn, Refuse, "pacs.008", "with CRED the charges that were taken must be given", "费用承担为CRED时须列明已扣费用"},
	{"cbpr.charges.several", Warn, Refuse, "pacs.008", "with DEBT charges may be given once", "费用承担为DEBT时费用信息最多一项"},
	{"cbpr.charges.instructed_amount", Warn, Refuse, "pacs.008", "where charges were taken or currency exchanged the instructed amount must be given", "已扣费用或兑换货币时须给出指示金额"},
	{"cbpr.exchange_rate", Warn, Refuse, "pacs.008", "an exchange rate is needed when the instructed currency differs and only then", "仅当指示货币不同时须给出汇率"},
	{"cbpr.datetime.offset", Off, Refuse, everything, "the creation time needs an offset from UTC", "创建时间须带UTC偏移"},
}

var byID = func() map[string]Rule {
	m := make(map[string]Rule, len(table))
	for _, r := range table {
		m[r.ID] = r
	}
	return m
}()

// All is the table in its order, for the documentation.
func All() []Rule { return append([]Rule(nil), table...) }

// Find returns a rule; ok is false for an id that is not in the table.
func Find(id string) (Rule, bool) {
	r, ok := byID[id]
	return r, ok
}
