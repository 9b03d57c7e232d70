package identity

import (
	"errors"
	"sync"
	"testing"

	stded25519 "crypto/ed25519"

	"pgregory.net/rapid"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/wire"
)

// agree demands that a batch, twice over with its caches, gives each item the verdict it has alone.
func agree(t interface {
	Helper()
	Fatalf(string, ...any)
}, v *Verifier, items []Item) (valid int) {
	t.Helper()
	for round := range 3 {
		valid = 0
		for i, got := range v.VerifyAll(items) {
			alone := Verify(items[i].ID, items[i].Sig, items[i].RPIDHash)
			if fault.Of(got) != fault.Of(alone) || (got == nil) != (alone == nil) {
				t.Fatalf("round %d, item %d (%v): in a batch %v, alone %v", round, i, items[i].Sig.Alg, got, alone)
			}
			if one := v.Verify(items[i]); fault.Of(one) != fault.Of(alone) {
				t.Fatalf("round %d, item %d: by the verifier %v, alone %v", round, i, one, alone)
			}
			if got == nil {
				valid++
			}
		}
	}
	return valid
}

// TestZIP215 takes every pair of encodings of small-order A and R with S = 0: ZIP-215 accepts
// all of them for every message, and most other rules disagree about them.
func TestZIP215(t *testing.T) {
	var items []Item
	for _, a := range smallOrderEdwards {
		for _, r := range smallOrderEdwards {
			key, sig := unhex(t, a), append(unhex(t, r), make([]byte, 32)...)
			items = append(items, Item{ID: wire.Sum(key, sig), Sig: &Signature{Alg: Ed25519, Key: key, Sig: sig}})
		}
	}
	if valid := agree(t, NewVerifier(64, 16), items); valid != 14*14 {
		t.Errorf("%d valid, expected all %d", valid, 14*14)
	}
	// S = L is 0 modulo the order but not its canonical form.
	for i := range items {
		sig := *items[i].Sig
		sig.Sig = append(append([]byte(nil), sig.Sig[:32]...), unhex(t, "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")...)
		items[i].Sig = &sig
	}
	if valid := agree(t, NewVerifier(64, 16), items); valid != 0 {
		t.Errorf("%d valid with S = L, expected none", valid)
	}
}

// TestMixedOrder signs under keys A + T with T of order 8: valid by the equation with the
// cofactor, mostly invalid without. The standard library must disagree at times, or the test
// would show nothing.
func TestMixedOrder(t *testing.T) {
	var items []Item
	disagreements := 0
	keys, points := halves(t, "key", 2), halves(t, "point", 40)
	mixed := keys[len(keys)-1]
	for i, r := range points[len(smallOrderEdwards):] {
		item := mixed.sign(t, r, wire.Sum([]byte{byte(i)}), 0)
		if !stded25519.Verify(item.Sig.Key, item.ID[:], item.Sig.Sig) {
			disagreements++
		}
		items = append(items, item)
	}
	if valid := agree(t, NewVerifier(64, 0), items); valid != len(items) {
		t.Errorf("%d valid of %d", valid, len(items))
	}
	if disagreements == 0 {
		t.Error("the cofactor makes no difference here, so nothing was tested")
	}
}

