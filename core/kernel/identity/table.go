package identity

import (
	"encoding/binary"
	"sync"
)

// table is a bounded map from 32-byte names to values without pointers, so that the garbage
// collector has nothing to look at however much is in it. A name may stand in one set of eight
// slots; names are compared in full. If its set is full, a slot not used of late gives way, by
// the second-chance rule of the CLOCK algorithm. So whoever chooses names that fall into one
// set can drive others out of that set, and nothing worse: no lookup ever takes longer.
//
// It only ever saves work: no verdict depends on what it holds.
type table[V any] struct {
	shards []shard[V] // a power of two
}

// shard is a part of the table under its own lock. It doubles while it fills, and holds its
// lock for that long: a millisecond at most for the greatest tables we have.
type shard[V any] struct {
	mutex sync.Mutex
	sets  []set
	slots []slot[V] // setSlots of each set
	held  int
	limit int // of sets

	_ [56]byte // locks of neighbours do not share a cache line
}

const (
	setSlots  = 8
	shardsMax = 256
)

type set struct {
	tags [setSlots]uint16 // 16 bits of each name, so that few names are read; 0 for a free slot
	used uint8            // a bit for each slot: used since the hand passed
	hand uint8
}

type slot[V any] struct {
	value V // first, since Go pads a struct that ends in nothing
	name  [32]byte
}

// newTable holds at most limit entries, rounded down to a power of two; 8 if that is fewer,
// and none if limit is not positive.
func newTable[V any](limit int) *table[V] {
	if limit <= 0 {
		return &table[V]{}
	}
	sets := 1
	for sets*2*setSlots <= limit {
		sets *= 2
	}
	t := &table[V]{shards: make([]shard[V], min(sets, shardsMax))}
	for i := range t.shards {
		t.shards[i].limit = sets / len(t.shards)
	}
	return t
}

// spread gives what places a name. Digests and the public keys of honest signers are as good
// as random, and what others can gain by choosing theirs is said above.
func spread(name *[32]byte) uint64 { return binary.LittleEndian.Uint64(name[:]) }

func (t *table[V]) shard(hash uint64) *shard[V] { return &t.shards[hash%uint64(len(t.shards))] }

// get copies what is kept under the name into value.
func (t *table[V]) get(name *[32]byte, value *V) bool {
	if len(t.shards) == 0 {
		return false
	}
	hash := spread(name)
	s := t.shard(hash)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(s.sets) == 0 {
		return false
	}
	at, way := s.find(name, hash)
	if way < 0 {
		return false
	}
	s.sets[at].used |= 1 << way
	*value = s.slots[at*setSlots+way].value
	return true
}

// put keeps the value under the name.
func (t *table[V]) put(name *[32]byte, value *V) {
	if len(t.shards) == 0 {
		return
	}
	hash := spread(name)
	s := t.shard(hash)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(s.sets) == 0 {
		s.sets, s.slots = make([]set, 1), make([]slot[V], setSlots)
	}
	at, way := s.find(name, hash)
	if way < 0 {
		at, way = s.room(hash)
		s.sets[at].tags[way] = tag(hash)
		s.sets[at].used &^= 1 << way
		s.slots[at*setSlots+way].name = *name
	}
	s.slots[at*setSlots+way].value = *value
}

// tag and place take bits of the hash that the choice of the shard has left.
func tag(hash uint64) uint16 { return uint16(hash>>48) | 1 }

func (s *shard[V]) place(hash uint64) int { return int(hash / shardsMax % uint64(len(s.sets))) }

// find returns the name's set and its slot there, -1 if it has none.
func (s *shard[V]) find(name *[32]byte, hash uint64) (at, way int) {
	at = s.place(hash)
	for way, known := range s.sets[at].tags {
		if known == tag(hash) && s.slots[at*setSlots+way].name == *name {
			return at, way
		}
	}
	return at, -1
}

// room makes a slot for a new name: a free one, else by doubling if the shard is half full
// already, else by taking one.
func (s *shard[V]) room(hash uint64) (at, way int) {
	for {
		at = s.place(hash)
		for way, known := range s.sets[at].tags {
			if known == 0 {
				s.held++
				return at, way
			}
		}
		if len(s.sets) == s.limit || 2*s.held < len(s.slots) {
			break
		}
		s.grow()
	}
	set := &s.sets[at]
	for set.used&(1<<set.hand) != 0 {
		set.used &^= 1 << set.hand
		set.hand = (set.hand + 1) % setSlots
	}
	way = int(set.hand)
	set.hand = (set.hand + 1) % setSlots
	return at, way
}

// grow doubles the sets; each parts into itself and one new.
func (s *shard[V]) grow() {
	old, slots := s.sets, s.slots
	s.sets, s.slots = make([]set, 2*len(old)), make([]slot[V], 2*len(slots))
	for from := range old {
		for way, known := range old[from].tags {
			if known == 0 {
				continue
			}
			entry := &slots[from*setSlots+way]
			at := s.place(spread(&entry.name)) // its former place or len(old) further: the same slot is free
			s.sets[at].tags[way] = known
			s.sets[at].used |= old[from].used & (1 << way)
			s.slots[at*setSlots+way] = *entry
		}
	}
}
