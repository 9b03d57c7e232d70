package archtest

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// writers are the functions of the kernel that change state, and who may call them besides
// the package itself: package txn, and the machine where it writes genesis.
var writers = map[string]struct {
	prefixes []string
	callers  []string
}{
	"ledger":   {[]string{"Post", "Reserve", "Unreserve", "Put"}, []string{"core/kernel/txn"}},
	"identity": {[]string{"Put"}, []string{"core/kernel/txn", "core"}},
	"guard":    {[]string{"Put", "Undo"}, []string{"core/kernel/txn", "core"}},
	"approval": {[]string{"Put"}, []string{"core/kernel/txn"}},
}

// Features cannot write balances, nor anything of the kernel but through their context.
func TestOnlyTheContextWrites(t *testing.T) {
	for _, s := range tree(t) {
		if s.test || !s.in("core", "node", "api", "readmodel", "client", "cmd") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			qualifier, ok := call.X.(*ast.Ident)
			if !ok {
				return true
			}
			w, ok := writers[qualifier.Name]
			if !ok || !slices.Contains(s.imports, module+"/core/kernel/"+qualifier.Name) || slices.Contains(w.callers, s.folder) {
				return true
			}
			for _, prefix := range w.prefixes {
				if rest, ok := strings.CutPrefix(call.Sel.Name, prefix); ok && (rest == "" || rest[0] >= 'A' && rest[0] <= 'Z') {
					t.Errorf("%s: %s.%s is for package txn alone", s.at(n), qualifier.Name, call.Sel.Name)
				}
			}
			return true
		})
	}
}

// What would make two machines differ has no place in core.
func TestCoreIsPure(t *testing.T) {
	seen := 0
	for _, s := range tree(t) {
		if !s.in("core") || s.test {
			continue
		}
		seen++
		ast.Inspect(s.file, func(n ast.Node) bool {
			if what := impure(n); what != "" {
				t.Errorf("%s: %s is banned inside core", s.at(n), what)
			}
			return true
		})
	}
	if seen < 50 {
		t.Fatalf("only %d files of core were looked at", seen)
	}
}

func impure(n ast.Node) string {
	switch n := n.(type) {
	case *ast.GoStmt:
		return "a go statement"
	case *ast.SelectStmt:
		return "select"
	case *ast.Ident:
		switch n.Name {
		case "float32", "float64", "complex64", "complex128":
			return n.Name
		}
	case *ast.BasicLit:
		if n.Kind == token.IMAG || n.Kind == token.FLOAT && strings.ContainsAny(n.Value, ".-p") { // 1e19 is an integer
			return "a literal with a fraction"
		}
	case *ast.FuncDecl:
		if n.Name.Name == "init" && n.Recv == nil {
			return "init()"
		}
	case *ast.SelectorExpr:
		if x, ok := n.X.(*ast.Ident); ok && x.Name == "sync" && n.Sel.Name == "Map" {
			return "sync.Map, whose order is nobody's,"
		}
	}
	return ""
}

// The checks above find what they look for.
func TestImpureIsFound(t *testing.T) {
	for _, n := range []ast.Node{
		&ast.GoStmt{}, &ast.SelectStmt{}, ast.NewIdent("float64"), &ast.BasicLit{Kind: token.FLOAT, Value: "1.5"},
		&ast.FuncDecl{Name: ast.NewIdent("init")}, &ast.SelectorExpr{X: ast.NewIdent("sync"), Sel: ast.NewIdent("Map")},
	} {
		if impure(n) == "" {
			t.Errorf("%T is not found", n)
		}
	}
}
