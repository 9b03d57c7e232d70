package state

import "encoding/binary"

// Warm reads the state into memory, values and tree, as far as the limits let it: reading it in
// order costs a fraction of what finding each record costs later, while payments wait. It is
// for one goroutine, before the first block; O(state), bounded by the limits, about a second
// for a million records.
func (s *Store) Warm() {
	whole := true
	s.backend.Scan([]byte{rowValue}, []byte{rowValue + 1}, func(row, value []byte) bool {
		key := row[1:]
		whole = s.image.warm(s.image.hash(key), key, value) && len(key) <= keyMost
		return whole
	})
	s.image.whole.Store(whole)
	s.backend.Scan([]byte{rowBucket}, []byte{rowBucket + 1}, func(row, value []byte) bool {
		if len(row) != 10 {
			return true // Check names damage, and so does whoever needs the page
		}
		at := place{binary.BigEndian.Uint64(row[1:]), int(row[9])}
		n := s.tree.find(at)
		if n == nil || n.page.Load() != nil {
			return true
		}
		if p, hash, err := decodePage(value, at.prefix, at.depth); err == nil && hash == n.hash && p.len() == n.count {
			n.page.Store(p)
			n.used.Store(true)
			s.pages.held.Add(p.bytes())
		}
		return s.pages.held.Load() < s.limits.PageBytes
	})
}

// Warmed reports that no read of committed values would ask the backend.
func (s *Store) Warmed() bool { return s.image.whole.Load() }
