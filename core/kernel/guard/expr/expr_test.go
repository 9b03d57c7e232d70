package expr

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cockroachdb/datadriven"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/money"
)

// sample is a payment for goods from Shanghai to Hong Kong with two documents.
func sample() *Facts {
	return &Facts{
		Payment: Payment{
			Kind: "payment.send", Purpose: "CGODDR", PurposeAccount: "current",
			SourceAsset: "CNY-X", SourceAmount: money.FromUint64(500_001),
			TargetAsset: "HKD-Y", TargetAmount: money.FromUint64(545_000),
			Documents: []Document{
				{Kind: "invoice", Hash: strings.Repeat("a1", 32)},
				{Kind: "customs_declaration", Hash: strings.Repeat("b2", 32)},
			},
		},
		Payer: Party{
			LEI: "300300S39XTBSNH66F17", Class: "enterprise", Residency: "CN", Authority: "CN-SH", Sovereign: "CN",
			Group: "300300S39XTBSNH66F17", Account: "payer-1", AccountType: "resident", Roles: []string{"importer", "pilot"},
		},
		Payee: Party{
			LEI: "25490059Y3MPGSG7OJ21", Class: "enterprise", Residency: "HK", Authority: "HK", Sovereign: "HK",
			Group: "25490059Y3MPGSG7OJ21", Account: "payee-1", AccountType: "non_resident",
		},
		Maker:    true,
		Corridor: Corridor{From: "CN", To: "HK"},
		Role:     "payer",
		Now:      Now{Date: 20261123, Minute: 600, Weekday: 1},
	}
}

// TestGolden pins results, costs and refusals: a change here is a change of consensus, be it ours or the library's.
func TestGolden(t *testing.T) {
	datadriven.RunTest(t, "testdata/expressions.txt", func(t *testing.T, d *datadriven.TestData) string {
		p, refused := Compile(d.Input)
		if refused != nil {
			return fmt.Sprintf("%s\nat %s: found %s; want %s\n", refused.Fault.Name, refused.Field, refused.Found, refused.Want)
		}
		holds, spent, err := p.eval(sample())
		if err != nil {
			return fmt.Sprintf("error: %s\nmost %d\n", fault.In(err).Found, p.CostMax())
		}
		return fmt.Sprintf("%v\ncost %d of at most %d\n", holds, spent, p.CostMax())
	})
}

// TestEveryFactCanBeRead compares each variable with itself: the activation resolves what the checker was told.
func TestEveryFactCanBeRead(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		p, refused := Compile(name + " == " + name)
		if refused != nil {
			t.Fatal(refused)
		}
		if holds, err := p.Eval(sample()); err != nil || !holds {
			t.Errorf("%s: %v, %v", name, holds, err)
		}
		if root, _, _ := strings.Cut(name, "."); !slices.Contains(roots, root) {
			t.Errorf("%s is missing among the roots", root)
		}
	}
}

// TestFactsAreDistinct gives each fact a value of its own, so that no name reads its neighbour's field.
func TestFactsAreDistinct(t *testing.T) {
	f := &Facts{
		Payment: Payment{Kind: "1", Purpose: "2", PurposeAccount: "3", SourceAsset: "4", SourceAmount: money.FromUint64(5),
			TargetAsset: "6", TargetAmount: money.FromUint64(7), Documents: []Document{{Kind: "8", Hash: "9"}}},
		Payer: Party{"10", "11", "12", "13", "14", "15", "16", "17", []string{"18"}},
		Payee: Party{"20", "21", "22", "23", "24", "25", "26", "27", []string{"28"}},
		Maker: true, Corridor: Corridor{From: "30", To: "31"}, Role: "32", Now: Now{Date: 33, Minute: 34, Weekday: 35},
	}
	for _, want := range []string{
		`payment.kind == "1"`, `payment.purpose == "2"`, `payment.purpose_account == "3"`, `payment.source_asset == "4"`,
		`payment.source_amount == minor("5")`, `payment.target_asset == "6"`, `payment.target_amount == minor("7")`,
		`payment.documents[0].kind == "8"`, `payment.documents[0].hash == "9"`,
		`payer.lei == "10"`, `payer.party_class == "11"`, `payer.residency == "12"`, `payer.authority == "13"`, `payer.sovereign == "14"`,
		`payer.group == "15"`, `payer.account == "16"`, `payer.account_type == "17"`, `payer.roles == ["18"]`,
		`payee.lei == "20"`, `payee.party_class == "21"`, `payee.residency == "22"`, `payee.authority == "23"`, `payee.sovereign == "24"`,
		`payee.group == "25"`, `payee.account == "26"`, `payee.account_type == "27"`, `payee.roles == ["28"]`,
		`maker`, `corridor.from == "30"`, `corridor.to == "31"`, `role == "32"`, `now.date == 33`, `now.minute == 34`, `now.weekday == 35`,
	} {
		p, refused := Compile(want)
		if refused != nil {
			t.Fatal(refused)
		}
		if holds, err := p.Eval(f); err != nil || !holds {
			t.Errorf("%s: %v, %v", want, holds, err)
		}
	}
}

