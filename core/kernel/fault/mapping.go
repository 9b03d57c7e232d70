package fault

// Files of others mapped to the ledger: 9100-9149.
var (
	MappingDebtorAccount   = define(9100, "iso.debtor_account_unknown", NotFound, "AC02", false, "no account on this ledger has the debtor account's id", "账本上没有该付款账户")
	MappingCreditorAccount = define(9101, "iso.creditor_account_unknown", NotFound, "AC03", false, "no account on this ledger has the creditor account's id", "账本上没有该收款账户")
	MappingCurrency        = define(9102, "iso.currency_mismatch", Invalid, "AM03", false, "the currency is not the one of the account's asset", "币种与账户资产不符")
	MappingAmount          = define(9103, "iso.amount_inexact", Invalid, "AM09", false, "the amount cannot be expressed exactly in the asset's minor units", "金额无法以资产最小单位精确表示")
	MappingRate            = define(9104, "iso.rate_missing", Invalid, "FF10", false, "a payment across two currencies needs a worst rate: XchgRateInf/XchgRate or a rate given with the file", "跨币种付款须给出最差汇率：XchgRateInf/XchgRate 或随文件给出")
	MappingDate            = define(9105, "iso.execution_date_future", Invalid, "DT01", false, "the requested execution date lies in the future; this ledger pays at once", "要求执行日期在未来；本账本即时付款")
	MappingPurpose         = define(9106, "iso.purpose_missing", Invalid, "RR04", false, "the payment has no purpose: Purp or CtgyPurp", "付款缺少用途：Purp 或 CtgyPurp")
	MappingLEI             = define(9107, "iso.party_mismatch", Invalid, "RC08", false, "the LEI in the file is not the account owner's", "文件中的LEI与账户所有人不符")
	MappingAccountAsset    = define(9108, "iso.account_asset_unclear", Invalid, "AC09", false, "the account's external id does not say which asset it stands for", "账户外部编号未说明对应的资产")
	MappingReference       = define(9109, "iso.reference_unusable", Invalid, "RC11", false, "a reference has characters that the ledger does not carry", "参考号包含账本不支持的字符")
)
