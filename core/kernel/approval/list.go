package approval

import (
	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// StateKey is the state key of a proposal, for proofs.
func StateKey(id wire.Hash) []byte { return proposals.Key(id[:]) }

// ListOpenFrom visits the open proposals of all parties, party by party, from that party and
// that proposal of it on.
func ListOpenFrom(r state.Reader, party identity.LEI, id wire.Hash, visit func(Proposal) bool) {
	from := append(append([]byte(party), 0), id[:]...)
	byParty.Scan(r, nil, from, func(key []byte, _ bool) bool {
		p, ok := Find(r, wire.Hash(key[len(key)-len(wire.Hash{}):]))
		return !ok || visit(p)
	})
}
