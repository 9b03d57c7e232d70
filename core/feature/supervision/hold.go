package supervision

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// ApproveHold is an authority's yes to a held payment. After the last one the payment is
// judged again under the rules then in force, and carried out (DECISIONS 15).
type ApproveHold struct {
	Hold      wire.Hash       `cbor:"1,keyasint" json:"hold"`      // id of the held payment
	Authority txn.AuthorityID `cbor:"2,keyasint" json:"authority"` // the one that it waits for, or one above
}

var approveHoldKind = txn.Kind{
	Name: "hold.approve", Version: 1,
	En:      "answer a held payment with yes",
	Zh:      "批准待审付款",
	New:     func() txn.Payload { return &ApproveHold{} },
	Example: `{"hold":"5f1d7a84db00d2fce00b31a7fc73224f0fbf3b2b3f2d6b8ac3b0c9e7f4a1d2c3","authority":"CN-SH"}`,
}

// Validate checks the shape.
func (p *ApproveHold) Validate() error { return validAnswer(p.Hold, p.Authority) }

func validAnswer(hold wire.Hash, authority txn.AuthorityID) error {
	if hold.IsZero() {
		return fault.TxFieldMissing.With("hold", "", "the id of a held payment")
	}
	if authority == "" {
		return fault.TxFieldMissing.With("authority", "", "the authority that answers")
	}
	return nil
}

// Access: the authority's own supervisor, with the approvals its policy asks for.
func (p *ApproveHold) Access(c *txn.Context) (txn.Access, error) {
	return txn.Access{}, actsAs(c, p.Authority)
}

// Execute answers for every waiting authority that lies within this one.
func (p *ApproveHold) Execute(c *txn.Context) error {
	c.Emit("hold.was_approved", HoldAnsweredEvent{Hold: p.Hold, Authority: p.Authority})
	return c.Answer(p.Hold, p.Authority, true)
}

// RefuseHold is an authority's no to a held payment: it ends, and its funds are free.
type RefuseHold struct {
	Hold      wire.Hash       `cbor:"1,keyasint" json:"hold"`        // id of the held payment
	Authority txn.AuthorityID `cbor:"2,keyasint" json:"authority"`   // the one that it waits for, or one above
	Reason    string          `cbor:"3,keyasint" json:"reason_code"` // at most 35 letters, digits, _ - .; both sides can read it
}

var refuseHoldKind = txn.Kind{
	Name: "hold.refuse", Version: 1,
	En:      "answer a held payment with no",
	Zh:      "拒绝待审付款",
	New:     func() txn.Payload { return &RefuseHold{} },
	Example: `{"hold":"5f1d7a84db00d2fce00b31a7fc73224f0fbf3b2b3f2d6b8ac3b0c9e7f4a1d2c3","authority":"CN-SH","reason_code":"evidence_insufficient"}`,
}

// Validate checks the shape.
func (p *RefuseHold) Validate() error {
	if err := validAnswer(p.Hold, p.Authority); err != nil {
		return err
	}
	return validReason(p.Reason)
}

// Access: as for the yes.
func (p *RefuseHold) Access(c *txn.Context) (txn.Access, error) {
	return txn.Access{}, actsAs(c, p.Authority)
}

// Execute ends the payment.
func (p *RefuseHold) Execute(c *txn.Context) error {
	c.Emit("hold.was_refused", HoldAnsweredEvent{Hold: p.Hold, Authority: p.Authority, Reason: p.Reason})
	return c.Answer(p.Hold, p.Authority, false)
}

// HoldAnsweredEvent says which authority has answered.
type HoldAnsweredEvent struct {
	Hold      wire.Hash       `cbor:"1,keyasint" json:"hold"`
	Authority txn.AuthorityID `cbor:"2,keyasint" json:"authority"`
	Reason    string          `cbor:"3,keyasint,omitempty" json:"reason_code,omitempty"` // of a no
}
