package vectors

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"causeway/internal/shareddata"
)

// rewriting says whether the vectors are to be written anew; the flag is that of the scripts.
func rewriting() bool { return flag.Lookup("rewrite").Value.String() == "true" }

func path(name string) string {
	return filepath.Join(shareddata.Root(), "client-ts", "testdata", name)
}

// all is what the file holds.
type all struct {
	Note         string        `json:"note"`
	Payloads     []payload     `json:"payloads"`
	Integers     []integer     `json:"integers"`
	Amounts      []integer     `json:"amounts"`
	Keys         []key         `json:"keys"`
	Transactions []transaction `json:"transactions"`
	Signatures   []signed      `json:"signatures"`
	ClientData   []clientData  `json:"client_data"`
	StateKeys    []stateKey    `json:"state_keys"`
	Proofs       []stateProof  `json:"proofs"`
	Chain        chainVectors  `json:"chain"`
}

func TestVectorsAreFresh(t *testing.T) {
	made := all{
		Note:     "Written by go test ./internal/vectors -rewrite.",
		Payloads: payloads(t), Integers: integers(), Amounts: amounts(),
		Keys: keys(t), Transactions: transactions(t), Signatures: signatures(t), ClientData: clientDatas(t),
		StateKeys: stateKeys(t), Proofs: stateProofs(t), Chain: chainFiles(t),
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(made); err != nil {
		t.Fatal(err)
	}
	if rewriting() {
		if err := os.WriteFile(path("vectors.json"), text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	stands, err := os.ReadFile(path("vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(stands, text.Bytes()) {
		t.Error("vectors.json is stale: run go test ./internal/vectors -rewrite")
	}
}
