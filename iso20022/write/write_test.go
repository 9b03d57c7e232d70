package write

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"causeway/internal/shareddata"
	"causeway/iso20022"
	"causeway/iso20022/codes"
	"causeway/iso20022/model"
	"causeway/iso20022/schema"
)

const now = "2026-11-23T10:00:00+08:00"

var reference = Reference{PmtInfID: "B1", InstrID: "I1", EndToEndID: "E1", TxID: "T1", UETR: "9c2d7f10-5f0e-4a53-9d3b-6a1f0c9e7b21"}

func report(original string, statuses ...Status) Report {
	r := Report{
		ID: "ANSWER-1", CreatedAt: now, InitiatingParty: "账本 Ledger", InstructingBIC: "HRBRHKHHXXX", InstructedBIC: "KSTRCNSHXXX",
		OriginalID: "M1", OriginalMessage: original, OriginalCreatedAt: now, OriginalCount: "3", OriginalSum: "100.5",
	}
	for i, s := range statuses {
		o := Outcome{Reference: reference, Status: s, AcceptedAt: now, LedgerRef: "tx & <1>"}
		if i%2 == 1 {
			o.PmtInfID = "B2"
		}
		if s == RJCT {
			o.AcceptedAt, o.Reasons = "", []Reason{{Code: "AC04", Information: []string{"closed"}}, {Proprietary: "payment.frozen"}}
		}
		r.Outcomes = append(r.Outcomes, o)
	}
	return r
}

