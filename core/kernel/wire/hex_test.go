package wire

import (
	"encoding/json"
	"testing"
)

func TestHexHasOneForm(t *testing.T) {
	type sample struct {
		Key Hex `cbor:"1,keyasint" json:"key"`
	}
	var v sample
	if err := json.Unmarshal([]byte(`{"key":"00ff7a"}`), &v); err != nil || v.Key.String() != "00ff7a" {
		t.Fatal(v, err)
	}
	if text, err := json.Marshal(v); err != nil || string(text) != `{"key":"00ff7a"}` {
		t.Errorf("%s, %v", text, err)
	}
	if got := string(Marshal(v)); got != "\xa1\x01\x43\x00\xff\x7a" {
		t.Errorf("%x: not a byte string", got)
	}
	for _, bad := range []string{"00FF7A", "0", "zz", " 00", "0x00"} {
		if err := v.Key.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q accepted", bad)
		}
	}
}
