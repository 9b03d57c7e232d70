package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"

	"causeway/core/kernel/money"
)

// Reader reads the canonical encoding by hand, for the few types that are read once per payment
// or in great numbers: the counterpart of what append.go writes. It knows one form of every
// value and refuses the others where it meets them, so nothing has to be encoded again to prove
// it. Tests compare what it reads and refuses with the generic decoder.
//
// The first refusal sticks: from then on everything read is zero, empty or not there, and Done
// reports it. A type reads all its fields and asks nobody in between whether that went well.
type Reader struct {
	data  []byte
	at    int
	err   error
	where int // near which byte that was

	stored bool   // this machine wrote it: no limits, and text as it is
	kept   bool   // nobody changes data any more: byte strings are slices of it
	depth  int    // maps around this place
	text   string // a stretch of data, of which texts are parts
	textAt int    // where it begins
}

// Why a Reader refuses.
var (
	errEnds   = errors.New("the encoding ends too early")
	errMore   = errors.New("the encoding goes on after its end")
	errType   = errors.New("a value of another type")
	errHead   = errors.New("a length or number that is not in its shortest form, or not definite")
	errText   = errors.New("a text that is not UTF-8")
	errRange  = errors.New("a number out of range")
	errLength = errors.New("a byte string of another length")
	errLong   = errors.New("a list that is too long")
	errDeep   = errors.New("nested too deep")
	errEmpty  = errors.New("a field that is left out where it is empty")
	errField  = errors.New("a field that is missing, unknown, twice there, or out of order")
)

// Major types of CBOR.
const (
	majorUint = iota
	majorNegative
	majorBytes
	majorText
	majorArray
	majorMap
	majorTag
	majorSimple
)

// textShared is how many bytes become one string of which the texts in them are parts: a text
// that outlives the others keeps no more than this in memory.
const textShared = 256

// NewReaderKept reads data that nobody changes any more: byte strings are slices of it.
func NewReaderKept(data []byte) Reader { return Reader{data: data, kept: true} }

// Done gives the first refusal, or refuses what stands behind the value that was read.
func (r *Reader) Done() error {
	if r.err == nil && r.at != len(r.data) {
		r.Refuse(errMore)
	}
	if r.err == nil {
		return nil
	}
	return fmt.Errorf("cbor: near byte %d: %w", r.where, r.err)
}

// Refuse says that what was read will not do.
func (r *Reader) Refuse(err error) {
	if r.err == nil {
		r.err, r.where = err, r.at
	}
	r.data, r.at = nil, 0
}

// head reads a head of the major type in its shortest form.
func (r *Reader) head(major byte) uint64 {
	if r.at < len(r.data) {
		if b := r.data[r.at] ^ major<<5; b < 24 {
			r.at++
			return uint64(b)
		}
	}
	return r.longHead(major)
}

func (r *Reader) longHead(major byte) (n uint64) {
	if r.at >= len(r.data) {
		r.Refuse(errEnds)
		return 0
	}
	rest := r.data[r.at+1:]
	info := r.data[r.at] ^ major<<5
	if info > 31 {
		r.Refuse(errType)
		return 0
	}
	if info < 24 || info > 27 {
		r.Refuse(errHead) // 28 to 30 do not exist, 31 is an indefinite length
		return 0
	}
	size := 1 << (info - 24)
	if len(rest) < size {
		r.Refuse(errEnds)
		return 0
	}
	n, least := argument(rest, size)
	if n < least {
		r.Refuse(errHead)
		return 0
	}
	r.at += 1 + size
	return n
}

// argument reads a number of that many bytes; below least it would have a shorter form.
func argument(rest []byte, size int) (n, least uint64) {
	switch size {
	case 1:
		return uint64(rest[0]), 24
	case 2:
		return uint64(binary.BigEndian.Uint16(rest)), 1 << 8
	case 4:
		return uint64(binary.BigEndian.Uint32(rest)), 1 << 16
	}
	return binary.BigEndian.Uint64(rest), 1 << 32
}

// take passes over n bytes and returns them.
func (r *Reader) take(n uint64) []byte {
	if n > uint64(len(r.data)-r.at) {
		r.Refuse(errEnds)
		return nil
	}
	from := r.at
	r.at += int(n)
	return r.data[from:r.at:r.at]
}

// Uint reads an unsigned integer that has at most so many bits.
func (r *Reader) Uint(bits int) uint64 {
	n := r.head(majorUint)
	if bits < 64 && n>>bits != 0 {
		r.Refuse(errRange)
		return 0
	}
	return n
}

// Int reads an integer of 64 bits.
func (r *Reader) Int() int64 {
	major := byte(majorUint)
	if r.at < len(r.data) && r.data[r.at]>>5 == majorNegative {
		major = majorNegative
	}
	n := r.head(major)
	if n > 1<<63-1 {
		r.Refuse(errRange)
		return 0
	}
	if major == majorNegative {
		return -1 - int64(n)
	}
	return int64(n)
}

// Text reads a text string.
func (r *Reader) Text() string {
	data := r.take(r.head(majorText))
	if len(data) == 0 {
		return ""
	}
	if !r.stored && !utf8.Valid(data) {
		r.Refuse(errText)
		return ""
	}
	if len(data) > textShared {
		return string(data)
	}
	from := r.at - len(data)
	if r.at > r.textAt+len(r.text) {
		r.text, r.textAt = string(r.data[from:min(from+textShared, len(r.data))]), from
	}
	return r.text[from-r.textAt : r.at-r.textAt]
}

