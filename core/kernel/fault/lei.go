package fault

// Legal entity identifiers: 1140-1149.
var (
	LEIMalformed = define(1140, "lei.malformed", Invalid, "BE16", false,
		"an LEI is 18 upper-case letters or digits and two check digits (ISO 17442)",
		"法人机构识别编码（LEI）由18位大写字母或数字及两位校验数字组成（ISO 17442）")
	LEICheckDigitsWrong = define(1141, "lei.check_digits_wrong", Invalid, "BE16", false,
		"the check digits of the LEI do not fit (ISO 7064 MOD 97-10)",
		"法人机构识别编码（LEI）的校验数字不符（ISO 7064 MOD 97-10）")
)
