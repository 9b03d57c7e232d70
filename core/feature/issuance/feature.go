// Package issuance brings money into being and takes it back: reserve attestations, minter
// allowances, mint, redemption.
//
// A mint is bounded by what backs the asset at that moment, not by who signs (DOMAIN §3, 2;
// §12, 1): fresh eligible reserves of a stablecoin, the authority's cap of a liability, the
// evidenced units of a claim. A redemption reserves the holder's amount, has a deadline in
// business days and is burned only after it was paid. Value moves through the guard alone;
// the package never looks at a bank: statements and payouts are stated by who answers for them.
package issuance

import "causeway/core/kernel/txn"

// Feature is issuance and redemption.
var Feature = txn.Feature{
	Name: "issuance",
	Kinds: []txn.Kind{
		attestKind,
		raiseKind,
		killKind,
		mintKind,
		requestKind,
		cancelKind,
		payKind,
		burnKind,
	},
	Timers: []txn.TimerKind{{Name: redemptionTimer, Fire: checkDeadline}},
	Views: []txn.View{
		attestationView,
		breachView,
		allowanceView,
		supplyView,
		redemptionView,
		redemptionsOfAssetView,
		redemptionsOfPartyView,
	},
}
