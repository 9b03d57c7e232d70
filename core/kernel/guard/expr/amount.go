package expr

import (
	"errors"
	"reflect"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"causeway/core/kernel/money"
)

// amountType is an amount of minor units. It has no literal, no conversion and no product with another
// amount: it is compared and added, and scaled with the rounding named.
var amountType = types.NewOpaqueType("amount").WithTraits(traits.AdderType | traits.ComparerType)

var errNotNative = errors.New("amounts, documents and lists stay inside an expression")

// amount is money.Amount as a value of the expression language.
type amount struct{ money.Amount }

func (a amount) Type() ref.Type { return amountType }
func (a amount) Value() any     { return a.Amount }

func (a amount) Equal(other ref.Val) ref.Val {
	b, ok := other.(amount)
	return types.Bool(ok && a == b)
}

func (a amount) ConvertToNative(reflect.Type) (any, error) { return nil, errNotNative }

func (a amount) ConvertToType(t ref.Type) ref.Val {
	return types.NewErr("no conversion from amount to %s", t.TypeName())
}

// Add is the operator +.
func (a amount) Add(other ref.Val) ref.Val {
	b, ok := other.(amount)
	if !ok {
		return types.MaybeNoSuchOverloadErr(other)
	}
	total, ok := a.Amount.Add(b.Amount)
	if !ok {
		return types.NewErr("the sum exceeds the largest amount")
	}
	return amount{total}
}

// Compare is behind the operators <, <=, > and >=.
func (a amount) Compare(other ref.Val) ref.Val {
	b, ok := other.(amount)
	if !ok {
		return types.MaybeNoSuchOverloadErr(other)
	}
	return compared[a.Cmp(b.Amount)+1]
}

// compared are the outcomes of comparing, as values that need not be made each time.
var compared = [...]ref.Val{types.Int(-1), types.Int(0), types.Int(1)}

// Function names of amounts.
const (
	fnMinor      = "minor"
	fnBpsFloor   = "bps_floor"
	fnBpsCeil    = "bps_ceil"
	fnRatioFloor = "ratio_floor"
	fnRatioCeil  = "ratio_ceil"
)

// bpsPerWhole: a basis point is a hundredth of a percent.
const bpsPerWhole = 10_000

// amountFunctions declares what can be done with amounts:
//
//	minor("100000")              100,000 minor units; takes a text literal of digits only
//	a + b                        an error above the largest amount
//	a < b, <=, >, >=, ==, !=
//	bps_floor(a, 250)            2.5% of a, rounded down; bps_ceil rounds up
//	ratio_floor(a, 2, 3)         two thirds of a, rounded down; ratio_ceil rounds up
func amountFunctions() []cel.EnvOption {
	two := []*cel.Type{amountType, amountType}
	// The library dispatches the operators to Add and Compare below.
	operator := func(name, id string, result *cel.Type) cel.EnvOption {
		return cel.Function(name, cel.Overload(id, two, result))
	}
	return []cel.EnvOption{
		operator(operators.Less, "less_amount", cel.BoolType),
		operator(operators.LessEquals, "less_equals_amount", cel.BoolType),
		operator(operators.Greater, "greater_amount", cel.BoolType),
		operator(operators.GreaterEquals, "greater_equals_amount", cel.BoolType),
		operator(operators.Add, "add_amount", amountType),
		cel.Function(fnMinor, cel.Overload("minor_string", []*cel.Type{cel.StringType}, amountType, cel.UnaryBinding(minorUnits))),
		bpsFunction(fnBpsFloor, money.Amount.MulDivFloor),
		bpsFunction(fnBpsCeil, money.Amount.MulDivCeil),
		ratioFunction(fnRatioFloor, money.Amount.MulDivFloor),
		ratioFunction(fnRatioCeil, money.Amount.MulDivCeil),
	}
}

// minorUnits reads digits; parseMinor has checked the literal when the rule was compiled.
func minorUnits(v ref.Val) ref.Val {
	digits, ok := v.(types.String)
	if !ok {
		return types.MaybeNoSuchOverloadErr(v)
	}
	a, ok := parseMinor(string(digits))
	if !ok {
		return types.NewErr("not a number of minor units")
	}
	return amount{a}
}

// parseMinor takes the one spelling of a number of minor units: digits without a leading zero.
func parseMinor(digits string) (money.Amount, bool) {
	if digits == "" || len(digits) > 1 && digits[0] == '0' || strings.Trim(digits, "0123456789") != "" {
		return money.Amount{}, false
	}
	a, err := money.Parse(digits, 0)
	return a, err == nil
}

type mulDiv func(a money.Amount, n, d uint64) (money.Amount, bool)

func bpsFunction(name string, scale mulDiv) cel.EnvOption {
	args := []*cel.Type{amountType, cel.IntType}
	return cel.Function(name, cel.Overload(name+"_amount_int", args, amountType, cel.BinaryBinding(func(l, r ref.Val) ref.Val {
		return scaled(scale, l, r, types.Int(bpsPerWhole))
	})))
}

func ratioFunction(name string, scale mulDiv) cel.EnvOption {
	args := []*cel.Type{amountType, cel.IntType, cel.IntType}
	return cel.Function(name, cel.Overload(name+"_amount_int_int", args, amountType, cel.FunctionBinding(func(v ...ref.Val) ref.Val {
		return scaled(scale, v[0], v[1], v[2])
	})))
}

func scaled(scale mulDiv, of, num, den ref.Val) ref.Val {
	a, isAmount := of.(amount)
	n, isInt := num.(types.Int)
	d, isToo := den.(types.Int)
	if !isAmount || !isInt || !isToo {
		return types.MaybeNoSuchOverloadErr(of)
	}
	if n < 0 || d <= 0 {
		return types.NewErr("a share of an amount needs a numerator from 0 and a denominator above 0")
	}
	share, ok := scale(a.Amount, uint64(n), uint64(d))
	if !ok {
		return types.NewErr("the share exceeds the largest amount")
	}
	return amount{share}
}

// documentType is a struct with the fields kind and hash.
var documentType = types.NewObjectType(documentTypeName)

// document is one element of payment.documents.
type document struct{ *Document }

func (d document) Type() ref.Type { return documentType }
func (d document) Value() any     { return d.Document }

func (d document) Equal(other ref.Val) ref.Val {
	o, ok := other.(document)
	return types.Bool(ok && *d.Document == *o.Document)
}

func (d document) ConvertToNative(reflect.Type) (any, error) { return nil, errNotNative }

func (d document) ConvertToType(t ref.Type) ref.Val {
	return types.NewErr("no conversion from document to %s", t.TypeName())
}

func documentList(f *Facts) ref.Val {
	elements := make([]ref.Val, len(f.Payment.Documents))
	for i := range f.Payment.Documents {
		elements[i] = document{&f.Payment.Documents[i]}
	}
	return types.NewRefValList(typeSystem{}, elements)
}

func textList(texts []string) traits.Lister { return types.NewStringList(typeSystem{}, texts) }
