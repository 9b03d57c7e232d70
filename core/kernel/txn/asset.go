package txn

import (
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
)

// Names of what an asset is and of what bounds its supply.
type (
	AssetKind = ledger.AssetKind
	Backing   = ledger.Backing
)

// The kinds of asset and of backing.
const (
	Stablecoin = ledger.Stablecoin
	CBDC       = ledger.CBDC
	Deposit    = ledger.Deposit

	Reserved  = ledger.Reserved
	Liability = ledger.Liability
	Claim     = ledger.Claim
)

// BackingOf is the backing that a kind of asset has; ok is false for an unknown kind.
func BackingOf(kind AssetKind) (b Backing, ok bool) { return ledger.BackingOf(kind) }

// AssetExists reports whether an id is taken.
func (c *Context) AssetExists(id AssetID) bool {
	_, taken := ledger.FindAsset(c.block, id)
	return taken
}

// LookUpAsset reads an asset for a view.
func LookUpAsset(r Reader, id AssetID) (Asset, bool) { return ledger.FindAsset(r, id) }

// ListAssets visits assets in the order of their ids, starting at from.
func ListAssets(r Reader, from AssetID, visit func(Asset) bool) { ledger.ListAssets(r, from, visit) }

// SupplyOf is the sum of all balances of an asset, for a view.
func SupplyOf(r Reader, id AssetID) money.Amount { return ledger.Supply(r, id) }

// AssetKey is the state key of an asset's record, for proofs.
func AssetKey(id AssetID) []byte { return append([]byte("s/"), id...) }

// SupplyKey is the state key of an asset's supply, for proofs.
func SupplyKey(id AssetID) []byte { return append([]byte("su/"), id...) }
