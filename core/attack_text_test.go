package core_test

import (
	"strings"
	"testing"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/internal/testkit"
)

// What a decoder says of bytes it cannot read is told to whoever sent them, and kept nowhere:
// the hash of a result must not change with its wording.
func TestWordsOfLibrariesAreNotKept(t *testing.T) {
	l := testkit.New(t, testkit.NewWorld())
	body := l.Draft("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 1))
	inner := body
	inner.Payload = wire.Raw{0x83, 1, 2, 3}
	whole := txn.Transaction{Body: []byte{0xff}}
	for name, raw := range map[string][]byte{
		"payload":     testkit.Sign(&inner, testkit.Key("IMPORT.maker")),
		"body":        whole.Encode(),
		"transaction": {0x9f, 0xff},
	} {
		r := l.Block(raw)[0]
		refused(t, r, fault.TxMalformed)
		if p := r.Outcome.Private; strings.Contains(p.Found+p.Want+p.Field, "cbor:") || p.Found != "" {
			t.Errorf("%s: kept: %q", name, p.Found)
		}
		if told := l.Machine().CheckError(raw, l.Now()); !strings.Contains(told.Error(), "cbor") {
			t.Errorf("%s: the sender is told only %v", name, told)
		}
	}
}
