package expr

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"causeway/core/kernel/money"
)

// Bounds of what an expression can meet. The static cost of a rule is computed with them; facts that
// exceed them cost more at run time, up to the same limit, and then the rule refuses.
const (
	TextBytesMax = 64 // LEI 20, account id and document hash in hex 64, codes at most 35
	RolesMax     = 16
	DocumentsMax = 16
)

// Facts are what an expression can know about one journal. Absent texts are empty.
type Facts struct {
	Payment  Payment
	Payer    Party
	Payee    Party
	Maker    bool // the journal is an exchange: a market maker stands between the two
	Corridor Corridor
	Role     string // the role in which this rulebook was reached: payer, payee, asset or maker
	Now      Now
}

// Payment is the order that is judged.
type Payment struct {
	Kind           string // transaction kind: payment.send
	Purpose        string // ISO 20022 external purpose code, or the authority's own
	PurposeAccount string // current or capital
	SourceAsset    string
	SourceAmount   money.Amount // minor units, total over all fills
	TargetAsset    string
	TargetAmount   money.Amount
	Documents      []Document
}

// Document is one piece of evidence that the order refers to.
type Document struct {
	Kind string // invoice, customs_declaration …
	Hash string // SHA-256 in hex
}

// Party is one side of the payment.
type Party struct {
	LEI         string // ISO 17442
	Class       string // enterprise, bank, issuer …
	Residency   string // ISO 3166 country
	Authority   string // the authority of the account
	Sovereign   string // the sovereign above that authority
	Group       string // LEI of the ultimate parent
	Account     string
	AccountType string
	Roles       []string
}

// Corridor is the ordered pair of sovereigns.
type Corridor struct{ From, To string }

// Now is block time in the authority's time zone.
type Now struct {
	Date    int32 // yyyymmdd
	Minute  int32 // of the day, 0 to 1439
	Weekday int32 // Monday = 1 to Sunday = 7
}

// documentTypeName is how the checker calls the elements of payment.documents.
const documentTypeName = "document"

// fact is one variable: its name, its type, and how it is read from the facts. Names with a dot are plain
// variables, so reading one is a single look-up and a party as a whole is no value.
type fact struct {
	kind *cel.Type
	most uint64 // size of a text in bytes or of a list in elements; 0 for anything else
	read func(*Facts) ref.Val
}

func text(read func(*Facts) string) fact {
	return fact{cel.StringType, TextBytesMax, func(f *Facts) ref.Val { return types.String(read(f)) }}
}

func number(read func(*Facts) int32) fact {
	return fact{cel.IntType, 0, func(f *Facts) ref.Val { return types.Int(read(f)) }}
}

func sum(read func(*Facts) money.Amount) fact {
	return fact{amountType, 0, func(f *Facts) ref.Val { return amount{read(f)} }}
}

// facts is the vocabulary of rules. Looked up by name only, never ranged over where order matters.
var facts = map[string]fact{
	"payment.kind":            text(func(f *Facts) string { return f.Payment.Kind }),
	"payment.purpose":         text(func(f *Facts) string { return f.Payment.Purpose }),
	"payment.purpose_account": text(func(f *Facts) string { return f.Payment.PurposeAccount }),
	"payment.source_asset":    text(func(f *Facts) string { return f.Payment.SourceAsset }),
	"payment.source_amount":   sum(func(f *Facts) money.Amount { return f.Payment.SourceAmount }),
	"payment.target_asset":    text(func(f *Facts) string { return f.Payment.TargetAsset }),
	"payment.target_amount":   sum(func(f *Facts) money.Amount { return f.Payment.TargetAmount }),
	"payment.documents":       {cel.ListType(documentType), DocumentsMax, documentList},

	"payer.lei":          text(func(f *Facts) string { return f.Payer.LEI }),
	"payer.party_class":  text(func(f *Facts) string { return f.Payer.Class }),
	"payer.residency":    text(func(f *Facts) string { return f.Payer.Residency }),
	"payer.authority":    text(func(f *Facts) string { return f.Payer.Authority }),
	"payer.sovereign":    text(func(f *Facts) string { return f.Payer.Sovereign }),
	"payer.group":        text(func(f *Facts) string { return f.Payer.Group }),
	"payer.account":      text(func(f *Facts) string { return f.Payer.Account }),
	"payer.account_type": text(func(f *Facts) string { return f.Payer.AccountType }),
	"payer.roles":        {cel.ListType(cel.StringType), RolesMax, func(f *Facts) ref.Val { return textList(f.Payer.Roles) }},

	"payee.lei":          text(func(f *Facts) string { return f.Payee.LEI }),
	"payee.party_class":  text(func(f *Facts) string { return f.Payee.Class }),
	"payee.residency":    text(func(f *Facts) string { return f.Payee.Residency }),
	"payee.authority":    text(func(f *Facts) string { return f.Payee.Authority }),
	"payee.sovereign":    text(func(f *Facts) string { return f.Payee.Sovereign }),
	"payee.group":        text(func(f *Facts) string { return f.Payee.Group }),
	"payee.account":      text(func(f *Facts) string { return f.Payee.Account }),
	"payee.account_type": text(func(f *Facts) string { return f.Payee.AccountType }),
	"payee.roles":        {cel.ListType(cel.StringType), RolesMax, func(f *Facts) ref.Val { return textList(f.Payee.Roles) }},

	"maker":         {cel.BoolType, 0, func(f *Facts) ref.Val { return types.Bool(f.Maker) }},
	"corridor.from": text(func(f *Facts) string { return f.Corridor.From }),
	"corridor.to":   text(func(f *Facts) string { return f.Corridor.To }),
	"role":          text(func(f *Facts) string { return f.Role }),
	"now.date":      number(func(f *Facts) int32 { return f.Now.Date }),
	"now.minute":    number(func(f *Facts) int32 { return f.Now.Minute }),
	"now.weekday":   number(func(f *Facts) int32 { return f.Now.Weekday }),
}

// roots are the first words of the names above: a comprehension may not name its variable so.
var roots = []string{"payment", "payer", "payee", "maker", "corridor", "role", "now"}

// activation lets the interpreter read facts in place, one variable at a time and only those asked for.
type activation Facts

func (a *activation) ResolveName(name string) (any, bool) {
	known, ok := facts[name]
	if !ok {
		return nil, false
	}
	return known.read((*Facts)(a)), true
}

func (a *activation) Parent() interpreter.Activation { return nil }
