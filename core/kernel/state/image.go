package state

import (
	"encoding/binary"
	"hash/maphash"
	"sync"
	"sync/atomic"
)

// image keeps committed records in memory as they are encoded, in chunks of bytes that hold no
// pointers: a million records cost the garbage collector nothing, and finding one touches an
// index slot and the record itself. Bytes are never changed once they are written, so what get
// returns stays true for whoever holds it; a newer value is appended and the slot moved.
//
// It is bounded by generations: when the young one is full it becomes the old one, from which
// whatever is asked for is copied back, and the old one before it is forgotten.
type image struct {
	seed   maphash.Seed
	limit  int           // bytes per generation of a shard
	epoch  atomic.Uint64 // grows with each adopted block: a value read before it may be stale
	shards [imageShards]imageShard
}

const (
	imageShards = 256
	chunkBytes  = 256 << 10 // places count in eights: 16 bits of a slot
	chunksMost  = 1 << 16
	headBytes   = 6 // of a record: lengths of key and value
)

type imageShard struct {
	lock       sync.Mutex
	young, old generation
	_          [64]byte // neighbours do not share a line
}

// generation is an open-addressing index over chunks. A slot holds 32 bits of the key's hash,
// 16 of the chunk's number and 16 of the place in it; zero is empty.
type generation struct {
	slots  []uint64
	used   int
	chunks [][]byte // a larger record has one of its own
	bytes  int
}

func newImage(limit int64) *image {
	return &image{seed: maphash.MakeSeed(), limit: int(limit / imageShards / 2)}
}

func (m *image) hash(key []byte) uint64 { return maphash.Bytes(m.seed, key) }

func (m *image) shard(hash uint64) *imageShard { return &m.shards[hash%imageShards] }

// get returns the committed value of key, nil if it is absent; known is false if the image
// cannot tell.
func (m *image) get(hash uint64, key []byte) (value []byte, known bool) {
	s := m.shard(hash)
	s.lock.Lock()
	if value, known = s.young.get(hash, key); !known {
		if value, known = s.old.get(hash, key); known {
			value = m.insert(s, hash, key, value)
		}
	}
	s.lock.Unlock()
	return value, known
}

// put remembers what was read from the backend, unless a block was adopted meanwhile, and
// returns the bytes to use.
func (m *image) put(hash uint64, key, value []byte, epoch uint64) []byte {
	s := m.shard(hash)
	s.lock.Lock()
	defer s.lock.Unlock()
	if m.epoch.Load() == epoch {
		return m.insert(s, hash, key, value)
	}
	return value
}

// replace sets what an adopted block has written; nil for a deletion.
func (m *image) replace(hash uint64, key string, value []byte) {
	s := m.shard(hash)
	s.lock.Lock()
	m.insert(s, hash, []byte(key), value)
	s.lock.Unlock()
}

func (m *image) insert(s *imageShard, hash uint64, key, value []byte) []byte {
	if s.young.bytes >= m.limit && s.young.used > 0 || len(s.young.chunks) == chunksMost {
		s.old, s.young = s.young, generation{slots: make([]uint64, len(s.young.slots))}
	}
	return s.young.put(m.seed, hash, key, value)
}

func (g *generation) get(hash uint64, key []byte) (value []byte, known bool) {
	if len(g.slots) == 0 {
		return nil, false
	}
	if at := g.find(hash, key); g.slots[at] != 0 {
		_, value = g.record(g.slots[at])
		return value, true
	}
	return nil, false
}

// find returns the slot of key, or the empty one where it would stand.
func (g *generation) find(hash uint64, key []byte) int {
	mask := len(g.slots) - 1
	at := int(hash>>8) & mask
	for ; g.slots[at] != 0; at = (at + 1) & mask {
		if uint32(g.slots[at]>>32) == tag(hash) {
			if found, _ := g.record(g.slots[at]); string(found) == string(key) {
				break
			}
		}
	}
	return at
}

// tag is the part of the hash that a slot holds; never zero, so that no used slot is.
func tag(hash uint64) uint32 { return uint32(hash>>32) | 1 }

func (g *generation) record(slot uint64) (key, value []byte) {
	data := g.chunks[uint16(slot>>16)][int(uint16(slot))*8:]
	keyLen, valueLen := int(binary.LittleEndian.Uint16(data)), int(binary.LittleEndian.Uint32(data[2:]))
	key = data[headBytes : headBytes+keyLen]
	if valueLen == 0 {
		return key, nil
	}
	return key, data[headBytes+keyLen : headBytes+keyLen+valueLen : headBytes+keyLen+valueLen]
}

// put appends a record and returns its value as the generation holds it. A key too long for the
// form of a record is not kept at all.
func (g *generation) put(seed maphash.Seed, hash uint64, key, value []byte) []byte {
	if len(key) > 1<<16-1 {
		return value
	}
	if 4*(g.used+1) > 3*len(g.slots) {
		g.grow(seed)
	}
	last := g.room(headBytes + len(key) + len(value))
	chunk := g.chunks[last]
	for len(chunk)%8 != 0 {
		chunk = append(chunk, 0)
	}
	start := len(chunk)
	chunk = binary.LittleEndian.AppendUint16(chunk, uint16(len(key)))
	chunk = binary.LittleEndian.AppendUint32(chunk, uint32(len(value)))
	chunk = append(append(chunk, key...), value...)
	g.chunks[last] = chunk
	g.bytes += len(chunk) - start + 16
	at := g.find(hash, key)
	if g.slots[at] == 0 {
		g.used++
	}
	g.slots[at] = uint64(tag(hash))<<32 | uint64(last)<<16 | uint64(start/8)
	if len(value) == 0 {
		return nil
	}
	return chunk[len(chunk)-len(value) : len(chunk) : len(chunk)]
}

// room returns the number of a chunk that takes size bytes more. Chunks grow with the
// generation, so that a small ledger needs little.
func (g *generation) room(size int) int {
	last := len(g.chunks) - 1
	if last >= 0 && cap(g.chunks[last])-len(g.chunks[last]) >= size+8 {
		return last
	}
	g.chunks = append(g.chunks, make([]byte, 0, max(min(chunkBytes, g.bytes), 2<<10, size+8)))
	return last + 1
}

func (g *generation) grow(seed maphash.Seed) {
	before := g.slots
	g.slots = make([]uint64, max(64, 2*len(before)))
	mask := len(g.slots) - 1
	for _, slot := range before {
		if slot == 0 {
			continue
		}
		key, _ := g.record(slot)
		at := int(maphash.Bytes(seed, key)>>8) & mask
		for g.slots[at] != 0 {
			at = (at + 1) & mask
		}
		g.slots[at] = slot
	}
}
