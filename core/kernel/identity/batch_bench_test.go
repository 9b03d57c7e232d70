package identity

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/oasisprotocol/curve25519-voi/curve"
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

// BenchmarkPayers goes round 100,000 signatures by as many keys, so that the processor's caches
// miss as they do in a node. The yardstick is the library's bare batch of 128 unknown keys, as in
// folder bench. Beside it stand its batches told not to expand keys, and with keys expanded
// before; then the verifier with its table of keys empty (cold) and full (warm), where no
// signature has been verified before.
func BenchmarkPayers(b *testing.B) {
	items := distinctItems(100_000)
	round := func(name string, count int, verify func([]Item), again func()) {
		b.Run(fmt.Sprintf("%s/%d", name, count), func(b *testing.B) {
			b.ReportAllocs()
			again()
			from := 0
			for b.Loop() {
				if from+count > len(items) {
					b.StopTimer()
					from = 0
					again()
					b.StartTimer()
				}
				verify(items[from : from+count])
				from += count
			}
			perSignature(b, count)
		})
	}
	bare := func(items []Item) {
		batch := ed25519.NewBatchVerifierWithCapacity(len(items))
		for i := range items {
			batch.Add(items[i].Sig.Key, items[i].ID[:], items[i].Sig.Sig)
		}
		if !batch.VerifyBatchOnly(nil) {
			b.Fatal("refused")
		}
	}
	round("library=bare", 128, bare, func() {})
	library := func(expanded []*ed25519.ExpandedPublicKey) func([]Item) {
		at := 0
		return func(items []Item) {
			batch := ed25519.NewBatchVerifierWithCapacity(len(items))
			for i := range items {
				if expanded == nil {
					batch.ForceNoPublicKeyExpansion()
					batch.AddWithOptions(items[i].Sig.Key, items[i].ID[:], items[i].Sig.Sig, zip215)
				} else {
					batch.AddExpandedWithOptions(expanded[(at+i)%len(expanded)], items[i].ID[:], items[i].Sig.Sig, zip215)
				}
			}
			if at = (at + len(items)) % max(len(expanded), 1); at+len(items) > len(expanded) {
				at = 0
			}
			if !batch.VerifyBatchOnly(nil) {
				b.Fatal("refused")
			}
		}
	}
	for _, count := range []int{128, 1024} {
		round("library=plain", count, library(nil), func() {})
	}
	expanded := make([]*ed25519.ExpandedPublicKey, len(items))
	for i := range items {
		expanded[i], _ = ed25519.NewExpandedPublicKey(items[i].Sig.Key)
	}
	for _, count := range []int{128, 1024} {
		round("library=expanded", count, library(expanded), func() {})
	}
	expanded = nil

	v := NewVerifier(1<<20, 1<<18)
	verify := func(items []Item) {
		for _, err := range v.VerifyAll(items) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	sizes := []int{16, 64, 128, 256, 512, 1024, 2048}
	for _, count := range sizes {
		round("verifier=cold", count, verify, func() { v = NewVerifier(1<<20, 1<<18) })
	}
	v = NewVerifier(1<<20, 1<<18)
	verify(items)
	for _, count := range sizes {
		round("verifier=warm", count, verify, func() { v.verified = newTable[struct{}](1 << 18) })
	}
	verify(items)
	round("verifier=verified", 128, verify, func() {})
}

// BenchmarkBadBatch measures one bad signature in each batch, and nothing but bad ones.
func BenchmarkBadBatch(b *testing.B) {
	for _, count := range []int{128, batchSize} {
		for _, bad := range []int{1, count} {
			items := distinctItems(count)
			for i := range bad {
				items[count-1-i].ID[0] ^= 1
			}
			b.Run(fmt.Sprintf("%d of %d", bad, count), func(b *testing.B) {
				v := NewVerifier(0, 0)
				for b.Loop() {
					v.VerifyAll(items)
				}
				perSignature(b, count)
			})
		}
	}
}

// BenchmarkVerifyOne compares single verification with and without a known key.
func BenchmarkVerifyOne(b *testing.B) {
	item := distinctItems(1)[0]
	run := func(name string, verify func(Item) error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := verify(item); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	run("library", func(item Item) error { return Verify(item.ID, item.Sig, item.RPIDHash) })
	run("key=unknown", NewVerifier(0, 0).Verify)
	run("key=known", NewVerifier(16, 0).Verify)
	run("verified", NewVerifier(0, 16).Verify)
}

// BenchmarkTable measures filling and reading tables of as many entries as there are payers.
func BenchmarkTable(b *testing.B) {
	names := make([]wire.Hash, 100_000)
	for i := range names {
		names[i] = wire.Sum(binary.BigEndian.AppendUint32(nil, uint32(i)))
	}
	var point curve.EdwardsPoint
	t := newTable[curve.EdwardsPoint](1 << 20)
	i := 0
	b.Run("put", func(b *testing.B) {
		for b.Loop() {
			t.put((*[32]byte)(&names[i%len(names)]), &point)
			i++
		}
	})
	b.Run("get", func(b *testing.B) {
		for b.Loop() {
			t.get((*[32]byte)(&names[i%len(names)]), &point)
			i++
		}
	})
}
