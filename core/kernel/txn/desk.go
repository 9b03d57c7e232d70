package txn

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
)

// desk is the memory in which a transaction is carried out. When its outcome is written the
// desk is cleared for the next one of the block, so that a payment allocates little. Nothing
// that is left on it decides anything.
type desk struct {
	context  Context
	room     guard.Room
	sides    [2]ownedSide
	postings [2]Posting
	private  []byte // encoded
}

// ownedSide is a side with room for its owner.
type ownedSide struct {
	Side
	owner identity.Party
}

func (e *Env) takeDesk() *desk {
	if last := len(e.spare) - 1; last >= 0 {
		d := e.spare[last]
		e.spare = e.spare[:last]
		return d
	}
	return new(desk)
}

// Close ends a transaction whose outcome is written. Nobody may use the context afterwards, nor
// what came from it: decisions, sides, postings, the trace. One that is never closed is only
// not used again.
func (c *Context) Close() {
	d, e := c.desk, c.env
	d.context = Context{}
	e.spare = append(e.spare, d)
}

// side is room for one, the first ones on the desk.
func (d *desk) side(taken *int) *ownedSide {
	if *taken == len(d.sides) {
		return new(ownedSide)
	}
	*taken++
	return &d.sides[*taken-1]
}

// found is what a transaction knows of the block and need not look for again: its party, and the
// account that it looked at last. It knows them for as long as the block's parties and accounts
// are those of then: who writes one, or takes back what may be one, counts a change.
type found struct {
	partyAt   uint64
	account   *ledger.Account
	accountAt uint64

	sides  int  // on the desk that are taken
	judged bool // the room on the desk is
}

// lookAtAccount is FindAccount without a copy: nobody may change what it returns.
func (c *Context) lookAtAccount(id AccountID) (*Account, error) {
	f := &c.found
	if f.account != nil && f.account.ID == id && f.accountAt == c.env.changes {
		return f.account, nil
	}
	a, ok := ledger.LookAtAccount(c.block, id)
	if !ok {
		return nil, fault.AccountNotFound.With("account", string(id), "an open account")
	}
	f.account, f.accountAt = a, c.env.changes
	return a, nil
}

// ownerOf is the owner of an account if that is the acting party and still as it was.
func (c *Context) ownerOf(a *Account) *identity.Party {
	if a.Owner != "" && a.Owner == c.party.LEI && c.found.partyAt == c.env.changes {
		return c.party
	}
	return nil
}

// rollback takes the block back to a mark.
func (c *Context) rollback(mark int) {
	c.block.Rollback(mark)
	c.env.changes++
}

// takeRoom is where one journal is judged: on the desk if none was before.
func (c *Context) takeRoom() *guard.Room {
	if c.found.judged {
		return new(guard.Room)
	}
	c.found.judged = true
	return &c.desk.room
}

// moved records postings.
func (c *Context) moved(postings []Posting) {
	if c.result.Postings == nil && len(postings) <= len(c.desk.postings) {
		n := copy(c.desk.postings[:], postings)
		c.result.Postings = c.desk.postings[:n:n]
		return
	}
	c.result.Postings = append(c.result.Postings, postings...)
}