func messages(t *testing.T) []*Message {
	t.Helper()
	var all []*Message
	add := func(m *Message, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	for _, original := range []string{"pain.001.001.03", "pain.001.001.09", "pacs.008.001.08", "pacs.008.001.10", "pacs.008.001.12", "pacs.009.001.08"} {
		add(Answer(report(original, ACSC, RJCT, PDNG)))
		add(Answer(report(original, ACSC)))
		whole := report(original)
		whole.Reasons = []Reason{{Code: "FF01", Information: []string{"iso.schema.pattern"}}}
		add(Answer(whole))
	}
	hkd := model.Money{Value: "250000.00", Currency: "HKD"}
	add(PaymentReturn(Return{ID: "R1", CreatedAt: now, InstructingBIC: "HRBRHKHHXXX", InstructedBIC: "KSTRCNSHXXX", OriginalID: "M1", OriginalMessage: "pacs.008.001.08",
		Payments: []ReturnedPayment{{Reference: reference, ID: "RT1", Original: hkd, Returned: hkd, SettlementDate: "2026-11-23", Reason: Reason{Code: "AC04"}}}}))
	for _, p := range []ResolvedPayment{{Cancelled: true}, {Pending: true}, {Reason: Reason{Code: "CUST", Information: []string{"no"}}}} {
		p.Reference, p.OriginalID, p.OriginalMessage, p.Amount = reference, "M1", "pacs.008.001.08", hkd
		add(CancellationResolution(Resolution{ID: "C1", CreatedAt: now, AssignerBIC: "HRBRHKHHXXX", AssigneeBIC: "KSTRCNSHXXX", CaseID: "CASE-1", CaseCreatorBIC: "KSTRCNSHXXX", Payments: []ResolvedPayment{p}}))
	}
	account := Account{Account: model.Account{Other: "HK-000777", Scheme: "CAUSEWAY", Currency: "HKD"}, OwnerName: "Harbour Parts Ltd", OwnerLEI: "2549003B7HARBOUR0243", ServicerBIC: "HRBRHKHHXXX"}
	bookings := []Booking{
		{Reference: reference, Entry: "1", LedgerRef: "L1", Amount: hkd, Credit: true, BookedAt: now, ValueDate: "2026-11-23", CrossBorder: true, Debtor: "上海红隼", DebtorAccount: model.Account{Other: "CN-1"},
			Creditor: "Harbour Parts Ltd", CreditorAccount: model.Account{IBAN: "AE070331234567890123456"}, Purpose: "GDDS", Remittance: []string{"INV-1"}},
		{Reference: reference, Entry: "2", Amount: hkd, Reversal: true, BookedAt: now},
	}
	add(DebitCreditNotification(Notification{MessageID: "N1", ID: "N1-1", CreatedAt: now, Account: account, Bookings: bookings}))
	add(AccountStatement(Statement{MessageID: "S1", ID: "S1-1", CreatedAt: now, Sequence: "7", From: now, To: now, Account: account, Bookings: bookings, Information: "root 0a1b",
		Balances: []model.Balance{{Type: "OPBD", Amount: hkd, Credit: true, Date: "2026-11-23"}, {Type: "CLBD", Amount: hkd, Credit: true, Date: "2026-11-23"}}}))
	return all
}

// TestWrittenMessagesAreGood has each message judged by our own check, with every header.
func TestWrittenMessagesAreGood(t *testing.T) {
	for _, m := range messages(t) {
		for _, h := range []Header{{Version: "head.001.001.01", CreatedAt: "2026-11-23T02:00:00Z"}, {CreatedAt: now}, {Version: "head.001.001.03", CreatedAt: now}} {
			h.FromBIC, h.ToBIC, h.BusinessService = "HRBRHKHHXXX", "KSTRCNSHXXX", "ledger.01"
			content, err := m.WithHeader(h)
			if err != nil {
				t.Fatal(err)
			}
			r, err := iso20022.Check(bytes.NewReader(content), iso20022.Options{})
			if err != nil || r.Verdict != iso20022.OK || r.Message != m.Version || r.Header == nil {
				t.Errorf("%s %s: %v %v\n%s", m.Version, h.Version, err, r.Findings, content)
			}
		}
		again, err := iso20022.Check(bytes.NewReader(m.XML()), iso20022.Options{})
		if err != nil || again.Verdict != iso20022.OK {
			t.Errorf("%s alone: %v", m.Version, again.Findings)
		}
	}
}

// TestXmllintAgrees has each message judged by an independent processor.
func TestXmllintAgrees(t *testing.T) {
	xsd := filepath.Join(shareddata.Folder(t), "iso20022", "xsd")
	shareddata.Xmllint(t)
	versions := map[string]bool{}
	for _, m := range messages(t) {
		versions[m.Version] = true
		path := filepath.Join(t.TempDir(), "m.xml")
		if err := os.WriteFile(path, m.XML(), 0o600); err != nil {
			t.Fatal(err)
		}
		if said, err := exec.Command("xmllint", "--nonet", "--noout", "--schema", filepath.Join(xsd, m.Version+".xsd"), path).CombinedOutput(); err != nil {
			t.Errorf("%s: %s\n%s", m.Version, said, m.XML())
		}
	}
	for _, want := range []string{"pain.002.001.03", "pain.002.001.10", "pacs.002.001.10", "pacs.002.001.12", "pacs.004.001.09", "camt.029.001.09", "camt.053.001.08", "camt.054.001.08"} {
		if !versions[want] {
			t.Errorf("%s was not written", want)
		}
	}
}

func TestStatementReadsBack(t *testing.T) {
	all := messages(t)
	s, err := iso20022.ReadStatement(bytes.NewReader(all[len(all)-1].XML()), iso20022.Options{})
	if err != nil {
		t.Fatal(err)
	}
	st := s.Statements[0]
	if st.ID != "S1-1" || st.Account.Other != "HK-000777" || len(st.Balances) != 2 || len(st.Entries) != 2 || !st.Entries[1].Reversal || st.Entries[0].Transactions[0].UETR != reference.UETR || st.Owner.LEI == "" {
		t.Errorf("%+v", st)
	}
}

func TestGroupStatus(t *testing.T) {
	for want, lists := range map[Status][][]Status{
		ACSC: {{ACSC}, {ACSC, ACSC}}, ACSP: {{ACSC, ACSP}}, ACCP: {{ACCP, ACSC}}, RJCT: {{}, {RJCT}, {RJCT, RJCT}},
		PART: {{ACSC, RJCT}, {ACSC, PDNG}, {ACSC, PDNG, RJCT}}, PDNG: {{PDNG}, {PDNG, RJCT}},
	} {
		for _, list := range lists {
			if got := GroupStatus(list); got != want {
				t.Errorf("%v: %s, want %s", list, got, want)
			}
		}
	}
}

func TestCodesAreListed(t *testing.T) {
	for _, r := range []Resolution{{Payments: []ResolvedPayment{{Cancelled: true}}}, {Payments: []ResolvedPayment{{}}}, {Payments: []ResolvedPayment{{Pending: true}}}, {Payments: []ResolvedPayment{{Cancelled: true}, {}}}} {
		if listed, known := codes.External("ExternalInvestigationExecutionConfirmation1Code", r.confirmation()); !listed || !known {
			t.Errorf("%s is not in the code set", r.confirmation())
		}
	}
	for _, s := range []Status{ACTC, ACCP, ACSP, ACSC, PDNG, RJCT} {
		if listed, _ := codes.External("ExternalPaymentTransactionStatus1Code", string(s)); !listed {
			t.Errorf("%s is not in the code set", s)
		}
	}
}

func TestNothingInvalidLeaves(t *testing.T) {
	r := report("pacs.008.001.08", ACSC)
	r.ID = strings.Repeat("x", 36)
	var invalid *schema.Invalid
	if m, err := Answer(r); m != nil || !errors.As(err, &invalid) || !strings.Contains(err.Error(), "MsgId") {
		t.Errorf("%v %v", m, err)
	}
	r = report("pacs.008.001.08", ACSC)
	r.Outcomes[0].UETR = "not a uetr"
	if _, err := Answer(r); !errors.As(err, &invalid) {
		t.Error(err)
	}
	if _, err := Answer(report("camt.053.001.08", ACSC)); err == nil {
		t.Error("a statement was answered with a status report")
	}
}
