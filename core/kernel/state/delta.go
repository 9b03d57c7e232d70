package state

import (
	"encoding/binary"
	"fmt"
	"slices"
	"sort"

	"causeway/core/kernel/wire"
)

// A delta is what a block has overwritten: for each changed key, in the order of the paths,
// its former value. It serves old heights, and tells Open which keys changed lately.

const (
	deltaChunk     = 32 << 10
	deltaPruneMost = 8 // heights dropped per block, at most
)

// former is one changed key and its value before; nil if it was absent.
type former struct {
	key   []byte
	value []byte
}

func appendFormer(data []byte, key string, value []byte) []byte {
	data = binary.AppendUvarint(data, uint64(len(key)))
	data = append(data, key...)
	if value == nil {
		return append(data, 0)
	}
	data = binary.AppendUvarint(data, uint64(len(value))+1)
	return append(data, value...)
}

func readFormer(data []byte) (f former, rest []byte, ok bool) {
	size, n := binary.Uvarint(data)
	if n <= 0 || size > uint64(len(data)-n) {
		return f, nil, false
	}
	f.key, data = data[n:n+int(size)], data[n+int(size):]
	size, n = binary.Uvarint(data)
	if n <= 0 || size > uint64(len(data)-n)+1 {
		return f, nil, false
	}
	data = data[n:]
	if size > 0 {
		f.value = data[: size-1 : size-1]
		data = data[size-1:]
	}
	return f, data, true
}

// record is the row of one height: its root, and how its delta is cut into chunks.
type record struct {
	root  wire.Hash
	bytes int64
	last  []uint64 // first 8 bytes of the last path in each chunk
}

func (r *record) encode() []byte {
	data := append([]byte(nil), r.root[:]...)
	data = binary.AppendUvarint(data, uint64(r.bytes))
	for _, last := range r.last {
		data = binary.BigEndian.AppendUint64(data, last)
	}
	return data
}

func readRecord(b Backend, height int64) (r record, ok bool) {
	data, ok := b.Get(heightKey(rowHeight, height))
	if !ok {
		return r, false
	}
	return decodeRecord(data)
}

func decodeRecord(data []byte) (r record, ok bool) {
	if len(data) < 33 {
		return r, false
	}
	r.root = wire.Hash(data[:32])
	size, n := binary.Uvarint(data[32:])
	if data = data[32+max(n, 0):]; n <= 0 || len(data)%8 != 0 {
		return r, false
	}
	r.bytes = int64(size)
	for ; len(data) > 0; data = data[8:] {
		r.last = append(r.last, binary.BigEndian.Uint64(data))
	}
	return r, true
}

func deltaKey(height int64, chunk int) []byte {
	return binary.BigEndian.AppendUint16(heightKey(rowDelta, height), uint16(chunk))
}

// deltaWriter cuts a delta into rows.
type deltaWriter struct {
	height int64
	record record
	chunk  []byte
	writes []Write
}

// add takes the next changed key, in the order of paths.
func (d *deltaWriter) add(path *wire.Hash, key string, value []byte) {
	short := binary.BigEndian.Uint64(path[:])
	// Keys that share 8 bytes of path stay in one chunk, so that one look is enough.
	if len(d.chunk) >= deltaChunk && short != d.record.last[len(d.record.last)-1] {
		d.flush()
	}
	if len(d.chunk) == 0 {
		d.chunk = make([]byte, 0, deltaChunk+1024)
		d.record.last = append(d.record.last, 0)
	}
	d.chunk = appendFormer(d.chunk, key, value)
	d.record.last[len(d.record.last)-1] = short
}

func (d *deltaWriter) flush() {
	if len(d.chunk) > 0 {
		d.writes = append(d.writes, Write{Key: deltaKey(d.height, len(d.record.last)-1), Value: d.chunk})
		d.record.bytes += int64(len(d.chunk))
		d.chunk = nil
	}
}

// readDelta visits what a height has overwritten; only, if path is given, where path would be.
func readDelta(b Backend, height int64, path *wire.Hash, visit func(former) bool) error {
	r, ok := readRecord(b, height)
	if !ok {
		return fmt.Errorf("height %d: %w", height, ErrNotKept)
	}
	first, last := 0, len(r.last)
	if path != nil {
		short := binary.BigEndian.Uint64(path[:])
		first = sort.Search(last, func(i int) bool { return r.last[i] >= short })
		last = min(first+1, last)
	}
	for i := first; i < last; i++ {
		data, ok := b.Get(deltaKey(height, i))
		if !ok {
			return fmt.Errorf("height %d: %w", height, ErrNotKept)
		}
		for len(data) > 0 {
			f, rest, ok := readFormer(data)
			if !ok {
				return fmt.Errorf("the delta of height %d is damaged", height)
			}
			if !visit(f) {
				return nil
			}
			data = rest
		}
	}
	return nil
}

// prune drops the oldest heights that are beyond the limits, a few per block. It keeps what
// Open needs to bring the tree's buckets up to date.
func (m *meta) prune(b Backend, l Limits) (writes []Write) {
	need, left := slices.Min(m.Flushed[:]), deltaPruneMost
	b.Scan([]byte{rowHeight}, []byte{rowHeight + 1}, func(key, value []byte) bool {
		r, ok := decodeRecord(value)
		if !ok || len(key) != 9 {
			panic("state: the record of a height is damaged")
		}
		height := int64(binary.BigEndian.Uint64(key[1:]))
		beyond := height < m.DeltaFrom || m.Height-height > l.ProofHeights || m.DeltaBytes > l.DeltaBytes
		if !beyond || height > need || left == 0 {
			return false
		}
		left--
		for chunk := range r.last {
			writes = append(writes, Write{Key: deltaKey(height, chunk), Delete: true})
		}
		writes = append(writes, Write{Key: slices.Clone(key), Delete: true})
		m.DeltaBytes -= r.bytes
		m.DeltaFrom = max(m.DeltaFrom, height+1)
		return true
	})
	return writes
}
