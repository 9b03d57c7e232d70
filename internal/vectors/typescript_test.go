package vectors

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"causeway/core"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// What TypeScript has built, encoded and signed is what the ledger reads, under the same id, and
// every signature is good.
func TestGoReadsWhatTypeScriptSigns(t *testing.T) {
	data, err := os.ReadFile(path("from-ts.json"))
	if err != nil {
		t.Fatal(err)
	}
	var made struct {
		Chain        string
		Transactions []struct {
			Kind, Reference      string
			Party                identity.LEI
			Expires              int64
			JSON                 json.RawMessage
			ID                   wire.Hash
			Transaction, Explain wire.Hex
		}
	}
	if err := json.Unmarshal(data, &made); err != nil {
		t.Fatal(err)
	}
	kinds, algorithms := map[string]bool{}, map[identity.Algorithm]bool{}
	for _, m := range made.Transactions {
		decoded, body, err := txn.Decode(m.Transaction)
		if err != nil {
			t.Fatalf("%s: %v", m.Kind, err)
		}
		if id := txn.ID(made.Chain, decoded.Body); id != m.ID {
			t.Errorf("%s: its id is %s, TypeScript says %s", m.Kind, id, m.ID)
		}
		if body.Kind != m.Kind || body.Party != m.Party || body.Reference != m.Reference || body.Expires != m.Expires {
			t.Errorf("%s: %+v", m.Kind, body)
		}
		if err := decoded.CheckSigners(&body); err != nil {
			t.Errorf("%s: %v", m.Kind, err)
		}
		text, err := core.Kinds.ToJSON(body.Kind, body.Version, body.Payload)
		if err != nil {
			t.Fatalf("%s: %v", m.Kind, err)
		}
		var want bytes.Buffer
		if err := json.Compact(&want, m.JSON); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(text, want.Bytes()) {
			t.Errorf("%s: the payload reads %s, TypeScript encoded %s", m.Kind, text, want.Bytes())
		}
		verify(t, m.Kind, m.ID, decoded.Signatures, algorithms)
		question, _, err := txn.Decode(m.Explain)
		if err != nil {
			t.Fatalf("%s: the question: %v", m.Kind, err)
		}
		verify(t, m.Kind, txn.ExplainID(made.Chain, question.Body), question.Signatures, algorithms)
		kinds[m.Kind] = true
	}
	if len(kinds) != len(core.Kinds.All()) || len(algorithms) != 4 {
		t.Errorf("only %d kinds and %d algorithms: from-ts.json is stale, run npm run fixture in client-ts", len(kinds), len(algorithms))
	}
}

func verify(t *testing.T, kind string, id wire.Hash, signatures []identity.Signature, algorithms map[identity.Algorithm]bool) {
	t.Helper()
	for i := range signatures {
		s := &signatures[i]
		algorithms[s.Alg] = true
		rpIDHash := wire.Sum([]byte("localhost"))
		if err := identity.Verify(id, s, rpIDHash); err != nil {
			t.Errorf("%s: signatures[%d] by %s: %v", kind, i, s.Alg, err)
		}
	}
}
