package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"causeway/core/kernel/money"
)

// payment is one credit transfer of a test file, from MACHINERY-DOM to SH-SUPPLIER.
type testPayment struct{ e2e, uetr, amount, to string }

func (p testPayment) creditor() string {
	if p.to == "" {
		return "31000010026000000002"
	}
	return p.to
}

// pain writes a pain.001 as a customer of a version would.
func pain(version, msgID, date string, payments ...testPayment) string {
	var b strings.Builder
	v9 := version == "09"
	bic, day := "BIC", date
	if v9 {
		bic, day = "BICFI", "<Dt>"+date+"</Dt>"
	}
	fmt.Fprintf(&b, `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.%s"><CstmrCdtTrfInitn><GrpHdr><MsgId>%s</MsgId><CreDtTm>2026-11-23T09:00:00</CreDtTm><NbOfTxs>%d</NbOfTxs><InitgPty><Nm>海澜机械（上海）有限公司</Nm></InitgPty></GrpHdr>`, version, msgID, len(payments))
	fmt.Fprintf(&b, `<PmtInf><PmtInfId>B1</PmtInfId><PmtMtd>TRF</PmtMtd><ReqdExctnDt>%s</ReqdExctnDt><Dbtr><Nm>海澜机械（上海）有限公司</Nm></Dbtr><DbtrAcct><Id><Othr><Id>31000010026000000001</Id><SchmeNm><Cd>BBAN</Cd></SchmeNm></Othr></Id></DbtrAcct><DbtrAgt><FinInstnId><%s>%s</%s></FinInstnId></DbtrAgt>`, day, bic, testAgent, bic)
	for _, p := range payments {
		uetr := ""
		if v9 && p.uetr != "" {
			uetr = "<UETR>" + p.uetr + "</UETR>"
		}
		amount := p.amount
		if !strings.HasPrefix(amount, "<") {
			amount = `<InstdAmt Ccy="CNY">` + amount + `</InstdAmt>`
		}
		fmt.Fprintf(&b, `<CdtTrfTxInf><PmtId><EndToEndId>%s</EndToEndId>%s</PmtId><Amt>%s</Amt><CdtrAgt><FinInstnId><%s>%s</%s></FinInstnId></CdtrAgt><Cdtr><Nm>上海供应商有限公司</Nm></Cdtr><CdtrAcct><Id><Othr><Id>%s</Id><SchmeNm><Cd>BBAN</Cd></SchmeNm></Othr></Id></CdtrAcct><Purp><Prtry>COCADR</Prtry></Purp><RmtInf><Ustrd>货款</Ustrd></RmtInf></CdtTrfTxInf>`,
			p.e2e, uetr, amount, bic, testAgent, bic, p.creditor())
	}
	b.WriteString(`</PmtInf></CstmrCdtTrfInitn></Document>`)
	return b.String()
}

// pacs writes a pacs.008 or pacs.009; the latter names institutions and no purpose.
func pacs(version, msgID string, p testPayment) string {
	root, purpose, charge := "FIToFICstmrCdtTrf", `<Purp><Prtry>COCADR</Prtry></Purp>`, `<ChrgBr>SHAR</ChrgBr>`
	debtor, creditor := `<Dbtr><Nm>海澜机械</Nm></Dbtr>`, `<Cdtr><Nm>上海供应商</Nm></Cdtr>`
	if strings.HasPrefix(version, "pacs.009") {
		root, purpose, charge = "FICdtTrf", "", ""
		debtor, creditor = `<Dbtr><FinInstnId><BICFI>SPDZCNSHXXX</BICFI></FinInstnId></Dbtr>`, `<Cdtr><FinInstnId><BICFI>SPDZCNSHXXX</BICFI></FinInstnId></Cdtr>`
	}
	agent := func(name string) string {
		return "<" + name + "><FinInstnId><BICFI>" + testAgent + "</BICFI></FinInstnId></" + name + ">"
	}
	account := func(name, id string) string {
		return "<" + name + "><Id><Othr><Id>" + id + "</Id><SchmeNm><Cd>BBAN</Cd></SchmeNm></Othr></Id></" + name + ">"
	}
	return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:` + version + `"><` + root + `><GrpHdr><MsgId>` + msgID + `</MsgId><CreDtTm>2026-11-23T09:00:00+08:00</CreDtTm><NbOfTxs>1</NbOfTxs><SttlmInf><SttlmMtd>INDA</SttlmMtd></SttlmInf></GrpHdr>` +
		`<CdtTrfTxInf><PmtId><InstrId>I1</InstrId><EndToEndId>` + p.e2e + `</EndToEndId><TxId>T1</TxId><UETR>` + p.uetr + `</UETR></PmtId><IntrBkSttlmAmt Ccy="CNY">` + p.amount + `</IntrBkSttlmAmt><IntrBkSttlmDt>2026-01-05</IntrBkSttlmDt>` +
		charge + agent("InstgAgt") + agent("InstdAgt") + debtor + account("DbtrAcct", "31000010026000000001") + agent("DbtrAgt") + agent("CdtrAgt") + creditor +
		account("CdtrAcct", p.creditor()) + purpose + `</CdtTrfTxInf></` + root + `></Document>`
}

