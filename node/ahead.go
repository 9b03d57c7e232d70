package node

import (
	"fmt"
	"time"

	"causeway/node/store"
)

// execution is a block carried out and ready to be written. Nothing of it is committed.
type execution struct {
	outcome *Outcome
	block   *store.Block
	err     error
}

// execute carries a block out and prepares its writes.
func (a *application) execute(b Block) (e execution) {
	start := time.Now()
	e.outcome, e.err = a.current().Execute(b)
	if e.err == nil && len(e.outcome.Results) != len(b.Txs) {
		e.err = fmt.Errorf("%d results for %d transactions", len(e.outcome.Results), len(b.Txs))
	}
	if e.err != nil {
		e.err = fmt.Errorf("block %d: %w", b.Height, e.err)
		return e
	}
	mark := store.Mark{Height: e.outcome.Height, TimeMs: e.outcome.TimeMs, Root: e.outcome.Root}
	e.block, e.err = a.ledger.Prepare(mark, e.outcome.Writes)
	a.stats.executed(time.Since(start))
	return e
}

// ahead is a proposed block that is carried out while the votes on it are still under way,
// mostly to be decided. If another is decided after all, this one leaves no trace.
type ahead struct {
	hash     string
	done     chan struct{} // closed when the fields below are set
	panicked any
	execution
}

// start carries a proposal out beside the engine. One at a time: of a second proposal for the
// same height nothing is done before it is decided, so that no proposer can cost a node more
// than one block.
func (a *application) start(hash []byte, b Block) {
	if a.ahead != nil {
		return
	}
	h := &ahead{hash: string(hash), done: make(chan struct{})}
	a.ahead = h
	go func() {
		defer close(h.done)
		defer func() { h.panicked = recover() }() // for whoever waits, where it is guarded
		h.execution = a.execute(b)
	}()
}

// decided gives the execution of a decided block: the one begun ahead, or one done now.
func (a *application) decided(hash []byte, b Block) (execution, error) {
	if h := a.ahead; h != nil {
		a.ahead = nil
		<-h.done
		if h.hash == string(hash) {
			if h.panicked != nil {
				panic(h.panicked)
			}
			return h.execution, h.err
		}
		if err := h.drop(); err != nil {
			return execution{}, err
		}
	}
	e := a.execute(b)
	return e, e.err
}

// drop ends an execution that is not decided. Its errors are those of a block that is not.
func (h *ahead) drop() error {
	if h.block == nil {
		return nil
	}
	return h.block.Discard()
}

// abandon waits for what was begun ahead and drops it, when the engine has stopped.
func (a *application) abandon() error {
	h := a.ahead
	if h == nil {
		return nil
	}
	a.ahead = nil
	<-h.done
	return h.drop()
}