// Bytes reads a byte string, of whatever length.
func (r *Reader) Bytes() []byte {
	data := r.take(r.head(majorBytes))
	if r.kept || data == nil {
		return data
	}
	return bytes.Clone(data)
}

// Fixed reads a byte string of exactly the length of to into it.
func (r *Reader) Fixed(to []byte) {
	if n := r.head(majorBytes); r.err == nil && n != uint64(len(to)) {
		r.Refuse(errLength)
	}
	copy(to, r.take(uint64(len(to))))
}

// Hash reads a hash.
func (r *Reader) Hash() (h Hash) {
	r.Fixed(h[:])
	return h
}

// Amount reads an amount.
func (r *Reader) Amount() money.Amount {
	var b [16]byte
	r.Fixed(b[:])
	a, err := money.FromBytes(b)
	if err != nil {
		r.Refuse(err)
	}
	return a
}

// Rate reads a ratio.
func (r *Reader) Rate() (rate money.Rate) {
	m := r.Map()
	rate.Num = m.Key(1).Uint(64)
	rate.Den = m.Key(2).Uint(64)
	m.End()
	return rate
}

// Array begins an array and tells how many items it has, of which each takes at least so many
// bytes: what could not be there is refused before there is space for it.
func (r *Reader) Array(least int) int {
	n := r.head(majorArray)
	if n > uint64((len(r.data)-r.at)/least) {
		r.Refuse(errEnds)
		return 0
	}
	if !r.stored && n > arrayMax {
		r.Refuse(errLong)
		return 0
	}
	return int(n)
}

// Texts reads an array of texts; none is an empty list.
func Texts[T ~string](r *Reader) []T {
	list := make([]T, r.Array(1))
	for i := range list {
		list[i] = T(r.Text())
	}
	return list
}

// Map begins a map with small integers as keys.
func (r *Reader) Map() Map {
	r.depth++
	return Map{r: r, left: r.head(majorMap)}
}

// Map is a map while its fields are read, in ascending order of their keys. What Fields writes
// with Key is read with Key and has to be there; what it leaves out where it is empty is read
// with the method of the same name, which refuses it where it is there and empty. End refuses
// whatever nobody has asked for, so an unknown, repeated or misplaced key has no way in.
type Map struct {
	r    *Reader
	left uint64
	last byte
}

// Has tells whether field n comes next and, if it does, begins it. Keys are below 24.
func (m *Map) Has(n byte) bool {
	if n <= m.last || n > 23 {
		panic("wire: the fields of a map are read in ascending order")
	}
	m.last = n
	if r := m.r; m.left > 0 && r.at < len(r.data) && r.data[r.at] == n {
		r.at++
		m.left--
		return true
	}
	return false
}

// Key begins a field that has to be there.
func (m *Map) Key(n byte) *Reader {
	if !m.Has(n) {
		m.r.Refuse(errField)
	}
	return m.r
}

// End ends the map.
func (m *Map) End() {
	m.r.depth--
	if m.left != 0 {
		m.r.Refuse(errField)
	}
}

// Text reads a field of text that is left out where it is empty.
func (m *Map) Text(n byte) (text string) {
	if m.Has(n) {
		if text = m.r.Text(); text == "" {
			m.r.Refuse(errEmpty)
		}
	}
	return text
}

// Int reads a field with a number that is left out where it is zero.
func (m *Map) Int(n byte) (value int64) {
	if m.Has(n) {
		if value = m.r.Int(); value == 0 {
			m.r.Refuse(errEmpty)
		}
	}
	return value
}

// True reads a field that is left out unless it is true.
func (m *Map) True(n byte) bool {
	if !m.Has(n) {
		return false
	}
	if b := m.r.take(1); len(b) == 0 || b[0] != 0xf5 {
		m.r.Refuse(errType)
		return false
	}
	return true
}

// Bytes reads a field with a byte string that is left out where it is empty.
func (m *Map) Bytes(n byte) (data []byte) {
	if m.Has(n) {
		if data = m.r.Bytes(); len(data) == 0 {
			m.r.Refuse(errEmpty)
		}
	}
	return data
}

// Array begins a field with an array that is left out where it is empty.
func (m *Map) Array(n byte, least int) (items int) {
	if m.Has(n) {
		if items = m.r.Array(least); items == 0 {
			m.r.Refuse(errEmpty)
		}
	}
	return items
}

// MapTexts reads a field with an array of texts that is left out where it is empty.
func MapTexts[T ~string](m *Map, n byte) []T {
	if !m.Has(n) {
		return nil
	}
	list := Texts[T](m.r)
	if len(list) == 0 {
		m.r.Refuse(errEmpty)
	}
	return list
}

// Raw reads any one well-formed value as it stands, whether canonical or not: whoever decodes it
// refuses what is not. A map that stands in an array has no such field, so that depth is right.
func (m *Map) Raw(n byte) Raw {
	r := m.Key(n)
	limit := &ofStrangers
	if r.stored {
		limit = &ofStored
	}
	size, err := limit.wellFormed(r.data[r.at:], r.depth)
	if err != nil {
		r.Refuse(err)
		return nil
	}
	data := r.take(uint64(size))
	if r.kept {
		return data
	}
	return bytes.Clone(data)
}
