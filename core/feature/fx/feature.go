// Package fx keeps firm quotes and matches payments against them: best price first, then
// time.
//
// A quote reserves what it offers, so what is matched can always be settled; both legs
// settle in one journal (payment versus payment) or neither does. Only market makers quote.
// Matching looks at a bounded number of quotes.
package fx

import "causeway/core/kernel/txn"

// Feature is foreign exchange.
var Feature = txn.Feature{
	Name:   "fx",
	Kinds:  []txn.Kind{quoteKind, cancelKind},
	Timers: []txn.TimerKind{{Name: expiryTimer, Fire: expire}},
	Views:  []txn.View{quoteView},
}
