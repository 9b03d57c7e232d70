package ledger

import (
	"bytes"
	"reflect"
	"testing"

	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// An account stands in the state as it is written elsewhere, and is read even with a field that
// another version of the machine has written.
func TestStoredAccount(t *testing.T) {
	type plain Account
	type later struct {
		plain
		More string `cbor:"23,keyasint"`
	}
	account := Account{
		ID: "A", Owner: "P", Authority: "CN", Type: ZoneAccount, External: []ExternalID{{Scheme: "IBAN", ID: "1"}},
		Receiver: &ReceiverPolicy{Assets: []AssetID{"e-CNY"}}, Frozen: "f", FrozenBy: "CN", Closed: true,
	}
	if got, want := wire.Marshal(stored{&account}), wire.Marshal(plain(account)); !bytes.Equal(got, want) {
		t.Fatalf("written %x, want %x", got, want)
	}
	for _, data := range [][]byte{wire.Marshal(account), wire.Marshal(later{plain(account), "more"})} {
		var got stored
		if err := wire.UnmarshalStored(data, &got); err != nil || !reflect.DeepEqual(*got.account, account) {
			t.Fatalf("read %+v: %v", got.account, err)
		}
	}
}

// Whoever gets a copy of a record may change it, and nobody else sees that.
func TestFoundRecordsAreCopies(t *testing.T) {
	store, err := state.Open(state.NewMemory())
	if err != nil {
		t.Fatal(err)
	}
	block := store.Begin(1)
	account, asset := Account{ID: "A", Owner: "P"}, Asset{ID: "e-CNY"}
	PutAccount(block, account)
	PutAsset(block, asset)
	account.Frozen, asset.Paused = "after it was put", true
	for range 2 {
		foundAccount, ok1 := FindAccount(block, "A")
		foundAsset, ok2 := FindAsset(block, "e-CNY")
		if !ok1 || !ok2 || foundAccount.Frozen != "" || foundAsset.Paused {
			t.Fatalf("found %+v and %+v", foundAccount, foundAsset)
		}
		foundAccount.Frozen, foundAsset.Paused = "after it was found", true
	}
}
