package node

import (
	"context"
	"errors"
	"sync"
)

// ErrSlowReader ends a subscription whose reader fell behind; it may subscribe again from the
// height it has reached and read what it missed from the store.
var ErrSlowReader = errors.New("the reader fell too far behind and was dropped")

// ErrStopped ends waits and subscriptions when the node stops.
var ErrStopped = errors.New("the node has stopped")

// ErrRestored ends subscriptions when a snapshot replaced the state: the blocks up to it exist
// on other nodes only.
var ErrRestored = errors.New("the state was restored from a snapshot; start again from its height")

// subscriptionBlocks is how many outcomes a reader may lag behind before it is dropped. They
// are held in memory, whole.
const subscriptionBlocks = 64

// Committed is one block as a subscriber sees it. Outcome is nil for blocks from before the
// subscription: those are read from the store by height.
type Committed struct {
	Height  int64
	Outcome *Outcome
}

// Subscription delivers blocks in order and without gaps, from a height on.
type Subscription struct {
	hub  *hub
	next int64 // the next height to deliver
	live int64 // the first height that comes through the channel
	feed chan *Outcome

	reason error // set before feed is closed
}

// Next waits for the next block.
func (s *Subscription) Next(ctx context.Context) (Committed, error) {
	if s.next < s.live {
		s.next++
		return Committed{Height: s.next - 1}, nil
	}
	select {
	case outcome, ok := <-s.feed:
		if !ok {
			return Committed{}, s.reason
		}
		s.next = outcome.Height + 1
		return Committed{Height: outcome.Height, Outcome: outcome}, nil
	case <-ctx.Done():
		return Committed{}, ctx.Err()
	}
}

// Close ends the subscription; it may be called twice.
func (s *Subscription) Close() { s.hub.drop(s, ErrStopped) }

// hub hands each outcome to all subscribers and waits for none of them.
type hub struct {
	lock        sync.Mutex
	height      int64
	subscribers map[*Subscription]struct{}
	slow        int64
	stopped     bool
}

func newHub(height int64) *hub {
	return &hub{height: height, subscribers: make(map[*Subscription]struct{})}
}

func (h *hub) subscribe(from int64) (*Subscription, error) {
	h.lock.Lock()
	defer h.lock.Unlock()
	if h.stopped {
		return nil, ErrStopped
	}
	if from < 1 || from > h.height+1 {
		from = h.height + 1
	}
	s := &Subscription{hub: h, next: from, live: h.height + 1, feed: make(chan *Outcome, subscriptionBlocks)}
	h.subscribers[s] = struct{}{}
	return s, nil
}

func (h *hub) committed(outcome *Outcome) {
	h.lock.Lock()
	defer h.lock.Unlock()
	h.height = outcome.Height
	for s := range h.subscribers {
		select {
		case s.feed <- outcome:
		default:
			h.slow++
			h.end(s, ErrSlowReader)
		}
	}
}

func (h *hub) drop(s *Subscription, reason error) {
	h.lock.Lock()
	defer h.lock.Unlock()
	if _, ok := h.subscribers[s]; ok {
		h.end(s, reason)
	}
}

func (h *hub) end(s *Subscription, reason error) {
	delete(h.subscribers, s)
	s.reason = reason
	close(s.feed)
}

// restart follows a restored snapshot: whoever read the state before it must begin anew.
func (h *hub) restart(height int64) {
	h.lock.Lock()
	defer h.lock.Unlock()
	h.height = height
	for s := range h.subscribers {
		h.end(s, ErrRestored)
	}
}

func (h *hub) stop() {
	h.lock.Lock()
	defer h.lock.Unlock()
	h.stopped = true
	for s := range h.subscribers {
		h.end(s, ErrStopped)
	}
}

func (h *hub) counts() (subscribers int, slow int64) {
	h.lock.Lock()
	defer h.lock.Unlock()
	return len(h.subscribers), h.slow
}
