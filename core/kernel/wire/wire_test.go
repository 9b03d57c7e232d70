package wire

import (
	"bytes"
	"testing"

	"causeway/core/kernel/money"
)

type sample struct {
	Name   string         `cbor:"1,keyasint"`
	Amount money.Amount   `cbor:"2,keyasint"`
	Hash   Hash           `cbor:"3,keyasint"`
	List   []money.Amount `cbor:"4,keyasint,omitempty"`
	Signed int64          `cbor:"5,keyasint,omitempty"`
}

func TestEveryOtherEncodingIsRefused(t *testing.T) {
	good := Marshal(sample{Name: "a", Amount: money.FromUint64(1 << 53)})
	var v sample
	if err := Unmarshal(good, &v); err != nil {
		t.Fatal(err)
	}
	body := good[1:]
	for name, bad := range map[string][]byte{
		"empty":             {},
		"trailing byte":     append(bytes.Clone(good), 0),
		"indefinite map":    append(append([]byte{0xbf}, body...), 0xff),
		"unknown key":       append(append([]byte{0xa4}, body...), 0x18, 99, 1),
		"duplicate key":     append(append([]byte{0xa4}, body...), 1, 0x61, 'b'),
		"long form of a 1":  append([]byte{0xa3, 0x18}, body...),
		"explicit default":  append(append([]byte{0xa4}, body...), 5, 0),
		"empty list":        append(append([]byte{0xa4}, body...), 4, 0x80),
		"float":             append(append([]byte{0xa4}, body...), 5, 0xf9, 0x3c, 0),
		"tag":               append([]byte{0xd9, 0xd9, 0xf7}, good...),
		"cut short":         good[:len(good)-1],
		"string as key":     {0xa1, 0x61, '1', 0x61, 'a'},
		"wrong key order":   {0xa2, 2, 0x50, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x61, 'a'},
		"short amount":      {0xa2, 1, 0x61, 'a', 2, 0x41, 1},
		"amount above max":  append([]byte{0xa2, 1, 0x61, 'a', 2, 0x50, 0x80}, make([]byte, 15)...),
		"invalid UTF-8":     {0xa1, 1, 0x61, 0xff},
		"null for a string": {0xa1, 1, 0xf6},
	} {
		if err := Unmarshal(bad, new(sample)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// The vectors every client library must reproduce (shared with the browser's).
func TestAmountVectors(t *testing.T) {
	for digits, want := range map[string]string{
		"0":                    "\x50" + string(make([]byte, 16)),
		"9007199254740992":     "\x50" + string(make([]byte, 9)) + "\x20" + string(make([]byte, 6)),
		"18446744073709551616": "\x50" + string(make([]byte, 7)) + "\x01" + string(make([]byte, 8)),
		"170141183460469231731687303715884105727": "\x50\x7f" + string(bytes.Repeat([]byte{0xff}, 15)),
	} {
		a, err := money.Parse(digits, 0)
		if err != nil || string(Marshal(a)) != want {
			t.Errorf("%s: %x, %v", digits, Marshal(a), err)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	f.Add(Marshal(sample{Name: "a"}))
	f.Add(Marshal(sample{Name: "b", List: []money.Amount{money.Max}, Signed: -1}))
	f.Fuzz(func(t *testing.T, data []byte) {
		var v sample
		if Unmarshal(data, &v) == nil && !bytes.Equal(Marshal(v), data) {
			t.Fatalf("two encodings of one value: %x", data)
		}
	})
}
