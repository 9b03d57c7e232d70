package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"causeway/core/feature/issuance"
	"causeway/core/kernel/money"
	"causeway/sample"
)

// cancelling writes a camt.056.
func cancelling(id, endToEnd, uetr string) string {
	if uetr != "" {
		uetr = "<OrgnlUETR>" + uetr + "</OrgnlUETR>"
	}
	return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.056.001.08"><FIToFIPmtCxlReq><Assgnmt><Id>` + id + `</Id><Assgnr><Agt><FinInstnId><BICFI>SPDZCNSHXXX</BICFI></FinInstnId></Agt></Assgnr><Assgne><Agt><FinInstnId><BICFI>HUHBHKHHXXX</BICFI></FinInstnId></Agt></Assgne><CreDtTm>2026-11-23T11:00:00+08:00</CreDtTm></Assgnmt><Undrlyg><TxInf><CxlId>C1</CxlId><OrgnlGrpInf><OrgnlMsgId>M</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId></OrgnlGrpInf><OrgnlEndToEndId>` +
		endToEnd + `</OrgnlEndToEndId>` + uetr + `<CxlRsnInf><Rsn><Cd>DUPL</Cd></Rsn></CxlRsnInf></TxInf></Undrlyg></FIToFIPmtCxlReq></Document>`
}

// cancellations: what is held is cancelled, what has settled or never was is not.
func cancellations(n *isoNetwork) {
	data, err := sample.File(sample.Files[2])
	if err != nil {
		n.t.Fatal(err)
	}
	uetr := uetrOf(0x56)
	text := string(data)
	for name, value := range map[string]string{"UETR": uetr, "MsgId": "TO-BE-CANCELLED", "EndToEndId": "CXL-E2E"} {
		before, rest, _ := strings.Cut(text, "<"+name+">")
		_, after, _ := strings.Cut(rest, "</"+name+">")
		text = before + "<" + name + ">" + value + "</" + name + ">" + after
	}
	n.submit(n.write("held.xml", text), "hailan.maker,hailan.checker", exitHeld)

	request := n.write("cancel.xml", cancelling("CXL-1", "CXL-E2E", uetr))
	if out, talk, code := n.run("iso", "explain", request, "--as", "hailan.maker"); code != exitDone || !strings.Contains(out, "cancelled") || !strings.Contains(talk, "nothing was done") {
		n.t.Errorf("explain: %d %s%s", code, out, talk)
	}
	for range 2 { // again: the same answer
		s := n.submit(request, "hailan.maker", exitDone)
		if !holds1(n.t, s.Written[0], "<Conf>CNCL</Conf>") || !holds1(n.t, s.Written[0], "<TxCxlSts>ACCR</TxCxlSts>") {
			n.t.Error("the held payment is not cancelled")
		}
	}
	for name, c := range map[string]struct {
		endToEnd, uetr, reason string
		code                   int
	}{
		"settled":              {"KPC-INV-2025-0117", "", "ARDT", exitRefused},
		"settled in a batch":   {"R-4", "", "ARDT", exitRefused},
		"settled by its UETR":  {"E2E-8", uetrOf(8), "ARDT", exitRefused},
		"unknown":              {"NEVER-SENT", uetrOf(0xdead), "NOOR", exitNotFound},
		"another's of a party": {"E2E-1", "", "NOOR", exitNotFound},
	} {
		as := "machinery.maker"
		if name == "settled" || name == "another's of a party" {
			as = "hailan.maker"
		}
		path := n.write("cancel.xml", cancelling("CXL-"+name[:3], c.endToEnd, c.uetr))
		// All of this chain is younger than three days, so nothing that was not looked at could be meant.
		if _, talk, _ := n.run("iso", "submit", path, "--as", as); strings.Contains(talk, "--look-back") {
			n.t.Errorf("%s: %s", name, talk)
		}
		s := n.submit(path, as, c.code)
		if !holds1(n.t, s.Written[0], "<Cd>"+c.reason+"</Cd>") || !holds1(n.t, s.Written[0], "<Conf>RJCR</Conf>") {
			n.t.Errorf("%s: not answered with %s", name, c.reason)
		}
	}
}

// lookedBack: what settled before the days that are looked at is answered with NOOR, and the clerk is told.
func lookedBack(n *isoNetwork) {
	path := n.write("cancel.xml", cancelling("CXL-OLD", "KPC-INV-2025-0117", ""))
	for _, command := range []string{"submit", "explain"} {
		_, talk, code := n.run("iso", command, path, "--as", "hailan.maker", "--look-back", "1ns")
		if code != exitNotFound || !strings.Contains(talk, "only the last 1ns of the ledger were searched") || !strings.Contains(talk, "--look-back 2160h") {
			n.t.Errorf("%s: %d %s", command, code, talk)
		}
	}
	if _, talk, code := n.run("iso", "submit", path, "--as", "hailan.maker"); code != exitRefused || strings.Contains(talk, "--look-back") {
		n.t.Errorf("%d %s", code, talk)
	}
}

