package client

import (
	"testing"

	"github.com/cometbft/cometbft/types"
	ics23 "github.com/cosmos/ics23/go"

	"causeway/core/kernel/state"
)

// What we prove, strangers who know only ICS-23 accept; and nothing else.
func TestProofsInTheFormOfICS23(t *testing.T) {
	for _, count := range []int{0, 1, 2, 50} {
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
		header := &types.Header{AppHash: root[:]}
		for i := range 2*count + 1 {
			key := []byte{'b', byte(i)}
			p, value, err := store.Prove(key, 1)
			if err != nil {
				t.Fatal(err)
			}
			if err := VerifyProof(header, p, key, value); err != nil {
				t.Fatalf("%d keys, key %d: %v", count, i, err)
			}
			if VerifyProof(header, p, key, append([]byte{1}, value...)) == nil {
				t.Fatalf("%d keys, key %d: another value was accepted", count, i)
			}
			if count == 0 {
				continue // ICS-23 has no form for an empty tree
			}
			foreign := ICS23(p, key)
			if i%2 == 0 && i < 2*count {
				if !ics23.VerifyMembership(ics23.SmtSpec, root[:], foreign, key, value) {
					t.Fatalf("%d keys, key %d: ics23 refuses", count, i)
				}
				if ics23.VerifyMembership(ics23.SmtSpec, root[:], foreign, key, []byte("other")) {
					t.Fatalf("%d keys, key %d: ics23 accepts another value", count, i)
				}
			} else if !ics23.VerifyNonMembership(ics23.SmtSpec, root[:], foreign, key) {
				t.Fatalf("%d keys, key %d: ics23 refuses the absence", count, i)
			}
		}
	}
	if VerifyProof(&types.Header{}, nil, []byte("k"), nil) == nil {
		t.Fatal("a header without a root proved something")
	}
}
