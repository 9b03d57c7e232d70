package node

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cometbft/cometbft/mempool"
)

// crowded is a mempool of any size that takes nothing.
type crowded struct {
	mempool.NopMempool
	bytes atomic.Int64
}

func (c *crowded) SizeBytes() int64 { return c.bytes.Load() }

// Callers wait while too many blocks are queued, and are told to come again if that lasts.
func TestBacklog(t *testing.T) {
	t.Parallel()
	pool := &crowded{}
	in := &ingress{pool: pool, blockBytes: 100, stop: make(chan struct{})}
	within := func(bytes int64, first bool) (room bool, took time.Duration) {
		pool.bytes.Store(bytes)
		start := time.Now()
		time.AfterFunc(50*time.Millisecond, func() { pool.bytes.Store(0) })
		room = in.room(first)
		return room, time.Since(start)
	}
	for _, c := range []struct {
		bytes int64
		first bool
		waits bool
	}{{200, false, false}, {201, false, true}, {201, true, false}, {500, true, false}, {501, true, true}} {
		room, took := within(c.bytes, c.first)
		if !room || (took > 40*time.Millisecond) != c.waits {
			t.Errorf("%+v: room %v after %v", c, room, took)
		}
		time.Sleep(60 * time.Millisecond) // let the timer of this case pass
	}

	pool.bytes.Store(501)
	in.queue = make(chan *submission, 1)
	in.syncing = func() bool { return false }
	s := &submission{answer: make(chan struct{})}
	in.queue <- s
	in.start(1)
	<-s.answer
	if !errors.Is(s.err, ErrBusy) {
		t.Fatal(s.err)
	}
	in.close()
}
