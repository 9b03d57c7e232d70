package fault

// Signatures, keys and passkeys: 1100-1149.
var (
	SignatureInvalid = define(1100, "signature.invalid", Unauthenticated, "DS0B", false,
		"the signature does not verify under this key for this transaction",
		"该签名无法用此密钥对本交易验证通过")
	SignatureHighS = define(1101, "signature.high_s", Invalid, "DS0B", false,
		"the second half of the signature is above half the curve order; replace s by n - s",
		"签名的 s 值大于曲线阶的一半；请用 n - s 代替 s")
	SignatureAlgorithmUnknown = define(1102, "signature.algorithm_unknown", Invalid, "DS0B", false,
		"no such signature algorithm",
		"签名算法不存在")
	SignatureMalformed = define(1103, "signature.malformed", Invalid, "DS0B", false,
		"the signature does not have the form its algorithm asks for",
		"签名不符合其算法要求的格式")

	KeyMalformed = define(1110, "key.malformed", Invalid, "DS0B", false,
		"the public key is not the canonical encoding of a point on its curve",
		"公钥不是其曲线上某点的规范编码")
	KeySmallOrder = define(1111, "key.small_order", Invalid, "DS0B", false,
		"the public key is a point of small order, under which anybody can sign",
		"公钥是低阶点，任何人都能以其签名")
	KeyEncryptionOnly = define(1112, "key.encryption_only", Invalid, "DS0B", false,
		"this key is for encryption and never signs",
		"此密钥仅用于加密，不能签名")

	PasskeyTooLong = define(1120, "passkey.too_long", Invalid, "DS0B", false,
		"authenticator data and client data together are too long",
		"认证器数据与客户端数据合计过长")
	PasskeyClientDataMalformed = define(1121, "passkey.client_data_malformed", Invalid, "DS0B", false,
		"the client data is not one strict JSON object in UTF-8",
		"客户端数据不是严格的 UTF-8 JSON 对象")
	PasskeyDuplicateKey = define(1122, "passkey.duplicate_key", Invalid, "DS0B", false,
		"the client data names the same member twice",
		"客户端数据中同一成员出现两次")
	PasskeyTypeWrong = define(1123, "passkey.type_wrong", Invalid, "DS0B", false,
		"the client data is not of an assertion",
		"客户端数据的类型不是断言")
	PasskeyChallengeWrong = define(1124, "passkey.challenge_wrong", Unauthenticated, "DS0B", false,
		"the passkey has signed another challenge than this transaction's id",
		"通行密钥签署的质询不是本交易的标识")
	PasskeyAuthenticatorDataMalformed = define(1125, "passkey.authenticator_data_malformed", Invalid, "DS0B", false,
		"the authenticator data has a wrong length",
		"认证器数据长度有误")
	PasskeyRelyingPartyWrong = define(1126, "passkey.relying_party_wrong", Unauthenticated, "DS0B", false,
		"the passkey has signed for another relying party than the registered one",
		"通行密钥所签的依赖方与登记的不一致")
	PasskeyUserAbsent = define(1127, "passkey.user_absent", Unauthenticated, "DS0B", false,
		"the authenticator did not see a user present",
		"认证器未确认用户在场")
	PasskeyUserUnverified = define(1128, "passkey.user_unverified", Unauthenticated, "DS0B", false,
		"the authenticator did not verify its user",
		"认证器未核验用户身份")
	PasskeyAttestedData = define(1129, "passkey.attested_data", Invalid, "DS0B", false,
		"the authenticator data belongs to a registration, not to an assertion",
		"认证器数据属于注册而非断言")
)
