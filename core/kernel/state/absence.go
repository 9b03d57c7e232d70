package state

import "sync"

// absences remembers index rows that are not in the adopted state: nearly every look-up of an
// id or a reference asks for one that is not there, several times on its way into a block. It
// has two generations like cache, and an adopted block takes out what it adds.
type absences struct {
	shards [absenceShards]absenceShard
}

const (
	absenceShards = 32
	absenceMost   = 1 << 18 / absenceShards // rows per generation of a shard: the ids and references of a full mempool
)

type absenceShard struct {
	lock       sync.Mutex
	epoch      uint64 // adopted blocks: what was read before one may be stale
	young, old map[indexKey]struct{}
}

func newAbsences() *absences {
	a := &absences{}
	for i := range a.shards {
		a.shards[i].young = make(map[indexKey]struct{})
	}
	return a
}

func (a *absences) shard(key indexKey) *absenceShard { return &a.shards[key.short%absenceShards] }

// has reports whether a row is known to be absent, and the epoch to hand to put.
func (a *absences) has(key indexKey) (absent bool, epoch uint64) {
	s := a.shard(key)
	s.lock.Lock()
	defer s.lock.Unlock()
	if _, absent = s.young[key]; !absent {
		if _, absent = s.old[key]; absent {
			s.insert(key)
		}
	}
	return absent, s.epoch
}

// put remembers what the backend has answered, unless a block was adopted meanwhile.
func (a *absences) put(key indexKey, epoch uint64) {
	s := a.shard(key)
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.epoch == epoch {
		s.insert(key)
	}
}

func (s *absenceShard) insert(key indexKey) {
	if len(s.young) >= absenceMost {
		s.old, s.young = s.young, make(map[indexKey]struct{}, len(s.young))
	}
	s.young[key] = struct{}{}
}

// adopt takes out the rows that a block has added.
func (a *absences) adopt(added []indexed) {
	for i := range a.shards {
		s := &a.shards[i]
		s.lock.Lock()
		s.epoch++
		s.lock.Unlock()
	}
	for i := range added {
		s := a.shard(added[i].key)
		s.lock.Lock()
		delete(s.young, added[i].key)
		delete(s.old, added[i].key)
		s.lock.Unlock()
	}
}
