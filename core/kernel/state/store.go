package state

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"causeway/core/kernel/wire"
)

// Limits bound the memory and the history of a store. They never influence a root.
type Limits struct {
	PageBytes    int64 // tree pages in memory
	CacheBytes   int64 // committed values in memory
	ProofHeights int64 // heights that can still be proven
	DeltaBytes   int64 // former values kept for them, on disk; the shorter of both limits holds

	// Parallel, if it is given, does work for 0 to n-1 in any order, at once where it can, and
	// returns when all is done. What comes out is the same with it and without.
	Parallel func(n int, work func(i int))
}

// DefaultLimits suit a ledger with a few million records.
func DefaultLimits() Limits {
	return Limits{PageBytes: 512 << 20, CacheBytes: 512 << 20, ProofHeights: 1000, DeltaBytes: 64 << 20}
}

// Errors of history.
var (
	ErrNotKept = errors.New("state: the height is not kept (any more)")
	ErrMoving  = errors.New("state: the backend is ahead of the adopted height; ask again")
)

// Store is the committed state. Reading is safe for concurrent use; Begin, Seal and Adopt
// belong to the one goroutine that builds blocks.
type Store struct {
	backend Backend
	limits  Limits
	image   *image
	memo    memo
	filter  *filter
	pages   *pages

	lock     sync.RWMutex // guards what Adopt replaces
	tree     *tree
	meta     meta
	gone     [regions][]place // rows of buckets that are no more, to be deleted with the region
	collided map[indexKey]bool
	hand     int  // of the page cache
	crowded  bool // unwritten pages alone exceed the limit: write all regions

	adopted atomic.Uint64     // blocks adopted since Open, counted when all they changed is there
	written map[uint16]uint64 // by the first two bytes of keys: adopted after the last block that wrote there; Adopt's

	historyLock sync.Mutex
	history     *view // the older height asked for last
}

// Open reads the state in a backend; it goes once over the tree's directories and the log's
// index, about a second for four million ids. An empty backend is height 0 with the empty root.
func Open(b Backend) (*Store, error) { return OpenLimited(b, DefaultLimits()) }

// OpenLimited is Open with other limits than the default.
func OpenLimited(b Backend, limits Limits) (*Store, error) {
	s := &Store{backend: b, limits: limits, image: newImage(limits.CacheBytes), filter: newFilter(), pages: &pages{backend: b}}
	if _, ok := b.Get([]byte{rowImport}); ok {
		return nil, errors.New("state: the backend holds an import that did not end")
	}
	s.written = make(map[uint16]uint64)
	s.collided = make(map[indexKey]bool)
	b.Scan([]byte{rowCollided}, []byte{rowCollided + 1}, func(key, _ []byte) bool {
		if len(key) == 10 {
			s.collided[indexKey{key[1], binary.BigEndian.Uint64(key[2:])}] = true
		}
		return true
	})
	for _, row := range []byte{rowByID, rowByRef} {
		b.Scan([]byte{row}, []byte{row + 1}, func(key, _ []byte) bool {
			if len(key) == 9 {
				s.filter.add(indexKey{row, binary.BigEndian.Uint64(key[1:])})
			}
			return true
		})
	}
	data, ok := b.Get([]byte{rowMeta})
	if !ok {
		s.tree = newTree()
		return s, nil
	}
	if err := wire.UnmarshalStored(data, &s.meta); err != nil {
		return nil, fmt.Errorf("state: the head record is damaged: %w", err)
	}
	tree, err := loadTree(b)
	if err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	if err := s.catchUp(tree); err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	return s, nil
}

