package rulebooks

import (
	"strings"
	"testing"

	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/money"
	"causeway/core/kernel/wire"
)

func TestSamplesLoad(t *testing.T) {
	total, quotas, expressions := 0, 0, 0
	for _, id := range IDs {
		book, err := Load(id)
		if err != nil {
			t.Fatal(err)
		}
		for _, rule := range book.Rules {
			if rule.Note == "" {
				t.Errorf("%s: rule %s names no source", id, rule.ID)
			}
			if rule.Quota != nil {
				quotas++
			}
			if rule.Expression != nil {
				expressions++
			}
			total++
		}
		var back = *book
		if err := wire.Unmarshal(wire.Marshal(book), &back); err != nil || back.Hash() != book.Hash() {
			t.Errorf("%s does not survive its encoding: %v", id, err)
		}
	}
	if total < 10 || quotas < 3 || expressions < 1 {
		t.Errorf("%d rules, %d quotas, %d expressions", total, quotas, expressions)
	}
}

func TestWordsMeanWhatTheySay(t *testing.T) {
	book, err := Parse([]byte(`
authority: CN
decimals: {e-CNY: 2}
rules:
  - {id: a, quota: {in: e-CNY, limit: "1,234,567.8", per: party, window: rolling 36 hours in 12 parts, direction: net}}
  - {id: b, hours: [mon fri 22:00-02:30 business days]}
  - {id: c, review: {in: e-CNY, above: "0.01", within: 3 days}}
`))
	if err != nil {
		t.Fatal(err)
	}
	q := book.Rules[0].Quota
	if q.Limit != money.FromUint64(123456780) || q.Direction != quota.Net || q.Window != (quota.Window{Kind: quota.Rolling, LengthMs: 36 * 3600_000, Buckets: 12}) {
		t.Errorf("%+v", q)
	}
	if s := book.Rules[1].Hours.Sessions[0]; s.FromMinute != 22*60 || s.ToMinute != 26*60+30 || !s.BusinessDays || s.Weekdays != 0b10001 {
		t.Errorf("%+v", s)
	}
	if r := book.Rules[2].Review; r.Above != money.FromUint64(1) || r.DeadlineMs != 3*86_400_000 {
		t.Errorf("%+v", r)
	}
}

func TestBadFilesAreRefused(t *testing.T) {
	rule := func(text string) string {
		return "authority: CN\ndecimals: {e-CNY: 2}\nrules:\n  - {id: a, " + text + "}\n"
	}
	for text, want := range map[string]string{
		rule(`maximum: {in: HKDX, limit: "1.00"}`):                                                                        "decimals",
		rule(`maximum: {in: e-CNY, limit: "1,00.00"}`):                                                                    "groups of three",
		rule(`maximum: {in: e-CNY, limit: "1.005"}`):                                                                      "decimals",
		rule(`maximun: {in: e-CNY, limit: "1.00"}`):                                                                       "maximun",
		rule(`quota: {in: e-CNY, limit: "1.00", per: party, window: week, direction: out}`):                               "window",
		rule(`quota: {in: e-CNY, limit: "1.00", per: party, window: day, direction: up}`):                                 "direction",
		rule(`expression: {cel: "true", then: allow}`):                                                                    "refuse or hold",
		rule(`review: {in: e-CNY, above: "1.00", within: soon}`):                                                          "minutes, hours or days",
		rule(`evidence: [invoice], purposes: {allow: [CGODDR]}`):                                                          "exactly one",
		"authority: CN\ndecimals: {}\nrules: []\n---\nauthority: HK\n":                                                    "more than one document",
		strings.Replace(rule(`purposes: {allow: [CGODDR]}`), "id: a", "id: A", 1):                                         "unique id",
		rule(`hours: ["mon 25:00-26:00"]`):                                                                                "time of day",
		rule(`expression: {cel: "payment.amount > 3", then: refuse}`):                                                     "undeclared reference",
		strings.Replace(rule(`assets: {allow: [e-CNY]}`), "rules:", "rules: &x\n  - {id: a, assets: {allow: [HKDX]}}", 1): "unique id",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot %v, want an error about %q", text, err, want)
		}
	}
}
