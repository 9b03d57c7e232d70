package vectors

import (
	"bytes"
	"testing"

	"causeway/core"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// stateKey is the key of a record; empty: the text is no id of such a record.
type stateKey struct {
	Noun string   `json:"noun"`
	ID   string   `json:"id"`
	Key  wire.Hex `json:"key"`
}

func stateKeys(t *testing.T) (list []stateKey) {
	hash := wire.Sum([]byte("record")).String()
	for _, v := range core.Kinds.Views() {
		if v.Key == nil {
			continue
		}
		made := 0
		for _, id := range []string{"CN-SH", "HAILAN-CNY/e-CNY", "e-CNY/" + string(payer), hash, "L/" + hash, "CN@3", "CN@70000", "ed25519:" + hash, "L/o/p256:02" + hash} {
			key := v.Key(id)
			if key != nil {
				made++
			}
			list = append(list, stateKey{v.Noun, id, key})
		}
		if made == 0 {
			t.Fatalf("no id here is one of a %s", v.Noun)
		}
	}
	return list
}

// stateProof is what a tree says of a key: its value, or nothing.
type stateProof struct {
	Root  wire.Hash `json:"root"`
	Key   wire.Hex  `json:"key"`
	Value wire.Hex  `json:"value"`
	Proof wire.Hex  `json:"proof"`
}

// stateProofs are of trees with no, one, two and many keys: presence, absence between two
// neighbours, and beyond the outermost.
func stateProofs(t *testing.T) (list []stateProof) {
	for _, count := range []int{0, 1, 2, 40} {
		memory := state.NewMemory()
		store, err := state.Open(memory)
		if err != nil {
			t.Fatal(err)
		}
		block := store.Begin(1)
		for i := range count {
			block.Put([]byte{'b', byte(2 * i)}, []byte{'v', byte(i)})
		}
		root, writes := block.Seal()
		memory.Apply(writes)
		store.Adopt(block)
		for i := 0; i <= 2*count; i += 1 + count/8 {
			key := []byte{'b', byte(i)}
			p, value, err := store.Prove(key, 1)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Verify(root, key, value); err != nil {
				t.Fatal(err)
			}
			list = append(list, stateProof{root, key, bytes.Clone(value), p.Encode()})
		}
	}
	return list
}
