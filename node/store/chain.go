package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/cockroachdb/pebble/v2"
	dbm "github.com/cometbft/cometbft-db"
)

// Chain holds the consensus engine's databases (blocks, engine state, evidence) in one Pebble,
// each under its own first byte, so that they share one log and one cache.
type Chain struct {
	db      *pebble.DB
	watch   *watch
	sync    *pebble.WriteOptions
	dir     string
	options Options

	closing sync.RWMutex
	closed  bool
}

// OpenChain opens or creates the databases in dir.
func OpenChain(dir string, options Options) (*Chain, error) {
	w := &watch{notify: options.OnFailure}
	db, err := pebble.Open(dir, chainOptions(options, w))
	if err != nil {
		return nil, &Failure{Op: "open chain", Err: err}
	}
	return &Chain{db: db, watch: w, sync: syncOption(options), dir: dir, options: options}, nil
}

// DB is the database the engine knows as id. Closing it does nothing: the chain is closed once,
// after the whole engine has stopped.
func (c *Chain) DB(id string) (dbm.DB, error) {
	switch id {
	case "blockstore":
		return &chainDB{chain: c, prefix: 'b', heights: true}, nil
	case "state":
		return &chainDB{chain: c, prefix: 's', heights: true}, nil
	case "evidence":
		return &chainDB{chain: c, prefix: 'e'}, nil
	}
	return nil, fmt.Errorf("the consensus engine asked for an unknown database %q", id)
}

// DiskBytes is what the databases occupy.
func (c *Chain) DiskBytes() uint64 { return c.db.Metrics().DiskSpaceUsage() }

// Close flushes and closes. The engine's gossip does not end with the engine: what it reads
// afterwards is not there.
func (c *Chain) Close() error {
	c.closing.Lock()
	defer c.closing.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	if err := closeTidily(c.db, c.dir, chainOptions(c.options, c.watch)); err != nil {
		return &Failure{Op: "close chain", Err: err}
	}
	return nil
}

var (
	errKeyEmpty    = errors.New("a key must not be empty")
	errValueNil    = errors.New("a value must not be nil")
	errBatchClosed = errors.New("the batch was written or closed")
)

// chainDB is one of the databases, in the form the engine expects.
type chainDB struct {
	chain  *Chain
	prefix byte
	// heights: keys are "name:decimal height…". The decimal order ("10" before "9") would
	// scatter new blocks over the whole key space and have compactions rewrite old ones; see key.
	heights bool
}

// key puts the number of digits before a decimal that follows the first colon, so that keys
// sort by height: "P:9:0" → "P:\x019:0", "P:10:0" → "P:\x0210:0". Decimals have no leading
// zeros, so the mapping is one to one; a control byte never begins the engine's own keys.
func (d *chainDB) key(key []byte) []byte {
	out := make([]byte, 0, len(key)+2)
	out = append(out, d.prefix)
	if d.heights {
		if colon := bytes.IndexByte(key, ':'); colon >= 0 {
			digits := 0
			for i := colon + 1; i < len(key) && key[i] >= '0' && key[i] <= '9'; i++ {
				digits++
			}
			if digits > 0 && digits < 20 {
				out = append(out, key[:colon+1]...)
				out = append(out, byte(digits))
				return append(out, key[colon+1:]...)
			}
		}
	}
	return append(out, key...)
}

func (d *chainDB) Get(key []byte) ([]byte, error) {
	if len(key) == 0 {
		return nil, errKeyEmpty
	}
	d.chain.closing.RLock()
	defer d.chain.closing.RUnlock()
	if d.chain.closed {
		return nil, nil
	}
	value, closer, err := d.chain.db.Get(d.key(key))
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, d.chain.watch.fail("read chain", err)
	}
	out := append([]byte{}, value...)
	return out, closer.Close()
}

func (d *chainDB) Has(key []byte) (bool, error) {
	value, err := d.Get(key)
	return value != nil, err
}

func (d *chainDB) Set(key, value []byte) error     { return d.set(key, value, pebble.NoSync) }
func (d *chainDB) SetSync(key, value []byte) error { return d.set(key, value, d.chain.sync) }

func (d *chainDB) set(key, value []byte, sync *pebble.WriteOptions) error {
	if len(key) == 0 {
		return errKeyEmpty
	}
	if value == nil {
		return errValueNil
	}
	return d.chain.write(func() error { return d.chain.db.Set(d.key(key), value, sync) })
}

func (d *chainDB) Delete(key []byte) error     { return d.delete(key, pebble.NoSync) }
func (d *chainDB) DeleteSync(key []byte) error { return d.delete(key, d.chain.sync) }

