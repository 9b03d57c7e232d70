package core

import (
	"sync"

	"causeway/core/kernel/wire"
)

// decoded remembers what transactions decode to. Every transaction is decoded three times
// (signature check, mempool, block) from the same bytes, and what it decodes to depends on
// the bytes and the catalogue alone. It holds at most decodedMax of them and decodedBytes of
// their encodings, and forgets the oldest: anybody can have bytes decoded.
type decoded struct {
	mu      sync.Mutex
	byBytes map[wire.Hash]*content
	queue   []kept // a ring
	first   int
	count   int
	bytes   int
}

type kept struct {
	key  wire.Hash
	size int
}

// decodedMax covers a few full blocks, decodedBytes a few of the largest; decoded, payments
// take about five times the space.
const (
	decodedMax   = 1 << 15
	decodedBytes = 16 << 20
)

func newDecoded() *decoded {
	return &decoded{byBytes: make(map[wire.Hash]*content), queue: make([]kept, decodedMax)}
}

func (d *decoded) find(key wire.Hash) *content {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.byBytes[key]
}

// keep remembers what size bytes decode to.
func (d *decoded) keep(key wire.Hash, q *content, size int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.byBytes[key] != nil {
		return
	}
	for d.count == decodedMax || d.count > 0 && d.bytes+size > decodedBytes {
		oldest := &d.queue[d.first]
		delete(d.byBytes, oldest.key)
		d.bytes -= oldest.size
		d.first, d.count = (d.first+1)%decodedMax, d.count-1
	}
	d.queue[(d.first+d.count)%decodedMax] = kept{key, size}
	d.byBytes[key] = q
	d.count, d.bytes = d.count+1, d.bytes+size
}
