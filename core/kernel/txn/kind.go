package txn

import (
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
)

// Kind is one kind of transaction: a row of the catalogue. CLI, JSON form and reference
// page are made from it.
type Kind struct {
	Name    string // noun.verb
	Version uint16
	En, Zh  string         // what it does, one sentence
	New     func() Payload // a pointer to a zero payload: its fields are the kind's fields
	Example string         // JSON of a payload that could pass, for docs and --help
}

// Payload is what a kind carries. The pipeline calls Validate (stateless), Access (who may,
// and what the approval policy and the keys' scopes are measured by), Execute, in this order.
type Payload interface {
	Validate() error
	Access(c *Context) (Access, error)
	Execute(c *Context) error
}

// RegistersKeys is a payload that brings new keys into being. Each must sign the transaction
// besides those who may register it; a proposal keeps that proof, since the keys have signed
// its very id.
type RegistersKeys interface{ NewKeys() []identity.Key }

// Embeds is a payload that carries another kind's payload, encoded, in its field "payload".
// Its JSON form shows that as the object it is.
type Embeds interface {
	Embedded() (kind string, version uint16, payload []byte)
}

// ReadsAhead is a payload that knows what will be read most when it is carried out.
type ReadsAhead interface{ ReadAhead(a *Ahead) }

// Ahead reads into the caches, before a block and beside another one.
type Ahead struct {
	Guard *guard.Guard
	Store *state.Store
}

// Payment reads what a payment in an asset needs.
func (a *Ahead) Payment(from, to AccountID, asset AssetID, purpose string) {
	a.Guard.ReadAhead(a.Store, from, to, asset, purpose)
}

// Access is what a payload touches on behalf of its party.
type Access struct {
	Account ledger.AccountID // debited, if any: keys can be bound to accounts
	Asset   ledger.AssetID   // with Amount: what policies and key limits are measured by
	Amount  money.Amount
	Officer string // role the first signer needs; empty = maker, AnyOfficer = whichever
	// Kind is measured against the keys' scopes besides the transaction's own, where one
	// transaction stands for another: an approval for what it approves.
	Kind string
	// Spares is a kind whose transactions will need no approvals because this one has them: the
	// policy is asked for both.
	Spares string
	// Powers says that officers, keys or policy change; whatever wants an admin does so.
	Powers bool
	// SignedBy is a key that must have signed, where not any key of the officer will do.
	SignedBy *identity.Key
	// Immediate kinds need no approvals besides their signature: answers to proposals, and
	// what must work in an emergency.
	Immediate bool
}

// AnyOfficer stands for whatever role an active officer has.
const AnyOfficer = "any"

// needs is the role the first signer must have.
func (a Access) needs() string {
	if a.Officer == "" {
		return identity.RoleMaker
	}
	return a.Officer
}

func (a Access) changesPowers() bool { return a.Powers || a.Officer == identity.RoleAdmin }

// Feature is a concept: its kinds, what it does when time comes, and what can be looked up.
type Feature struct {
	Name   string
	Kinds  []Kind
	Timers []TimerKind
	Views  []View
}

// TimerKind is what happens when a timer of this name is due.
type TimerKind struct {
	Name   string
	Fire   func(c *Context, id []byte) error
	Urgent bool // goes before all others that are due: for what only authorities can set
}

// View is a noun that can be looked up: `get NOUN ID`, `list NOUN`.
type View struct {
	Noun   string
	En, Zh string
	Get    func(r state.Reader, id string) (any, bool)
	// List visits in the order of ids from the given one on, until visit returns false.
	List func(r state.Reader, from string, visit func(id string, v any) bool)
	// Key is the state key of the record, for proofs; nil where it has none.
	Key func(id string) []byte
}
