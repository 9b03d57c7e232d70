package archtest

import (
	"go/ast"
	"testing"
)

// embedded are the structs that may embed a type which encodes itself, with the reason.
var embedded = map[string]string{
	"core/kernel/guard/expr/amount.go money.Amount": "a value while an expression runs: never encoded",
}

// A struct that embeds a type which writes or reads itself, on the wire or in state, inherits its
// methods, and would be written and read without its other fields.
func TestNothingEmbedsWhatEncodesItself(t *testing.T) {
	encodes := map[string]bool{}
	each := func(visit func(s *source, n ast.Node)) {
		for _, s := range tree(t) {
			ast.Inspect(s.file, func(n ast.Node) bool {
				visit(s, n)
				return true
			})
		}
	}
	each(func(s *source, n ast.Node) {
		f, ok := n.(*ast.FuncDecl)
		if !ok || f.Recv == nil || s.test {
			return
		}
		switch f.Name.Name {
		case "AppendCBOR", "ReadCBOR", "MarshalCBOR", "UnmarshalCBOR", "AppendState", "DecodeState":
			encodes[typeName(s, f.Recv.List[0].Type)] = true
		}
	})
	each(func(s *source, n ast.Node) { // other names for them
		if spec, ok := n.(*ast.TypeSpec); ok && spec.Assign.IsValid() && encodes[typeName(s, spec.Type)] {
			encodes[typeName(s, spec.Name)] = true
		}
	})
	for _, name := range []string{"wire.Hash", "money.Amount", "txn.Body", "txn.Account", "ledger.Account"} {
		if !encodes[name] {
			t.Fatalf("%s is not among %v", name, encodes)
		}
	}
	each(func(s *source, n ast.Node) {
		structure, ok := n.(*ast.StructType)
		if !ok {
			return
		}
		for _, field := range structure.Fields.List {
			name := typeName(s, field.Type)
			if len(field.Names) == 0 && encodes[name] && embedded[s.path+" "+name] == "" {
				t.Errorf("%s: embeds %s, which encodes itself", s.at(field), name)
			}
		}
	})
}

// typeName is the type's name with its package's, as it is called where it is used.
func typeName(s *source, e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeName(s, e.X)
	case *ast.SelectorExpr:
		if qualifier, ok := e.X.(*ast.Ident); ok {
			return qualifier.Name + "." + e.Sel.Name
		}
	case *ast.Ident:
		return s.file.Name.Name + "." + e.Name
	}
	return ""
}
