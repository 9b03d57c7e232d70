package main

import (
	"bytes"
	"fmt"

	"causeway/iso20022/rules"
)

const isoRulesIntroduction = `What is checked of an ISO 20022 file beyond its schema, and what the schema check itself reports. Each
finding names one of these ids. The *plain* profile is the schema plus what the ledger needs to pay; the
*CBPR+* profile adds the usage rules of SWIFT's Cross-Border Payments and Reporting Plus and applies when
the header's BizSvc begins with ` + "`swift.cbprplus`" + ` or when it is asked for. *refuse* makes the file
unusable, *warn* does not, *off* means that the rule is not asked. In the plain profile a wrong IBAN,
BIC, LEI or country code inside camt.052, camt.053 and camt.054 is a warning: a report tells of somebody
else's payment. *Reason* is the code that answers the finding in pain.002 and pacs.002.

| id | plain | CBPR+ | messages | reason | | |
|---|---|---|---|---|---|---|
`

func isoRulesPage() []byte {
	var out bytes.Buffer
	out.WriteString("# Rules for ISO 20022 files\n\n" + generated + isoRulesIntroduction)
	levels := map[rules.Level]string{rules.Off: "off", rules.Warn: "warn", rules.Refuse: "refuse"}
	for _, r := range rules.All() {
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s | %s | %s | %s |\n", r.ID, levels[r.Plain], levels[r.CBPR], cell(r.Applies), rules.Reason(r.ID), cell(r.En), cell(r.Zh))
	}
	return out.Bytes()
}
