package node

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/mempool"
)

// ErrBusy says that the mempool is full: the same bytes may be sent again later.
var ErrBusy = errors.New("the node has too many transactions waiting; send again later")

// ErrSyncing says that this node does not know the present state yet.
var ErrSyncing = errors.New("the node is still catching up with the network")

// ErrTooLarge refuses a transaction no block could carry.
var ErrTooLarge = errors.New("the transaction is too large")

// A large batch of signatures costs a fifth of what they cost one by one, so transactions that
// arrive together are verified together, before the mempool asks about each.
const (
	batchTxs  = 1024
	batchWait = time.Millisecond
)

// submission is one transaction on its way into the mempool.
type submission struct {
	tx      []byte
	wait    bool
	answer  chan struct{} // closed when the fields below are set
	check   CheckResult
	err     error
	waiting chan Final // if wait and check passed
}

// ingress carries transactions from callers through batch verification into the mempool.
type ingress struct {
	app     *application
	pool    mempool.Mempool // set before start
	syncing func() bool
	waiters *waiters
	stats   *metrics

	blockBytes int64 // a block's limit

	queue   chan *submission
	collect sync.Mutex // one collector at a time, so that batches are full
	stop    chan struct{}
	workers sync.WaitGroup
}

func (in *ingress) start(workers int) {
	for worker := range workers {
		in.workers.Go(func() {
			for in.batch(worker == 0) {
			}
		})
	}
}

func (in *ingress) close() {
	close(in.stop)
	in.workers.Wait()
}

// Blocks that may wait in the mempool before callers do. More would only add to the time to
// finality and take the cores that execute blocks: past the first bound one worker goes on,
// past the second none, and callers wait; past the third moment they are told to come again.
const (
	backlogBlocksOne  = 2
	backlogBlocksNone = 5
	backlogPatience   = 2 * time.Second
)

// room waits until the mempool has room for a batch; false if it has none for too long.
func (in *ingress) room(first bool) bool {
	bound := backlogBlocksOne * in.blockBytes
	if first {
		bound = backlogBlocksNone * in.blockBytes
	}
	for end := time.Now().Add(backlogPatience); in.pool.SizeBytes() > bound; {
		if first && time.Now().After(end) {
			return false
		}
		select {
		case <-time.After(2 * time.Millisecond):
		case <-in.stop:
			return true
		}
	}
	return true
}

// batch takes what arrives within a moment and admits it; false once the node stops.
func (in *ingress) batch(first bool) bool {
	room := in.room(first)
	batch := in.gather()
	if len(batch) == 0 {
		return false
	}
	if in.syncing() {
		for _, s := range batch {
			s.finish(ErrSyncing)
		}
		return true
	}
	if !room {
		for _, s := range batch {
			s.finish(ErrBusy)
		}
		return true
	}
	txs := make([][]byte, len(batch))
	for i, s := range batch {
		txs[i] = s.tx
	}
	err := in.preverify(txs)
	for _, s := range batch {
		if err != nil {
			s.finish(err)
			continue
		}
		in.admit(s)
	}
	in.stats.batch(len(batch))
	return true
}

func (in *ingress) preverify(txs [][]byte) (err error) {
	defer in.app.guard("verification", &err)
	in.app.verify(txs)
	return nil
}

func (in *ingress) gather() []*submission {
	in.collect.Lock()
	defer in.collect.Unlock()
	batch := make([]*submission, 0, batchTxs)
	select {
	case s := <-in.queue:
		batch = append(batch, s)
	case <-in.stop:
		return nil
	}
	timer := time.NewTimer(batchWait)
	defer timer.Stop()
	for len(batch) < batchTxs {
		select {
		case s := <-in.queue:
			batch = append(batch, s)
		case <-timer.C:
			return batch
		}
	}
	return batch
}

// admit offers one transaction to the mempool. The mempool holds its lock over the whole call,
// and a block takes that lock before it commits; so a waiter added in the callback is there
// before any block with its transaction can be. Of bytes that wait already the mempool keeps one
// and calls back as for the first; bytes that were in a block the machine's check refuses.
func (in *ingress) admit(s *submission) {
	err := in.pool.CheckTx(s.tx, func(response *abci.ResponseCheckTx) {
		s.check = checkResult(response)
		if s.wait && s.check.Code == 0 {
			s.waiting = in.waiters.add(s.check.ID)
		}
	}, mempool.TxInfo{})
	var full mempool.ErrMempoolIsFull
	var large mempool.ErrTxTooLarge
	switch {
	case err == nil:
		s.finish(nil)
	case errors.As(err, &full), errors.Is(err, mempool.ErrRecheckFull):
		s.finish(ErrBusy)
	case errors.As(err, &large):
		s.finish(fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, large.Actual, large.Max))
	default:
		s.finish(fmt.Errorf("mempool: %w", err))
	}
}

func checkResult(response *abci.ResponseCheckTx) CheckResult {
	result := CheckResult{Code: response.Code, Name: response.Info, Log: response.Log}
	copy(result.ID[:], response.Data)
	return result
}

func (s *submission) finish(err error) {
	s.err = err
	close(s.answer)
}

// Submit offers a transaction and returns the mempool's answer: a refusal is a result, not an
// error. Errors are ErrBusy, ErrSyncing, ErrTooLarge, ErrStopped and the context's.
func (n *Node) Submit(ctx context.Context, tx []byte) (CheckResult, error) {
	s, err := n.submit(ctx, tx, false)
	if err != nil {
		return CheckResult{}, err
	}
	return s.check, nil
}

// SubmitAndWait offers a transaction and waits until it is durable in a block (Height > 0) or
// refused before one. A transaction that was in a block earlier is answered by the machine's
// own refusal of the repetition; its first result is in the readers' store.
func (n *Node) SubmitAndWait(ctx context.Context, tx []byte) (Final, error) {
	start := time.Now()
	s, err := n.submit(ctx, tx, true)
	if err != nil {
		return Final{}, err
	}
	if s.waiting == nil {
		return Final{Check: s.check}, nil
	}
	select {
	case final := <-s.waiting:
		n.stats.finality(time.Since(start))
		return final, nil
	case <-ctx.Done():
		n.waiters.remove(s.check.ID, s.waiting)
		return Final{}, ctx.Err()
	case <-n.done:
		n.waiters.remove(s.check.ID, s.waiting)
		return Final{}, n.stopReason()
	}
}

func (n *Node) submit(ctx context.Context, tx []byte, wait bool) (*submission, error) {
	if n.engine.Load() == nil {
		return nil, n.stopReason()
	}
	s := &submission{tx: tx, wait: wait, answer: make(chan struct{})}
	select {
	case n.ingress.queue <- s:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-n.done:
		return nil, n.stopReason()
	}
	select {
	case <-s.answer:
		return s, s.err
	case <-ctx.Done():
		go func() { // the worker may still add a waiter that nobody would take away
			<-s.answer
			if s.waiting != nil {
				n.waiters.remove(s.check.ID, s.waiting)
			}
		}()
		return nil, ctx.Err()
	case <-n.done:
		return nil, n.stopReason()
	}
}
