// Package party registers who takes part: legal entities with their officers, keys and
// approval policy (ISO 17442 LEIs), and the accounts they hold.
//
// A party comes into being by its home supervisor, which is also its recovery; everything
// else it decides itself, under its own policy. No key is trusted before it has signed its
// own registration. Personal names never stand here: officers have handles.
package party

import "causeway/core/kernel/txn"

// Feature is what participants can do with parties, officers, keys and accounts.
var Feature = txn.Feature{
	Name: "party",
	Kinds: []txn.Kind{
		registerKind,
		updateKind,
		setPolicyKind,
		recoverKind,
		addOfficerKind,
		setOfficerKind,
		addKeyKind,
		rotateKeyKind,
		revokeKeyKind,
		openAccountKind,
		updateAccountKind,
		closeAccountKind,
	},
	Views: []txn.View{partyView, keyView, accountView, externalView, balanceView},
}