// statement writes a camt.053.
func statement(version, id, balance, currency string) string {
	servicer := "BICFI"
	if version == "02" {
		servicer = "BIC"
	}
	return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.` + version + `"><BkToCstmrStmt><GrpHdr><MsgId>` + id + `</MsgId><CreDtTm>2026-11-23T00:00:00+08:00</CreDtTm></GrpHdr><Stmt><Id>` + id + `</Id><ElctrncSeqNb>1</ElctrncSeqNb><CreDtTm>2026-11-23T00:00:00+08:00</CreDtTm><Acct><Id><Othr><Id>RESERVE-01</Id></Othr></Id><Ccy>` + currency + `</Ccy><Svcr><FinInstnId><` + servicer + `>HUHBHKHHXXX</` + servicer + `></FinInstnId></Svcr></Acct>` +
		`<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="` + currency + `">` + balance + `</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><DtTm>` + time.Now().Add(-time.Second).UTC().Format("2006-01-02T15:04:05.000Z") + `</DtTm></Dt></Bal></Stmt></BkToCstmrStmt></Document>`
}

// reserves: a custodian's statement becomes the attestation in force.
func reserves(n *isoNetwork) {
	for i, version := range []string{"02", "04", "08"} {
		balance := fmt.Sprintf("15000000%d.00", i)
		path := n.write("statement.xml", statement(version, "ST-"+version, balance, "HKD"))
		if out, talk, code := n.run("iso", "explain", path, "--as", "custody.maker", "--asset", "HKDX", "-o", "json"); code != exitDone || !strings.Contains(talk, "nothing was done") {
			n.t.Fatalf("%s: %d %s%s", version, code, out, talk)
		}
		if out, talk, code := n.run("iso", "submit", path, "--as", "custody.maker", "--asset", "HKDX", "--class", "cash", "--haircut-bps", "100"); code != exitDone {
			n.t.Fatalf("%s: %d %s%s", version, code, out, talk)
		}
		var now issuance.Attestation
		if err := newNetwork(n.url).value(n.t.Context(), "attestation", "HKDX", &now); err != nil {
			n.t.Fatal(err)
		}
		if now.StatementID != "ST-"+version || now.Total.Grouped(2) != "150,000,00"+fmt.Sprint(i)+".00" || !now.Eligible.Less(now.Total) {
			n.t.Errorf("%s: %+v", version, now)
		}
	}
	good := n.write("statement.xml", statement("08", "ST-X", "1.00", "HKD"))
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"no asset":         {[]string{good, "--as", "custody.maker"}, exitUsage, "--asset"},
		"unknown asset":    {[]string{good, "--as", "custody.maker", "--asset", "NONE"}, exitNotFound, "asset"},
		"another currency": {[]string{good, "--as", "custody.maker", "--asset", "e-CNY"}, exitUsage, "iso.currency_mismatch"},
		"no custodian":     {[]string{good, "--as", "hailan.maker", "--asset", "HKDX"}, exitRefused, "custodian"},
	} {
		_, talk, code := n.run(append([]string{"iso", "submit"}, c.args...)...)
		if code != c.code || !strings.Contains(talk, c.want) {
			n.t.Errorf("%s: %d %s", name, code, talk)
		}
	}
}

// many is a file of so many payments of 1.00.
func many(msgID string, count int, amount string) string {
	list := make([]testPayment, count)
	for i := range list {
		list[i] = testPayment{e2e: fmt.Sprintf("%s-%05d", msgID, i), amount: amount}
	}
	return pain("09", msgID, "2026-01-05", list...)
}

// large: a run that is killed while it waits for an answer is run again, and each payment is made
// once: those of the batches it knows of, those of the batch it does not, and the rest.
func large(n *isoNetwork) {
	const payments, batch, answered = 5000, 1000, 2
	for i, kill := range []os.Signal{os.Kill, os.Interrupt} {
		path := n.write("large.xml", many(fmt.Sprintf("LARGE-%d", i), payments, "1.00"))
		before := n.balance("SH-SUPPLIER/e-CNY")
		all, _ := before.Add(money.FromUint64(payments * 100))
		some, _ := before.Add(money.FromUint64((answered + 1) * batch * 100))
		through, lost := n.answersOnly(answered)
		cmd := n.start(through, "iso", "submit", path, "--as", "machinery.maker")
		select {
		case <-lost:
		case <-time.After(time.Minute):
			n.t.Error("the third batch is not submitted")
		}
		if err := cmd.Process.Signal(kill); err != nil {
			n.t.Fatal(err)
		}
		err := cmd.Wait()
		if broken := n.balance("SH-SUPPLIER/e-CNY"); err == nil || broken != some {
			n.t.Fatalf("broken off: %v, paid %s, want %s", err, broken, some)
		}
		if _, talk, code := n.run("iso", "submit", path, "--as", "machinery.maker"); code != exitDone || !strings.Contains(talk, "no camt.054 is written for a file of more than 1000 payments") {
			n.t.Fatalf("%v: %d %s", kill, code, talk)
		}
		s := n.submit(path, "machinery.maker", exitDone)
		if got := n.balance("SH-SUPPLIER/e-CNY"); got != all {
			n.t.Fatalf("%v: %s, want %s", kill, got, all)
		}
		report, err := os.ReadFile(s.Written[0])
		if err != nil || strings.Count(string(report), "<TxSts>ACSC</TxSts>") != payments || !strings.Contains(string(report), "<GrpSts>ACSC</GrpSts>") {
			n.t.Errorf("%v: the report does not tell of all payments: %v", kill, err)
		}
	}
}

