package state

import (
	"math/bits"
	"sync/atomic"
)

// filter says of nearly every index row that is not there that it is not there. Each payment
// asks for an id and a reference that nobody has used, and the backend would look into every
// level to find nothing. It holds all rows ever added since Open, which fills it from the
// index: rows that were forgotten since only cost a question. 16 bits per row; answers
// wrongly "perhaps" once in a few hundred questions, and never wrongly "no".
//
// It is a list of Bloom filters, each four times as large as the one before, so that it grows
// without being built anew. One goroutine adds; any may ask.
type filter struct {
	layers atomic.Pointer[[]*bloom]
}

// bloom keeps the four bits of a row in one cache line of eight words.
type bloom struct {
	lines []atomic.Uint64
	shift int // of a hash, to get the number of a line
	room  int // rows that may still be added
}

const filterFirst = 14 // the first layer has 2^14 rows; a line holds 32

func newFilter() *filter {
	f := &filter{}
	f.layers.Store(&[]*bloom{newBloom(filterFirst)})
	return f
}

func newBloom(logRows int) *bloom {
	lines := logRows - 5
	return &bloom{lines: make([]atomic.Uint64, 8<<lines), shift: 64 - lines, room: 1 << logRows}
}

// mix spreads the key: ids are hashes, but whoever sends a transaction may choose among many.
func (k indexKey) mix() uint64 {
	high, low := bits.Mul64(k.short^uint64(k.row)<<56^0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
	return high ^ low
}

// add puts a row in; the newest layer takes it.
func (f *filter) add(key indexKey) {
	layers := *f.layers.Load()
	last := layers[len(layers)-1]
	if last.room == 0 {
		grown := append(layers[:len(layers):len(layers)], newBloom(filterFirst+2*len(layers)))
		f.layers.Store(&grown)
		last = grown[len(grown)-1]
	}
	last.room--
	line, hash := last.line(key.mix())
	for range 4 {
		line[hash>>6&7].Or(1 << (hash & 63))
		hash >>= 9
	}
}

// line returns the eight words of a hash, and the part of it that chooses bits in them.
func (b *bloom) line(hash uint64) ([]atomic.Uint64, uint64) {
	at := int(hash>>b.shift) * 8
	return b.lines[at : at+8], hash
}

// lacks reports that a row is certainly not there.
func (f *filter) lacks(key indexKey) bool {
	mixed := key.mix()
	for _, layer := range *f.layers.Load() {
		if layer.has(mixed) {
			return false
		}
	}
	return true
}

func (b *bloom) has(mixed uint64) bool {
	line, hash := b.line(mixed)
	for range 4 {
		if line[hash>>6&7].Load()>>(hash&63)&1 == 0 {
			return false
		}
		hash >>= 9
	}
	return true
}