// prefixed gives every element of a document a prefix.
func prefixed(document string) string {
	document = strings.ReplaceAll(strings.ReplaceAll(document, "</", "\x00"), "<", "<p:")
	return strings.Replace(strings.ReplaceAll(document, "\x00", "</p:"), "xmlns=", "xmlns:p=", 1)
}

func wrapped(root, message, msgID, document string) string {
	return "<" + root + `><AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02"><Fr><FIId><FinInstnId><BICFI>SPDZCNSHXXX</BICFI></FinInstnId></FIId></Fr><To><FIId><FinInstnId><BICFI>SPDZCNSHXXX</BICFI></FinInstnId></FIId></To><BizMsgIdr>` +
		msgID + `</BizMsgIdr><MsgDefIdr>` + message + `</MsgDefIdr><CreDt>2026-11-23T09:00:00+08:00</CreDt></AppHdr>` + document + "</" + strings.Fields(root)[0] + ">"
}

// uetrOf makes a UETR for tests.
func uetrOf(n int) string { return fmt.Sprintf("eb6305c9-1f7f-49de-aed0-%012x", n) }

// TestFilesOnANetwork submits what the world writes to a live network, and has the answers judged.
func TestFilesOnANetwork(t *testing.T) {
	n := startIsoNetwork(t)
	t.Run("messages", func(t *testing.T) { n.t = t; messages(n) })
	t.Run("refusals", func(t *testing.T) { n.t = t; refusals(n) })
	t.Run("dates", func(t *testing.T) { n.t = t; dates(n) })
	t.Run("cancellation", func(t *testing.T) { n.t = t; cancellations(n) })
	t.Run("looked back", func(t *testing.T) { n.t = t; lookedBack(n) })
	t.Run("reserves", func(t *testing.T) { n.t = t; reserves(n) })
	t.Run("large", func(t *testing.T) { n.t = t; large(n) })
	t.Run("approved once", func(t *testing.T) { n.t = t; approvedOnce(n) })
	t.Run("rejected", func(t *testing.T) { n.t = t; rejected(n) })
	n.t = t
}

// messages: each pays 1.00, in every version, wrapper and prefix style, and once only.
func messages(n *isoNetwork) {
	one := func(i int) testPayment {
		return testPayment{e2e: fmt.Sprintf("E2E-%d", i), uetr: uetrOf(i), amount: "1.00"}
	}
	files := map[string]struct {
		content string
		more    []string
		answer  string
	}{
		"v03":       {pain("03", "M-V03", "2026-01-05", one(1)), nil, "pain.002.001.03"},
		"v09":       {pain("09", "M-V09", "2026-01-05", one(2)), nil, "pain.002.001.10"},
		"prefixed3": {prefixed(pain("03", "M-P03", "2026-01-05", one(3))), nil, "pain.002.001.03"},
		"prefixed9": {prefixed(pain("09", "M-P09", "2026-01-05", one(4))), nil, "pain.002.001.10"},
		"envelope":  {wrapped(`Envelope xmlns="urn:x"`, "pain.001.001.09", "M-ENV", pain("09", "M-ENV", "2026-01-05", one(5))), nil, "pain.002.001.10"},
		"datapdu":   {wrapped(`DataPDU xmlns="urn:swift:saa:xsd:saa.2.0"`, "pain.001.001.03", "M-PDU", prefixed(pain("03", "M-PDU", "2026-01-05", one(6)))), nil, "pain.002.001.03"},
		"eqvtamt": {pain("09", "M-EQV", "2026-01-05", testPayment{e2e: "E2E-7", amount: `<EqvtAmt><Amt Ccy="CNY">1.00</Amt><CcyOfTrf>CNY</CcyOfTrf></EqvtAmt>`}),
			nil, "pain.002.001.10"},
		"pacs008v08": {pacs("pacs.008.001.08", "M-808", one(8)), nil, "pacs.002.001.10"},
		"pacs008v10": {pacs("pacs.008.001.10", "M-810", one(9)), nil, "pacs.002.001.12"},
		"pacs008v12": {pacs("pacs.008.001.12", "M-812", one(10)), nil, "pacs.002.001.12"},
		"pacs009v08": {pacs("pacs.009.001.08", "M-908", one(11)), []string{"--purpose", "COCADR"}, "pacs.002.001.10"},
	}
	for name, f := range files {
		path := n.write(name+".xml", f.content)
		before := n.balance("SH-SUPPLIER/e-CNY")
		for range 2 { // the same file again pays nothing
			s := n.submit(path, "machinery.maker", exitDone, f.more...)
			if after, _ := before.Add(money.FromUint64(100)); n.balance("SH-SUPPLIER/e-CNY") != after {
				n.t.Fatalf("%s: %s after %s", name, n.balance("SH-SUPPLIER/e-CNY"), before)
			}
			report, err := os.ReadFile(s.Written[0])
			if err != nil || !strings.Contains(string(report), f.answer) || !strings.Contains(string(report), "<TxSts>ACSC</TxSts>") {
				n.t.Errorf("%s: %v\n%s", name, err, report)
			}
		}
	}
	path := n.write("bare.xml", pacs("pacs.009.001.08", "M-BARE", one(12)))
	if s := n.submit(path, "machinery.maker", exitUsage); len(s.Written) == 0 || !holds1(n.t, s.Written[0], "<Cd>RR04</Cd>") {
		n.t.Errorf("a pacs.009 without purpose: %v", s.Written)
	}
	_, talk, code := n.run("iso", "submit", n.submit(path, "machinery.maker", exitUsage).Written[0], "--as", "machinery.maker")
	if code != exitUsage || !strings.Contains(talk, "what can be submitted") {
		n.t.Errorf("an answer is no request: %d %s", code, talk)
	}
}