func (d *chainDB) delete(key []byte, sync *pebble.WriteOptions) error {
	if len(key) == 0 {
		return errKeyEmpty
	}
	return d.chain.write(func() error { return d.chain.db.Delete(d.key(key), sync) })
}

// write names a failure and turns Pebble's fatal path into an error the engine stops on.
func (c *Chain) write(action func() error) (err error) {
	defer func() {
		if recovered := recover(); recovered != nil {
			failure := AsFailure(recovered)
			if failure == nil {
				panic(recovered)
			}
			err = failure
		}
	}()
	if err := action(); err != nil {
		return c.watch.fail("write chain", err)
	}
	return nil
}

func (d *chainDB) NewBatch() dbm.Batch { return &chainBatch{db: d, batch: d.chain.db.NewBatch()} }

func (d *chainDB) Close() error { return nil }

func (d *chainDB) Print() error { return nil }

func (d *chainDB) Stats() map[string]string {
	return map[string]string{"pebble": d.chain.db.Metrics().String()}
}

func (d *chainDB) Compact(start, end []byte) error {
	from, to := d.bounds(start, end)
	return d.chain.db.Compact(context.Background(), from, to, false)
}

// bounds are raw: the engine iterates only over evidence, whose keys are not rewritten.
func (d *chainDB) bounds(start, end []byte) ([]byte, []byte) {
	from := append([]byte{d.prefix}, start...)
	if end == nil {
		return from, []byte{d.prefix + 1}
	}
	return from, append([]byte{d.prefix}, end...)
}

func (d *chainDB) Iterator(start, end []byte) (dbm.Iterator, error) {
	return d.iterator(start, end, false)
}

func (d *chainDB) ReverseIterator(start, end []byte) (dbm.Iterator, error) {
	return d.iterator(start, end, true)
}

func (d *chainDB) iterator(start, end []byte, reverse bool) (dbm.Iterator, error) {
	if (start != nil && len(start) == 0) || (end != nil && len(end) == 0) {
		return nil, errKeyEmpty
	}
	if d.heights {
		return nil, fmt.Errorf("database %q is not iterable: its keys are rewritten to sort by height", d.prefix)
	}
	from, to := d.bounds(start, end)
	iter, err := d.chain.db.NewIter(&pebble.IterOptions{LowerBound: from, UpperBound: to})
	if err != nil {
		return nil, d.chain.watch.fail("scan chain", err)
	}
	if reverse {
		iter.Last()
	} else {
		iter.First()
	}
	return &chainIterator{iter: iter, start: start, end: end, reverse: reverse}, nil
}

type chainIterator struct {
	iter       *pebble.Iterator
	start, end []byte
	reverse    bool
}

func (i *chainIterator) Domain() ([]byte, []byte) { return i.start, i.end }
func (i *chainIterator) Valid() bool              { return i.iter.Valid() }
func (i *chainIterator) Error() error             { return i.iter.Error() }
func (i *chainIterator) Close() error             { return i.iter.Close() }
func (i *chainIterator) Key() []byte              { return bytes.Clone(i.iter.Key()[1:]) }
func (i *chainIterator) Value() []byte            { return append([]byte{}, i.iter.Value()...) }

func (i *chainIterator) Next() {
	if !i.iter.Valid() {
		panic("Next on an iterator that is at its end")
	}
	if i.reverse {
		i.iter.Prev()
	} else {
		i.iter.Next()
	}
}

type chainBatch struct {
	db    *chainDB
	batch *pebble.Batch
}

func (b *chainBatch) Set(key, value []byte) error {
	switch {
	case len(key) == 0:
		return errKeyEmpty
	case value == nil:
		return errValueNil
	case b.batch == nil:
		return errBatchClosed
	}
	return b.batch.Set(b.db.key(key), value, nil)
}

func (b *chainBatch) Delete(key []byte) error {
	switch {
	case len(key) == 0:
		return errKeyEmpty
	case b.batch == nil:
		return errBatchClosed
	}
	return b.batch.Delete(b.db.key(key), nil)
}

func (b *chainBatch) Write() error     { return b.write(pebble.NoSync) }
func (b *chainBatch) WriteSync() error { return b.write(b.db.chain.sync) }

func (b *chainBatch) write(sync *pebble.WriteOptions) error {
	if b.batch == nil {
		return errBatchClosed
	}
	if err := b.db.chain.write(func() error { return b.batch.Commit(sync) }); err != nil {
		return err
	}
	return b.Close()
}

func (b *chainBatch) Close() error {
	if b.batch == nil {
		return nil
	}
	err := b.batch.Close()
	b.batch = nil
	return err
}