// approvedOnce: what several batches come to is approved as one file.
func approvedOnce(n *isoNetwork) {
	path := n.write("salaries.xml", many("SALARIES", 1500, "5000.00"))
	before := n.balance("SH-SUPPLIER/e-CNY")
	proposal := ""
	for range 2 {
		out, talk, code := n.run("iso", "submit", path, "--as", "machinery.maker")
		if code != exitHeld || n.balance("SH-SUPPLIER/e-CNY") != before {
			n.t.Fatalf("not approved, yet: %d %s%s", code, out, talk)
		}
		_, id, _ := strings.Cut(talk, "--proposal ")
		if id, _, _ = strings.Cut(id, ","); len(id) != 64 || proposal != "" && id != proposal {
			n.t.Fatalf("which proposal? %s", talk)
		}
		proposal = id
	}
	if out, talk, code := n.run("approval", "approve", "--proposal", proposal, "--as", "machinery.checker"); code != exitDone {
		n.t.Fatalf("%d %s%s", code, out, talk)
	}
	n.submit(path, "machinery.maker", exitDone)
	n.submit(path, "machinery.maker", exitDone)
	if all, _ := before.Add(money.FromUint64(1500 * 5000_00)); n.balance("SH-SUPPLIER/e-CNY") != all {
		n.t.Fatalf("%s, want %s", n.balance("SH-SUPPLIER/e-CNY"), all)
	}
	changed := n.write("salaries.xml", many("SALARIES", 1500, "5001.00"))
	s := n.submit(changed, "machinery.maker", exitRefused)
	if !holds1(n.t, s.Written[0], "<Cd>DU01</Cd>") {
		n.t.Error("other content under the message id of a manifest is not told as DU01")
	}
}

// rejected: what was rejected, or taken back, is put up for approval again by the same file, and
// pays once it is approved, once.
func rejected(n *isoNetwork) {
	before := n.balance("SH-SUPPLIER/e-CNY")
	proposed := func(path string) string {
		out, talk, code := n.run("iso", "submit", path, "--as", "machinery.maker", "-o", "json")
		if code != exitHeld || n.balance("SH-SUPPLIER/e-CNY") != before {
			n.t.Fatalf("not put up for approval: %d %s%s", code, out, talk)
		}
		open, talk, code := n.run("list", "proposal", "-o", "json")
		_, id, _ := strings.Cut(lastOpen(open), `"id": "`)
		if id, _, _ = strings.Cut(id, `"`); len(id) != 64 || code != exitDone {
			n.t.Fatalf("which proposal? %s%s", open, talk)
		}
		return id
	}
	answer := func(verb, id, as string) {
		if out, talk, code := n.run("approval", verb, "--proposal", id, "--as", as); code != exitDone {
			n.t.Fatalf("%s: %d %s%s", verb, code, out, talk)
		}
	}
	for name, count := range map[string]int{"several batches": 1200, "one batch": 900} {
		path := n.write("again.xml", many(fmt.Sprintf("AGAIN-%d", count), count, "6000.00"))
		first := proposed(path)
		answer("reject", first, "machinery.checker")
		second := proposed(path)
		answer("recall", second, "machinery.maker")
		third := proposed(path)
		if first == second || second == third || first == third {
			n.t.Fatalf("%s: one proposal twice: %s %s %s", name, first, second, third)
		}
		if again := proposed(path); again != third {
			n.t.Fatalf("%s: an open proposal is put up again: %s, %s", name, third, again)
		}
		answer("approve", third, "machinery.checker")
		n.submit(path, "machinery.maker", exitDone)
		n.submit(path, "machinery.maker", exitDone)
		before, _ = before.Add(money.FromUint64(uint64(count) * 6000_00))
		if got := n.balance("SH-SUPPLIER/e-CNY"); got != before {
			n.t.Fatalf("%s: %s, want %s", name, got, before)
		}
	}
}

// lastOpen cuts a list of proposals down to the one that is open.
func lastOpen(list string) string {
	for _, one := range strings.Split(list, "\n  },") {
		if strings.Contains(one, `"status": "open"`) {
			return one
		}
	}
	return ""
}
