package guard

import (
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/wire"
)

// Nature is what a journal does; it decides which state checks apply.
type Nature uint8

// The natures of a journal.
const (
	Transfer Nature = iota + 1 // payments, with or without FX
	Mint
	Redeem // burn against redemption: passes where an approval has expired
	Return // undoes a payment: no new flow, passes where an approval has expired
)

// Order is the whole of what somebody wants, in whose context each posting is judged.
type Order struct {
	Kind         string // transaction kind, e.g. "payment.send"
	Nature       Nature
	Payer, Payee *Side // ultimate ones; Payer is nil for a mint, Payee for a burn
	Purpose      Purpose
	SourceAsset  ledger.AssetID
	SourceAmount money.Amount // over all fills
	TargetAsset  ledger.AssetID
	TargetAmount money.Amount
	Documents    []Document
	Foreign      bool // of a return: in another asset than was paid, so the payer may not have had it
}

// Side is an account with its owner: records that it shows and nobody changes.
type Side struct {
	Account   *ledger.Account
	Party     *identity.Party
	Sovereign string // of the account's authority
}

// Document refers to a trade document by its salted or public hash.
type Document struct {
	Kind string    `cbor:"1,keyasint" json:"kind"` // invoice, customs_declaration, bill_of_lading, …
	Hash wire.Hash `cbor:"2,keyasint" json:"hash"`
	Ref  string    `cbor:"3,keyasint,omitempty" json:"ref,omitempty"` // a number, never a name
}

// IsPayment says that both ends are accounts and value is meant to change hands for a purpose.
func (o *Order) IsPayment() bool { return o.Nature == Transfer && o.Payer != nil && o.Payee != nil }
