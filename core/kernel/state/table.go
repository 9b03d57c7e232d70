package state

import (
	"fmt"
	"sync"

	"causeway/core/kernel/wire"
)

// Table is a typed view of the keys that begin with its prefix and a slash. Values are encoded
// by wire, or by the type itself if it has AppendState and DecodeState. A caller must never
// change a slice or map inside a V that it got.
type Table[V any] struct{ core *tableCore[V] }

type tableCore[V any] struct {
	name   string
	prefix string
	own    bool // V encodes itself
}

// Encoder is a value that has a fast encoding of its own. It must be injective and not empty.
type Encoder interface{ AppendState(data []byte) []byte }

// Decoder reads what AppendState wrote, and must refuse everything else.
type Decoder interface{ DecodeState(data []byte) error }

var tables struct {
	lock  sync.Mutex
	names map[string]string // by prefix
}

// NewTable declares a table. The prefix is of letters and digits; one that is taken panics.
func NewTable[V any](prefix, name string) Table[V] {
	for _, r := range prefix {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			panic(fmt.Sprintf("state: table %s has the prefix %q", name, prefix))
		}
	}
	tables.lock.Lock()
	defer tables.lock.Unlock()
	if other, ok := tables.names[prefix]; ok || prefix == "" || prefix == logPrefix {
		panic(fmt.Sprintf("state: tables %s and %s share the prefix %q", name, other, prefix))
	}
	if tables.names == nil {
		tables.names = make(map[string]string)
	}
	tables.names[prefix] = name
	_, encodes := any(*new(V)).(Encoder)
	_, decodes := any(new(V)).(Decoder)
	if encodes != decodes {
		panic(fmt.Sprintf("state: table %s: AppendState and DecodeState belong together", name))
	}
	return Table[V]{&tableCore[V]{name: name, prefix: prefix + "/", own: encodes}}
}

// TableName returns the name of the table that key belongs to, for tools and messages.
func TableName(key []byte) string {
	for i, c := range key {
		if c == '/' {
			tables.lock.Lock()
			defer tables.lock.Unlock()
			return tables.names[string(key[:i])]
		}
	}
	return ""
}

func (t *tableCore[V]) encode(b *Block, value V) (raw []byte) {
	if t.own {
		b.scratch = any(value).(Encoder).AppendState(b.scratch[:0])
		raw = b.values.keep(b.scratch)
	} else {
		raw = wire.Marshal(value)
	}
	if len(raw) == 0 {
		panic(fmt.Sprintf("state: table %s: an empty encoding cannot be proven", t.name))
	}
	return raw
}

// decode panics when a stored value cannot be read: the store is damaged or the type changed.
func (t *tableCore[V]) decode(data []byte) (v V) {
	var err error
	if t.own {
		err = any(&v).(Decoder).DecodeState(data)
	} else {
		err = wire.UnmarshalStored(data, &v)
	}
	if err != nil {
		panic(fmt.Sprintf("state: a stored %s cannot be read: %v", t.name, err))
	}
	return v
}

// Key returns the whole key of a record, as proofs and Reader know it.
func (t Table[V]) Key(key []byte) []byte {
	return append(append(make([]byte, 0, len(t.core.prefix)+len(key)), t.core.prefix...), key...)
}

// Decode reads a value as Reader returns it.
func (t Table[V]) Decode(data []byte) (V, error) {
	var v V
	if t.core.own {
		err := any(&v).(Decoder).DecodeState(data)
		return v, err
	}
	err := wire.UnmarshalStored(data, &v)
	return v, err
}

// Get returns the record at key.
func (t Table[V]) Get(r Reader, key []byte) (v V, ok bool) {
	var buffer [96]byte
	full := append(append(buffer[:0], t.core.prefix...), key...)
	var raw []byte
	var store *Store
	var hash uint64
	switch r := r.(type) {
	case *Block:
		store, hash = r.store, r.store.image.hash(full)
		raw = r.get(hash, full)
	case *Store:
		store, hash = r, r.image.hash(full)
		raw = r.get(hash, full)
	default:
		raw, ok = r.Get(append([]byte(nil), full...))
		if ok {
			return t.core.decode(raw), true
		}
	}
	if raw == nil {
		return v, false
	}
	return t.decoded(store, hash, raw), true
}

// decoded reads a value that the state holds; its bytes must never change.
func (t Table[V]) decoded(s *Store, hash uint64, raw []byte) V {
	if t.core.own { // cheaper than to remember
		return t.core.decode(raw)
	}
	if v, ok := s.memo.find(hash, raw, t.core).(V); ok {
		return v
	}
	v := t.core.decode(raw)
	if s.memo.again(hash) {
		s.memo.keep(hash, raw, t.core, v)
	}
	return v
}

// Put sets the record at key.
func (t Table[V]) Put(b *Block, key []byte, v V) {
	var buffer [96]byte
	full := append(append(buffer[:0], t.core.prefix...), key...)
	b.set(full, t.core.encode(b, v))
}

// Delete removes the record at key, if it is there.
func (t Table[V]) Delete(b *Block, key []byte) {
	var buffer [96]byte
	b.set(append(append(buffer[:0], t.core.prefix...), key...), nil)
}

// Scan visits the records whose keys have the prefix and are >= prefix+from, in ascending
// order. The key handed to visit is the record's own, and valid only during visit.
func (t Table[V]) Scan(r Reader, prefix, from []byte, visit func(key []byte, v V) bool) {
	skip := len(t.core.prefix)
	r.Scan(t.Key(prefix), from, func(key, value []byte) bool { return visit(key[skip:], t.core.decode(value)) })
}

// SameSince reports that what was read of the table from the store after a moment is still what
// the block would read: no block adopted since has written to it, nor has this one. It may
// say no where the answer is yes. Only for whoever builds blocks.
func (t Table[V]) SameSince(b *Block, moment uint64) bool {
	group := groupOf(t.core.prefix)
	return b.store.written[group] <= moment && b.overlay.groups[group] == nil
}