// catchUp brings the tree as last written up to the height of the values: whatever has changed
// since a region was written is set to what it is now.
func (s *Store) catchUp(t *tree) error {
	seen := make(map[wire.Hash]bool)
	var changes []change
	var heights []int64
	s.backend.Scan(heightKey(rowHeight, slices.Min(s.meta.Flushed[:])+1), []byte{rowHeight + 1}, func(key, _ []byte) bool {
		heights = append(heights, int64(binary.BigEndian.Uint64(key[1:])))
		return true
	})
	for _, height := range heights {
		err := readDelta(s.backend, height, nil, func(f former) bool {
			path := wire.Hash(sha256.Sum256(f.key))
			if height > s.meta.Flushed[path[0]>>4] && !seen[path] {
				seen[path] = true
				c := change{path: path}
				if value, ok := s.backend.Get(append([]byte{rowValue}, f.key...)); ok {
					c.hash = hashLeaf(&path, value)
				}
				changes = append(changes, c)
			}
			return true
		})
		if err != nil {
			return err
		}
	}
	sortChanges(changes)
	u := update{pages: s.pages}
	next, err := u.apply(t, changes)
	if err != nil {
		return err
	}
	if next.root() != s.meta.Root {
		return fmt.Errorf("the tree has the root %s, height %d was committed with %s", next.root(), s.meta.Height, s.meta.Root)
	}
	s.tree = next
	s.pages.held.Add(u.held)
	for _, at := range u.gone {
		s.gone[at.region()] = append(s.gone[at.region()], at)
	}
	return nil
}

func sortChanges(changes []change) {
	slices.SortFunc(changes, func(a, b change) int { return comparePaths(&a.path, &b.path) })
}

// Height returns the height of the block adopted last.
func (s *Store) Height() int64 {
	s.lock.RLock()
	defer s.lock.RUnlock()
	return s.meta.Height
}

// Root returns the root after the block adopted last.
func (s *Store) Root() wire.Hash {
	s.lock.RLock()
	defer s.lock.RUnlock()
	return s.meta.Root
}

// Len returns the number of keys.
func (s *Store) Len() int {
	s.lock.RLock()
	defer s.lock.RUnlock()
	return s.tree.count()
}

// Get implements Reader over what is committed.
func (s *Store) Get(key []byte) ([]byte, bool) {
	raw := s.get(s.image.hash(key), key)
	return raw, raw != nil
}

// get returns the committed value of key, nil if there is none. Its bytes never change.
func (s *Store) get(hash uint64, key []byte) []byte {
	raw, known := s.image.get(hash, key)
	if known || s.image.whole.Load() { // asked after: what was not there then is nowhere
		return raw
	}
	epoch := s.image.epoch.Load()
	raw, _ = s.backend.Get(append(append(make([]byte, 0, 1+len(key)), rowValue), key...))
	return s.image.put(hash, key, raw, epoch)
}

// Cached reports that reading key would not ask the backend.
func (s *Store) Cached(key []byte) bool {
	_, known := s.image.get(s.image.hash(key), key)
	return known
}

// Scan implements Reader over what is committed.
func (s *Store) Scan(prefix, from []byte, visit func(key, value []byte) bool) {
	start := append(append(append(make([]byte, 0, 64), rowValue), prefix...), from...)
	s.backend.Scan(start, prefixEnd(start[:1+len(prefix)]), func(key, value []byte) bool {
		return visit(key[1:], value)
	})
}

// Begin starts the overlay of a block. Heights ascend; to serve history they must do so by one.
func (s *Store) Begin(height int64) *Block {
	return &Block{store: s, height: height, overlay: newOverlay(0)}
}

// Adopt makes a sealed block the committed state, once its writes are durable.
func (s *Store) Adopt(b *Block) {
	r := b.sealed
	if r == nil || b.store != s || r.meta.Sequence != s.meta.Sequence+1 {
		panic("state: adopting a block that is not sealed, or not the next")
	}
	s.lock.Lock()
	s.tree, s.meta, s.gone = r.tree, r.meta, r.gone
	r.flush.done()
	s.pages.held.Add(r.held)
	s.hand = s.pages.evict(s.tree, s.hand, s.limits.PageBytes)
	s.crowded = s.pages.held.Load() > s.limits.PageBytes
	for key, many := range r.collided {
		if many {
			s.collided[key] = true
		} else {
			delete(s.collided, key)
		}
	}
	s.lock.Unlock()
	for i := range r.added {
		s.filter.add(r.added[i].key)
	}
	s.image.epoch.Add(1)
	for i := range r.changed {
		s.image.replace(r.changed[i].hash, r.changed[i].key, r.changed[i].raw)
	}
	for group := range b.overlay.groups {
		s.written[group] = s.adopted.Load() + 1
	}
	s.adopted.Add(1)
}

// Moment counts the blocks adopted since Open. Read before others are read, it says how old
// they may be; see Table.SameSince.
func (s *Store) Moment() uint64 { return s.adopted.Load() }
