package fault

// Expressions in rulebooks: 2200-2239.
var (
	ExpressionInvalid = define(2200, "rule.expression_invalid", Invalid, "NARR", false,
		"the expression of a rule cannot be read", "规则表达式无法解析")
	ExpressionTooCostly = define(2201, "rule.expression_too_costly", Invalid, "NARR", false,
		"the expression of a rule could cost more than one rule may", "规则表达式的计算成本超过上限")
	ExpressionFailed = define(2202, "rule.expression_failed", Refused, "NARR", false,
		"the expression of a rule could not be evaluated, so the payment is refused", "规则表达式计算出错，付款被拒绝")
)
