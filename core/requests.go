package core

import (
	"sync"

	"causeway/core/kernel/wire"
)

// decoded remembers what transactions decode to. Every transaction is decoded three times
// (signature check, mempool, block) from the same bytes, and what it decodes to depends on
// the bytes and the catalogue alone. It holds the last decodedMax and forgets the oldest.
type decoded struct {
	mu      sync.Mutex
	byBytes map[wire.Hash]*request
	ring    []wire.Hash
	next    int
}

// decodedMax covers a few full blocks; at about 1.5 kB each this stays below 50 MB.
const decodedMax = 1 << 15

func newDecoded() *decoded {
	return &decoded{byBytes: make(map[wire.Hash]*request), ring: make([]wire.Hash, decodedMax)}
}

func (d *decoded) find(key wire.Hash) *request {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.byBytes[key]
}

func (d *decoded) keep(key wire.Hash, q *request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.byBytes[key] != nil {
		return
	}
	delete(d.byBytes, d.ring[d.next])
	d.ring[d.next], d.byBytes[key] = key, q
	d.next = (d.next + 1) % decodedMax
}
