package identity

import (
	"sync"
)

// clock is a bounded map with the second-chance replacement of the CLOCK algorithm: a hit
// costs one bit, and what has been used since the hand last passed survives. It only ever
// saves work: no verdict depends on what it holds.
type clock[K comparable, V any] struct {
	mutex sync.Mutex
	index map[K]int
	slots []slot[K, V]
	limit int
	hand  int
}

type slot[K comparable, V any] struct {
	key   K
	value V
	used  bool
}

// newClock holds at most limit entries; none if limit is not positive.
func newClock[K comparable, V any](limit int) *clock[K, V] {
	return &clock[K, V]{index: map[K]int{}, limit: max(limit, 0)}
}

func (c *clock[K, V]) get(key K) (value V, ok bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	at, ok := c.index[key]
	if !ok {
		return value, false
	}
	c.slots[at].used = true
	return c.slots[at].value, true
}

func (c *clock[K, V]) put(key K, value V) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.limit == 0 {
		return
	}
	if at, ok := c.index[key]; ok {
		c.slots[at].value = value
		return
	}
	if len(c.slots) < c.limit {
		c.index[key] = len(c.slots)
		c.slots = append(c.slots, slot[K, V]{key: key, value: value})
		return
	}
	for c.slots[c.hand].used {
		c.slots[c.hand].used = false
		c.hand = (c.hand + 1) % c.limit
	}
	delete(c.index, c.slots[c.hand].key)
	c.slots[c.hand] = slot[K, V]{key: key, value: value}
	c.index[key] = c.hand
	c.hand = (c.hand + 1) % c.limit
}
