package state

import (
	"encoding/binary"

	"causeway/core/kernel/wire"
)

// Backend is the durable ordered store under the state: Pebble in the node, Memory in tests.
// It must be safe for concurrent reads.
type Backend interface {
	// Get returns a value that belongs to the caller.
	Get(key []byte) (value []byte, ok bool)
	// Scan visits the keys in [from, to) in ascending order; an empty to means no upper end.
	// The slices are valid only during visit.
	Scan(from, to []byte, visit func(key, value []byte) bool)
}

// Write is one change that the node must persist, atomically with the others of its list.
// No list names a key twice.
type Write struct {
	Key, Value []byte
	Delete     bool
}

// Reader is what can be read of the state: committed (Store) or as a block sees it (Block).
type Reader interface {
	// Get returns a value that must not be modified.
	Get(key []byte) ([]byte, bool)
	// Scan visits the keys that have the prefix and are >= prefix+from, in ascending order.
	// Neither slice may be modified, nor kept after visit returns; visit must not write.
	Scan(prefix []byte, from []byte, visit func(key, value []byte) bool)
}

// The backend's key space: one leading byte says what a row is. A backend may treat RowOutcomes
// apart.
const (
	rowValue     = 'v' // + key                          → value
	rowPath      = 'p' // + path[:8] + key               → nothing; finds a key by its hash
	rowBucket    = 't' // + prefix (8) + depth (1)       → the leaves of one bucket of the tree
	rowDirectory = 'c' // + first byte of the path       → hashes of the buckets below
	rowMeta      = 'm' //                                → height, root, bookkeeping
	rowHeight    = 'r' // + height (8)                   → root and size of the delta of that height
	rowDelta     = 'd' // + height (8) + chunk (2)       → old values of the keys changed there
	RowOutcomes  = 'o' // + height (8) + chunk (4)       → entries of the log, 64 at a time: many bytes, written once
	rowByID      = 'i' // + id[:8]                       → positions
	rowByRef     = 'f' // + ref[:8]                      → positions
	rowCollided  = 'x' // + 'i' or 'f' + 8 bytes         → nothing; that index row has had more than one position
	rowImport    = 'z' //                                → present while an import is incomplete
)

func heightKey(row byte, height int64) []byte {
	return binary.BigEndian.AppendUint64([]byte{row}, uint64(height))
}

// prefixEnd returns the first key after all that have the prefix; nil if there is none.
func prefixEnd(prefix []byte) []byte {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] != 0xff {
			end := append([]byte(nil), prefix[:i+1]...)
			end[i]++
			return end
		}
	}
	return nil
}

// meta is the one small record rewritten by every block.
type meta struct {
	Height     int64          `cbor:"1,keyasint,omitempty"`
	Root       wire.Hash      `cbor:"2,keyasint"`
	Sequence   uint64         `cbor:"3,keyasint,omitempty"` // blocks sealed so far
	Flushed    [regions]int64 `cbor:"4,keyasint"`           // height at which each region of the tree was last written
	DeltaFrom  int64          `cbor:"5,keyasint,omitempty"` // heights >= this can still be proven
	DeltaBytes int64          `cbor:"6,keyasint,omitempty"`
	Due        int64          `cbor:"7,keyasint,omitempty"` // bytes of deltas for which no region was written yet
}
