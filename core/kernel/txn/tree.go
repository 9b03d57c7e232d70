package txn

import "causeway/core/kernel/guard"

// Rule and the life of a rulebook version, as features name them.
type (
	Rule          = guard.Rule
	RulebookState = guard.Status
	UnitRate      = guard.UnitRate
)

// The life of a rulebook version.
const (
	RulebookProposed  = guard.Proposed
	RulebookApproved  = guard.Approved
	RulebookInForce   = guard.InForce
	RulebookReplaced  = guard.Replaced
	RulebookWithdrawn = guard.Withdrawn
)

// AuthorityDepthMax bounds the authority tree, the charter included.
const AuthorityDepthMax = guard.DepthMax

// Path is an authority and all above it, nearest first: the charter stands last.
func (c *Context) Path(id AuthorityID) []AuthorityID { return guard.Path(c.block, id) }

// Charter is the authority above all others.
func (c *Context) Charter() (charter Authority) {
	guard.ListAuthorities(c.block, func(a Authority) bool {
		if a.Parent == "" {
			charter = a
		}
		return a.Parent != ""
	})
	return charter
}
