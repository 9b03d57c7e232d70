package supervision

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
)

// Freeze stops everything that a party, an account or an asset could do with value. What was
// frozen by an authority below is taken over: from then on only this one or one above it unfreezes.
type Freeze[O object] struct {
	Authority txn.AuthorityID `cbor:"1,keyasint" json:"authority"`   // in whose name; the object lies within it
	ID        string          `cbor:"2,keyasint" json:"id"`          // LEI, account id or asset id
	Reference string          `cbor:"3,keyasint" json:"reference"`   // of the order, at most 64 printable ASCII characters
	Reason    string          `cbor:"4,keyasint" json:"reason_code"` // at most 35 letters, digits, _ - .
}

var freezePartyKind = txn.Kind{
	Name: "freeze.party", Version: 1,
	En:      "freeze a party with all its accounts",
	Zh:      "冻结主体及其全部账户",
	New:     func() txn.Payload { return &Freeze[party]{} },
	Example: `{"authority":"CN-SH","id":"3003001KBLFU4HOLDE26","reference":"SH-ORDER-2026-0031","reason_code":"sanctions_hit"}`,
}

var freezeAccountKind = txn.Kind{
	Name: "freeze.account", Version: 1,
	En:      "freeze one account",
	Zh:      "冻结单个账户",
	New:     func() txn.Payload { return &Freeze[account]{} },
	Example: `{"authority":"CN-SH","id":"SH-IMPORT-CNY","reference":"SH-ORDER-2026-0032","reason_code":"court_order"}`,
}

var freezeAssetKind = txn.Kind{
	Name: "freeze.asset", Version: 1,
	En:      "freeze an asset wherever it is held",
	Zh:      "冻结一项资产（不论持有人）",
	New:     func() txn.Payload { return &Freeze[asset]{} },
	Example: `{"authority":"HK","id":"HKDX","reference":"HKMA-ORDER-2026-0007","reason_code":"issuer_failure"}`,
}

// Validate checks the shape.
func (p *Freeze[O]) Validate() error {
	if p.Authority == "" {
		return fault.TxFieldMissing.With("authority", "", "the authority that freezes")
	}
	if p.ID == "" {
		return fault.TxFieldMissing.With("id", "", "what is frozen")
	}
	if err := validReference(p.Reference); err != nil {
		return err
	}
	return validReason(p.Reason)
}

// Access: the authority's own supervisor; an emergency needs one signature.
func (p *Freeze[O]) Access(c *txn.Context) (txn.Access, error) {
	return txn.Access{Immediate: true}, actsAs(c, p.Authority)
}

// Execute sets the freeze, if what is frozen lies within the authority.
func (p *Freeze[O]) Execute(c *txn.Context) error {
	var kind O
	s, err := kind.find(c, p.ID)
	if err != nil {
		return err
	}
	name := kind.noun() + " " + p.ID
	if !c.Within(s.under, p.Authority) {
		return fault.SupervisionNotYours.With(name, "under "+string(s.under), "within "+string(p.Authority))
	}
	takesOver := s.frozenBy != p.Authority && c.Within(s.frozenBy, p.Authority)
	if s.frozen != "" && !takesOver {
		return fault.SupervisionState.With(name, "frozen by "+string(s.frozenBy), "unfrozen, or frozen by an authority below")
	}
	if err := s.save(p.Reference, p.Authority); err != nil {
		return err
	}
	c.Emit(kind.noun()+".was_frozen", FrozenEvent{ID: p.ID, Authority: p.Authority, Reference: p.Reference, Reason: p.Reason, From: s.frozenBy})
	return nil
}

// FrozenEvent says what is frozen, by whom and why.
type FrozenEvent struct {
	ID        string          `cbor:"1,keyasint" json:"id"`
	Authority txn.AuthorityID `cbor:"2,keyasint" json:"authority"`
	Reference string          `cbor:"3,keyasint" json:"reference"`
	Reason    string          `cbor:"4,keyasint" json:"reason_code"`
	From      txn.AuthorityID `cbor:"5,keyasint,omitempty" json:"from,omitempty"` // whose freeze is taken over
}
