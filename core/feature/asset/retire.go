package asset

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
)

// Retire ends an asset that has no supply. Its id is never free again.
type Retire struct {
	Asset     txn.AssetID `cbor:"1,keyasint" json:"asset"`
	Reference string      `cbor:"2,keyasint" json:"reference"` // of the decision, at most 64 printable ASCII characters
}

var retireKind = txn.Kind{
	Name: "asset.retire", Version: 1,
	En:      "end an asset that has no supply left",
	Zh:      "终止已无流通量的资产",
	New:     func() txn.Payload { return &Retire{} },
	Example: `{"asset":"HKDX","reference":"HKMA-REVOCATION-2026-02"}`,
}

// Validate checks the shape.
func (p *Retire) Validate() error { return validStop(p.Asset, p.Reference) }

// Access: the supervisor of the asset's authority, or of one above it.
func (p *Retire) Access(c *txn.Context) (txn.Access, error) {
	a, err := c.FindAsset(p.Asset)
	if err != nil {
		return txn.Access{}, err
	}
	return txn.Access{}, c.ActsFor(a.Authority)
}

// Execute marks the asset; the guard refuses every later mint.
func (p *Retire) Execute(c *txn.Context) error {
	a, err := c.FindAsset(p.Asset)
	if err != nil {
		return err
	}
	if a.Retired {
		return fault.AssetState.With("asset "+string(a.ID), "retired", "an asset in use")
	}
	if supply := c.Supply(a.ID); !supply.IsZero() {
		return fault.AssetNotEmpty.With("supply of "+string(a.ID), supply.Digits(), "0")
	}
	a.Retired = true
	if err := c.SaveAsset(a); err != nil {
		return err
	}
	c.Emit("asset.was_retired", RetiredEvent(*p))
	return nil
}

// RetiredEvent says that an asset has ended.
type RetiredEvent struct {
	Asset     txn.AssetID `cbor:"1,keyasint" json:"asset"`
	Reference string      `cbor:"2,keyasint" json:"reference"`
}
