package quota

import (
	"encoding/binary"
	"errors"

	"causeway/core/kernel/money"
)

// Spans lie in the years 1 to 9999, give or take one: beyond that there are no civil days.
const (
	spanMin = -62_200_000_000_000
	spanMax = 253_500_000_000_000
)

var errState = errors.New("quota: not the encoding of a record of counters")

// AppendState appends the stored form: a number of counters; of each the authority, the rule, a number
// of buckets, and these. A bucket is its start (after the first: how much later than the one before),
// its length, and what went out and came in. Numbers are varints, names and amounts have a byte of
// length, and nothing has a zero too many.
func (r Record) AppendState(to []byte) []byte {
	to = binary.AppendUvarint(to, uint64(len(r.entries)))
	for i := range r.entries {
		e := &r.entries[i]
		to = appendName(appendName(to, e.Authority), e.Rule)
		to = e.Counter.append(to)
	}
	return to
}

func appendName(to []byte, name string) []byte {
	return append(append(to, byte(len(name))), name...)
}

func (c *Counter) append(to []byte) []byte {
	to = append(to, byte(len(c.older)+1))
	var before int64
	for i := range c.older {
		to = c.older[i].append(to, i == 0, before)
		before = c.older[i].Start
	}
	return c.newest.append(to, len(c.older) == 0, before)
}

func (b *Bucket) append(to []byte, first bool, before int64) []byte {
	if first {
		to = binary.AppendVarint(to, b.Start)
	} else {
		to = binary.AppendUvarint(to, uint64(b.Start-before))
	}
	to = binary.AppendUvarint(to, uint64(b.End-b.Start))
	return appendAmount(appendAmount(to, b.Out), b.In)
}

func appendAmount(to []byte, a money.Amount) []byte {
	bytes := a.Bytes()
	digits := bytes[:]
	for len(digits) > 0 && digits[0] == 0 {
		digits = digits[1:]
	}
	return append(append(to, byte(len(digits))), digits...)
}

// DecodeState reads AppendState, and refuses everything that AppendState does not write.
func (r *Record) DecodeState(data []byte) error {
	// Names are parts of one text: a record has few bytes beside them.
	in := reader{data: data, text: string(data)}
	count := in.uvarint()
	if count == 0 || count > uint64(len(data)) {
		return errState
	}
	entries := make([]Entry, 0, min(count, entriesAhead))
	for i := range count {
		e := Entry{Authority: in.name(), Rule: in.name()}
		e.Counter = in.counter()
		if in.failed || i > 0 && entries[i-1].compare(e.Authority, e.Rule) >= 0 {
			return errState
		}
		entries = append(entries, e)
	}
	if len(in.data) > 0 {
		return errState
	}
	r.entries = entries
	return nil
}

// entriesAhead is how many counters are made room for before they are seen.
const entriesAhead = 64

// reader takes a record apart. After a failure it reads zeros.
type reader struct {
	data   []byte // what is left
	text   string // all of it
	failed bool
}

func (r *reader) fail() {
	r.data, r.failed = nil, true
}

// took is a number of so many bytes; one that ends in a zero has a shorter form.
func (r *reader) took(n int) bool {
	if n <= 0 || n > 1 && r.data[n-1] == 0 {
		r.fail()
		return false
	}
	r.data = r.data[n:]
	return true
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.data)
	if !r.took(n) {
		return 0
	}
	return v
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.data)
	if !r.took(n) {
		return 0
	}
	return v
}

// short is a text of at most 255 bytes after its length.
func (r *reader) short() []byte {
	if len(r.data) == 0 || len(r.data) < 1+int(r.data[0]) {
		r.fail()
		return nil
	}
	n := 1 + int(r.data[0])
	taken := r.data[1:n]
	r.data = r.data[n:]
	return taken
}

func (r *reader) name() string {
	n := len(r.short())
	end := len(r.text) - len(r.data)
	return r.text[end-n : end]
}

func (r *reader) amount() money.Amount {
	digits := r.short()
	if len(digits) > 16 || len(digits) > 0 && digits[0] == 0 {
		r.fail()
		return money.Zero
	}
	var whole [16]byte
	copy(whole[16-len(digits):], digits)
	a, err := money.FromBytes(whole)
	if err != nil {
		r.fail()
	}
	return a
}

func (r *reader) bucket(first bool, before int64) (b Bucket) {
	if first {
		b.Start = r.varint()
	} else if later := r.uvarint(); later <= spanMax-spanMin {
		b.Start = before + int64(later)
	} else {
		r.fail()
	}
	length := r.uvarint()
	if length == 0 || length > spanMax-spanMin || b.Start < spanMin || b.Start > spanMax-int64(length) {
		r.fail()
		return b
	}
	b.End = b.Start + int64(length)
	b.Out, b.In = r.amount(), r.amount()
	return b
}

func (r *reader) counter() (c Counter) {
	if len(r.data) == 0 || r.data[0] == 0 || int(r.data[0]) > bucketsHeld {
		r.fail()
		return c
	}
	count := int(r.data[0])
	r.data = r.data[1:]
	if count > 1 {
		c.older = make([]Bucket, count-1)
	}
	for i := range count {
		b := r.bucket(i == 0, c.newest.Start)
		if i > 0 && c.newest.ref().compare(b.ref()) >= 0 {
			r.fail()
		}
		if r.failed {
			return c
		}
		if i > 0 {
			c.older[i-1] = c.newest
		}
		c.newest = b
	}
	return c
}