func holds1(t *testing.T, path, want string) bool {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(data), want)
}

// refusals: of one file each payment ends for itself, in the order of the file.
func refusals(n *isoNetwork) {
	good := testPayment{e2e: "R-1", amount: "1.00"}
	unknown := testPayment{e2e: "R-2", amount: "1.00", to: "NOBODY"}
	rich := testPayment{e2e: "R-3", amount: "49000000.00"}
	file := func(p ...testPayment) string { return n.write("mixed.xml", pain("09", "M-MIX", "2026-01-05", p...)) }
	path := file(good, unknown, rich, testPayment{e2e: "R-4", amount: "1.00"})
	out, talk, code := n.run("iso", "explain", path, "--as", "machinery.maker,machinery.checker")
	for _, want := range []string{"R-1", "settled", "R-2", "iso.creditor_account_unknown", "R-3", "funds.insufficient", "needs 49,000,000.00 e-CNY"} {
		if !strings.Contains(out, want) {
			n.t.Errorf("explain lacks %s:\n%s%s", want, out, talk)
		}
	}
	if strings.Contains(out, "4900000000") || code == exitDone || !strings.Contains(talk, "nothing was done") {
		n.t.Errorf("explain: %d\n%s%s", code, out, talk)
	}
	s := n.submit(path, "machinery.maker,machinery.checker", exitUsage)
	data, err := os.ReadFile(s.Written[0])
	if err != nil {
		n.t.Fatal(err)
	}
	report, at := string(data), -1
	for _, want := range []string{"R-1<", "ACSC", "R-2<", "<Cd>AC03</Cd>", "R-3<", "<Cd>AM04</Cd>", "R-4<", "ACSC"} {
		next := strings.Index(report[at+1:], want)
		if next < 0 {
			n.t.Fatalf("%s is not behind what is before it:\n%s", want, report)
		}
		at += 1 + next
	}
	if strings.Contains(report, "4900000000") {
		n.t.Errorf("minor units: %s", report)
	}
	// The same message id with other content.
	good.amount = "2.00"
	s = n.submit(file(good, unknown, rich, testPayment{e2e: "R-4", amount: "1.00"}), "machinery.maker,machinery.checker", exitRefused)
	if !holds1(n.t, s.Written[0], "<Cd>DU01</Cd>") {
		n.t.Error("other content under the same ids is not told as DU01")
	}
}

// dates: today is the debtor's authority's. In Shanghai it is tomorrow from 16:00 UTC on.
func dates(n *isoNetwork) {
	shanghai := time.Now().UTC().Add(8 * time.Hour)
	n.submit(n.write("today.xml", pain("09", "M-TODAY", shanghai.Format("2006-01-02"), testPayment{e2e: "D-1", amount: "1.00"})), "machinery.maker", exitDone)
	s := n.submit(n.write("future.xml", pain("09", "M-FUTURE", shanghai.AddDate(0, 0, 1).Format("2006-01-02"), testPayment{e2e: "D-2", amount: "1.00"})), "machinery.maker", exitUsage)
	if !holds1(n.t, s.Written[0], "<Cd>DT01</Cd>") {
		n.t.Error("a date in the future is not told as DT01")
	}
}
