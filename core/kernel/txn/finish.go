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
	if !mayBegin(maker, a.needs()) {
		return fault.OfficerRole.With("officer "+c.Maker(), "not a "+a.needs(), a.needs())
	}
	signed := a.SignedBy == nil || len(keys) == 0 // an explanation is not signed
	for i := range keys {
		if err := InScope(&keys[i].Scope, c.kind, a); err != nil {
			return err
		}
		signed = signed || a.SignedBy.Is(keys[i].Algorithm, keys[i].Public)
	}
	if !signed {
		return fault.KeyPossession.With("signatures", "none by the key that this is about", "a signature by that key")
	}
	return nil
}

// mayBegin: an admin may do what a maker may.
func mayBegin(o *identity.Officer, role string) bool {
	switch role {
	case AnyOfficer:
		return o != nil && o.Active
	case identity.RoleMaker:
		return o.Has(identity.RoleMaker) || o.Has(identity.RoleAdmin)
	}
	return o.Has(role)
}

// InScope refuses what lies outside a key's scope. A key that is narrowed in any way changes
// officers, keys and policy only if its scope names that kind, and approves such a change only
// if it names what is approved: it could widen itself.
func InScope(s *identity.Scope, kind string, a Access) error {
	named := identity.MatchesKind(s.Kinds, kind) && (a.Kind == "" || !a.changesPowers()) ||
		a.Kind != "" && identity.MatchesKind(s.Kinds, a.Kind)
	narrowed := len(s.Kinds)+len(s.Accounts) > 0 || s.Limit != nil
	switch {
	case (len(s.Kinds) > 0 || a.changesPowers() && narrowed) && !named:
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
	c.validators, c.keeps = nil, false
}

// Bind records what the client reference binds to, if the transaction had an effect.
func (c *Context) Bind(bound [16]byte) {
	c.bound = bound
	c.result.Bound = c.bound[:]
}

// Effective reports that the transaction was not refused.
func (c *Context) Effective() bool { return c.result.Status != Refused && c.result.Status != Duplicate }

// Keeps reports that a refusal has nevertheless changed something: what it approved was
// refused when it was carried out, and is closed.
func (c *Context) Keeps() bool { return c.keeps }

// CloseTimer records what a timer has done under the log id, if it has done anything.
func (c *Context) CloseTimer(id wire.Hash) {
	if len(c.result.Events)+len(c.result.Postings)+len(c.result.Items) > 0 {
		outcome := c.Finish()
		data, _ := outcome.Encode(id)
		c.block.Append(state.Entry{ID: id, Outcome: data})
	}
}

// Finish seals the outcome. It stands until the context is closed, or records another one.
func (c *Context) Finish() Outcome {
	if c.result.Status == 0 {
		c.result.Status = Done
	}
	if len(c.result.Postings) > 0 {
		c.result.Party = c.party.LEI
	}
	outcome := Outcome{Result: c.result, Private: c.private}
	outcome.seal(c.desk.private)
	c.desk.private = outcome.private
	return outcome
}

// Duplicate makes the outcome point at the first record of the same content.
func (c *Context) Duplicate(first wire.Hash) {
	c.result = Result{Status: Duplicate, Original: first}
}

// Validators are the changes asked for.
func (c *Context) Validators() []ValidatorChange { return c.validators }

// Trace is the part of the outcome that is not public: for Explain.
func (c *Context) Trace() []Step { return c.private.Steps }

// FindOutcome reads how a transaction ended: the end of what it began, if that has come,
// else its own outcome.
func (c *Context) FindOutcome(id wire.Hash) (Outcome, bool) { return FindOutcome(c.block, id) }

// Log is where outcomes are found.
type Log interface {
	EntryByID(id wire.Hash) (state.Position, bool)
	EntryByRef(ref wire.Hash) (state.Position, bool)
	Entry(at state.Position) (state.Entry, bool)
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
	entry, ok := log.Entry(at)
	return o, ok && wire.UnmarshalStored(entry.Outcome, &o) == nil
}

// FindReference finds the first record of a client reference: zero if it is free, a
// conflict if it stands for another content.
func FindReference(log Log, key wire.Hash, reference string, bound [16]byte) (first wire.Hash, err error) {
	at, known := log.EntryByRef(key)
	if !known {
		return wire.Hash{}, nil
	}
	entry, _ := log.Entry(at)
	var o Outcome
	if err := wire.UnmarshalStored(entry.Outcome, &o); err != nil {
		return wire.Hash{}, fault.InternalBug.With("outcome log", err.Error(), "a stored outcome")
	}
	if string(o.Result.Bound) != string(bound[:]) {
		return wire.Hash{}, fault.TxReferenceClash.With("reference", reference, "the content it was first used with, or a new reference")
	}
	return entry.ID, nil
}
