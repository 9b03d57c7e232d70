package main

import (
	"bytes"
	"fmt"

	"causeway/core/kernel/fault"
)

// faultsFile is the table of refusals.
func faultsFile() []byte {
	var out bytes.Buffer
	out.WriteString(header)
	out.WriteString("/** The table of refusals: number, HTTP status, whether the same request may pass later, in English, in Chinese. */\nexport const faults = {\n")
	for _, f := range fault.All() {
		fmt.Fprintf(&out, "  %q: [%d, %d, %t, %q, %q],\n", f.Name, f.Number, f.HTTP(), f.Retryable, f.En, f.Zh)
	}
	out.WriteString("} as const satisfies Record<string, readonly [number, number, boolean, string, string]>;\n\n")
	out.WriteString("/** The stable name of a refusal: what programs match on. */\nexport type FaultCode = keyof typeof faults;\n")
	return out.Bytes()
}
