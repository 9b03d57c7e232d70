package party

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
)

// UpdateAccount changes what an account accepts (its owner decides) or how others name it
// (the supervisor of its authority decides). What is absent stays.
type UpdateAccount struct {
	ID       txn.AccountID       `cbor:"1,keyasint" json:"id"`
	Receiver *txn.ReceiverPolicy `cbor:"2,keyasint,omitempty" json:"receiver,omitempty"` // empty lists accept everything
	External *[]txn.ExternalID   `cbor:"3,keyasint,omitempty" json:"external,omitempty"` // all of them from now on
}

var updateAccountKind = txn.Kind{
	Name: "account.update", Version: 1,
	En:      "Set what an account accepts, as its owner, or its external ids, as its supervisor.",
	Zh:      "由持有人设定账户可接收的资产与用途，或由监管机构设定其外部账号。",
	New:     func() txn.Payload { return new(UpdateAccount) },
	Example: `{"id":"SH-IMPORT-CNY","receiver":{"assets":["e-CNY"],"purposes":["CGODDR","CSTRDR"]}}`,
}

// Validate wants exactly one of the two, since different parties decide them.
func (p *UpdateAccount) Validate() error {
	if err := txn.CheckID("id", string(p.ID), idMax); err != nil {
		return err
	}
	if (p.Receiver == nil) == (p.External == nil) {
		return fault.TxFieldInvalid.With("receiver", "both or neither of receiver and external", "one of them")
	}
	if p.External != nil {
		return checkExternal(*p.External)
	}
	return checkReceiver(p.Receiver)
}

// Access is for the owner's admin, or for the supervisor.
func (p *UpdateAccount) Access(c *txn.Context) (txn.Access, error) {
	if p.External == nil {
		account, err := c.OwnAccount(p.ID)
		return txn.Access{Account: account.ID, Officer: identity.RoleAdmin}, err
	}
	account, err := c.FindAccount(p.ID)
	if err != nil {
		return txn.Access{}, err
	}
	return txn.Access{}, c.ActsFor(account.Authority)
}

// Execute writes the change.
func (p *UpdateAccount) Execute(c *txn.Context) error {
	account, err := c.FindAccount(p.ID)
	if err != nil {
		return err
	}
	if account.Closed {
		return fault.AccountClosed.With("id", string(p.ID), "an open account")
	}
	if p.External != nil {
		account.External = *p.External
		if err := externalAssets(c, account.External); err != nil {
			return err
		}
	} else {
		account.Receiver = p.Receiver
	}
	if err := c.SaveAccount(account); err != nil {
		return err
	}
	c.Emit("account.was_updated", AccountUpdated{ID: p.ID, External: account.External, Receiver: account.Receiver})
	return nil
}

// AccountUpdated says how an account is named and what it accepts from now on.
type AccountUpdated struct {
	ID       txn.AccountID       `cbor:"1,keyasint" json:"id"`
	External []txn.ExternalID    `cbor:"2,keyasint,omitempty" json:"external,omitempty"`
	Receiver *txn.ReceiverPolicy `cbor:"3,keyasint,omitempty" json:"receiver,omitempty"`
}
