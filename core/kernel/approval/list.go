package approval

import (
	"fmt"

	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// MarshalText writes the name; on the wire a status is its number.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name.
func (s *Status) UnmarshalText(text []byte) error {
	for i := Open; i <= Failed; i++ {
		if i.String() == string(text) {
			*s = i
			return nil
		}
	}
	return fmt.Errorf("no status of a proposal: %q", text)
}

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
