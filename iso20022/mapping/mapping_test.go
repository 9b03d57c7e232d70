package mapping_test

import (
	"fmt"
	"strings"
	"testing"

	"causeway/core/feature/payment"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/iso20022"
	"causeway/iso20022/mapping"
	"causeway/iso20022/model"
)

const (
	payer = identity.LEI("9999000HAILANGROUP40")
	payee = identity.LEI("999900KOWLOONPARTS95")
)

// directory knows one account of the payer, and one of the payee in each of two assets.
type directory struct{}

func (directory) External(scheme, id, _ string) (mapping.Account, error) {
	switch scheme + " " + id {
	case "BBAN P-CNY":
		return mapping.Account{ID: "PAYER", Owner: payer, Asset: "e-CNY"}, nil
	case "BBAN S-HKD":
		return mapping.Account{ID: "SUPPLIER", Owner: payee, Asset: "HKDX"}, nil
	case "BBAN S-CNY":
		return mapping.Account{ID: "SUPPLIER", Owner: payee, Asset: "e-CNY"}, nil
	case "BBAN S-ANY":
		return mapping.Account{ID: "SUPPLIER", Owner: payee}, nil
	}
	return mapping.Account{}, fault.AccountNotFound.With("account", id, "an open account")
}

func (directory) Asset(id txn.AssetID) (txn.Asset, error) {
	switch id {
	case "e-CNY":
		return ledger.Asset{ID: id, Currency: "CNY", Scale: 2}, nil
	case "HKDX":
		return ledger.Asset{ID: id, Currency: "HKD", Scale: 4}, nil
	}
	return txn.Asset{}, fault.AssetNotFound.With("asset", string(id), "a registered asset")
}

func (directory) Today(txn.AccountID) (string, error) { return "2026-11-23", nil }

// form is a payment as its sender writes it down.
type form struct {
	amount, to, rate, date, purpose, extra, e2e string
}

