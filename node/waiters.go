package node

import (
	"sync"

	"causeway/core/kernel/wire"
)

// Final is what became of a transaction.
type Final struct {
	Result TxResult
	Height int64       // 0: it never reached a block
	Check  CheckResult // why not, when Height is 0
}

// waiters wakes those who wait for the commit of a transaction. It is fed by outcomes, after
// they are durable, so what it tells can never be taken back.
type waiters struct {
	lock    sync.Mutex
	waiting map[wire.Hash][]chan Final
}

func newWaiters() *waiters { return &waiters{waiting: make(map[wire.Hash][]chan Final)} }

func (w *waiters) add(id wire.Hash) chan Final {
	channel := make(chan Final, 1)
	w.lock.Lock()
	defer w.lock.Unlock()
	w.waiting[id] = append(w.waiting[id], channel)
	return channel
}

func (w *waiters) remove(id wire.Hash, channel chan Final) {
	w.lock.Lock()
	defer w.lock.Unlock()
	rest := w.waiting[id]
	for i := range rest {
		if rest[i] == channel {
			rest = append(rest[:i:i], rest[i+1:]...)
			break
		}
	}
	if len(rest) == 0 {
		delete(w.waiting, id)
	} else {
		w.waiting[id] = rest
	}
}

func (w *waiters) committed(outcome *Outcome) {
	w.lock.Lock()
	defer w.lock.Unlock()
	for i := 0; i < len(outcome.Results) && len(w.waiting) > 0; i++ {
		w.tell(outcome.Results[i].ID, Final{Result: outcome.Results[i], Height: outcome.Height})
	}
}

func (w *waiters) dropped(checks []CheckResult) {
	w.lock.Lock()
	defer w.lock.Unlock()
	for _, check := range checks {
		w.tell(check.ID, Final{Check: check})
	}
}

// tell never blocks: each channel has room for the one answer it gets.
func (w *waiters) tell(id wire.Hash, final Final) {
	for _, channel := range w.waiting[id] {
		channel <- final
	}
	delete(w.waiting, id)
}

func (w *waiters) count() int {
	w.lock.Lock()
	defer w.lock.Unlock()
	return len(w.waiting)
}
