// Package approval counts officers: m of n distinct ones, tiered by kind and amount, maker
// and checker apart.
//
// A transaction that carries fewer approvals than its party's policy asks for becomes a
// proposal: an object on the ledger with an expiry and a clear list of who has signed. The
// package decides whether enough have; it executes nothing.
package approval

import (
	"slices"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// OpenMax bounds the open proposals of one party.
const OpenMax = 10_000

// Status is where a proposal stands.
type Status uint8

// The life of a proposal.
const (
	Open Status = iota + 1
	Executed
	Rejected
	Recalled
	Expired
	Failed // approved, but refused when it was executed
)

func (s Status) String() string {
	return [...]string{"", "open", "executed", "rejected", "recalled", "expired", "failed"}[s]
}

// Proposal is a transaction waiting for approvals. Its id is the proposing transaction's.
type Proposal struct {
	ID        wire.Hash    `cbor:"1,keyasint" json:"id"`
	Party     identity.LEI `cbor:"2,keyasint" json:"party"`
	Kind      string       `cbor:"3,keyasint" json:"kind"`
	Version   uint16       `cbor:"4,keyasint" json:"version"`
	Payload   []byte       `cbor:"5,keyasint" json:"payload"`
	Maker     string       `cbor:"6,keyasint" json:"maker"`            // officer
	Signed    []string     `cbor:"7,keyasint,omitempty" json:"signed"` // officers who have approved, in order
	Needed    uint8        `cbor:"8,keyasint" json:"needed"`
	FourEyes  bool         `cbor:"9,keyasint,omitempty" json:"maker_checker"`
	Created   int64        `cbor:"10,keyasint" json:"created"`
	Expires   int64        `cbor:"11,keyasint" json:"expires"`
	Status    Status       `cbor:"12,keyasint" json:"status"`
	Fault     uint16       `cbor:"13,keyasint,omitempty" json:"fault,omitempty"`
	Reference string       `cbor:"14,keyasint,omitempty" json:"reference,omitempty"`
}

var (
	proposals = state.NewTable[Proposal]("o", "approval.proposal")
	openCount = state.NewTable[uint32]("on", "approval.open")
	byParty   = state.NewTable[bool]("op", "approval.by_party")
)

// Find reads a proposal.
func Find(r state.Reader, id wire.Hash) (Proposal, bool) { return proposals.Get(r, id[:]) }

// ListOpen visits the open proposals of a party; the cost grows with those alone.
func ListOpen(r state.Reader, party identity.LEI, visit func(Proposal) bool) {
	prefix := append([]byte(party), 0)
	byParty.Scan(r, prefix, nil, func(key []byte, _ bool) bool {
		p, ok := Find(r, wire.Hash(key[len(prefix):]))
		return !ok || visit(p)
	})
}

// Put writes a proposal and keeps the index of open ones. Only package txn calls it.
func Put(b *state.Block, p Proposal) error {
	before, existed := Find(b, p.ID)
	wasOpen, isOpen := existed && before.Status == Open, p.Status == Open
	if wasOpen != isOpen {
		index := append(append([]byte(p.Party), 0), p.ID[:]...)
		count, _ := openCount.Get(b, []byte(p.Party))
		if isOpen {
			if count >= OpenMax {
				return fault.ApprovalTooManyOpen.With("party", string(p.Party), "fewer than 10000 open proposals")
			}
			openCount.Put(b, []byte(p.Party), count+1)
			byParty.Put(b, index, true)
		} else {
			openCount.Put(b, []byte(p.Party), count-1)
			byParty.Delete(b, index)
		}
	}
	proposals.Put(b, p.ID[:], p)
	return nil
}

// Need says how many approvals a party's policy asks for, and whether the maker's own
// counts. One signature always has to be there.
func Need(p *identity.Party, kind, asset string, amount money.Amount) (approvals uint8, fourEyes bool) {
	tier, ok := p.Policy.TierFor(kind, asset, amount)
	if !ok {
		return 1, false
	}
	return max(1, tier.Approvals), tier.MakerChecker
}

// NeedForPowers is Need for what changes officers, keys or policy: the strictest tier there
// is, else whoever may add a key to a checker would defeat it. Four eyes are stricter than any
// number that counts the maker; every tier by itself can be satisfied, so this one can.
func NeedForPowers(p *identity.Party) (approvals uint8, fourEyes bool) {
	approvals = 1
	for _, tier := range p.Policy.Tiers {
		switch {
		case tier.MakerChecker && !fourEyes:
			approvals, fourEyes = max(1, tier.Approvals), true
		case tier.MakerChecker == fourEyes:
			approvals = max(approvals, tier.Approvals)
		}
	}
	return approvals, fourEyes
}

// Enough reports whether the officers who signed satisfy a need. Under four eyes the maker
// counts for nothing and the others must be checkers; else makers and checkers count alike.
func Enough(p *identity.Party, maker string, signed []string, approvals uint8, fourEyes bool) bool {
	counted := uint8(0)
	for i, id := range signed {
		officer := p.Officer(id)
		if slices.Contains(signed[:i], id) || fourEyes && id == maker {
			continue
		}
		if officer.Has(identity.RoleChecker) || !fourEyes && (officer.Has(identity.RoleMaker) || officer.Has(identity.RoleAdmin)) {
			counted++
		}
	}
	return counted >= approvals
}

// Satisfiable refuses a policy that the party's active officers could never fulfil.
func Satisfiable(p *identity.Party) error {
	for i, tier := range p.Policy.Tiers {
		able := 0
		for k := range p.Officers {
			o := &p.Officers[k]
			if o.Has(identity.RoleChecker) || !tier.MakerChecker && (o.Has(identity.RoleMaker) || o.Has(identity.RoleAdmin)) {
				able++
			}
		}
		makers := slices.ContainsFunc(p.Officers, func(o identity.Officer) bool {
			return o.Has(identity.RoleMaker) && !(tier.MakerChecker && o.Has(identity.RoleChecker))
		})
		if tier.MakerChecker && !makers {
			able-- // whoever makes cannot check
		}
		if able < int(max(1, tier.Approvals)) {
			return fault.PolicyInvalid.With("policy.tiers["+string(rune('0'+i%10))+"].approvals", "more approvals than officers who could give them", "an approval count the active officers can reach")
		}
	}
	return nil
}