func TestBatchAgreesWithSingle(t *testing.T) {
	var pool []Item
	for i := range 24 {
		id := wire.Sum([]byte{byte(i)})
		alg := Ed25519
		if i%4 == 3 {
			alg = signing[1+i/4%4]
		}
		pool = append(pool, Item{ID: id, Sig: signWith(t, alg, string(rune('a'+i%7)), id), RPIDHash: testRPIDHash})
	}
	rapid.Check(t, func(t *rapid.T) {
		v := NewVerifier(rapid.IntRange(0, 8).Draw(t, "keys"), rapid.IntRange(0, 8).Draw(t, "verified"))
		items := make([]Item, rapid.IntRange(0, 12).Draw(t, "count"))
		for i := range items {
			items[i] = rapid.SampledFrom(pool).Draw(t, "item")
			sig := *items[i].Sig
			items[i].Sig = &sig
			flip := func(b []byte) []byte {
				b = append([]byte(nil), b...)
				b[rapid.IntRange(0, len(b)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
				return b
			}
			switch rapid.IntRange(0, 9).Draw(t, "change") {
			case 0:
				sig.Sig = flip(sig.Sig)
			case 1:
				sig.Key = flip(sig.Key)
			case 2:
				items[i].ID[rapid.IntRange(0, 31).Draw(t, "byte of id")] ^= 1
			case 3:
				items[i].RPIDHash[0] ^= 1
			case 4:
				sig.Key = pool[0].Sig.Key
			case 5:
				sig.Sig = sig.Sig[:rapid.IntRange(0, 63).Draw(t, "length")]
			}
		}
		agree(t, v, items)
	})
}

// TestLargeBatches crosses the size of one equation, with bad signatures at its edges, some
// of which are no points or scalars.
func TestLargeBatches(t *testing.T) {
	items := distinctItems(2*batchSize + 3)
	v := NewVerifier(len(items), len(items))
	bad := map[int]bool{0: true, batchSize: true, 2*batchSize - 1: true, 2*batchSize + 2: true}
	items[5].Sig.Sig[63], items[6].Sig.Key = 255, append([]byte{2}, make([]byte, 31)...)
	if err := ValidatePublicKey(Ed25519, items[6].Sig.Key); !errors.Is(err, fault.KeyMalformed) {
		t.Fatal(err)
	}
	bad[5], bad[6] = true, true
	for i := range bad {
		items[i].ID[0] ^= 1
	}
	for round := range 2 {
		for i, err := range v.VerifyAll(items) {
			if bad[i] != (err != nil) {
				t.Fatalf("round %d, item %d: %v", round, i, err)
			}
		}
	}
}

// TestVerifiedOnceIsExact demands that a remembered signature vouches for nothing but itself.
func TestVerifiedOnceIsExact(t *testing.T) {
	id := wire.Sum([]byte("once"))
	for _, alg := range signing {
		v := NewVerifier(8, 8)
		good := Item{ID: id, Sig: signWith(t, alg, "once", id), RPIDHash: testRPIDHash}
		if err := v.Verify(good); err != nil {
			t.Fatal(alg, err)
		}
		for name, change := range map[string]func(*Item){
			"id":            func(i *Item) { i.ID[5] ^= 1 },
			"key":           func(i *Item) { i.Sig.Key = signWith(t, alg, "other", id).Key },
			"signature":     func(i *Item) { i.Sig.Sig[40] ^= 1 },
			"algorithm":     func(i *Item) { i.Sig.Alg = map[Algorithm]Algorithm{P256: Secp256k1, Secp256k1: SM2, SM2: P256}[alg] },
			"relying party": func(i *Item) { i.RPIDHash[0] ^= 1 },
			"client data":   func(i *Item) { i.Sig.ClientData = append([]byte(" "), i.Sig.ClientData...) },
			"authenticator": func(i *Item) { i.Sig.Authenticator = append([]byte{1}, i.Sig.Authenticator...) },
		} {
			other := good
			sig := *good.Sig
			sig.Sig = append([]byte(nil), sig.Sig...)
			other.Sig = &sig
			change(&other)
			want := Verify(other.ID, other.Sig, other.RPIDHash)
			if err := v.Verify(other); fault.Of(err) != fault.Of(want) {
				t.Errorf("%v, %s changed: %v, alone %v", alg, name, err, want)
			}
		}
	}
}

func TestVerifierIsConcurrent(t *testing.T) {
	items := distinctItems(40)
	items[7].ID[0] ^= 1
	v := NewVerifier(16, 16)
	var wait sync.WaitGroup
	for worker := range 4 {
		wait.Go(func() {
			for range 5 {
				for i, err := range v.VerifyAll(items[worker:]) {
					if (i+worker == 7) != (err != nil) {
						t.Errorf("worker %d, item %d: %v", worker, i+worker, err)
					}
				}
			}
		})
	}
	wait.Wait()
}
