package expr

import (
	"reflect"
	"testing"

	"causeway/core/kernel/money"
)

var seeds = []string{
	`payment.purpose == "CGODDR"`, busyRule, `payer.roles.exists_one(r, r == "bank")`, `payment.documents[5].kind == ""`,
	`1 / 0 == 1`, `-9223372036854775808 / -1 > 0`, `(maker ? payer.roles : payee.roles).exists(x, x == "a")`,
	`ratio_floor(payment.source_amount, 9223372036854775807, 1) > minor("170141183460469231731687303715884105727")`,
	`{1: 2}.all(k, true)`, `1.0 < 2.0`, `payer.lei.matches("(a+)+")`, "'\xff' == ''", `[[1], [2]].exists(x, x.exists(y, y == 2))`,
	`.payer.lei == ""`, `a.b.c(d)[e]{f: g}`, "`x`", `"\u0000" in ["\x00"]`, `size(payer.roles) + now.minute % 7 - now.date * 2 > -1`,
}

// FuzzCompile: no text makes the compiler panic, and it answers the same text the same way.
func FuzzCompile(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		p, refused := Compile(source)
		if (p == nil) == (refused == nil) {
			t.Fatalf("%v and %v", p, refused)
		}
		again, refusedAgain := Compile(source)
		if (again == nil) != (p == nil) {
			t.Fatalf("first %v, then %v", refused, refusedAgain)
		}
		if p == nil {
			if refused.Error() != refusedAgain.Error() {
				t.Fatalf("first %v, then %v", refused, refusedAgain)
			}
			return
		}
		if p.CostMax() > CostMax || p.CostMax() != again.CostMax() {
			t.Fatalf("costs %d and %d", p.CostMax(), again.CostMax())
		}
	})
}

// FuzzEval drives the CEL activation: whatever the rule and the facts, evaluating answers or errs, the same twice, changes
// nothing, and costs no more than was computed beforehand.
func FuzzEval(f *testing.F) {
	for i, s := range seeds {
		f.Add(s, "CGODDR", "role", uint64(i), uint8(i), int32(i))
	}
	f.Fuzz(func(t *testing.T, source, text, other string, n uint64, count uint8, at int32) {
		p, refused := Compile(source)
		if refused != nil {
			return
		}
		text, other = text[:min(len(text), TextBytesMax)], other[:min(len(other), TextBytesMax)]
		amount, _ := money.FromParts(n>>1, n)
		facts := sample()
		facts.Payment.Purpose, facts.Payment.SourceAmount, facts.Payer.LEI, facts.Payee.LEI = text, amount, other, text
		facts.Now = Now{Date: at, Minute: at % 1_440, Weekday: at % 8}
		facts.Maker = n%2 == 0
		facts.Payer.Roles = make([]string, count%(RolesMax+1))
		facts.Payment.Documents = make([]Document, count%(DocumentsMax+1))
		for i := range facts.Payer.Roles {
			facts.Payer.Roles[i] = text
		}
		for i := range facts.Payment.Documents {
			facts.Payment.Documents[i] = Document{Kind: other, Hash: text}
		}
		before := *facts
		holds, spent, err := p.eval(facts)
		holdsAgain, spentAgain, errAgain := p.eval(facts)
		if holds != holdsAgain || spent != spentAgain || (err == nil) != (errAgain == nil) {
			t.Fatalf("%v, %d, %v; then %v, %d, %v", holds, spent, err, holdsAgain, spentAgain, errAgain)
		}
		if err != nil && holds {
			t.Fatal("an error and true")
		}
		if spent > p.CostMax() {
			t.Fatalf("cost %d, computed beforehand %d", spent, p.CostMax())
		}
		if !reflect.DeepEqual(before, *facts) {
			t.Fatal("the facts have changed")
		}
	})
}
