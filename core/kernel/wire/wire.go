// Package wire is the one canonical encoding: CBOR, core deterministic (RFC 8949 §4.2),
// with small integers as map keys.
//
// Every value has exactly one encoding, and the decoder proves it, so that what is signed,
// hashed and stored is never ambiguous: it encodes what it has read and refuses any difference.
// Types that are read with every payment have a Reader's methods instead, which know no other
// form. Floats, tags, indefinite lengths, unknown and duplicate keys do not occur.
package wire

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"sync"

	"github.com/fxamacker/cbor/v2"
)

// ErrNotCanonical says that the input has another, canonical encoding.
var ErrNotCanonical = errors.New("not the canonical encoding")

// Bounds of what strangers send, and of what is stored.
const (
	nestedMax = 16
	arrayMax  = 1 << 17
	pairsMax  = 1 << 12

	nestedStored = 64
	storedMax    = 1<<31 - 1
)

var (
	encode = must(cbor.EncOptions{
		Sort:          cbor.SortBytewiseLexical,
		ShortestFloat: cbor.ShortestFloatNone,
		IndefLength:   cbor.IndefLengthForbidden,
		TagsMd:        cbor.TagsForbidden,
		NilContainers: cbor.NilContainerAsEmpty,
	}.EncMode())
	decode = must(cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		UTF8:              cbor.UTF8RejectInvalid,
		MaxNestedLevels:   nestedMax,
		MaxArrayElements:  arrayMax,
		MaxMapPairs:       pairsMax,
	}.DecMode())
)

// stored reads what this machine has written: limits are for strangers. A record that can be
// written but not read would stop every node that is opened again.
var stored = must(cbor.DecOptions{
	IndefLength:      cbor.IndefLengthForbidden,
	TagsMd:           cbor.TagsForbidden,
	UTF8:             cbor.UTF8DecodeInvalid,
	MaxNestedLevels:  nestedStored,
	MaxArrayElements: storedMax,
	MaxMapPairs:      storedMax,
}.DecMode())

func must[M any](mode M, err error) M {
	if err != nil {
		panic(err)
	}
	return mode
}

// Appender is a type that writes itself, exactly as its fields' tags say. A type that embeds one
// would inherit the method and lose its other fields: nothing does.
type Appender interface{ AppendCBOR(to []byte) []byte }

// Decoder is a type that reads itself, and sets all its fields.
type Decoder interface{ ReadCBOR(r *Reader) }

// scratch is where types write themselves before their length is known.
var scratch = sync.Pool{New: func() any { return new([]byte) }}

// scratchMax is the largest that is kept.
const scratchMax = 64 << 10

// Marshal encodes v. A type that cannot be encoded is a programmer's error and panics.
func Marshal(v any) []byte {
	if own, ok := v.(Appender); ok {
		buffer := scratch.Get().(*[]byte)
		to := own.AppendCBOR((*buffer)[:0])
		data := bytes.Clone(to)
		if cap(to) <= scratchMax {
			*buffer = to
		}
		scratch.Put(buffer)
		return data
	}
	data, err := encode.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("wire: %T cannot be encoded: %v", v, err))
	}
	return data
}

// Unmarshal decodes data into v and refuses whatever is not v's canonical encoding.
func Unmarshal(data []byte, v any) error {
	if own, ok := v.(Decoder); ok {
		return read(own, Reader{data: data})
	}
	if err := decode.Unmarshal(data, v); err != nil {
		return err
	}
	again, err := encode.Marshal(v)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, data) {
		return ErrNotCanonical
	}
	return nil
}

// UnmarshalStored decodes what Marshal of this machine has written before: state, outcomes.
// It asks for no proof of canonicity, which the writer has already given, and has no limits.
func UnmarshalStored(data []byte, v any) error {
	if own, ok := v.(Decoder); ok {
		if read(own, Reader{data: data, stored: true}) == nil {
			return nil
		}
		reflect.ValueOf(v).Elem().SetZero() // another version of this machine may have written other fields
	}
	return stored.Unmarshal(data, v)
}

// readers are used again: one that an unknown type reads with cannot stand on the stack.
var readers = sync.Pool{New: func() any { return new(Reader) }}

func read(own Decoder, from Reader) error {
	r := readers.Get().(*Reader)
	*r = from
	own.ReadCBOR(r)
	err := r.Done()
	*r = Reader{}
	readers.Put(r)
	return err
}

// Raw is an encoded value kept as it came.
type Raw = cbor.RawMessage
