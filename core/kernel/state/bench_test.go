package state

import (
	"encoding/binary"
	"fmt"
	"testing"
	"time"
)

// benchBatch is what a busy block changes.
const benchBatch = 40_000

func benchKey(i uint64) []byte {
	key := []byte("b/00000000000000000000")
	binary.BigEndian.PutUint64(key[2:], i*0x9e3779b97f4a7c15)
	return key
}

func fill(b *testing.B, leaves int) (*Memory, *Store) {
	m := NewMemory()
	limits := DefaultLimits()
	s := mustOpen(b, m, limits)
	height := int64(0)
	for i := 0; i < leaves; {
		height++
		block := s.Begin(height)
		for end := min(i+benchBatch, leaves); i < end; i++ {
			block.Put(benchKey(uint64(i)), binary.BigEndian.AppendUint64(make([]byte, 8, 16), uint64(i)))
		}
		_, writes := block.Seal()
		m.Apply(writes)
		s.Adopt(block)
	}
	return m, s
}

// BenchmarkSeal updates existing keys, 40,000 per block, drawn evenly. An operation is one key:
// put, seal and adopt, without the backend's own work.
func BenchmarkSeal(b *testing.B) {
	for _, leaves := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprintf("leaves=%d", leaves), func(b *testing.B) {
			m, s := fill(b, leaves)
			random := uint64(1)
			var written, rows int
			var putting, sealing, adopting time.Duration
			b.ReportAllocs()
			b.ResetTimer()
			for done := 0; done < b.N; done += benchBatch {
				start := time.Now()
				block := s.Begin(s.Height() + 1)
				for i := 0; i < benchBatch; i++ {
					random = random*6364136223846793005 + 1442695040888963407
					key := benchKey((random >> 20) % uint64(leaves))
					block.Get(key)
					block.Put(key, binary.BigEndian.AppendUint64(make([]byte, 8, 16), random))
				}
				put := time.Now()
				_, writes := block.Seal()
				putting, sealing = putting+put.Sub(start), sealing+time.Since(put)
				b.StopTimer()
				rows += len(writes)
				for _, w := range writes {
					written += len(w.Key) + len(w.Value)
				}
				m.Apply(writes)
				b.StartTimer()
				adopt := time.Now()
				s.Adopt(block)
				adopting += time.Since(adopt)
			}
			keys := float64((b.N + benchBatch - 1) / benchBatch * benchBatch)
			b.ReportMetric(float64(putting.Nanoseconds())/keys, "put-ns/key")
			b.ReportMetric(float64(sealing.Nanoseconds())/keys, "seal-ns/key")
			b.ReportMetric(float64(adopting.Nanoseconds())/keys, "adopt-ns/key")
			b.ReportMetric(float64(written)/keys, "written-B/key")
			b.ReportMetric(float64(rows)/keys, "rows/key")
		})
	}
}
