// Package wire is the one canonical encoding: CBOR, core deterministic (RFC 8949 §4.2),
// with small integers as map keys.
//
// Every value has exactly one encoding, and the decoder proves it: it encodes what it has
// read and refuses any difference, so that what is signed, hashed and stored is never
// ambiguous. Floats, tags, indefinite lengths, unknown and duplicate keys do not occur.
package wire

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// ErrNotCanonical says that the input has another, canonical encoding.
var ErrNotCanonical = errors.New("not the canonical encoding")

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
		MaxNestedLevels:   16,
		MaxArrayElements:  1 << 17,
		MaxMapPairs:       1 << 12,
	}.DecMode())
)

// stored reads what this machine has written: limits are for strangers. A record that can be
// written but not read would stop every node that is opened again.
var stored = must(cbor.DecOptions{
	IndefLength:      cbor.IndefLengthForbidden,
	TagsMd:           cbor.TagsForbidden,
	UTF8:             cbor.UTF8DecodeInvalid,
	MaxNestedLevels:  64,
	MaxArrayElements: 1<<31 - 1,
	MaxMapPairs:      1<<31 - 1,
}.DecMode())

func must[M any](mode M, err error) M {
	if err != nil {
		panic(err)
	}
	return mode
}

// Marshal encodes v. A type that cannot be encoded is a programmer's error and panics.
func Marshal(v any) []byte {
	data, err := encode.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("wire: %T cannot be encoded: %v", v, err))
	}
	return data
}

// Unmarshal decodes data into v and refuses whatever is not v's canonical encoding.
func Unmarshal(data []byte, v any) error {
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
// It skips the proof of canonicity, which the writer has already given, and has no limits.
func UnmarshalStored(data []byte, v any) error { return stored.Unmarshal(data, v) }

// Raw is an encoded value kept as it came.
type Raw = cbor.RawMessage
