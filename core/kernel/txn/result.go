package txn

import (
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/wire"
)

// Status is how a transaction, or something it began, ended.
type Status uint8

// The statuses. Of payments: settled, held, refused, returned, cancelled, expired.
const (
	Done      Status = iota + 1 // carried out; no value moved
	Settled                     // carried out; value moved
	Held                        // waits for a review
	Refused                     // nothing happened but that the id is spent
	Proposed                    // waits for approvals
	Duplicate                   // the client reference stands for this very content: see Original
	Returned
	Cancelled
	Expired
	Partial // a batch in which each stands for itself, and some were refused or held
)

var statusNames = [...]string{"", "done", "settled", "held", "refused", "proposed", "duplicate", "returned", "cancelled", "expired", "partial"}

func (s Status) String() string { return statusNames[s] }

// MarshalText writes the name.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Event says what happened, in the past tense; Data is canonical CBOR of the kind's own type.
type Event struct {
	Name string   `cbor:"1,keyasint" json:"name"`
	Data wire.Raw `cbor:"2,keyasint" json:"-"`
}

// Result is the canonical outcome: its hash is the transaction's result data in the block.
type Result struct {
	Status   Status           `cbor:"1,keyasint" json:"status"`
	Fault    uint16           `cbor:"2,keyasint,omitempty" json:"fault,omitempty"`
	Postings []ledger.Posting `cbor:"3,keyasint,omitempty" json:"postings,omitempty"`
	Events   []Event          `cbor:"4,keyasint,omitempty" json:"events,omitempty"`
	Items    []Item           `cbor:"5,keyasint,omitempty" json:"items,omitempty"` // of a batch, in its order
	Original wire.Hash        `cbor:"6,keyasint" json:"original"`                  // duplicate: the first record; hold answered: the payment
	Trace    wire.Hash        `cbor:"7,keyasint" json:"trace"`                     // hash of Private
	Bound    []byte           `cbor:"8,keyasint,omitempty" json:"bound,omitempty"` // 16 bytes, what the reference binds to
	Party    identity.LEI     `cbor:"9,keyasint,omitempty" json:"party,omitempty"` // who may return or cancel a payment
}

// Item is something that a transaction carried out under another id than its own: a payment
// of a batch, a proposal that got its last approval, a held payment that got its last answer.
// Its whole outcome is kept under that id; Hash is its Result's.
type Item struct {
	ID     wire.Hash `cbor:"1,keyasint" json:"id"`
	Status Status    `cbor:"2,keyasint" json:"status"`
	Fault  uint16    `cbor:"3,keyasint,omitempty" json:"fault,omitempty"`
	Hash   wire.Hash `cbor:"4,keyasint" json:"hash"`
}

// Private is what not everybody who can prove a result may see: it is kept beside the
// result, which has only its hash.
type Private struct {
	Steps   []guard.Step  `cbor:"1,keyasint,omitempty"`
	Charges guard.Charges `cbor:"2,keyasint,omitzero"`
	Field   string        `cbor:"3,keyasint,omitempty"` // of a refusal
	Found   string        `cbor:"4,keyasint,omitempty"`
	Want    string        `cbor:"5,keyasint,omitempty"`
}

// Outcome is what the log keeps of a transaction.
type Outcome struct {
	Result  Result  `cbor:"1,keyasint"`
	Private Private `cbor:"2,keyasint"`
	// Tx is the transaction's place in its block, counted from 1; 0 for what is recorded
	// besides (payments of a batch, ends of what was held, timers).
	Tx uint32 `cbor:"3,keyasint,omitempty"`

	private []byte // Private's encoding, once it is sealed
}

// Hash is the result data that goes into the block: it binds the canonical result to the id
// it is recorded under.
func (r *Result) Hash(id wire.Hash) wire.Hash {
	var buffer [512]byte
	return wire.Sum(r.AppendCBOR(beginHash(buffer[:0], &id)))
}

// FinalID is the log id under which the end of something that was held, proposed or
// returned later is recorded.
func FinalID(payment wire.Hash) wire.Hash { return wire.Sum([]byte("causeway/final/1"), payment[:]) }

// HeldAgainID is the log id of a payment that was answered and is held afresh: not its end yet.
// Answer is the transaction that carried the last answer.
func HeldAgainID(payment, answer wire.Hash) wire.Hash {
	return wire.Sum([]byte("causeway/held-again/1"), payment[:], answer[:])
}
