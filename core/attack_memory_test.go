package core

import (
	"encoding/binary"
	"testing"

	"causeway/core/kernel/wire"
)

// Anybody can have bytes decoded, so what is remembered of them is bounded in bytes and in
// number, and the newest are found.
func TestDecodedTransactionsAreBounded(t *testing.T) {
	for _, size := range []int{1, 500, 512 << 10, 3 * decodedBytes} {
		d := newDecoded()
		var last wire.Hash
		for i := range 2*decodedMax + 7 {
			last = wire.Sum(binary.BigEndian.AppendUint64(nil, uint64(i)))
			d.keep(last, &content{}, size)
			d.keep(last, &content{}, size)
		}
		if most := max(1, min(decodedMax, decodedBytes/size)); len(d.byBytes) != most || d.count != most || d.bytes != most*size {
			t.Errorf("%d of %d bytes are kept (%d in line, %d bytes), should be %d", len(d.byBytes), size, d.count, d.bytes, most)
		}
		if d.find(last) == nil {
			t.Errorf("the last one of %d bytes is forgotten", size)
		}
	}
}
