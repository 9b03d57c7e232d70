package iso20022

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"causeway/internal/shareddata"
	"causeway/iso20022/rules"
)

const today = "2026-11-23"

func own(t testing.TB, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func check(t testing.TB, content string, opt Options) Report {
	t.Helper()
	report, err := Check(strings.NewReader(content), opt)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func codesOf(r Report) []string {
	var list []string
	for _, f := range r.Findings {
		if !slices.Contains(list, f.Code) {
			list = append(list, f.Code)
		}
	}
	slices.Sort(list)
	return list
}

func TestOwnFilesAreGood(t *testing.T) {
	files, err := filepath.Glob("testdata/*.xml")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, path := range files {
		r := check(t, own(t, filepath.Base(path)), Options{Today: today})
		if r.Verdict != OK || !strings.HasPrefix(filepath.Base(path), r.Message) {
			t.Errorf("%s: %s %s %v", path, r.Message, r.Verdict, r.Findings)
		}
		if cbpr := strings.Contains(path, "cbpr"); cbpr != (r.Profile == "cbpr") {
			t.Errorf("%s: profile %s", path, r.Profile)
		}
	}
}

// TestOneThingWrong spoils one thing of a good file and names the one rule that must find it.
func TestOneThingWrong(t *testing.T) {
	const pacs, pain = "pacs.008.001.08-cbpr-hkd.xml", "pain.001.001.09-cny-hkd.xml"
	for _, c := range []struct{ file, old, new, code string }{
		{pacs, "<BICFI>KSTRCNSHXXX</BICFI></FinInstnId></FIId></Fr>", "<BICFI>OTHRCNSHXXX</BICFI></FinInstnId></FIId></Fr>", "cbpr.header.bic_mismatch"},
		{pacs, "<InstdAgt><FinInstnId><BICFI>HRBRHKHHXXX", "<InstdAgt><FinInstnId><BICFI>HRBRHKHH001", "cbpr.header.bic_mismatch"},
		{pacs, "<MsgId>KSTR20261123A1", "<MsgId>KSTR20261123A2", "cbpr.header.id_mismatch"},
		{pacs, "<MsgDefIdr>pacs.008.001.08", "<MsgDefIdr>pacs.008.001.10", "iso.header.message_definition"},
		{pacs, "<InstrId>KSTRI0001", "<InstrId>/KSTRI001", "cbpr.slash"},
		{pacs, "<InstrId>KSTRI0001", "<InstrId>KSTR//001", "cbpr.slash"},
		{pacs, "<BizMsgIdr>KSTR20261123A1", "<BizMsgIdr>KSTR_20261123A", "cbpr.charset"},
		{pacs, "<To><FIId><FinInstnId><BICFI>HRBRHKHHXXX", "<To><FIId><FinInstnId><BICFI>HRBRQQHHXXX", "iso.bic.country"},
		{pacs, "<InstrId>KSTRI0001", "<InstrId>KSTRI000100010001", "cbpr.instr_id.length"},
		{pacs, "<InstrId>KSTRI0001</InstrId>", "", "cbpr.instr_id.missing"},
		{pacs, "<EndToEndId>INV-2026-0001", "<EndToEndId>INV_2026_0001", "cbpr.charset"},
		{pacs, "<Nm>Harbour Parts Ltd", "<Nm>海港零件", "cbpr.charset"},
		{pacs, "<UETR>9c2d7f10-5f0e-4a53-9d3b-6a1f0c9e7b21</UETR>", "", "cbpr.uetr.missing"},
		{pacs, "<UETR>9c2d7f10-5f0e-4a53", "<UETR>9C2D7F10-5f0e-4a53", "iso.schema.pattern"},
		{pacs, "<UETR>9c2d7f10-5f0e-4a53", "<UETR>9c2d7f10-5f0e-1a53", "iso.schema.pattern"},
		{pacs, `<IntrBkSttlmAmt Ccy="HKD">250000.00`, `<IntrBkSttlmAmt Ccy="HKD">0.00`, "iso.amount.zero"},
		{pacs, `<IntrBkSttlmAmt Ccy="HKD">250000.00`, `<IntrBkSttlmAmt Ccy="HKD">250000.001`, "iso.amount.decimals"},
		{pacs, `<IntrBkSttlmAmt Ccy="HKD">250000.00`, `<IntrBkSttlmAmt Ccy="HKD">250000.000`, "iso.amount.decimals_written"},
		{pacs, `<InstdAmt Ccy="HKD">250010.00`, `<InstdAmt Ccy="CNY">250010.00`, "cbpr.exchange_rate"},
		{pacs, `<InstdAmt Ccy="HKD">250010.00</InstdAmt>`, "", "cbpr.charges.instructed_amount"},
		{pacs, "<ChrgBr>SHAR", "<ChrgBr>SLEV", "cbpr.charge_bearer"},
		{pacs, "<TwnNm>Shanghai</TwnNm>", "", "cbpr.address.town_country"},
		{pacs, "<AdrLine>1 Pier Road</AdrLine>", "<AdrLine>1</AdrLine><AdrLine>2</AdrLine><AdrLine>3</AdrLine>", "cbpr.address.lines"},
		{pacs, "<AdrLine>1 Pier Road</AdrLine>", "<AdrLine>" + strings.Repeat("x", 70) + "</AdrLine><AdrLine>é</AdrLine>", "cbpr.charset"},
		{pacs, "<SttlmMtd>INDA</SttlmMtd>", "<SttlmMtd>CLRG</SttlmMtd>", "cbpr.settlement_method"},
		{pacs, "<CreDtTm>2026-11-23T09:30:00+08:00", "<CreDtTm>2026-11-23T09:30:00", "cbpr.datetime.offset"},
		{pacs, "<IntrBkSttlmDt>2026-11-23", "<IntrBkSttlmDt>2026-11-22", "iso.date.past"},
		{pacs, "<IntrBkSttlmDt>2026-11-23", "<IntrBkSttlmDt>2026-02-29", "iso.schema.type"},
		{pacs, "<IntrBkSttlmDt>2026-11-23</IntrBkSttlmDt>", "", "cbpr.settlement_date.missing"},
		{pacs, "<IBAN>AE07", "<IBAN>AE08", "iso.iban.check_digits"},
		{pacs, "<IBAN>AE070331234567890123456", "<IBAN>AE07033123456789012345", "iso.iban.length"},
		{pacs, "<IBAN>AE07", "<IBAN>CN07", "iso.iban.country"},
		{pacs, "<LEI>9845008A0KESTREL0197", "<LEI>9845008A0KESTREL0198", "iso.lei.check_digits"},
		{pacs, "<CdtrAgt><FinInstnId><BICFI>HRBRHKHHXXX", "<CdtrAgt><FinInstnId><BICFI>HRBRQQHHXXX", "iso.bic.country"},
		{pacs, "<Ctry>HK</Ctry>", "<Ctry>QQ</Ctry>", "iso.country.unknown"},
		{pacs, "<NbOfTxs>1<", "<NbOfTxs>2<", "iso.count"},
		{pacs, "<Purp><Cd>GDDS", "<Purp><Cd>ZZZZ", "iso.external_code"},
		{pacs, "<Purp>", "<Prps>", "iso.not_xml"},
		{pacs, `<IntrBkSttlmAmt Ccy="HKD">250000.00`, `<IntrBkSttlmAmt>250000.00`, "iso.schema.attribute"},
		{pacs, "<ChrgBr>SHAR</ChrgBr>", "", "iso.schema.missing_element"},
		{pain, `<InstdAmt Ccy="AED">`, `<InstdAmt Ccy="XAU">`, "iso.currency.not_money"},
		{pain, `<InstdAmt Ccy="AED">`, `<InstdAmt Ccy="CLF">`, "iso.currency.not_money"},
		{pain, `<InstdAmt Ccy="AED">`, `<InstdAmt Ccy="CNH">`, "iso.currency.unknown"},
		{pain, "<CcyOfTrf>HKD", "<CcyOfTrf>XXX", "iso.currency.not_money"},
		{pain, "<CtrlSum>151000.55", "<CtrlSum>151000.56", "iso.control_sum"},
		{pain, "<CtrlSum>101000.55", "<CtrlSum>101000.5", "iso.control_sum"},
		{pain, "<NbOfTxs>2<", "<NbOfTxs>3<", "iso.count"},
		{pain, "<PmtMtd>TRF", "<PmtMtd>CHK", "iso.method"},
		{pain, "<PmtInfId>BATCH-2", "<PmtInfId>BATCH-1", "iso.pmt_inf_id.duplicate"},
		{pain, "<EndToEndId>INV-2026-0003", "<EndToEndId>INV-2026-0001", "iso.end_to_end_id.duplicate"},
		{pain, "<EndToEndId>INV-2026-0003", "<EndToEndId> ", "iso.id.blank"},
		{pain, "<XchgRate>1.0921", "<XchgRate>0.0", "iso.rate.zero"},
		{pain, "<Dt>2026-11-23</Dt></ReqdExctnDt>", "<Dt>2026-11-24</Dt></ReqdExctnDt>", "iso.date.future"},
		{pain, "INV-2026-0003</EndToEndId>", "INV-2026-0003</EndToEndId><UETR>1b4e28ba-2fa1-41d2-883f-0016d3cca427</UETR>", "iso.uetr.duplicate"},
		{pain, "pain.001.001.09\"", "pain.001.001.08\"", "iso.version_unsupported"},
		{pain, "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:", "<Document xmlns=\"urn:example:", "iso.version_unsupported"},
		{pain, "<!-- Invented", "<!DOCTYPE d [<!ENTITY a \"b\">]><!-- Invented", "iso.not_xml"},
	} {
		good := own(t, c.file)
		if !strings.Contains(good, c.old) {
			t.Fatalf("%s does not hold %q", c.file, c.old)
		}
		r := check(t, strings.Replace(good, c.old, c.new, 1), Options{Today: today})
		if !slices.Contains(codesOf(r), c.code) {
			t.Errorf("%q for %q: want %s, got %v", c.new, c.old, c.code, r.Findings)
			continue
		}
		profile := map[string]rules.Profile{"cbpr": rules.CBPR, "plain": rules.Plain}[r.Profile]
		rule, _ := rules.Find(c.code)
		if refuses := rule.Level(profile, r.Message) == rules.Refuse; refuses != (r.Verdict == Refused) {
			t.Errorf("%q: %s makes the file %s", c.new, c.code, r.Verdict)
		}
		for _, f := range r.Findings {
			if f.Path == "" || f.En == "" || f.Zh == "" || f.Code != "iso.not_xml" && f.Want == "" {
				t.Errorf("a finding does not say all: %+v", f)
			}
		}
	}
}

func TestPlainProfileOnlyWarns(t *testing.T) {
	wrong := strings.Replace(own(t, "pacs.008.001.08-cbpr-hkd.xml"), "<InstrId>KSTRI0001", "<InstrId>/KSTRI0001", 1)
	for profile, want := range map[string]Verdict{"": Refused, "cbpr": Refused, "plain": Warnings} {
		if r := check(t, wrong, Options{Profile: profile, Today: today}); r.Verdict != want {
			t.Errorf("profile %q: %s %v", profile, r.Verdict, r.Findings)
		}
	}
	bare := strings.Replace(wrong, "swift.cbprplus.03", "local.service", 1)
	if r := check(t, bare, Options{Today: today}); r.Verdict != Warnings || r.Profile != "plain" {
		t.Errorf("without BizSvc: %s %s", r.Profile, r.Verdict)
	}
}

func TestEachPaymentHasItsVerdict(t *testing.T) {
	content := strings.Replace(own(t, "pain.001.001.09-cny-hkd.xml"), `<InstdAmt Ccy="AED">50000`, `<InstdAmt Ccy="AED">50000.001`, 1)
	r := check(t, content, Options{Today: today})
	if len(r.Payments) != 3 || r.Payments[0].Verdict != OK || r.Payments[1].Verdict != OK || r.Payments[2].Verdict != Refused {
		t.Fatalf("%+v", r.Payments)
	}
	third := r.Payments[2]
	if third.PmtInfID != "BATCH-2" || third.EndToEndID != "INV-2026-0003" || !slices.Equal(third.Codes, []string{"iso.amount.decimals"}) {
		t.Errorf("%+v", third)
	}
}

// TestWrappers puts the same parts into every envelope that is met, with prefixes and without.
func TestWrappers(t *testing.T) {
	whole := own(t, "pacs.008.001.08-cbpr-hkd.xml")
	part := func(from, to string) string {
		return whole[strings.Index(whole, from) : strings.Index(whole, to)+len(to)]
	}
	header, document := part("<AppHdr", "</AppHdr>"), part("<Document", "</Document>")
	prefixed := strings.NewReplacer("<", "<x:", "<x:/", "</x:", "xmlns=", "xmlns:x=")
	prefix := func(s string) string { return strings.ReplaceAll(prefixed.Replace(s), "<x:/", "</x:") }
	for name, content := range map[string]string{
		"side by side": header + "\n" + document,
		"envelope":     `<Envelope>` + header + document + `</Envelope>`,
		"message":      `<message>` + header + document + `</message>`,
		"swift":        `<Message xmlns="SWIFTNetBusinessEnvelope">` + header + document + `</Message>`,
		"datapdu":      `<Saa:DataPDU xmlns:Saa="urn:swift:saa:xsd:saa.2.0"><Saa:Revision>2.0.7</Saa:Revision><Saa:Header><Saa:Message><Saa:SenderReference>x</Saa:SenderReference></Saa:Message></Saa:Header><Saa:Body>` + header + document + `</Saa:Body></Saa:DataPDU>`,
		"payload":      `<?xml version="1.0"?><RequestPayload>` + header + document + `</RequestPayload>`,
		"request":      `<Request>` + header + document + `</Request>`,
		"prefixed":     `<e:Envelope xmlns:e="urn:e">` + prefix(header) + prefix(document) + `</e:Envelope>`,
		"bom":          "\xEF\xBB\xBF" + whole,
		"crlf":         strings.ReplaceAll(whole, "\n", "\r\n"),
	} {
		r := check(t, content, Options{Today: today})
		if r.Verdict != OK || r.Profile != "cbpr" || r.HeaderVersion != "head.001.001.02" || r.Message != "pacs.008.001.08" || r.PaymentCount != 1 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if r := check(t, document, Options{Today: today}); r.Verdict != OK || r.Profile != "plain" || r.Header != nil {
		t.Errorf("bare: %+v", r)
	}
	for name, c := range map[string]struct{ content, code string }{
		"header alone":  {`<Envelope>` + header + `</Envelope>`, "iso.document_missing"},
		"bare header":   {header, "iso.document_missing"},
		"other root":    {`<html><body/></html>`, "iso.document_missing"},
		"two documents": {`<Envelope>` + header + document + document + `</Envelope>`, "iso.document_twice"},
		"two headers":   {`<Envelope>` + header + header + document + `</Envelope>`, "iso.header_twice"},
		"header behind": {`<Envelope>` + document + header + `</Envelope>`, "iso.header_after_document"},
		"unknown root":  {`<Parcel>` + header + document + `</Parcel>`, "iso.wrapper_unknown"},
		"header v4":     {strings.Replace(whole, "head.001.001.02", "head.001.001.04", 1), "iso.version_unsupported"},
		"empty":         {"", "iso.not_xml"},
		"text":          {"hello", "iso.not_xml"},
		"cut off":       {whole[:len(whole)/2], "iso.not_xml"},
		"json":          {`{"Document":{}}`, "iso.not_xml"},
		"utf-16":        {"\xFF\xFE<\x00D\x00", "iso.not_xml"},
		"encoding":      {`<?xml version="1.0" encoding="GB2312"?>` + document, "iso.not_xml"},
		"prefix":        {`<p:Document/>`, "iso.not_xml"},
	} {
		if r := check(t, c.content, Options{Today: today}); !slices.Contains(codesOf(r), c.code) {
			t.Errorf("%s: want %s, got %v", name, c.code, r.Findings)
		}
	}
	if r := check(t, document, Options{Profile: "cbpr", Today: today}); !slices.Contains(codesOf(r), "cbpr.header.missing") || r.Verdict != Refused {
		t.Errorf("cbpr without a header: %v", r.Findings)
	}
}

// TestStrangers reads files by others and expects of each what an independent reading gives. The
// file called tag_mismatch is in fact well-formed and valid, whatever its name says.
func TestStrangers(t *testing.T) {
	folder := filepath.Join(shareddata.Folder(t), "iso20022", "samples")
	want := map[string][]string{ // the refusing codes; none: not refused
		"CBPR2025.PACS008-MinMax-0023.xml": nil, "camt052_account_report_sample.xml": nil, "camt054_credit_notification_sample.xml": nil,
		"CBPR2025.PACS008-MinMax-0023_diff_wrapper_missing_bic_xsd_issue.xml": {"iso.schema.pattern"},
		"cbprplus_camt054_slash_in_instrid.xml":                               {"cbpr.header.id_mismatch", "cbpr.slash"},
		"cbprplus_pacs008_2025.xml":                                           nil, "cbprplus_pacs008_sample_tag_mismatch_issue.xml": nil,
		"cbprplus_pacs008_sample_bic_mismatch.xml":                {"cbpr.header.bic_mismatch"},
		"cbprplus_pacs008_sample_dodgy_IBAN_and_bic_mismatch.xml": {"cbpr.header.bic_mismatch", "iso.iban.check_digits"},
		"cbprplus_pacs008_sample_xsd_issue.xml":                   {"iso.schema.too_many"},
		"pacs002_status_report_sample.xml":                        nil, "pacs004_payment_return_sample.xml": nil, "pacs008_credit_transfer_sample.xml": nil,
		"pacs009_fi_transfer_sample.xml": nil, "pain001_credit_initiation_sample.xml": nil,
		"International_payment_USD_naujas_1.xml": {"iso.iban.check_digits"}, "musterfile_pain.001_Nov2020.xml": {"iso.version_unsupported"}, "statement_1.xml": nil,
		"camt.053.001.07.xml": {"iso.version_unsupported"}, "pacs.008.001.07.xml": {"iso.version_unsupported"}, "pacs.009.001.07.xml": {"iso.version_unsupported"},
	}
	seen := 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".xml") {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		r := check(t, string(content), Options{Today: today})
		codes, named := want[entry.Name()]
		if !named {
			if !r.SchemaValid {
				t.Errorf("%s: %v", path, r.Findings)
			}
			return nil
		}
		seen++
		var refusing []string
		for _, f := range r.Findings {
			if f.Severity == "error" && !slices.Contains(refusing, f.Code) {
				refusing = append(refusing, f.Code)
			}
		}
		slices.Sort(refusing)
		if !slices.Equal(refusing, codes) {
			t.Errorf("%s: refused for %v, want %v", entry.Name(), refusing, codes)
		}
		return nil
	})
	if err != nil || seen != len(want) {
		t.Errorf("%d of %d files were there: %v", seen, len(want), err)
	}
}

func TestReadStrangersStatement(t *testing.T) {
	file, err := os.Open(filepath.Join(shareddata.Folder(t), "iso20022", "samples", "moov", "statement_1.xml"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s, err := ReadStatement(file, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if st := s.Statements[0]; s.Message != "camt.053.001.02" || st.Account.IBAN != "LT007180000000000000" || st.Account.Currency != "EUR" || len(st.Balances) < 2 || len(st.Entries) < 2 || st.Entries[0].Status != "BOOK" || st.Entries[0].BookingDate == "" {
		t.Errorf("%+v", st)
	}
}

func TestFindingsAreBounded(t *testing.T) {
	wrong := bytes.Repeat([]byte("<x/>"), 2000)
	content := `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">` + string(wrong) + `</Document>`
	r := check(t, content, Options{MaxFindings: 10})
	if len(r.Findings) != 10 || r.More < 1990 || r.Errors != 10+r.More {
		t.Errorf("%d kept, %d more, %d errors", len(r.Findings), r.More, r.Errors)
	}
	late := strings.Replace(own(t, "pain.001.001.09-cny-hkd.xml"), "<IBAN>AE07", "<IBAN>AE08", 1)
	late = strings.ReplaceAll(late, "2026-11-23</Dt>", "2026-11-22</Dt>")
	if r := check(t, late, Options{Today: today, MaxFindings: 1}); r.Warnings < 2 || len(r.Findings) != 2 || r.Findings[1].Code != "iso.iban.check_digits" {
		t.Errorf("an error is hidden behind warnings: %v", r.Findings)
	}
}
