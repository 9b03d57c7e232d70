package expr

import (
	"slices"
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"

	"causeway/core/kernel/fault"
)

// firstIssue states what the parser or checker found first, by position.
func firstIssue(issues *cel.Issues) *fault.Error {
	first := issues.Errors()[0]
	for _, issue := range issues.Errors()[1:] {
		if at, before := issue.Location, first.Location; at.Line() < before.Line() || at.Line() == before.Line() && at.Column() < before.Column() {
			first = issue
		}
	}
	message, _, _ := strings.Cut(first.Message, "\n")
	message = strings.TrimPrefix(message, "found ")
	if len(message) > messageBytesMax {
		message = strings.ToValidUTF8(message[:messageBytesMax], "") + "…"
	}
	return refusedAt(first.Location.Line(), first.Location.Column()+1, message, "an expression of the rule language")
}

// messageBytesMax: the parser's messages can list everything that it would have taken.
const messageBytesMax = 120

func refusedAt(line, column int, found, want string) *fault.Error {
	field := "expression"
	if line > 0 { // some findings are about the whole
		field += ":" + strconv.Itoa(line) + ":" + strconv.Itoa(column)
	}
	return fault.ExpressionInvalid.With(field, found, want)
}

// inspect walks a checked expression and refuses every node whose kind or type is not on the short list. What the
// environment does not declare cannot be checked in the first place; this is the second lock, and it
// does not depend on what a later version of the library declares.
func inspect(checked *ast.AST) *fault.Error {
	var refused *fault.Error
	refuse := func(e ast.Expr, found, want string) {
		if refused == nil {
			at := checked.SourceInfo().GetStartLocation(e.ID())
			refused = refusedAt(at.Line(), at.Column()+1, found, want)
		}
	}
	ast.PreOrderVisit(checked.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		inspectNode(checked, e, refuse)
	}))
	return refused
}

// names reports that an identifier occurs, be it the variable or one of a comprehension.
func names(checked *ast.AST, name string) (found bool) {
	ast.PreOrderVisit(checked.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		found = found || e.Kind() == ast.IdentKind && e.AsIdent() == name
	}))
	return found
}

func inspectNode(checked *ast.AST, e ast.Expr, refuse func(e ast.Expr, found, want string)) {
	if t := checked.GetType(e.ID()); !allowed(t) {
		refuse(e, t.String(), "bool, int, string, amount, document or a list of one of them")
		return
	}
	switch e.Kind() {
	case ast.IdentKind, ast.LiteralKind, ast.ListKind:
	case ast.SelectKind:
		if e.AsSelect().IsTestOnly() {
			refuse(e, "has()", "a comparison: every fact is present, absent texts are empty")
		}
	case ast.CallKind:
		inspectCall(e, refuse)
	case ast.ComprehensionKind:
		loop := e.AsComprehension()
		if checked.GetType(loop.IterRange().ID()).Kind() != types.ListKind {
			refuse(e, "a loop over something else", "a loop over a list")
		}
		if slices.Contains(roots, loop.IterVar()) || loop.HasIterVar2() {
			refuse(e, "the loop variable "+loop.IterVar(), "one name that is no fact")
		}
	default:
		refuse(e, "a map or struct", "lists only")
	}
}

// inspectCall: an amount is written as minor("digits"), so that it is known to be one before any payment meets it.
func inspectCall(e ast.Expr, refuse func(e ast.Expr, found, want string)) {
	call := e.AsCall()
	if call.FunctionName() != fnMinor {
		return
	}
	want := `a text of digits without leading zeros, as in minor("100000")`
	for _, arg := range call.Args() {
		if arg.Kind() != ast.LiteralKind {
			refuse(e, "minor() of something computed", want)
			return
		}
		if digits, ok := arg.AsLiteral().(types.String); ok {
			if _, ok := parseMinor(string(digits)); !ok {
				refuse(e, "minor("+strconv.QuoteToASCII(string(digits))+")", want)
			}
		}
	}
}

// allowed is the list of types an expression may touch, at every node.
func allowed(t *types.Type) bool {
	switch t.Kind() {
	case types.BoolKind, types.IntKind, types.StringKind:
		return t.IsExactType(types.BoolType) || t.IsExactType(types.IntType) || t.IsExactType(types.StringType)
	case types.OpaqueKind:
		return t.IsExactType(amountType)
	case types.StructKind:
		return t.IsExactType(documentType)
	case types.ListKind:
		return allowed(t.Parameters()[0])
	}
	return false
}
