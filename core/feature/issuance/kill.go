package issuance

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
)

// Kill takes all that is left of an allowance, at once.
type Kill struct {
	Asset  txn.AssetID  `cbor:"1,keyasint" json:"asset"`
	Minter identity.LEI `cbor:"2,keyasint" json:"minter"`
}

var killKind = txn.Kind{
	Name: "allowance.kill", Version: 1,
	En:      "take a minter's allowance away at once, as a checker of the issuer",
	Zh:      "由发行人复核员立即取消铸造额度",
	New:     func() txn.Payload { return &Kill{} },
	Example: `{"asset":"HKDX","minter":"3003001KBLFU4MINTE69"}`,
}

// Validate checks the shape.
func (p *Kill) Validate() error { return validMinter(p.Asset, p.Minter) }

// Access: a checker of the issuer; an emergency needs one signature.
func (p *Kill) Access(c *txn.Context) (txn.Access, error) {
	_, err := issuerOf(c, p.Asset)
	return txn.Access{Asset: p.Asset, Officer: identity.RoleChecker, Immediate: true}, err
}

// Execute leaves nothing to mint.
func (p *Kill) Execute(c *txn.Context) error {
	a, ok := FindAllowance(c.Reader(), p.Asset, p.Minter)
	if !ok || a.Left.IsZero() {
		return fault.AllowanceNone.With("allowance of "+string(p.Minter), "0", "one that has something left")
	}
	a.Left, a.Killed = money.Zero, c.Now()
	allowances.Put(c, allowanceKey(p.Asset, p.Minter), a)
	c.Emit("allowance.was_killed", AllowanceEvent{Asset: p.Asset, Minter: p.Minter})
	return nil
}
