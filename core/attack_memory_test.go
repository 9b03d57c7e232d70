package core

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// Anybody can have bytes decoded, so what is remembered of them is bounded in bytes and in
// number, and the newest are found.
func TestDecodedTransactionsAreBounded(t *testing.T) {
	for _, size := range []int{8, 500, 512 << 10, 3 * decodedBytes} {
		d := newDecoded()
		var last []byte
		for i := range min(2*decodedMax, 8*decodedBytes/size) + 7 {
			last = binary.BigEndian.AppendUint64(nil, uint64(i))
			last = append(last, make([]byte, size-8)...)
			d.keep(d.hash(last[:8]), &content{raw: last})
			d.keep(d.hash(last[:8]), &content{raw: last})
		}
		if most := max(1, min(decodedMax, decodedBytes/size)); len(d.byHash) != most || d.count != most || d.bytes != most*size {
			t.Errorf("%d of %d bytes are kept (%d in line, %d bytes), should be %d", len(d.byHash), size, d.count, d.bytes, most)
		}
		if d.find(d.hash(last[:8]), last) == nil {
			t.Errorf("the last one of %d bytes is forgotten", size)
		}
	}
}

// Two transactions may have one hash; neither is taken for the other.
func TestDecodedTransactionsOfOneHash(t *testing.T) {
	d := newDecoded()
	one, other := []byte("one transaction"), []byte("the other one..")
	d.keep(1, &content{raw: one})
	d.keep(1, &content{raw: other})
	if found := d.find(1, one); found == nil || !bytes.Equal(found.raw, one) {
		t.Error("the first of one hash is not found")
	}
	if d.find(1, other) != nil {
		t.Error("another transaction is found under the hash of the first")
	}
}
