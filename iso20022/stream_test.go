package iso20022

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
)

// sumOf is 10.00 and 10.50 for each payment after the first.
func sumOf(n int) string { return fmt.Sprintf("%d.%d", (1050*(n-1)+1000)/100, (1050*(n-1)+1000)%100) }

// file makes a pain.001 of n payments while it is being read.
type file struct {
	n, at int
	rest  string
}

func (f *file) Read(p []byte) (int, error) {
	for f.rest == "" {
		switch {
		case f.at == 0:
			f.rest = fmt.Sprintf(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn><GrpHdr><MsgId>BIG</MsgId><CreDtTm>2026-11-23T09:00:00+08:00</CreDtTm><NbOfTxs>%d</NbOfTxs><CtrlSum>%s</CtrlSum><InitgPty><Nm>K</Nm></InitgPty></GrpHdr><PmtInf><PmtInfId>P</PmtInfId><PmtMtd>TRF</PmtMtd><ReqdExctnDt><Dt>2026-11-23</Dt></ReqdExctnDt><Dbtr><Nm>K</Nm></Dbtr><DbtrAcct><Id><Othr><Id>A</Id></Othr></Id></DbtrAcct><DbtrAgt><FinInstnId><BICFI>KSTRCNSHXXX</BICFI></FinInstnId></DbtrAgt>`, f.n, sumOf(f.n))
		case f.at <= f.n:
			f.rest = fmt.Sprintf("\n  <CdtTrfTxInf>\n    <PmtId><InstrId>I%d</InstrId><EndToEndId>E%d</EndToEndId><UETR>1b4e28ba-2fa1-41d2-883f-%012x</UETR></PmtId>\n    <Amt><InstdAmt Ccy=\"HKD\">%s</InstdAmt></Amt>\n    <Cdtr>\n      <Nm>Harbour Parts Ltd</Nm>\n      <PstlAdr><TwnNm>Hong Kong</TwnNm><Ctry>HK</Ctry></PstlAdr>\n    </Cdtr>\n    <CdtrAcct><Id><Othr><Id>HK-%d</Id></Othr></Id></CdtrAcct>\n    <Purp><Cd>GDDS</Cd></Purp>\n    <RmtInf><Ustrd>货款 %d</Ustrd></RmtInf>\n  </CdtTrfTxInf>",
				f.at, f.at, f.at, map[bool]string{true: "10.00", false: "10.50"}[f.at == 1], f.at, f.at)
		case f.at == f.n+1:
			f.rest = "</PmtInf></CstmrCdtTrfInitn></Document>"
		default:
			return 0, io.EOF
		}
		f.at++
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// TestHundredThousandPayments holds the promise that memory does not follow the file: what grows
// is 32 bytes of fingerprints a payment, not the document.
func TestHundredThousandPayments(t *testing.T) {
	const n = 100_000
	counter := &counting{Reader: &file{n: n}}
	peak, reports := uint64(0), 0
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	report, err := Check(counter, Options{Today: "2026-11-23", EachPayment: func(p PaymentReport) {
		if reports++; reports%10_000 == 0 {
			var now runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapAlloc)
		}
		if p.Verdict != OK || p.Position != reports {
			t.Fatalf("payment %d: %+v", reports, p)
		}
	}})
	took := time.Since(start)
	if err != nil || report.Verdict != OK || report.PaymentCount != n || reports != n {
		t.Fatalf("err %v, verdict %s, %d payments, %d reports, findings %v", err, report.Verdict, report.PaymentCount, reports, report.Findings)
	}
	grown := int64(peak) - int64(before.HeapAlloc)
	if limit := counter.n / 2; grown > limit {
		t.Errorf("the heap grew by %d bytes over a file of %d", grown, counter.n)
	}
	t.Logf("%d bytes in %v (%.0f MB/s), heap grew by %d", counter.n, took, float64(counter.n)/1e6/took.Seconds(), grown)
}

type counting struct {
	io.Reader
	n int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

func BenchmarkCheck(b *testing.B) {
	content, err := io.ReadAll(&file{n: 2000})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		report, err := Check(strings.NewReader(string(content)), Options{})
		if err != nil || report.Verdict == Refused {
			b.Fatal(err, report.Findings)
		}
	}
}
