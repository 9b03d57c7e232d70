package main

import (
	"crypto/rand"
	"encoding/binary"
	"runtime"
	"sync"
	"time"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
)

// bareRate is the denominator: Ed25519 batch verification alone, batches of 128, distinct
// keys that were never expanded, on all cores, in signatures per second.
func bareRate(duration time.Duration) float64 {
	const size = 128
	type batch struct {
		keys       []ed25519.PublicKey
		ids, signs [][]byte
	}
	workers := runtime.GOMAXPROCS(0)
	batches := make([]batch, workers*8)
	for i := range batches {
		for k := range size {
			public, private, err := ed25519.GenerateKey(rand.Reader)
			check(err)
			id := make([]byte, 32)
			binary.BigEndian.PutUint64(id, uint64(i*size+k))
			batches[i].keys = append(batches[i].keys, public)
			batches[i].ids = append(batches[i].ids, id)
			batches[i].signs = append(batches[i].signs, ed25519.Sign(private, id))
		}
	}
	done := make([]int, workers)
	start := time.Now()
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; time.Since(start) < duration; i = (i + workers) % len(batches) {
				verifier := ed25519.NewBatchVerifierWithCapacity(size)
				for k := range size {
					verifier.Add(batches[i].keys[k], batches[i].ids[k], batches[i].signs[k])
				}
				if !verifier.VerifyBatchOnly(rand.Reader) {
					panic("a valid batch does not verify")
				}
				done[w] += size
			}
		})
	}
	wg.Wait()
	total := 0
	for _, n := range done {
		total += n
	}
	return float64(total) / time.Since(start).Seconds()
}
