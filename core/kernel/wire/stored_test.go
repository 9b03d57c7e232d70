package wire

import "testing"

// What the machine has written it can read, however much it is: limits are for strangers. A
// record that could be written but not read would stop every node that is opened again.
func TestStoredValuesHaveNoLimits(t *testing.T) {
	type record struct {
		Text []string `cbor:"1,keyasint"`
	}
	big := struct {
		List []uint16 `cbor:"1,keyasint"`
	}{make([]uint16, 1<<17+1)}
	data := Marshal(&big)
	got := big
	got.List = nil
	if err := UnmarshalStored(data, &got); err != nil || len(got.List) != len(big.List) {
		t.Fatalf("%d of %d elements: %v", len(got.List), len(big.List), err)
	}
	if Unmarshal(data, &got) == nil {
		t.Fatal("a stranger's list of that length is read")
	}
	odd := record{Text: []string{"cut in the middle of a r\xe4"}}
	var again record
	if err := UnmarshalStored(Marshal(&odd), &again); err != nil || again.Text[0] != odd.Text[0] {
		t.Fatalf("text that is not UTF-8: %q, %v", again.Text, err)
	}
}
