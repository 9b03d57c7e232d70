package state

import (
	"hash/maphash"
	"sync"
	"sync/atomic"

	"causeway/core/kernel/wire"
)

// entry is what is known of one committed key. It is never changed once it can be seen.
type entry struct {
	raw    []byte // nil: the key is absent
	value  any    // decoded, if a table has read it
	path   wire.Hash
	hashed bool // path is known
}

const (
	cacheShards = 64
	entryBytes  = 200 // of an entry beside its key and twice its value
)

// cache keeps committed entries in two generations: when the young one is full it becomes the
// old one and what nobody asked for since is forgotten.
type cache struct {
	seed   maphash.Seed
	limit  int64         // bytes per generation of a shard
	epoch  atomic.Uint64 // grows with each adopted block: a value read before it may be stale
	shards [cacheShards]shard
}

type shard struct {
	lock       sync.Mutex
	young, old map[string]*entry
	bytes      int64
}

func newCache(limit int64) *cache {
	c := &cache{seed: maphash.MakeSeed(), limit: limit / cacheShards / 2}
	for i := range c.shards {
		c.shards[i].young = make(map[string]*entry)
	}
	return c
}

func (c *cache) shard(key []byte) *shard { return &c.shards[maphash.Bytes(c.seed, key)%cacheShards] }

func (c *cache) get(key []byte) *entry {
	s := c.shard(key)
	s.lock.Lock()
	e := s.young[string(key)]
	if e == nil {
		if e = s.old[string(key)]; e != nil {
			c.insert(s, string(key), e)
		}
	}
	s.lock.Unlock()
	return e
}

// put remembers what was read from the backend, unless a block was adopted meanwhile.
func (c *cache) put(key []byte, e *entry, epoch uint64) {
	s := c.shard(key)
	s.lock.Lock()
	if c.epoch.Load() == epoch {
		c.insert(s, string(key), e)
	}
	s.lock.Unlock()
}

// replace sets what an adopted block has written.
func (c *cache) replace(key string, e *entry) {
	s := &c.shards[maphash.String(c.seed, key)%cacheShards]
	s.lock.Lock()
	c.insert(s, key, e)
	s.lock.Unlock()
}

func (c *cache) insert(s *shard, key string, e *entry) {
	if s.bytes >= c.limit {
		s.old, s.young, s.bytes = s.young, make(map[string]*entry, len(s.young)), 0
	}
	s.young[key] = e
	s.bytes += int64(len(key)+2*len(e.raw)) + entryBytes
}
