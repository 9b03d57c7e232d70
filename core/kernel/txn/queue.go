package txn

import "causeway/core/kernel/wire"

// ListQueues visits what waits for authorities: authority by authority, each queue in the
// order of its payments' ids, starting at one payment of one authority's queue.
func ListQueues(r Reader, authority AuthorityID, from wire.Hash, visit func(AuthorityID, HeldPayment) bool) {
	queues.Scan(r, nil, queueKey(authority, from), func(key []byte, _ bool) bool {
		split := len(key) - len(from) - 1
		h, ok := FindHeld(r, wire.Hash(key[split+1:]))
		return !ok || visit(AuthorityID(key[:split]), h)
	})
}

// Queued reports whether a payment waits for an authority.
func Queued(r Reader, authority AuthorityID, id wire.Hash) bool {
	_, ok := queues.Get(r, queueKey(authority, id))
	return ok
}

// HeldKey is the state key of a held payment, for proofs.
func HeldKey(id wire.Hash) []byte { return held.Key(id[:]) }
