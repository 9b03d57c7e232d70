// Package authority is the tree of supervisors and what each of them keeps on the ledger: its
// rulebook, calendars, rate tables and purpose codes; and, for the charter at the root, the
// validators and the protocol.
//
// An authority answers for itself and for what stands below it, never for what stands above.
// A rulebook is proposed, approved by somebody else and comes into force at a time announced
// before; nothing here judges a payment.
package authority

import "causeway/core/kernel/txn"

// Feature is what supervisors can do with the tree.
var Feature = txn.Feature{
	Name: "authority",
	Kinds: []txn.Kind{
		createKind,
		setCalendarKind,
		setRatesKind,
		setPurposeKind,
		proposeKind,
		approveKind,
		activateKind,
		withdrawKind,
		setValidatorKind,
		activateProtocolKind,
	},
	Timers: []txn.TimerKind{{Name: activationTimer, Fire: comeIntoForce, Urgent: true}},
	Views:  []txn.View{authorityView, rulebookView, calendarView, purposeView, ratesView, validatorView, protocolView},
}

const (
	idMax   = 24  // of authorities
	nameMax = 140 // characters
)
