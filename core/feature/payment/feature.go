// Package payment moves money between accounts: one asset, or two with payment-versus-payment
// exchange, alone or in batches, held, cancelled, returned.
//
// Every kind here builds an order and postings and hands them to txn.Move, which asks the
// guard. References are ids, codes and salted hashes: no names of persons and no free text.
package payment

import "causeway/core/kernel/txn"

// Feature is payments.
var Feature = txn.Feature{
	Name:  "payment",
	Kinds: []txn.Kind{SendKind, BatchKind, fileKind, cancelKind, returnKind},
	Views: []txn.View{fileView, holdView, queueView},
}
