// Package supervision is what authorities do about what is already on the ledger: they freeze
// and unfreeze parties, accounts and assets, and answer held payments.
//
// Each is a power of its own and none gives another (DOMAIN §3, 8): freezing never unfreezes
// anything else, answering a hold lifts no freeze. An authority acts in its own name, within
// its own subtree. The package moves no value: a freeze is state that the guard reads with
// every posting, an answered payment goes through the guard again.
package supervision

import "causeway/core/kernel/txn"

// Feature is supervision.
var Feature = txn.Feature{
	Name: "supervision",
	Kinds: []txn.Kind{
		freezePartyKind,
		freezeAccountKind,
		freezeAssetKind,
		unfreezePartyKind,
		unfreezeAccountKind,
		unfreezeAssetKind,
		approveHoldKind,
		refuseHoldKind,
	},
	Timers: []txn.TimerKind{{Name: txn.HoldTimer, Fire: txn.ExpireHeld}},
}
