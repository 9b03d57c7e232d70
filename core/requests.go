package core

import (
	"bytes"
	"hash/maphash"
	"sync"
	"sync/atomic"

	"causeway/core/kernel/identity"
)

// decoded remembers what transactions decode to. Every transaction is decoded three times
// (signature check, mempool, block) from the same bytes, and what it decodes to depends on
// the bytes and the catalogue alone. It holds at most decodedMax of them and decodedBytes of
// their encodings, and forgets the oldest: anybody can have bytes decoded. It finds them by a
// seeded hash that nobody outside can foresee, and compares the bytes.
type decoded struct {
	seed   maphash.Seed
	mu     sync.Mutex
	byHash map[uint64]*content
	queue  []kept // a ring
	first  int
	count  int
	bytes  int
}

type kept struct {
	hash uint64
	size int
}

// decodedMax covers a few full blocks, decodedBytes a few of the largest; decoded, payments
// take about five times the space.
const (
	decodedMax   = 1 << 15
	decodedBytes = 16 << 20
)

func newDecoded() *decoded {
	return &decoded{seed: maphash.MakeSeed(), byHash: make(map[uint64]*content), queue: make([]kept, decodedMax)}
}

func (d *decoded) hash(raw []byte) uint64 { return maphash.Bytes(d.seed, raw) }

func (d *decoded) find(hash uint64, raw []byte) *content {
	d.mu.Lock()
	found := d.byHash[hash]
	d.mu.Unlock()
	if found == nil || !bytes.Equal(found.raw, raw) {
		return nil
	}
	return found
}

// keep remembers what bytes decode to; of two with one hash it keeps the first.
func (d *decoded) keep(hash uint64, q *content) {
	size := len(q.raw)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.byHash[hash] != nil {
		return
	}
	for d.count == decodedMax || d.count > 0 && d.bytes+size > decodedBytes {
		oldest := &d.queue[d.first]
		delete(d.byHash, oldest.hash)
		d.bytes -= oldest.size
		d.first, d.count = (d.first+1)%decodedMax, d.count-1
	}
	d.queue[(d.first+d.count)%decodedMax] = kept{hash, size}
	d.byHash[hash] = q
	d.count, d.bytes = d.count+1, d.bytes+size
}

// checked has a bit for each signature of a decoded transaction that was found valid, so that
// the block need not even look for it among the verified ones. It goes with the signatures
// themselves, which are never changed: they and the id follow from the bytes under which the
// request is kept. What a passkey signs is also judged by what is registered with it, which
// may change, so passkeys are never marked.
type checked struct{ bits atomic.Uint32 }

func (c *checked) has(i int) bool { return c.bits.Load()&(1<<i) != 0 }

func (c *checked) mark(i int, alg identity.Algorithm) {
	if alg != identity.WebAuthn {
		c.bits.Or(1 << i)
	}
}

// valid says whether a signature of a request is valid; rpIDHash is what is registered with the
// key. Registration, scope and revocation are judged elsewhere, every time.
func (m *Machine) valid(q *content, i int, rpIDHash [32]byte) error {
	if q.checked.has(i) {
		return nil
	}
	s := &q.signatures[i]
	err := m.verifier.Verify(identity.Item{ID: q.id, Sig: s, RPIDHash: rpIDHash})
	if err == nil {
		q.checked.mark(i, s.Alg)
	}
	return err
}
