package ledger

import (
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
)

// AssetKind is what an asset is in law.
type AssetKind string

// The kinds of asset.
const (
	Stablecoin AssetKind = "stablecoin"
	CBDC       AssetKind = "cbdc"
	Deposit    AssetKind = "deposit"
	RealAsset  AssetKind = "real_asset"
	Receivable AssetKind = "receivable"
	VaultShare AssetKind = "vault_share"
)

// Backing is what bounds the supply of an asset.
type Backing string

// The kinds of backing: reserves attested and fresh; a liability under the authority's
// cap; a claim on evidenced units.
const (
	Reserved  Backing = "reserved"
	Liability Backing = "liability"
	Claim     Backing = "claim"
)

// BackingOf is the backing that a kind of asset has.
func BackingOf(kind AssetKind) (Backing, bool) {
	switch kind {
	case Stablecoin:
		return Reserved, true
	case CBDC, Deposit:
		return Liability, true
	case RealAsset, Receivable, VaultShare:
		return Claim, true
	}
	return "", false
}

// Asset is anything with balances. Its scale never changes.
type Asset struct {
	ID        AssetID              `cbor:"1,keyasint" json:"id"`
	Name      string               `cbor:"2,keyasint" json:"name"`
	Kind      AssetKind            `cbor:"3,keyasint" json:"kind"`
	Backing   Backing              `cbor:"4,keyasint" json:"backing"`
	Scale     uint8                `cbor:"5,keyasint" json:"scale"`                        // decimals, for ever
	Currency  string               `cbor:"6,keyasint,omitempty" json:"currency,omitempty"` // ISO 4217, of money
	Authority identity.AuthorityID `cbor:"7,keyasint" json:"authority"`                    // registered under
	Issuer    identity.LEI         `cbor:"8,keyasint" json:"issuer"`
	Approval  string               `cbor:"9,keyasint" json:"approval"`                        // approval or filing reference
	Expires   int64                `cbor:"10,keyasint" json:"expires"`                        // of the approval, Unix ms
	Cap       money.Amount         `cbor:"11,keyasint" json:"cap"`                            // liability: cap; claim: evidenced units
	MaxAgeMs  int64                `cbor:"12,keyasint,omitempty" json:"max_age_ms,omitempty"` // reserved: oldest attestation that still counts
	RedeemIn  uint8                `cbor:"13,keyasint,omitempty" json:"redeem_in,omitempty"`  // business days to redeem
	Calendar  string               `cbor:"14,keyasint,omitempty" json:"calendar,omitempty"`   // whose business days
	Custodian identity.LEI         `cbor:"15,keyasint,omitempty" json:"custodian,omitempty"`  // who attests reserves
	Paused    bool                 `cbor:"16,keyasint,omitempty" json:"paused,omitempty"`
	Retired   bool                 `cbor:"17,keyasint,omitempty" json:"retired,omitempty"`
	Frozen    string               `cbor:"18,keyasint,omitempty" json:"frozen,omitempty"` // reference of the freeze in force
	FrozenBy  identity.AuthorityID `cbor:"19,keyasint,omitempty" json:"frozen_by,omitempty"`
}

var (
	assets   = state.NewTable[*Asset]("s", "asset")
	supplies = state.NewTable[money.Amount]("su", "asset.supply")
)

// FindAsset reads an asset.
func FindAsset(r state.Reader, id AssetID) (Asset, bool) {
	if a, ok := LookAtAsset(r, id); ok {
		return *a, true
	}
	return Asset{}, false
}

// LookAtAsset is FindAsset without a copy: nobody may change what it returns. Inlined elsewhere
// it would put the key on the heap, each time.
//
//go:noinline
func LookAtAsset(r state.Reader, id AssetID) (*Asset, bool) { return assets.Get(r, []byte(id)) }

// PutAsset writes an asset. Only package txn calls it.
func PutAsset(b *state.Block, a Asset) { assets.Put(b, []byte(a.ID), &a) }

// ListAssets visits assets in the order of their ids, starting at from.
func ListAssets(r state.Reader, from AssetID, visit func(Asset) bool) {
	assets.Scan(r, nil, []byte(from), func(_ []byte, a *Asset) bool { return visit(*a) })
}

// Supply is how much of an asset there is: the sum of all its balances.
func Supply(r state.Reader, id AssetID) money.Amount {
	amount, _ := supplies.Get(r, []byte(id))
	return amount
}
