package fault

// Assets and issuance. Numbers 4000-4299.
var (
	AssetTaken           = define(4000, "asset.taken", Conflict, "NARR", false, "an asset with this id exists", "该编号的资产已存在")
	AssetInvalid         = define(4001, "asset.invalid", Invalid, "NARR", false, "the description of the asset is not valid", "资产信息无效")
	AssetNotEmpty        = define(4002, "asset.not_empty", Refused, "NARR", false, "the asset still has supply", "该资产仍有流通量")
	AssetState           = define(4003, "asset.wrong_state", Conflict, "NARR", false, "the asset is not in the state for this", "资产状态不符")
	ReservesMissing      = define(4100, "reserves.missing", Refused, "NARR", true, "no reserves are attested for this asset", "该资产没有储备证明")
	ReservesStale        = define(4101, "reserves.stale", Refused, "NARR", true, "the attested reserves are older than the asset allows", "储备证明已过时")
	ReservesShort        = define(4102, "reserves.short", Refused, "NARR", true, "supply would exceed the eligible reserves", "流通量将超过合格储备")
	ReservesInvalid      = define(4103, "reserves.invalid", Invalid, "NARR", false, "the attestation is not valid", "储备证明无效")
	BackingCap           = define(4104, "backing.cap_exceeded", Refused, "NARR", true, "supply would exceed the cap the authority has set", "流通量将超过监管上限")
	AllowanceExceeded    = define(4110, "allowance.exceeded", Refused, "NARR", true, "the minter's allowance does not cover this", "铸造额度不足")
	AllowanceNone        = define(4111, "allowance.none", Conflict, "NARR", false, "there is no allowance to take away", "没有可取消的铸造额度")
	RedemptionNotFound   = define(4120, "redemption.not_found", NotFound, "NARR", false, "there is no such redemption", "没有该赎回")
	RedemptionState      = define(4121, "redemption.wrong_state", Conflict, "NARR", false, "the redemption is not in the state for this", "赎回状态不符")
	RedemptionNotOffered = define(4122, "redemption.not_offered", Refused, "NARR", false, "the asset has no redemption term", "该资产未提供赎回")
	SupervisionState     = define(4200, "supervision.wrong_state", Conflict, "NARR", false, "it is already so", "状态已如此")
	SupervisionNotYours  = define(4201, "supervision.not_yours", Forbidden, "AG01", false, "this lies outside the authority's subtree", "不在该监管机构辖区内")
)
