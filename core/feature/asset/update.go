package asset

import (
	"strconv"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
)

// Update changes terms that may change. What is left out stays as it is; scale, kind and
// backing never change.
type Update struct {
	Asset     txn.AssetID   `cbor:"1,keyasint" json:"asset"`
	Approval  string        `cbor:"2,keyasint,omitempty" json:"approval,omitempty"`         // with Expires: the new approval or filing
	Expires   int64         `cbor:"3,keyasint,omitempty" json:"expires,omitempty"`          // Unix ms, later or earlier than before
	Cap       *money.Amount `cbor:"4,keyasint,omitempty" json:"cap,omitempty" unit:"asset"` // minor units, not below supply
	MaxAgeMs  int64         `cbor:"5,keyasint,omitempty" json:"max_age_ms,omitempty"`       // reserved only
	Custodian identity.LEI  `cbor:"6,keyasint,omitempty" json:"custodian,omitempty"`        // reserved: what the former one attested no longer counts for minting
}

var updateKind = txn.Kind{
	Name: "asset.update", Version: 1,
	En:      "change an asset's approval, expiry, cap, custodian or age limit of attestations",
	Zh:      "变更资产的批准、期限、上限、托管人或储备证明时效",
	New:     func() txn.Payload { return &Update{} },
	Example: `{"asset":"e-CNY","approval":"PBOC-2027-001","expires":1956441600000,"cap":"500000000000000"}`,
}

// Validate checks the shape.
func (p *Update) Validate() error {
	switch {
	case p.Asset == "":
		return fault.TxFieldMissing.With("asset", "", "the id of an asset")
	case p.Approval == "" && p.Expires == 0 && p.Cap == nil && p.MaxAgeMs == 0 && p.Custodian == "":
		return fault.TxFieldMissing.With("approval, expires, cap, max_age_ms, custodian", "none", "at least one")
	case !plainText(p.Approval, approvalMax):
		return fault.TxFieldInvalid.With("approval", p.Approval, "an approval or filing reference of at most 64 characters")
	case p.Approval != "" && p.Expires == 0:
		return fault.TxFieldMissing.With("expires", "", "the expiry of the new approval")
	case p.MaxAgeMs != 0 && (p.MaxAgeMs < maxAgeMsMin || p.MaxAgeMs > maxAgeMsMax):
		return fault.TxFieldInvalid.With("max_age_ms", strconv.FormatInt(p.MaxAgeMs, 10), "a minute to 366 days")
	}
	if p.Custodian != "" {
		_, err := identity.ParseLEI(string(p.Custodian))
		return err
	}
	return nil
}

// Access: the supervisor of the asset's authority, or of one above it.
func (p *Update) Access(c *txn.Context) (txn.Access, error) {
	a, err := c.FindAsset(p.Asset)
	if err != nil {
		return txn.Access{}, err
	}
	return txn.Access{}, c.ActsFor(a.Authority)
}

// Execute writes the new terms.
func (p *Update) Execute(c *txn.Context) error {
	a, err := c.FindAsset(p.Asset)
	if err != nil {
		return err
	}
	if a.Retired {
		return fault.AssetState.With("asset "+string(a.ID), "retired", "an asset in use")
	}
	if p.Expires != 0 {
		if err := inFuture(c, p.Expires); err != nil {
			return err
		}
		a.Expires = p.Expires
	}
	if p.Approval != "" {
		a.Approval = p.Approval
	}
	if err := p.changeBacking(c, &a); err != nil {
		return err
	}
	if err := c.SaveAsset(a); err != nil {
		return err
	}
	c.Emit("asset.was_updated", UpdatedEvent{Asset: a.ID, Approval: a.Approval, Expires: a.Expires, Cap: a.Cap, MaxAgeMs: a.MaxAgeMs, Custodian: a.Custodian})
	return nil
}

func (p *Update) changeBacking(c *txn.Context, a *txn.Asset) error {
	if p.Cap != nil {
		if a.Backing == txn.Reserved {
			return fault.TxFieldInvalid.With("cap", p.Cap.Digits(), "none: reserves bound a stablecoin")
		}
		// Supply never exceeds the cap (DOMAIN §3, 2): to lower it further, burn first.
		if supply := c.Supply(a.ID); p.Cap.Less(supply) {
			return fault.BackingCap.With("cap", p.Cap.Digits(), "at least the supply, "+supply.Digits())
		}
		a.Cap = *p.Cap
	}
	if p.MaxAgeMs != 0 {
		if a.Backing != txn.Reserved {
			return fault.TxFieldInvalid.With("max_age_ms", strconv.FormatInt(p.MaxAgeMs, 10), "none: only a stablecoin is backed by attested reserves")
		}
		a.MaxAgeMs = p.MaxAgeMs
	}
	if p.Custodian != "" {
		if a.Backing == txn.Reserved && p.Custodian == a.Issuer {
			return fault.AssetInvalid.With("custodian", string(p.Custodian), "another party than the issuer")
		}
		if err := mayKeep(c, p.Custodian); err != nil {
			return err
		}
		a.Custodian = p.Custodian
	}
	return nil
}

// UpdatedEvent states the terms from now on.
type UpdatedEvent struct {
	Asset     txn.AssetID  `cbor:"1,keyasint" json:"asset"`
	Approval  string       `cbor:"2,keyasint" json:"approval"`
	Expires   int64        `cbor:"3,keyasint" json:"expires"` // Unix ms
	Cap       money.Amount `cbor:"4,keyasint" json:"cap"`
	MaxAgeMs  int64        `cbor:"5,keyasint,omitempty" json:"max_age_ms,omitempty"`
	Custodian identity.LEI `cbor:"6,keyasint,omitempty" json:"custodian,omitempty"`
}
