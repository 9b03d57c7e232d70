package core

import "causeway/core/kernel/identity"

// standing is who stood behind a transaction when the mempool asked. A block need not find
// that out again while no party and no key has changed since, which is nearly always.
type standing struct {
	moment   uint64 // of the store, before it was asked
	party    identity.Party
	officers []string
	keys     []identity.Key // of the signatures, in their order
}

// remember keeps what signers found out from the store after moment. A signature by a key that
// is only being registered has no officer: such a transaction is looked at afresh.
func (q *request) remember(moment uint64) {
	if len(q.keys) == len(q.signatures) {
		q.standing.Store(&standing{moment: moment, party: q.party, officers: q.officers, keys: q.keys})
	}
}

// stands is signers with the party and the keys known: what time can change is asked again, and
// the signatures if they are not known as valid.
func (r *blockRun) stands(q *request, known *standing) error {
	for i := range known.keys {
		if err := known.keys[i].Usable(r.now); err != nil {
			return err
		}
		if err := r.valid(q.content, i, known.keys[i].RPIDHash); err != nil {
			return err
		}
	}
	q.party, q.officers, q.keys = known.party, known.officers, known.keys
	return nil
}
