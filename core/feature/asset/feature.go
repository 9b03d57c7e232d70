// Package asset registers what can have balances: stablecoins, central bank money, deposits,
// real assets, receivables, vault shares.
//
// What is not registered does not exist on the ledger (DOMAIN §2). An authority registers an
// asset under an approval or filing that expires; the asset's kind fixes what bounds its supply
// (DECISIONS 18), and scale, kind and backing never change. The package moves no value and
// judges none: pauses and expiries are state that the guard reads with every posting.
package asset

import "causeway/core/kernel/txn"

// Feature is the registry of assets.
var Feature = txn.Feature{
	Name: "asset",
	Kinds: []txn.Kind{
		registerKind,
		updateKind,
		pauseKind,
		unpauseKind,
		retireKind,
	},
	Views: []txn.View{assetView},
}
