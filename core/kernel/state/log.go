package state

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"causeway/core/kernel/wire"
)

// Entry is one thing that has happened: a transaction's id, the reference it binds (zero for
// none) and its outcome. The log keeps entries flat; the tree holds one leaf per block, the
// SHA-256 over id ‖ ref ‖ SHA-256(outcome) of its entries in order.
type Entry struct {
	ID      wire.Hash
	Ref     wire.Hash
	Outcome []byte
}

// Position is the place of an entry: the block's height and the number within it, from 0.
type Position struct {
	Height int64
	Index  int32
}

func (p Position) compare(q Position) int {
	return cmp.Or(cmp.Compare(p.Height, q.Height), cmp.Compare(p.Index, q.Index))
}

const (
	logPrefix    = "log"
	entriesChunk = 64 // entries per row: large enough to compress well, small enough to read one
)

// rememberedKey holds the first position that the indexes still answer for, under the root
// like everything that Execute reads. It sorts before every log leaf's prefix, not among them.
var rememberedKey = []byte("log.remembered")

func logKey(height int64) []byte {
	return binary.BigEndian.AppendUint64([]byte(logPrefix+"/"), uint64(height))
}

func logDigest(entries []Entry) []byte {
	digest := sha256.New()
	for i := range entries {
		outcome := sha256.Sum256(entries[i].Outcome)
		digest.Write(entries[i].ID[:])
		digest.Write(entries[i].Ref[:])
		digest.Write(outcome[:])
	}
	return digest.Sum(nil)
}

func appendPosition(data []byte, p Position) []byte {
	data = binary.AppendUvarint(data, uint64(p.Height))
	return binary.AppendUvarint(data, uint64(p.Index))
}

func readPosition(data []byte) (p Position, rest []byte, ok bool) {
	height, n := binary.Uvarint(data)
	if n <= 0 || height > math.MaxInt64 {
		return p, nil, false
	}
	index, m := binary.Uvarint(data[n:])
	if m <= 0 || index > math.MaxInt32 {
		return p, nil, false
	}
	return Position{int64(height), int32(index)}, data[n+m:], true
}

func readPositions(data []byte) (list []Position) {
	for len(data) > 0 {
		p, rest, ok := readPosition(data)
		if !ok {
			panic("state: a log index row is damaged")
		}
		list, data = append(list, p), rest
	}
	return list
}

// indexKey is a hash shortened to its first 8 bytes, and which index it is in. Rows hold every
// position with that beginning, and each is compared in full with the entry itself.
type indexKey struct {
	row   byte
	short uint64
}

func shorten(row byte, hash *wire.Hash) indexKey {
	return indexKey{row, binary.BigEndian.Uint64(hash[:])}
}

func (k indexKey) key() []byte { return binary.BigEndian.AppendUint64([]byte{k.row}, k.short) }

func (k indexKey) collided() []byte {
	return binary.BigEndian.AppendUint64([]byte{rowCollided, k.row}, k.short)
}

func (k indexKey) compare(l indexKey) int {
	return cmp.Or(cmp.Compare(k.row, l.row), cmp.Compare(k.short, l.short))
}

// indexed is one row change: a position that comes or goes.
type indexed struct {
	key indexKey
	at  Position
}

func sortIndexed(list []indexed) {
	slices.SortFunc(list, func(a, b indexed) int {
		return cmp.Or(a.key.compare(b.key), a.at.compare(b.at))
	})
}

// A row of outcomes: count, then per entry the outcome's length and whether it has a reference,
// then all ids, all references, all outcomes, so that what compresses stands together.

func encodeEntries(entries []Entry) []byte {
	size := 2
	for i := range entries {
		size += 68 + len(entries[i].Outcome)
	}
	data := binary.AppendUvarint(make([]byte, 0, size), uint64(len(entries)))
	for i := range entries {
		word := uint64(len(entries[i].Outcome)) << 1
		if !entries[i].Ref.IsZero() {
			word |= 1
		}
		data = binary.AppendUvarint(data, word)
	}
	for i := range entries {
		data = append(data, entries[i].ID[:]...)
	}
	for i := range entries {
		if !entries[i].Ref.IsZero() {
			data = append(data, entries[i].Ref[:]...)
		}
	}
	for i := range entries {
		data = append(data, entries[i].Outcome...)
	}
	return data
}

// decodeEntries shares the outcomes with data.
func decodeEntries(data []byte) ([]Entry, error) {
	bad := fmt.Errorf("a row of outcomes is damaged")
	count, n := binary.Uvarint(data)
	if n <= 0 || count == 0 || count > entriesChunk {
		return nil, bad
	}
	data = data[n:]
	entries := make([]Entry, count)
	words := make([]uint64, count)
	need := 32 * int(count)
	for i := range words {
		word, n := binary.Uvarint(data)
		if n <= 0 || word>>1 > math.MaxInt32 {
			return nil, bad
		}
		words[i], data = word, data[n:]
		need += int(word>>1) + 32*int(word&1)
	}
	if need != len(data) {
		return nil, bad
	}
	for i := range entries {
		data = data[copy(entries[i].ID[:], data):]
	}
	for i := range entries {
		if words[i]&1 == 1 {
			data = data[copy(entries[i].Ref[:], data):]
			if entries[i].Ref.IsZero() {
				return nil, bad
			}
		}
	}
	for i := range entries {
		size := int(words[i] >> 1)
		entries[i].Outcome, data = data[:size:size], data[size:]
	}
	return entries, nil
}

func outcomesKey(height int64, chunk int) []byte {
	return binary.BigEndian.AppendUint32(heightKey(RowOutcomes, height), uint32(chunk))
}

// readEntry returns one committed entry, however old.
func readEntry(b Backend, at Position) (Entry, bool) {
	data, ok := b.Get(outcomesKey(at.Height, int(at.Index)/entriesChunk))
	if !ok {
		return Entry{}, false
	}
	entries, err := decodeEntries(data)
	if err != nil {
		panic(fmt.Sprintf("state: height %d: %v", at.Height, err))
	}
	if i := int(at.Index) % entriesChunk; i < len(entries) {
		return entries[i], true
	}
	return Entry{}, false
}

// readBlock returns all entries of one height. All rows but the last must be full, or
// positions would not find their entries.
func readBlock(b Backend, height int64) (entries []Entry, err error) {
	from := heightKey(RowOutcomes, height)
	b.Scan(from, heightKey(RowOutcomes, height+1), func(key, value []byte) bool {
		var chunk []Entry
		if chunk, err = decodeEntries(slices.Clone(value)); err != nil {
			err = fmt.Errorf("height %d: %w", height, err)
			return false
		}
		if !bytes.Equal(key, outcomesKey(height, len(entries)/entriesChunk)) || len(entries)%entriesChunk != 0 {
			err = fmt.Errorf("height %d: the rows of outcomes have a hole", height)
			return false
		}
		entries = append(entries, chunk...)
		return true
	})
	return entries, err
}