func (f form) file(payments int) string {
	var b strings.Builder
	b.WriteString(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-23T09:00:00+08:00</CreDtTm>`)
	fmt.Fprintf(&b, `<NbOfTxs>%d</NbOfTxs><InitgPty><Nm>N</Nm></InitgPty></GrpHdr>`, payments)
	fmt.Fprintf(&b, `<PmtInf><PmtInfId>B1</PmtInfId><PmtMtd>TRF</PmtMtd><ReqdExctnDt><Dt>%s</Dt></ReqdExctnDt><Dbtr><Nm>N</Nm></Dbtr>`, f.date)
	b.WriteString(`<DbtrAcct><Id><Othr><Id>P-CNY</Id><SchmeNm><Cd>BBAN</Cd></SchmeNm></Othr></Id></DbtrAcct><DbtrAgt><FinInstnId><BICFI>SPDZCNSHXXX</BICFI></FinInstnId></DbtrAgt>`)
	for i := range payments {
		fmt.Fprintf(&b, `<CdtTrfTxInf><PmtId><EndToEndId>%s%d</EndToEndId></PmtId><Amt>%s</Amt>%s<Cdtr><Nm>S</Nm>%s</Cdtr>`, f.e2e, i, f.amount, f.rate, f.extra)
		fmt.Fprintf(&b, `<CdtrAcct><Id><Othr><Id>%s</Id><SchmeNm><Cd>BBAN</Cd></SchmeNm></Othr></Id></CdtrAcct>%s</CdtTrfTxInf>`, f.to, f.purpose)
	}
	b.WriteString(`</PmtInf></CstmrCdtTrfInitn></Document>`)
	return b.String()
}

func good() form {
	return form{amount: `<InstdAmt Ccy="HKD">1250.5000</InstdAmt>`, to: "S-HKD", date: "2026-11-23", e2e: "E",
		rate: `<XchgRateInf><UnitCcy>CNY</UnitCcy><XchgRate>1.0850</XchgRate></XchgRateInf>`, purpose: `<Purp><Prtry>CGODDR</Prtry></Purp>`}
}

func mapper() *mapping.Mapper {
	return mapping.New(directory{}, mapping.Options{Salt: func(raw []byte) wire.Hash { return wire.Sum([]byte("salt"), raw) }})
}

func mapOne(t *testing.T, f form) mapping.Item {
	t.Helper()
	var item mapping.Item
	m := mapper()
	_, err := iso20022.ReadPayments(strings.NewReader(f.file(1)), iso20022.Options{}, func(p *model.Payment) error {
		var err error
		item, err = m.Map(&model.File{MsgID: "M1"}, p)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return item
}

func TestAmountsAndRates(t *testing.T) {
	rate := func(n, d uint64) *money.Rate { return &money.Rate{Num: n, Den: d} }
	for name, c := range map[string]struct {
		change func(*form)
		amount string
		fixed  bool
		worst  *money.Rate
	}{
		// HKDX has four decimals and e-CNY two, so 1.085 HKD for 1 CNY is 217/2 minor units.
		"InstdAmt fixes the target": {func(*form) {}, "12505000", true, rate(217, 2)},
		"a rate in the creditor's unit is turned round": {func(f *form) {
			f.rate = `<XchgRateInf><UnitCcy>HKD</UnitCcy><XchgRate>0.8</XchgRate></XchgRateInf>`
		}, "12505000", true, rate(125, 1)},
		"a rate without unit counts creditor's for debtor's": {func(f *form) {
			f.rate = `<XchgRateInf><XchgRate>1.0850</XchgRate></XchgRateInf>`
		}, "12505000", true, rate(217, 2)},
		"EqvtAmt fixes the source": {func(f *form) {
			f.amount = `<EqvtAmt><Amt Ccy="CNY">100.00</Amt><CcyOfTrf>HKD</CcyOfTrf></EqvtAmt>`
		}, "10000", false, rate(217, 2)},
		"one asset needs no rate": {func(f *form) {
			f.to, f.amount, f.rate = "S-CNY", `<InstdAmt Ccy="CNY">0.01</InstdAmt>`, ""
		}, "1", false, nil},
		"zeros beyond the scale are nothing": {func(f *form) { f.amount = `<InstdAmt Ccy="HKD">1.00000</InstdAmt>` }, "10000", true, rate(217, 2)},
	} {
		f := good()
		c.change(&f)
		item := mapOne(t, f)
		if item.Problem != nil {
			t.Errorf("%s: %v", name, item.Problem)
			continue
		}
		s := item.Send
		if s.Amount.Digits() != c.amount || s.FixTarget != c.fixed || (s.WorstRate == nil) != (c.worst == nil) || c.worst != nil && *s.WorstRate != *c.worst {
			t.Errorf("%s: amount %s, fixed %v, worst %v", name, s.Amount, s.FixTarget, s.WorstRate)
		}
	}
}

func TestWhatCannotBeMappedIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*form)
		want   *fault.Fault
		field  string
	}{
		"unknown creditor account": {func(f *form) { f.to = "NOBODY" }, fault.MappingCreditorAccount, "CdtrAcct"},
		"account for no asset":     {func(f *form) { f.to = "S-ANY" }, fault.MappingAccountAsset, "CdtrAcct"},
		"currency of another":      {func(f *form) { f.amount = `<InstdAmt Ccy="USD">1</InstdAmt>` }, fault.MappingCurrency, "Amt/InstdAmt/@Ccy"},
		"debtor's currency in InstdAmt": {func(f *form) { f.amount = `<InstdAmt Ccy="CNY">1</InstdAmt>` },
			fault.MappingCurrency, "Amt/InstdAmt/@Ccy"},
		"transfer currency of another": {func(f *form) {
			f.amount = `<EqvtAmt><Amt Ccy="CNY">1</Amt><CcyOfTrf>USD</CcyOfTrf></EqvtAmt>`
		}, fault.MappingCurrency, "Amt/EqvtAmt/CcyOfTrf"},
		"no rate": {func(f *form) { f.rate = "" }, fault.MappingRate, "XchgRateInf/XchgRate"},
		"rate of another pair": {func(f *form) {
			f.rate = `<XchgRateInf><UnitCcy>USD</UnitCcy><XchgRate>7</XchgRate></XchgRateInf>`
		}, fault.MappingCurrency, "XchgRateInf/UnitCcy"},
		"future date": {func(f *form) { f.date = "2026-11-24" }, fault.MappingDate, "ReqdExctnDt"},
		"no purpose":  {func(f *form) { f.purpose = "" }, fault.MappingPurpose, "Purp"},
		"another's LEI": {func(f *form) { f.extra = `<Id><OrgId><LEI>9999000HAILANGROUP40</LEI></OrgId></Id>` },
			fault.MappingLEI, "Cdtr/Id/OrgId/LEI"},
		"end-to-end id in Chinese": {func(f *form) { f.e2e = "发票" }, fault.MappingReference, "PmtId/EndToEndId"},
	} {
		f := good()
		c.change(&f)
		item := mapOne(t, f)
		if item.Problem == nil || item.Problem.Fault != c.want || !strings.HasSuffix(item.Problem.Field, c.field) {
			t.Errorf("%s: %v", name, item.Problem)
		}
	}
	f := good()
	f.date = "2026-11-20"
	if item := mapOne(t, f); item.Problem != nil || len(item.Notes) != 1 {
		t.Errorf("a past date means today, with a note: %v %v", item.Problem, item.Notes)
	}
}

// The same file again is the same references; any id that differs is another payment.
func TestReferencesAreMadeOfTheFilesIds(t *testing.T) {
	p := model.Payment{Position: 1, PmtInfID: "B", EndToEndID: "E", InstrID: "I"}
	first := mapping.Reference(payer, "M", &p)
	if first != mapping.Reference(payer, "M", &p) || len(first) != 64 {
		t.Fatal(first)
	}
	seen := map[string]bool{first: true}
	for _, q := range []model.Payment{
		{Position: 2, PmtInfID: "B", EndToEndID: "E", InstrID: "I"}, {Position: 1, PmtInfID: "BE", EndToEndID: "", InstrID: "I"},
		{Position: 1, PmtInfID: "B", EndToEndID: "EI"}, {Position: 1, PmtInfID: "B", EndToEndID: "E", InstrID: "J"},
	} {
		r := mapping.Reference(payer, "M", &q)
		if seen[r] {
			t.Errorf("%+v has the reference of another", q)
		}
		seen[r] = true
	}
	if seen[mapping.Reference(payee, "M", &p)] || seen[mapping.Reference(payer, "N", &p)] {
		t.Error("another debtor or message has the same reference")
	}
}

func TestAFileBecomesBatchesAndAReport(t *testing.T) {
	f := good()
	var all []mapping.Item
	var submissions []mapping.Submission
	planner := mapping.NewPlanner(mapper(), func(s mapping.Submission) error {
		submissions = append(submissions, s)
		return nil
	})
	source := strings.NewReader(f.file(2345))
	file, err := iso20022.ReadPayments(source, iso20022.Options{}, func(p *model.Payment) error {
		item, err := planner.Add(&model.File{MsgID: "M1"}, p)
		all = append(all, item)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := planner.Close(); err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, s := range submissions {
		batch := s.Payload.(*payment.Batch)
		if err := batch.Validate(); err != nil || len(wire.Marshal(batch)) > 500<<10 || len(batch.Payments) > 1000 {
			t.Errorf("batch of %d payments, %d bytes: %v", len(batch.Payments), len(wire.Marshal(batch)), err)
		}
		count += len(batch.Payments)
	}
	if count != 2345 || len(submissions) < 3 {
		t.Errorf("%d payments in %d batches", count, len(submissions))
	}
	results := []mapping.Result{
		{Item: all[0], ID: wire.Sum([]byte("1")), Status: txn.Settled},
		{Item: all[1], Status: txn.Refused, Refusal: fault.RuleQuota.With("quota", "9", "at most 8")},
		{Item: all[2], ID: wire.Sum([]byte("3")), Status: txn.Held},
	}
	var reporter mapping.Reporter
	for i := range results {
		reporter.Add(&results[i])
	}
	report, err := reporter.Report(file, mapping.Answering{ID: "R1", Name: "Causeway", BIC: "SPDZCNSHXXX", At: "2026-11-23T09:00:01+08:00"})
	if err != nil {
		t.Fatal(err)
	}
	text := string(report.XML())
	for _, want := range []string{"pain.002.001.10", "<GrpSts>PART</GrpSts>", "<TxSts>ACSC</TxSts>", "<TxSts>RJCT</TxSts>", "<TxSts>PDNG</TxSts>", "<Cd>AM13</Cd>"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %s", want)
		}
	}
}

// What a policy on approvals measures is the most that may be debited: at the worst rate, rounded up.
func TestTheMostOfASubmission(t *testing.T) {
	f := good()
	var s mapping.Submission
	for _, amount := range []string{"1250.50", "0.01"} {
		f.amount = `<InstdAmt Ccy="HKD">` + amount + `</InstdAmt>`
		s.Items = append(s.Items, mapOne(t, f))
	}
	// ⌈1250.50 / 1.0850⌉ = 1152.54 CNY, ⌈0.01 / 1.0850⌉ = 0.01 CNY
	if most, ok := s.Most(); !ok || most != money.FromUint64(115254+1) {
		t.Errorf("%s %v", most, ok)
	}
}

// The caller's purpose counts where the file has none, and nowhere else.
func TestThePurposeOfTheCaller(t *testing.T) {
	f := good()
	for _, c := range []struct{ purpose, want string }{{"", "CSTRDR"}, {f.purpose, "CGODDR"}} {
		f.purpose = c.purpose
		m := mapping.New(directory{}, mapping.Options{Purpose: "CSTRDR"})
		_, err := iso20022.ReadPayments(strings.NewReader(f.file(1)), iso20022.Options{}, func(p *model.Payment) error {
			item, err := m.Map(&model.File{MsgID: "M1"}, p)
			if err != nil || item.Problem != nil || item.Send.Purpose != c.want {
				t.Errorf("%q: %v %v, %s", c.purpose, err, item.Problem, item.Send.Purpose)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// A settlement date is judged like a requested execution date.
func TestSettlementDates(t *testing.T) {
	f := good()
	m := mapper()
	_, err := iso20022.ReadPayments(strings.NewReader(f.file(1)), iso20022.Options{}, func(p *model.Payment) error {
		p.ExecutionDate, p.SettlementDate = "", "2026-11-24"
		item, err := m.Map(&model.File{MsgID: "M1"}, p)
		if err != nil || item.Problem == nil || item.Problem.Fault != fault.MappingDate || !strings.HasSuffix(item.Problem.Field, "IntrBkSttlmDt") {
			t.Errorf("%v %v", err, item.Problem)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
