package main

import (
	"bytes"
	"fmt"

	"causeway/core/kernel/fault"
)

const faultsIntroduction = `Every way the ledger says no. Programs match on the name. The number is the code of a transaction's
result and is hashed into the block, so it is never changed and never used again; a test holds the table
to that. *HTTP* is the status an interface answers with, *ISO* the reason code (ExternalStatusReason1Code)
in pain.002 and pacs.002. *Again* marks refusals where the same request may pass later without being
changed. The same rows are in ` + "[core/kernel/fault](../../core/kernel/fault/)" + `, one file per noun.

| number | name | class | HTTP | ISO | again | | |
|---|---|---|---|---|---|---|---|
`

func faultsPage() []byte {
	var out bytes.Buffer
	out.WriteString("# Refusals\n\n" + generated + faultsIntroduction)
	again := map[bool]string{true: "yes"}
	for _, f := range fault.All() {
		fmt.Fprintf(&out, "| %d | `%s` | %s | %d | %s | %s | %s | %s |\n", f.Number, f.Name, f.Class, f.HTTP(), f.ISO, again[f.Retryable], cell(f.En), cell(f.Zh))
	}
	return out.Bytes()
}
