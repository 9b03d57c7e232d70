package node

import (
	"sync"
	"sync/atomic"
	"time"
)

// durable brings blocks to stable storage, in their order, beside the block that comes next: the
// sync of a full block takes as long as a third of its execution. Nobody is told of a block
// before it is durable. A stop of the machine in between loses nothing: the engine has stored
// the block itself before it was carried out, and hands it over again at the next start.
type durable struct {
	app    *application
	queue  chan *pendingBlock
	height atomic.Int64
	done   sync.WaitGroup
}

func newDurable(app *application) *durable {
	// Room for none: while a block waits for its sync, one more may be applied and no third.
	d := &durable{app: app, queue: make(chan *pendingBlock)}
	d.done.Go(func() {
		for block := range d.queue {
			d.sync(block)
		}
	})
	return d
}

func (d *durable) sync(block *pendingBlock) {
	var err error
	defer func() {
		if err != nil {
			d.app.halt(err)
		}
	}()
	defer d.app.guard("sync", &err)
	if d.app.failed() != nil {
		return
	}
	start := time.Now()
	if err = block.block.Sync(); err != nil {
		return
	}
	d.app.stats.wrote(time.Since(start))
	d.app.settings.die(crashAfterWrite)
	d.height.Store(block.outcome.Height)
	d.app.committed(block.outcome)
}

// close returns when all blocks that were applied are durable, or the node has failed.
func (d *durable) close() {
	close(d.queue)
	d.done.Wait()
}