// TestWhatIsAskedFor: what a program does not ask for is not gathered for it, however it is written.
func TestWhatIsAskedFor(t *testing.T) {
	for text, want := range map[string][2]bool{
		`role == "payer"`:                        {true, false},
		`.role == "payer"`:                       {true, false},
		`payment.documents[0].kind == "invoice"`: {false, true},
		`size(.payment.documents) > 0`:           {false, true},
		`payer.roles.exists(r, payment.documents.exists(d, d.kind == r))`: {false, true},
		`payment.kind == "payment.documents"`:                             {false, false},
	} {
		p, refused := Compile(text)
		if refused != nil {
			t.Fatal(text, refused)
		}
		if got := [2]bool{p.AsksRole(), p.AsksDocuments()}; got != want {
			t.Errorf("%s: role and documents %v, want %v", text, got, want)
		}
	}
}

const busyRule = `payment.purpose in ["CGODDR", "CSTRDR"] && payment.documents.exists(d, d.kind == "invoice" && size(d.hash) == 64) &&
	bps_ceil(payment.source_amount, 250) <= minor("1000000") && !payer.roles.all(r, r == payee.lei)`

func TestSameEverywhereEveryTime(t *testing.T) {
	p, refused := Compile(busyRule)
	if refused != nil {
		t.Fatal(refused)
	}
	holds, spent, err := p.eval(sample())
	if err != nil || !holds {
		t.Fatal(holds, err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			f := sample()
			for range 1_000 {
				h, s, err := p.eval(f)
				if h != holds || s != spent || err != nil {
					t.Errorf("%v at %d, %v; before %v at %d", h, s, err, holds, spent)
					return
				}
			}
		})
	}
	all.Wait()
	for _, source := range []string{busyRule, `payment.purpos == "A"`, `1 +`, `payer.roles.map(x, x) == []`, `"` + strings.Repeat("a", SourceBytesMax)} {
		first, firstRefused := Compile(source)
		for range 50 {
			again, refused := Compile(source)
			if fmt.Sprint(refused) != fmt.Sprint(firstRefused) || first != nil && again.CostMax() != first.CostMax() {
				t.Fatalf("%q compiles differently: %v, %v", source, refused, firstRefused)
			}
		}
	}
}

func TestRunTimeLimitHoldsWhereFactsExceedTheirBounds(t *testing.T) {
	p, refused := Compile(`payer.roles.all(r, payee.roles.all(s, r != s))`)
	if refused != nil {
		t.Fatal(refused)
	}
	f := sample()
	f.Payer.Roles, f.Payee.Roles = make([]string, 400), make([]string, 400)
	for i := range f.Payee.Roles {
		f.Payee.Roles[i] = "x"
	}
	if _, err := p.Eval(f); !errors.Is(err, fault.ExpressionFailed) {
		t.Fatalf("got %v", err)
	}
}

func TestSourceIsBounded(t *testing.T) {
	long := `payer.lei == "` + strings.Repeat("a", SourceBytesMax) + `"`
	if _, refused := Compile(long); !errors.Is(refused, fault.ExpressionInvalid) {
		t.Fatalf("got %v", refused)
	}
	deep := strings.Repeat("!", 500) + "true"
	for _, source := range []string{deep, strings.Repeat("(", 300) + "true" + strings.Repeat(")", 300), strings.Repeat("[", 300)} {
		if _, refused := Compile(source); source != deep && !errors.Is(refused, fault.ExpressionInvalid) {
			t.Fatalf("%.20q…: got %v", source, refused)
		}
	}
}

func TestSmallRulesAllocateLittle(t *testing.T) {
	p, refused := Compile(`payment.purpose in ["CGODDR", "CSTRDR"] && payment.source_amount <= minor("1000000")`)
	if refused != nil {
		t.Fatal(refused)
	}
	f := sample()
	if n := testing.AllocsPerRun(100, func() {
		if holds, err := p.Eval(f); err != nil || !holds {
			t.Fatal(holds, err)
		}
	}); n > 10 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkEval(b *testing.B) {
	for _, rule := range []struct{ name, source string }{
		{"compare", `payment.purpose == "CGODDR"`},
		{"small", `payment.purpose in ["CGODDR", "CSTRDR"] && payment.source_amount <= minor("1000000")`},
		{"busy", busyRule},
	} {
		b.Run(rule.name, func(b *testing.B) {
			p, refused := Compile(rule.source)
			if refused != nil {
				b.Fatal(refused)
			}
			f := sample()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Eval(f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestAsksRole(t *testing.T) {
	for source, want := range map[string]bool{
		`payment.purpose == "CGODDR"`: false,
		`role == "payer"`:             true,
		`payment.purpose == "role"`:   false,
		`payer.roles.exists(r, r == "bank") && (maker || role != "payee")`: true,
	} {
		p, refused := Compile(source)
		if refused != nil {
			t.Fatal(source, refused)
		}
		if p.AsksRole() != want {
			t.Errorf("%s: %v", source, p.AsksRole())
		}
	}
}
