package guard

import (
	"causeway/core/kernel/calendar"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/state"
)

// roleSet is a set of roles as bits.
type roleSet uint8

const (
	payerBit roleSet = 1 << iota
	payeeBit
	assetBit
	makerBit
)

const everyBit = payerBit | payeeBit | assetBit | makerBit

func bit(r Role) roleSet {
	switch r {
	case AsPayer:
		return payerBit
	case AsPayee:
		return payeeBit
	case AsAsset:
		return assetBit
	case AsMaker:
		return makerBit
	}
	return 0
}

// reach is one authority with the roles it was reached in.
type reach struct {
	authority *Authority
	roles     roleSet
	book      *book              // in force, once it is needed
	zone      *calendar.Calendar // likewise
}

// reached collects authorities in the order they are met, each once. Six paths of at most
// DepthMax authorities bound it.
type reached struct{ list []reach }

func (s *reached) side(r state.Reader, side *Side, role Role) {
	s.path(r, side.Account.Authority, bit(role))
	if side.Party.Home != side.Account.Authority {
		s.path(r, side.Party.Home, bit(role))
	}
}

// path adds an authority and all above it.
func (s *reached) path(r state.Reader, id AuthorityID, role roleSet) {
	for range DepthMax {
		if id == "" {
			return
		}
		if at := s.find(id); at != nil {
			at.roles |= role
			id = at.authority.Parent
			continue
		}
		a, ok := authorities.Get(r, []byte(id))
		if !ok {
			return
		}
		s.list = append(s.list, reach{authority: a, roles: role})
		id = a.Parent
	}
}

func (s *reached) find(id AuthorityID) *reach {
	for i := range s.list {
		if s.list[i].authority.ID == id {
			return &s.list[i]
		}
	}
	return nil
}

// Path is an authority and all above it, nearest first.
func Path(r state.Reader, id AuthorityID) []AuthorityID {
	var s reached
	s.path(r, id, payerBit)
	ids := make([]AuthorityID, len(s.list))
	for i := range ids {
		ids[i] = s.list[i].authority.ID
	}
	return ids
}

// FindSide makes a side of an account with its owner and jurisdiction.
func FindSide(r state.Reader, account *ledger.Account) (*Side, error) {
	owner, ok := identity.FindParty(r, account.Owner)
	if !ok {
		return nil, fault.PartyNotFound.With("party", string(account.Owner), "a registered party")
	}
	side := new(Side)
	side.Make(r, account, &owner)
	return side, nil
}

// Make makes it where the owner has been found.
func (s *Side) Make(r state.Reader, account *ledger.Account, owner *identity.Party) {
	*s = Side{Account: account, Party: owner}
	if authority, ok := authorities.Get(r, []byte(account.Authority)); ok {
		s.Sovereign = authority.Sovereign
	}
}
