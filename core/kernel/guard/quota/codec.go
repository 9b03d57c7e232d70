package quota

import (
	"encoding/binary"
	"errors"

	"causeway/core/kernel/money"
)

// bucketBytes: start and end as two's complement, out and in, all big-endian.
const bucketBytes = 8 + 8 + 16 + 16

// Spans lie in the years 1 to 9999, give or take one: beyond that there are no civil days.
const (
	spanMin = -62_200_000_000_000
	spanMax = 253_500_000_000_000
)

var errState = errors.New("quota: not the encoding of a counter")

// AppendState appends the stored form: a count of buckets, then the buckets in ascending order.
func (c Counter) AppendState(to []byte) []byte {
	if !c.newest.exists() {
		return append(to, 0)
	}
	to = append(to, byte(len(c.older)+1))
	for _, b := range c.older {
		to = b.append(to)
	}
	return c.newest.append(to)
}

func (b Bucket) append(to []byte) []byte {
	out, in := b.Out.Bytes(), b.In.Bytes()
	to = binary.BigEndian.AppendUint64(to, uint64(b.Start))
	to = binary.BigEndian.AppendUint64(to, uint64(b.End))
	to = append(to, out[:]...)
	return append(to, in[:]...)
}

// DecodeState reads AppendState, and refuses everything that AppendState does not write.
func (c *Counter) DecodeState(data []byte) error {
	if len(data) == 0 || int(data[0]) > bucketsHeld || len(data) != 1+int(data[0])*bucketBytes {
		return errState
	}
	count := int(data[0])
	var read Counter
	if count > 1 {
		read.older = make([]Bucket, count-1)
	}
	for i := range count {
		b, err := readBucket(data[1+i*bucketBytes:])
		if err != nil {
			return err
		}
		if i > 0 && read.newest.ref().compare(b.ref()) >= 0 {
			return errState
		}
		if i > 0 {
			read.older[i-1] = read.newest
		}
		read.newest = b
	}
	*c = read
	return nil
}

func readBucket(data []byte) (b Bucket, err error) {
	b.Start = int64(binary.BigEndian.Uint64(data))
	b.End = int64(binary.BigEndian.Uint64(data[8:]))
	if !b.exists() || b.Start < spanMin || b.End > spanMax {
		return b, errState
	}
	if b.Out, err = money.FromBytes([16]byte(data[16:32])); err != nil {
		return b, err
	}
	b.In, err = money.FromBytes([16]byte(data[32:48]))
	return b, err
}
