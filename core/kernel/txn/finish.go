package txn

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// Authorise checks that the signers may act: the maker's role, and each key's scope.
func (c *Context) Authorise(a Access, keys []identity.Key) error {
	maker := c.party.Officer(c.Maker())
	if !maker.Has(a.needs()) && !(a.needs() == identity.RoleMaker && maker.Has(identity.RoleAdmin)) {
		return fault.OfficerRole.With("officer "+c.Maker(), "not a "+a.needs(), a.needs())
	}
	for i := range keys {
		if err := InScope(&keys[i].Scope, c.kind, a); err != nil {
			return err
		}
	}
	return nil
}

// InScope refuses what lies outside a key's scope.
func InScope(s *identity.Scope, kind string, a Access) error {
	switch {
	case len(s.Kinds) > 0 && !identity.MatchesKind(s.Kinds, kind):
		return fault.KeyOutOfScope.With("kind", kind, "a kind in the key's scope")
	case len(s.Accounts) > 0 && a.Account != "" && !containsText(s.Accounts, string(a.Account)):
		return fault.KeyOutOfScope.With("account", string(a.Account), "an account in the key's scope")
	case s.Limit != nil && s.Limit.Less(a.Amount):
		return fault.KeyOutOfScope.With("amount", a.Amount.Digits(), "at most "+s.Limit.Digits())
	}
	return nil
}

func containsText(list []string, v string) bool {
	for _, s := range list {
		if s == v {
			return true
		}
	}
	return false
}

// Refuse turns an error into the transaction's outcome; nothing else of it remains.
func (c *Context) Refuse(err error) {
	f := fault.In(err)
	c.result = Result{Status: Refused, Fault: f.Fault.Number}
	c.private = Private{Steps: c.private.Steps, Field: f.Field, Found: f.Found, Want: f.Want}
	c.validators = nil
}

// Bind records what the client reference binds to, if the transaction had an effect.
func (c *Context) Bind(bound [16]byte) { c.result.Bound = bound[:] }

// Effective reports that the transaction was not refused.
func (c *Context) Effective() bool { return c.result.Status != Refused && c.result.Status != Duplicate }

// Keeps reports that a refusal has nevertheless changed something: what it approved was
// refused when it was carried out, and is closed.
func (c *Context) Keeps() bool { return c.keeps }

// Close records what a timer has done under the log id, if it has done anything.
func (c *Context) Close(id wire.Hash) {
	if len(c.result.Events)+len(c.result.Postings) > 0 {
		c.env.Finals = append(c.env.Finals, Final{ID: id, Outcome: c.Finish()})
	}
}

// Finish seals the outcome.
func (c *Context) Finish() Outcome {
	if c.result.Status == 0 {
		c.result.Status = Done
	}
	if len(c.result.Postings) > 0 {
		c.result.Party = c.party.LEI
	}
	c.result.Trace = wire.Sum(wire.Marshal(c.private))
	return Outcome{c.result, c.private}
}

// Duplicate makes the outcome point at the first record of the same content.
func (c *Context) Duplicate(first wire.Hash) {
	c.result = Result{Status: Duplicate, Original: first}
}

// Validators are the changes asked for.
func (c *Context) Validators() []ValidatorChange { return c.validators }

// Item adds the result of one payment of a batch.
func (c *Context) Item(i Item) { c.result.Items = append(c.result.Items, i) }

// Trace is the part of the outcome that is not public: for Explain.
func (c *Context) Trace() []Step { return c.private.Steps }

// FindOutcome reads how a transaction ended: the end of what it began, if that has come,
// else its own outcome.
func (c *Context) FindOutcome(id wire.Hash) (Outcome, bool) { return FindOutcome(c.block, id) }

// Log is where outcomes are found.
type Log interface {
	EntryByID(id wire.Hash) (state.Position, bool)
	Outcome(at state.Position) ([]byte, bool)
}

// FindOutcome reads how a transaction ended: the end of what it began, if that has come,
// else its own outcome.
func FindOutcome(log Log, id wire.Hash) (o Outcome, ok bool) {
	at, ok := log.EntryByID(FinalID(id))
	if !ok {
		if at, ok = log.EntryByID(id); !ok {
			return o, false
		}
	}
	data, ok := log.Outcome(at)
	return o, ok && wire.UnmarshalStored(data, &o) == nil
}
