// Package expr is the expression language of rulebooks: CEL (cel.dev), cut down to what always ends, always
// costs the same and always means the same.
//
// An expression is one boolean over the Facts of a journal. There are booleans, integers, texts, lists and
// amounts; no floats, bytes, maps, null, timestamps, durations, regular expressions, type names or conversions;
// all, exists and exists_one over lists are the only loops. Its cost is bounded when it is compiled and again
// when it runs. It reads no clock and no state. An error is never a value: whoever evaluates must refuse.
package expr

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/env"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/overloads"

	"causeway/core/kernel/fault"
)

// Bounds of one expression. They are consensus: raising one is a protocol version.
const (
	SourceBytesMax = 2_048
	DepthMax       = 32
	NodesMax       = 1_000
	CostMax        = 5_000 // units of the CEL cost model; one is about a look-up, tens of nanoseconds
)

// costModel pins the revision of the library's cost model.
const costModel uint32 = 1

// Program is a compiled expression. It is immutable and safe for concurrent use.
type Program struct {
	source  string
	program cel.Program
	costMax uint64
	role    bool
	papers  bool
}

// Source is the text that was compiled.
func (p *Program) Source() string { return p.source }

// AsksRole reports that the outcome may depend on Facts.Role.
func (p *Program) AsksRole() bool { return p.role }

// AsksDocuments reports that the outcome may depend on Facts.Payment.Documents.
func (p *Program) AsksDocuments() bool { return p.papers }

// CostMax is the most that evaluating can cost with facts within their bounds.
func (p *Program) CostMax() uint64 { return p.costMax }

// environment is built once, on first use: it depends on nothing but this package.
var environment = sync.OnceValue(func() *cel.Env {
	options := []cel.EnvOption{
		cel.CustomTypeAdapter(typeSystem{}),
		cel.CustomTypeProvider(typeSystem{}),
		cel.StdLib(cel.StdLibSubset(&env.LibrarySubset{
			IncludeMacros:    []string{operators.All, operators.Exists, operators.ExistsOne},
			IncludeFunctions: functions(),
		})),
		cel.CostModelVersion(costModel),
		cel.ParserExpressionSizeLimit(SourceBytesMax),
		cel.ParserRecursionLimit(DepthMax),
		cel.ExpressionNodeLimit(NodesMax),
		cel.ParserErrorRecoveryLimit(1),
	}
	options = append(options, amountFunctions()...)
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		options = append(options, cel.Variable(name, facts[name].kind))
	}
	e, err := cel.NewCustomEnv(options...)
	if err != nil {
		panic("expr: " + err.Error()) // the options above are constant
	}
	return e
})

// functions are those of the standard library that are kept, overload by overload.
func functions() []*env.Function {
	keep := func(name string, ids ...string) *env.Function {
		f := env.NewFunction(name)
		for _, id := range ids {
			f.Overloads = append(f.Overloads, &env.Overload{ID: id})
		}
		return f
	}
	return []*env.Function{
		keep(operators.LogicalAnd), keep(operators.LogicalOr), keep(operators.LogicalNot), keep(operators.Conditional),
		keep(operators.Equals), keep(operators.NotEquals), keep(operators.NotStrictlyFalse),
		keep(operators.Less, overloads.LessInt64, overloads.LessString),
		keep(operators.LessEquals, overloads.LessEqualsInt64, overloads.LessEqualsString),
		keep(operators.Greater, overloads.GreaterInt64, overloads.GreaterString),
		keep(operators.GreaterEquals, overloads.GreaterEqualsInt64, overloads.GreaterEqualsString),
		keep(operators.Add, overloads.AddInt64),
		keep(operators.Subtract, overloads.SubtractInt64),
		keep(operators.Multiply, overloads.MultiplyInt64),
		keep(operators.Divide, overloads.DivideInt64),
		keep(operators.Modulo, overloads.ModuloInt64),
		keep(operators.Negate, overloads.NegateInt64),
		keep(operators.In, overloads.InList),
		keep(operators.Index, overloads.IndexList),
		keep(overloads.Size, overloads.SizeString, overloads.SizeStringInst, overloads.SizeList, overloads.SizeListInst),
		keep(overloads.Contains, overloads.ContainsString),
		keep(overloads.StartsWith, overloads.StartsWithString),
		keep(overloads.EndsWith, overloads.EndsWithString),
	}
}

// Compile reads an expression and proves what the package promises. A refusal names the position and what would pass.
func Compile(source string) (*Program, *fault.Error) {
	if len(source) > SourceBytesMax {
		return nil, fault.ExpressionInvalid.With("expression", strconv.Itoa(len(source))+" bytes", "at most "+strconv.Itoa(SourceBytesMax))
	}
	e := environment()
	ast, issues := e.Compile(source)
	if issues.Err() != nil {
		return nil, firstIssue(issues)
	}
	if !ast.OutputType().IsExactType(cel.BoolType) {
		return nil, fault.ExpressionInvalid.With("expression", ast.OutputType().String(), "bool")
	}
	if refused := inspect(ast.NativeRep()); refused != nil {
		return nil, refused
	}
	estimate, err := e.EstimateCost(ast, sizes{})
	if err != nil {
		return nil, fault.ExpressionInvalid.With("expression", err.Error(), "an expression whose cost can be estimated")
	}
	if estimate.Max > CostMax {
		return nil, fault.ExpressionTooCostly.With("expression", strconv.FormatUint(estimate.Max, 10), "at most "+strconv.Itoa(CostMax))
	}
	program, err := e.Program(ast, cel.EvalOptions(cel.OptOptimize), cel.CostLimit(CostMax))
	if err != nil {
		return nil, fault.ExpressionInvalid.With("expression", err.Error(), "an expression that can be planned")
	}
	return &Program{source: source, program: program, costMax: estimate.Max, role: names(ast.NativeRep(), "role"), papers: names(ast.NativeRep(), "payment.documents")}, nil
}

var errNotBool = errors.New("the expression gave no boolean")

// Eval evaluates the expression over the facts, which it only reads. Any error means refuse.
func (p *Program) Eval(f *Facts) (bool, error) {
	holds, _, err := p.eval(f)
	return holds, err
}

func (p *Program) eval(f *Facts) (holds bool, spent uint64, err error) {
	value, details, err := p.program.Eval((*activation)(f))
	if err != nil {
		return false, 0, fault.ExpressionFailed.With("expression", err.Error(), "")
	}
	if holds, ok := value.Value().(bool); ok {
		if c := details.ActualCost(); c != nil {
			spent = *c
		}
		return holds, spent, nil
	}
	return false, 0, fault.ExpressionFailed.With("expression", errNotBool.Error(), "")
}

// sizes tells the cost model how long texts and lists can be.
type sizes struct{}

func (sizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}

func (sizes) EstimateSize(node cost.AstNode) *cost.SizeEstimate {
	if t := node.Type(); t != nil && (t.IsExactType(amountType) || t.IsExactType(documentType)) {
		return &cost.SizeEstimate{Min: 1, Max: 1} // compared in one step
	}
	path := node.Path()
	if len(path) == 0 {
		return nil
	}
	if known, ok := facts[path[0]]; ok && len(path) == 1 && known.most > 0 {
		return &cost.SizeEstimate{Min: 0, Max: known.most}
	}
	// What is below a list is a text: a role, or a field of a document.
	if node.Type() == nil || node.Type().IsExactType(cel.StringType) {
		return &cost.SizeEstimate{Min: 0, Max: TextBytesMax}
	}
	return nil
}
