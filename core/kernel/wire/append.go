package wire

import (
	"encoding/binary"
	"fmt"

	"causeway/core/kernel/money"
)

// What follows writes the encoding by hand, for the few types that are written once per
// payment; read.go is its counterpart. Their tests compare it with Marshal.

func appendHead(to []byte, major byte, n uint64) []byte {
	major <<= 5
	switch {
	case n < 24:
		return append(to, major|byte(n))
	case n < 1<<8:
		return append(to, major|24, byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(to, major|25), uint16(n))
	case n < 1<<32:
		return binary.BigEndian.AppendUint32(append(to, major|26), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(to, major|27), n)
}

// AppendUint writes an unsigned integer; a map's key is one too.
func AppendUint(to []byte, n uint64) []byte { return appendHead(to, 0, n) }

// AppendInt writes an integer.
func AppendInt(to []byte, n int64) []byte {
	if n < 0 {
		return appendHead(to, 1, uint64(-1-n))
	}
	return appendHead(to, 0, uint64(n))
}

// AppendBytes writes a byte string.
func AppendBytes(to, data []byte) []byte {
	return append(appendHead(to, 2, uint64(len(data))), data...)
}

// AppendText writes a text string.
func AppendText[T ~string](to []byte, text T) []byte {
	return append(appendHead(to, 3, uint64(len(text))), text...)
}

// AppendArray begins an array of n items, AppendMap a map of n pairs.
func AppendArray(to []byte, n int) []byte { return appendHead(to, 4, uint64(n)) }

// AppendMap begins a map of n pairs; its keys must ascend.
func AppendMap(to []byte, n int) []byte { return appendHead(to, 5, uint64(n)) }

// AppendTrue writes true.
func AppendTrue(to []byte) []byte { return append(to, 0xf5) }

// AppendRaw writes an encoded value as it is. One that is not well-formed is a programmer's error
// and panics, as in Marshal.
func AppendRaw(to []byte, raw Raw) []byte {
	if len(raw) == 0 {
		return append(to, 0xf6) // null
	}
	if size, err := ofWritten.wellFormed(raw, 0); err != nil || size != len(raw) {
		panic(fmt.Sprintf("wire: an encoded value of %d bytes is none", len(raw)))
	}
	return append(to, raw...)
}

// AppendTexts writes an array of texts.
func AppendTexts[T ~string](to []byte, list []T) []byte {
	to = AppendArray(to, len(list))
	for _, text := range list {
		to = AppendText(to, text)
	}
	return to
}

// AppendRate writes a ratio.
func AppendRate(to []byte, rate *money.Rate) []byte {
	to = AppendUint(append(AppendMap(to, 2), 1), rate.Num)
	return AppendUint(append(to, 2), rate.Den)
}

// AppendHash writes a hash as MarshalCBOR does.
func AppendHash(to []byte, h *Hash) []byte { return append(append(to, 0x58, 32), h[:]...) }

// Fields writes a map with small integers as keys, of which some are left out: it counts those
// that are there. Its methods pass the bytes along, so that these can stand on the stack.
type Fields struct{ at, have int }

// Begin starts a map of at most 23 fields.
func (f *Fields) Begin(to []byte) []byte {
	f.at, f.have = len(to), 0
	return append(to, 0)
}

// Key begins a field; the caller appends its value.
func (f *Fields) Key(to []byte, n uint64) []byte {
	f.have++
	return AppendUint(to, n)
}

// End completes the map.
func (f *Fields) End(to []byte) []byte {
	to[f.at] = 5<<5 | byte(f.have)
	return to
}

// Text writes a field of text unless it is empty.
func (f *Fields) Text(to []byte, n uint64, text string) []byte {
	if text == "" {
		return to
	}
	return AppendText(f.Key(to, n), text)
}

// Bytes writes a field with a byte string unless it is empty.
func (f *Fields) Bytes(to []byte, n uint64, data []byte) []byte {
	if len(data) == 0 {
		return to
	}
	return AppendBytes(f.Key(to, n), data)
}

// Uint writes a field with a number unless it is zero.
func (f *Fields) Uint(to []byte, n, value uint64) []byte {
	if value == 0 {
		return to
	}
	return AppendUint(f.Key(to, n), value)
}

// Int writes a field with a number unless it is zero.
func (f *Fields) Int(to []byte, n uint64, value int64) []byte {
	if value == 0 {
		return to
	}
	return AppendInt(f.Key(to, n), value)
}

// True writes a field if it is true.
func (f *Fields) True(to []byte, n uint64, value bool) []byte {
	if !value {
		return to
	}
	return AppendTrue(f.Key(to, n))
}
