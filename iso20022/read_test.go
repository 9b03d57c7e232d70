package iso20022

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"causeway/core/kernel/fault"
	"causeway/iso20022/model"
)

func payments(t *testing.T, content string) (*File, []*Payment) {
	t.Helper()
	var all []*Payment
	f, err := ReadPayments(strings.NewReader(content), Options{Today: today}, func(p *Payment) error {
		all = append(all, p)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return f, all
}

func TestReadPain001(t *testing.T) {
	f, all := payments(t, own(t, "pain.001.001.09-cny-hkd.xml"))
	if f.MsgID != "KESTREL-20261123-01" || f.Message != "pain.001.001.09" || f.Payments != 3 || f.Sum != "151000.55" || f.ControlSum != "151000.55" || f.InitiatingParty.LEI != "9845008A0KESTREL0197" {
		t.Errorf("%+v", f)
	}
	one := *all[0]
	raw := string(one.Raw)
	one.Raw = nil
	want := Payment{
		Position: 1, Path: "/Document/CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[1]", Line: 23, PmtInfID: "BATCH-1", Method: "TRF", InstrID: "I-1", EndToEndID: "INV-2026-0001",
		UETR: "1b4e28ba-2fa1-41d2-883f-0016d3cca427", Kind: model.AmountInstructed, Amount: model.Money{Value: "100000.50", Currency: "HKD"}, Rate: "1.0921",
		ExecutionDate: "2026-11-23", ChargeBearer: "SHAR", CategoryPurpose: model.Code{Code: "SUPP"}, Purpose: model.Code{Proprietary: "CGODDR"},
		Debtor:        model.Party{Name: "上海红隼贸易有限公司", LEI: "9845008A0KESTREL0197", Country: "CN", Address: model.Address{Present: true, Country: "CN", Town: "上海", Structured: true}},
		Creditor:      model.Party{Name: "Harbour Parts Ltd", LEI: "2549003B7HARBOUR0243", Country: "HK", Address: model.Address{Present: true, Country: "HK", Town: "Hong Kong", Structured: true}},
		DebtorAccount: model.Account{Other: "CN-SH-000123", Scheme: "CAUSEWAY", Currency: "CNY"}, CreditorAccount: model.Account{Other: "HK-000777", Scheme: "CAUSEWAY"},
		DebtorAgent: model.Agent{BIC: "KSTRCNSHXXX"}, CreditorAgent: model.Agent{BIC: "HRBRHKHH"},
		Remittance: model.Remittance{Unstructured: []string{"货款 INV-2026-0001"}, Documents: []model.ReferredDocument{{Number: "INV-2026-0001"}}},
	}
	if !reflect.DeepEqual(one, want) {
		t.Errorf("got  %+v\nwant %+v", one, want)
	}
	if !strings.HasPrefix(raw, "<CdtTrfTxInf>") || !strings.HasSuffix(raw, "</CdtTrfTxInf>") || !strings.Contains(raw, "INV-2026-0001") || strings.Contains(raw, "INV-2026-0002") {
		t.Errorf("raw is %q", raw)
	}
	two, three := all[1], all[2]
	if two.Kind != model.AmountEquivalent || two.TransferCurrency != "HKD" || two.Amount.Currency != "CNY" || two.Rate != "" || two.UETR != "" || two.ChargeBearer != "SHAR" || len(two.Remittance.Unstructured) > 0 {
		t.Errorf("something of the first payment is in the second: %+v", two)
	}
	if three.PmtInfID != "BATCH-2" || three.DebtorAccount.Other != "CN-SH-000124" || three.DebtorAccount.Currency != "" || three.CategoryPurpose.Code != "" || three.ChargeBearer != "DEBT" || three.ExecutionDate != "2026-11-23T10:00:00+08:00" || three.CreditorAccount.IBAN == "" {
		t.Errorf("%+v", three)
	}
}

func TestReadOtherPayments(t *testing.T) {
	_, old := payments(t, own(t, "pain.001.001.03-cny.xml"))
	if p := old[0]; p.Debtor.BIC != "KSTRCNSHXXX" || p.Debtor.LEI != "9845008A0KESTREL0197" || p.DebtorAgent.BIC != "KSTRCNSH" || p.ExecutionDate != "2026-11-23" || p.Amount.Value != "88.80" {
		t.Errorf("%+v", p)
	}
	for _, name := range []string{"pacs.008.001.08-cbpr-hkd.xml", "pacs.008.001.12-cbpr-hkd.xml"} {
		f, all := payments(t, own(t, name))
		p := all[0]
		if f.Header == nil || f.Header.BusinessMessageID != f.MsgID || f.SettlementMethod != "INDA" || p.Kind != model.AmountSettlement || p.Amount.Value != "250000.00" || p.Instructed.Value != "250010.00" ||
			len(p.Charges) != 1 || p.Charges[0].Amount.Value != "10.00" || p.Charges[0].Agent.BIC != "KSTRCNSHXXX" || p.InstructedAgent.BIC != "HRBRHKHHXXX" || p.Creditor.Address.Lines != 1 || p.Creditor.Address.Structured {
			t.Errorf("%s: %+v", name, p)
		}
	}
	_, fi := payments(t, own(t, "pacs.009.001.08-cny.xml"))
	if p := fi[0]; p.Debtor.BIC != "KSTRCNSHXXX" || p.Debtor.LEI != "9845008A0KESTREL0197" || p.Creditor.BIC != "HRBRHKHHXXX" || p.Amount.Currency != "CNY" {
		t.Errorf("%+v", p)
	}
}

func TestReadCancellation(t *testing.T) {
	c, err := ReadCancellation(strings.NewReader(own(t, "camt.056.001.08-cny.xml")), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []model.CancelledPayment{{
		Path: "/Document/FIToFIPmtCxlReq/Undrlyg[1]/TxInf[1]", CancellationID: "C1", CaseID: "CASE-1", OriginalMessageID: "KSTR20261123A1", OriginalMessageName: "pacs.008.001.08",
		InstrID: "KSTRI0001", EndToEndID: "INV-2026-0001", UETR: "9c2d7f10-5f0e-4a53-9d3b-6a1f0c9e7b21", Amount: model.Money{Value: "250000", Currency: "HKD"},
		SettlementDate: "2026-11-23", Reason: model.Code{Code: "DUPL"}, Information: []string{"sent twice"},
	}}
	if c.ID != "CXL-1" || c.Assigner.BIC != "KSTRCNSHXXX" || !reflect.DeepEqual(c.Underlying, want) {
		t.Errorf("%+v", c)
	}
}

func TestReadStatement(t *testing.T) {
	s, err := ReadStatement(strings.NewReader(own(t, "camt.053.001.08-hkd.xml")), Options{})
	if err != nil {
		t.Fatal(err)
	}
	st := s.Statements[0]
	want := []model.Balance{{Type: "OPBD", Amount: model.Money{Value: "1000000.00", Currency: "HKD"}, Credit: true, Date: "2026-11-23"}, {Type: "CLBD", Amount: model.Money{Value: "1250000.00", Currency: "HKD"}, Credit: true, Date: "2026-11-23"}}
	if st.ID != "RES-2026-327" || st.Account.Other != "RESERVE-01" || st.Owner.Name != "Harbour Coin Ltd" || !reflect.DeepEqual(st.Balances, want) {
		t.Errorf("%+v", st)
	}
	if e := st.Entries[0]; e.Status != "BOOK" || !e.Credit || e.BookingDate != "2026-11-23" || e.Transactions[0].EndToEndID != "INV-2026-0001" {
		t.Errorf("%+v", e)
	}
}

// TestReadersRefuse holds that nothing is handed on behind the first thing that is wrong, and that
// readers know their own messages.
func TestReadersRefuse(t *testing.T) {
	content := strings.Replace(own(t, "pain.001.001.09-cny-hkd.xml"), "<CcyOfTrf>HKD", "<CcyOfTrf>XAU", 1)
	handed := 0
	_, err := ReadPayments(strings.NewReader(content), Options{}, func(*Payment) error { handed++; return nil })
	var refused *RefusedError
	if !errors.As(err, &refused) || handed != 1 || !strings.Contains(err.Error(), "CcyOfTrf") || !strings.Contains(err.Error(), "XAU") {
		t.Errorf("%d payments handed on, error %v", handed, err)
	}
	if stated := fault.In(err); stated.Fault != fault.ISOFileRefused || stated.Field == "" || stated.Found != "XAU" {
		t.Errorf("the fault is %v", stated)
	}
	if _, err := ReadPayments(strings.NewReader("<a>"), Options{}, nil); fault.Of(err) != fault.ISONotXML {
		t.Errorf("not XML: %v", err)
	}
	if _, err := Check(strings.NewReader(content), Options{Profile: "cbpr+"}); fault.Of(err) != fault.ISOProfileUnknown {
		t.Errorf("an unknown profile: %v", err)
	}
	stop := errors.New("stop")
	if _, err := ReadPayments(strings.NewReader(own(t, "pain.001.001.09-cny-hkd.xml")), Options{}, func(*Payment) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the caller's error became %v", err)
	}
	var wrong *WrongMessageError
	if _, err := ReadPayments(strings.NewReader(own(t, "camt.056.001.08-cny.xml")), Options{}, nil); !errors.As(err, &wrong) {
		t.Errorf("payments out of a cancellation: %v", err)
	}
	if _, err := ReadStatement(strings.NewReader(own(t, "camt.056.001.08-cny.xml")), Options{}); !errors.As(err, &wrong) {
		t.Errorf("a statement out of a cancellation: %v", err)
	}
}
