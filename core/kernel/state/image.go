package state

import (
	"encoding/binary"
	"hash/maphash"
	"sync"
	"sync/atomic"
)

// image keeps committed records in memory as they are encoded, in chunks of bytes that hold no
// pointers: a million records cost the garbage collector nothing, and finding one touches an
// index slot and the record itself. Bytes are never changed once a slot leads to them, so what
// get returns stays true for whoever holds it, and readers need no lock: a newer value is
// appended and the slot moved.
//
// It is bounded by generations: when the young one is full it becomes the old one, from which
// whatever is asked for is copied back, and the old one before it is forgotten.
type image struct {
	seed   maphash.Seed
	limit  int           // bytes per generation of a shard
	epoch  atomic.Uint64 // grows with each adopted block: a value read before it may be stale
	whole  atomic.Bool   // every committed record is here; cleared before one is forgotten
	shards [imageShards]imageShard
}

const (
	imageShards = 256
	chunkBytes  = 256 << 10 // places count in eights: 16 bits of a slot
	chunksMost  = 1 << 16
	headBytes   = 6 // of a record: lengths of key and value
	keyMost     = 1<<16 - 1
)

type imageShard struct {
	young, old atomic.Pointer[generation]
	lock       sync.Mutex // of whoever writes
	_          [40]byte   // a line of the cache to itself
}

// generation is an open-addressing index over chunks. A slot holds 32 bits of the key's hash,
// 16 of the chunk's number and 16 of the place in it; zero is empty.
type generation struct {
	slots  atomic.Pointer[[]atomic.Uint64]
	chunks atomic.Pointer[[][]byte] // a record too large for the others has one of its own

	// Only for whoever writes:
	used  int
	end   int // of the last chunk
	bytes int
}

func newImage(limit int64) *image {
	m := &image{seed: maphash.MakeSeed(), limit: int(limit / imageShards / 2)}
	for i := range m.shards {
		m.shards[i].young.Store(newGeneration(64))
		m.shards[i].old.Store(newGeneration(1))
	}
	return m
}

func newGeneration(slots int) *generation {
	g := &generation{}
	list := make([]atomic.Uint64, slots)
	g.slots.Store(&list)
	g.chunks.Store(&[][]byte{})
	return g
}

func (m *image) hash(key []byte) uint64 { return maphash.Bytes(m.seed, key) }

func (m *image) shard(hash uint64) *imageShard { return &m.shards[hash%imageShards] }

// get returns the committed value of key, nil if it is absent; known is false if the image
// cannot tell.
func (m *image) get(hash uint64, key []byte) (value []byte, known bool) {
	s := m.shard(hash)
	if value, known = s.young.Load().get(hash, key); known {
		return value, true
	}
	if _, known = s.old.Load().get(hash, key); !known {
		return nil, false
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	// Others may have written meanwhile.
	if value, known = s.young.Load().get(hash, key); known {
		return value, true
	}
	if value, known = s.old.Load().get(hash, key); !known {
		return nil, false
	}
	return m.insert(s, hash, key, value), true
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

// warm remembers a value that the backend holds; false when a shard is full.
func (m *image) warm(hash uint64, key, value []byte) bool {
	s := m.shard(hash)
	s.lock.Lock()
	defer s.lock.Unlock()
	young := s.young.Load()
	if young.bytes >= m.limit {
		return false
	}
	if _, known := young.get(hash, key); !known {
		m.insert(s, hash, key, value)
	}
	return true
}

func (m *image) insert(s *imageShard, hash uint64, key, value []byte) []byte {
	if len(key) > keyMost { // too long for the form of a record
		m.whole.Store(false)
		return value
	}
	young := s.young.Load()
	if young.bytes >= m.limit && young.used > 0 || len(*young.chunks.Load()) == chunksMost {
		m.whole.Store(false)
		next := newGeneration(len(*young.slots.Load()))
		s.old.Store(young) // first: a reader who misses the record in the one finds it in the other
		s.young.Store(next)
		young = next
	}
	return young.put(m.seed, hash, key, value)
}

func (g *generation) get(hash uint64, key []byte) (value []byte, known bool) {
	if _, slot := g.find(hash, key); slot != 0 {
		_, value = g.record(slot)
		return value, true
	}
	return nil, false
}

// find returns the place of key and its slot, or the empty one where it would stand.
func (g *generation) find(hash uint64, key []byte) (at int, slot uint64) {
	slots := *g.slots.Load()
	mask := len(slots) - 1
	for at = int(hash>>8) & mask; ; at = (at + 1) & mask {
		slot = slots[at].Load()
		if slot == 0 {
			return at, 0
		}
		if uint32(slot>>32) == tag(hash) {
			if found, _ := g.record(slot); string(found) == string(key) {
				return at, slot
			}
		}
	}
}

// tag is the part of the hash that a slot holds; never zero, so that no used slot is.
func tag(hash uint64) uint32 { return uint32(hash>>32) | 1 }

func (g *generation) record(slot uint64) (key, value []byte) {
	data := (*g.chunks.Load())[uint16(slot>>16)][int(uint16(slot))*8:]
	keyLen, valueLen := int(binary.LittleEndian.Uint16(data)), int(binary.LittleEndian.Uint32(data[2:]))
	key = data[headBytes : headBytes+keyLen]
	if valueLen == 0 {
		return key, nil
	}
	return key, data[headBytes+keyLen : headBytes+keyLen+valueLen : headBytes+keyLen+valueLen]
}

// put appends a record and returns its value as the generation holds it.
func (g *generation) put(seed maphash.Seed, hash uint64, key, value []byte) []byte {
	if slots := len(*g.slots.Load()); 4*(g.used+1) > 3*slots {
		g.grow(seed, 2*slots)
	}
	size := headBytes + len(key) + len(value)
	chunk := g.room(size)
	last, start := len(*g.chunks.Load())-1, g.end
	record := chunk[start : start+size : start+size]
	binary.LittleEndian.PutUint16(record, uint16(len(key)))
	binary.LittleEndian.PutUint32(record[2:], uint32(len(value)))
	copy(record[headBytes+copy(record[headBytes:], key):], value)
	g.end = (start + size + 7) &^ 7
	g.bytes += size + 16
	at, before := g.find(hash, key)
	if before == 0 {
		g.used++
	}
	(*g.slots.Load())[at].Store(uint64(tag(hash))<<32 | uint64(last)<<16 | uint64(start/8))
	if len(value) == 0 {
		return nil
	}
	return record[size-len(value):]
}

// room returns a chunk that takes size bytes more after end. Chunks grow with the generation,
// so that a small ledger needs little.
func (g *generation) room(size int) []byte {
	chunks := *g.chunks.Load()
	if last := len(chunks) - 1; last >= 0 && len(chunks[last])-g.end >= size {
		return chunks[last]
	}
	more := append(chunks[:len(chunks):len(chunks)], make([]byte, max(min(chunkBytes, g.bytes), 2<<10, size)))
	g.chunks.Store(&more)
	g.end = 0
	return more[len(more)-1]
}

func (g *generation) grow(seed maphash.Seed, size int) {
	before, slots := *g.slots.Load(), make([]atomic.Uint64, max(size, 64))
	mask := len(slots) - 1
	for i := range before {
		slot := before[i].Load()
		if slot == 0 {
			continue
		}
		key, _ := g.record(slot)
		at := int(maphash.Bytes(seed, key)>>8) & mask
		for slots[at].Load() != 0 {
			at = (at + 1) & mask
		}
		slots[at].Store(slot)
	}
	g.slots.Store(&slots)
}
