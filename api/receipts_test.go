package api_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"causeway/client"
	"causeway/client/receipt"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/internal/testkit"
)

// receipts are fetched before and after a change of validators, and verified when nothing of
// the network is reachable any more.
func (n *network) receipts(t *testing.T) {
	batch := n.do("IMPORT", "payment.batch", `{"mode":"each","sum":"3000","payments":[`+
		`{"from":"IMPORT-CNY","to":"PARTS-CNY","asset":"e-CNY","amount":"1000","purpose":"CGODDR","item_reference":"a1"},`+
		`{"from":"IMPORT-CNY","to":"PARTS-CNY","asset":"e-CNY","amount":"2000","purpose":"CGODDR","item_reference":"a2"}]}`)
	set, err := n.node.ValidatorSet(1)
	if err != nil {
		t.Fatal(err)
	}
	key := wire.Hex(set.Validators[0].PubKey.Bytes())
	for _, power := range []string{"11", "12"} {
		changed := n.do("CHARTER", "validator.set", `{"public_key":"`+key.String()+`","power":`+power+`}`, "admin")
		n.reach(t, changed.Height+3)
	}
	paid := n.do("IMPORT", "payment.send", pay)
	n.reach(t, paid.Height+2)

	files := map[string][]byte{}
	for name, id := range map[string]wire.Hash{"payment": paid.ID, "batch": batch.ID, "part": batch.Result.Items[1].ID} {
		if files[name], err = n.client.Receipt(t.Context(), id, 1); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	for name, id := range map[string]string{"balance": "PARTS-CNY/e-CNY", "absent": "NOBODY/e-CNY"} {
		record, err := n.client.Get(t.Context(), "balance", id, true)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		files[name] = record.Proof
	}
	if _, err := n.client.Receipt(t.Context(), paid.ID, 1<<40); !errors.Is(err, fault.RequestInvalid) {
		t.Fatal("a receipt from a checkpoint after it:", err)
	}
	checkpoint := receipt.Checkpoint{Chain: testkit.Chain, Height: paid.Height}
	header, err := n.node.Header(paid.Height)
	if err != nil {
		t.Fatal(err)
	}
	checkpoint.Validators = wire.Hash(header.ValidatorsHash)
	short, err := n.client.Receipt(t.Context(), paid.ID, paid.Height)
	if err != nil || len(short) >= len(files["payment"]) {
		t.Fatal("a receipt from a checkpoint:", len(short), err)
	}
	if v, err := receipt.Verify(short, receipt.Trust{Checkpoint: checkpoint}); err != nil || v.ID != paid.ID {
		t.Fatal(v, err)
	}
	n.server.CloseClientConnections()
	n.server.Close()
	n.verify(t, files, paid, batch)
}

func (n *network) verify(t *testing.T, files map[string][]byte, paid, batch *client.Transaction) {
	trust := receipt.Trust{Genesis: n.genesis}
	v, err := receipt.Verify(files["payment"], trust)
	if err != nil || v.ID != paid.ID || v.Status != txn.Settled || v.Height != paid.Height || v.Postings[0].Amount != money.FromUint64(1250) {
		t.Fatalf("%+v %v", v, err)
	}
	v, err = receipt.Verify(files["batch"], trust)
	if err != nil || v.ID != batch.ID || len(v.Items) != 2 || !v.Items[0].Detailed || v.Items[1].Postings[0].Amount != money.FromUint64(2000) {
		t.Fatalf("%+v %v", v, err)
	}
	v, err = receipt.Verify(files["part"], trust)
	if err != nil || v.ID != batch.ID || v.Items[0].Detailed || !v.Items[1].Detailed || v.Items[1].Postings[0].Amount != money.FromUint64(2000) {
		t.Fatalf("%+v %v", v, err)
	}
	for i := 0; i < len(files["payment"]); i += 7 {
		changed := bytes.Clone(files["payment"])
		changed[i] ^= 0x10
		if _, err := receipt.Verify(changed, trust); !errors.Is(err, receipt.ErrInvalid) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	s, err := receipt.VerifyState(files["balance"], trust)
	if err != nil || !bytes.Equal(s.Key, ledger.BalanceKey("PARTS-CNY", "e-CNY")) || len(s.Value) == 0 {
		t.Fatalf("%+v %v", s, err)
	}
	s, err = receipt.VerifyState(files["absent"], trust)
	if err != nil || !bytes.Equal(s.Key, ledger.BalanceKey("NOBODY", "e-CNY")) || len(s.Value) != 0 {
		t.Fatalf("%+v %v", s, err)
	}
	if len(files["payment"]) <= len(files["batch"])/2 {
		t.Fatal("the receipt after two changes of validators has no account of them")
	}
	t.Log("receipt:", len(files["payment"]), "bytes,", base64.StdEncoding.EncodedLen(len(files["payment"])), "in base64")
}

func (n *network) reach(t *testing.T, height int64) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); n.node.Machine().Height() < height; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("height %d was not reached: %+v", height, n.node.Status())
		}
	}
}
