package supervision

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
)

// Unfreeze ends a freeze, by the authority that set it or one above. It ends that freeze
// alone: an account of a party that is itself frozen stays still.
type Unfreeze[O object] struct {
	Authority txn.AuthorityID `cbor:"1,keyasint" json:"authority"`   // in whose name
	ID        string          `cbor:"2,keyasint" json:"id"`          // LEI, account id or asset id
	Reference string          `cbor:"3,keyasint" json:"reference"`   // of the decision, at most 64 printable ASCII characters
	Reason    string          `cbor:"4,keyasint" json:"reason_code"` // at most 35 letters, digits, _ - .
}

var unfreezePartyKind = txn.Kind{
	Name: "unfreeze.party", Version: 1,
	En:      "end the freeze of a party",
	Zh:      "解除对主体的冻结",
	New:     func() txn.Payload { return &Unfreeze[party]{} },
	Example: `{"authority":"CN-SH","id":"3003001KBLFU4HOLDE26","reference":"SH-ORDER-2026-0040","reason_code":"false_positive"}`,
}

var unfreezeAccountKind = txn.Kind{
	Name: "unfreeze.account", Version: 1,
	En:      "end the freeze of an account",
	Zh:      "解除对账户的冻结",
	New:     func() txn.Payload { return &Unfreeze[account]{} },
	Example: `{"authority":"CN-SH","id":"SH-IMPORT-CNY","reference":"SH-ORDER-2026-0041","reason_code":"order_lifted"}`,
}

var unfreezeAssetKind = txn.Kind{
	Name: "unfreeze.asset", Version: 1,
	En:      "end the freeze of an asset",
	Zh:      "解除对资产的冻结",
	New:     func() txn.Payload { return &Unfreeze[asset]{} },
	Example: `{"authority":"HK","id":"HKDX","reference":"HKMA-ORDER-2026-0009","reason_code":"resolved"}`,
}

// Validate checks the shape.
func (p *Unfreeze[O]) Validate() error {
	same := Freeze[O](*p)
	return same.Validate()
}

// Access: the authority's own supervisor, with as many approvals as its policy asks for.
func (p *Unfreeze[O]) Access(c *txn.Context) (txn.Access, error) {
	return txn.Access{}, actsAs(c, p.Authority)
}

// Execute ends the freeze in force.
func (p *Unfreeze[O]) Execute(c *txn.Context) error {
	var kind O
	s, err := kind.find(c, p.ID)
	if err != nil {
		return err
	}
	name := kind.noun() + " " + p.ID
	if s.frozen == "" {
		return fault.SupervisionState.With(name, "unfrozen", "frozen")
	}
	if !c.Within(s.frozenBy, p.Authority) {
		return fault.SupervisionNotYours.With(name, "frozen by "+string(s.frozenBy), "an unfreeze by it or by one above")
	}
	if err := s.save("", ""); err != nil {
		return err
	}
	c.Emit(kind.noun()+".was_unfrozen", UnfrozenEvent{ID: p.ID, Authority: p.Authority, Reference: p.Reference, Reason: p.Reason, Freeze: s.frozen})
	return nil
}

// UnfrozenEvent says which freeze has ended, by whose decision.
type UnfrozenEvent struct {
	ID        string          `cbor:"1,keyasint" json:"id"`
	Authority txn.AuthorityID `cbor:"2,keyasint" json:"authority"`
	Reference string          `cbor:"3,keyasint" json:"reference"`
	Reason    string          `cbor:"4,keyasint" json:"reason_code"`
	Freeze    string          `cbor:"5,keyasint" json:"freeze"` // reference of the freeze that ended
}
