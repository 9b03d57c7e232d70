package party

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
)

// CloseAccount closes an empty account of the acting party for ever.
type CloseAccount struct {
	ID txn.AccountID `cbor:"1,keyasint" json:"id"`
}

var closeAccountKind = txn.Kind{
	Name: "account.close", Version: 1,
	En:      "Close one's own account for ever; it must be empty.",
	Zh:      "永久关闭本主体的账户；账户余额须为零。",
	New:     func() txn.Payload { return new(CloseAccount) },
	Example: `{"id":"SH-IMPORT-CNY"}`,
}

// Validate checks the id.
func (p *CloseAccount) Validate() error { return txn.CheckID("id", string(p.ID), idMax) }

// Access is for a maker of the owner.
func (p *CloseAccount) Access(c *txn.Context) (txn.Access, error) {
	account, err := c.OwnAccount(p.ID)
	return txn.Access{Account: account.ID}, err
}

// Execute closes the account. Its external ids stay with it, so that whoever pays to them is
// told that the account is closed, and nobody else can get them.
func (p *CloseAccount) Execute(c *txn.Context) error {
	account, err := c.OwnAccount(p.ID)
	switch {
	case err != nil:
		return err
	case account.Closed:
		return fault.AccountClosed.With("id", string(p.ID), "an open account")
	case account.Frozen != "":
		return fault.AccountFrozen.With("id", "frozen by "+string(account.FrozenBy), "an account that is not frozen")
	}
	txn.Records{Reader: c.Reader()}.Balances(p.ID, func(asset txn.AssetID, b txn.Balance) bool {
		err = fault.AccountNotEmpty.With("balance of "+string(asset), b.Total.Digits(), "0")
		return false
	})
	if err != nil {
		return err
	}
	account.Closed = true
	if err := c.SaveAccount(account); err != nil {
		return err
	}
	c.Emit("account.was_closed", AccountClosed{ID: p.ID})
	return nil
}

// AccountClosed says that an account accepts nothing any more.
type AccountClosed struct {
	ID txn.AccountID `cbor:"1,keyasint" json:"id"`
}
