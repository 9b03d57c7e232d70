package identity

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

	"causeway/core/kernel/wire"
)

// distinctItems signs count ids, each with its own key.
func distinctItems(count int) []Item {
	items := make([]Item, count)
	for i := range items {
		seed := wire.Sum([]byte("bench"), binary.BigEndian.AppendUint32(nil, uint32(i)))
		private := ed25519.NewKeyFromSeed(seed[:])
		id := wire.Sum(seed[:])
		items[i] = Item{ID: id, Sig: &Signature{Alg: Ed25519, Key: private[32:], Sig: ed25519.Sign(private, id[:])}}
	}
	return items
}

func perSignature(b *testing.B, count int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(count), "ns/signature")
}

// BenchmarkVerifyAll measures batches of 128 signatures by distinct keys: keys never seen,
// keys in the cache, and signatures already verified.
func BenchmarkVerifyAll(b *testing.B) {
	const count = 128
	items := distinctItems(count)
	verify := func(b *testing.B, v *Verifier) {
		for i, err := range v.VerifyAll(items) {
			if err != nil {
				b.Fatalf("item %d: %v", i, err)
			}
		}
	}
	b.Run("keys=unknown", func(b *testing.B) {
		v := NewVerifier(0, 0)
		for b.Loop() {
			verify(b, v)
		}
		perSignature(b, count)
	})
	b.Run("keys=cached", func(b *testing.B) {
		v := NewVerifier(1024, 0)
		verify(b, v)
		for b.Loop() {
			verify(b, v)
		}
		perSignature(b, count)
	})
	b.Run("signatures=verified", func(b *testing.B) {
		v := NewVerifier(1024, 1024)
		verify(b, v)
		for b.Loop() {
			verify(b, v)
		}
		perSignature(b, count)
	})
}

// BenchmarkLibraryBatch is the yardstick: the library's own batch, keys not expanded before.
func BenchmarkLibraryBatch(b *testing.B) {
	for _, count := range []int{32, 64, 93, 128, 256, 1024} {
		items := distinctItems(count)
		expanded := make([]*ed25519.ExpandedPublicKey, count)
		for i := range items {
			expanded[i], _ = ed25519.NewExpandedPublicKey(items[i].Sig.Key)
		}
		run := func(name string, add func(*ed25519.BatchVerifier, int)) {
			b.Run(fmt.Sprintf("%s/%d", name, count), func(b *testing.B) {
				for b.Loop() {
					batch := ed25519.NewBatchVerifierWithCapacity(count)
					if name == "plain" {
						batch.ForceNoPublicKeyExpansion()
					}
					for i := range items {
						add(batch, i)
					}
					if !batch.VerifyBatchOnly(nil) {
						b.Fatal("refused")
					}
				}
				perSignature(b, count)
			})
		}
		run("plain", func(batch *ed25519.BatchVerifier, i int) {
			batch.AddWithOptions(items[i].Sig.Key, items[i].ID[:], items[i].Sig.Sig, zip215)
		})
		run("expanded", func(batch *ed25519.BatchVerifier, i int) {
			batch.AddExpandedWithOptions(expanded[i], items[i].ID[:], items[i].Sig.Sig, zip215)
		})
	}
}

// BenchmarkVerifyOne compares single verification with and without an expanded key.
func BenchmarkVerifyOne(b *testing.B) {
	item := distinctItems(1)[0]
	b.Run("key=unknown", func(b *testing.B) {
		for b.Loop() {
			if err := Verify(item.ID, item.Sig, item.RPIDHash); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("key=cached", func(b *testing.B) {
		v := NewVerifier(16, 0)
		for b.Loop() {
			if err := v.Verify(item); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("expand", func(b *testing.B) {
		for b.Loop() {
			if _, err := ed25519.NewExpandedPublicKey(item.Sig.Key); err != nil {
				b.Fatal(err)
			}
		}
	})
}
