package party

import (
	"slices"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
)

// OpenAccount opens an account. The supervisor of its authority may open any; a party may open
// for itself a resident or non-resident one, as its residency says, under its home.
type OpenAccount struct {
	ID        txn.AccountID       `cbor:"1,keyasint" json:"id"`
	Owner     identity.LEI        `cbor:"2,keyasint" json:"owner"`
	Type      txn.AccountType     `cbor:"3,keyasint" json:"type"`                          // resident, non_resident, zone, …
	Authority txn.AuthorityID     `cbor:"4,keyasint,omitempty" json:"authority,omitempty"` // empty = the owner's home
	External  []txn.ExternalID    `cbor:"5,keyasint,omitempty" json:"external,omitempty"`  // IBAN, BBAN, a bank's own
	Receiver  *txn.ReceiverPolicy `cbor:"6,keyasint,omitempty" json:"receiver,omitempty"`  // what it accepts; nothing = everything
}

var openAccountKind = txn.Kind{
	Name: "account.open", Version: 1,
	En:      "Open an account for a party under an authority.",
	Zh:      "在监管机构下为主体开立账户。",
	New:     func() txn.Payload { return new(OpenAccount) },
	Example: `{"id":"SH-IMPORT-CNY","owner":"5493001KJTIIGC8Y1R12","type":"resident","external":[{"scheme":"BBAN","id":"6222021001112223334","agent":"ICBKCNBJSHI"}]}`,
}

// Validate checks what needs no ledger.
func (p *OpenAccount) Validate() error {
	if err := txn.CheckID("id", string(p.ID), idMax); err != nil {
		return err
	}
	if err := txn.CheckLEI("owner", p.Owner); err != nil {
		return err
	}
	if p.Authority != "" {
		if err := txn.CheckID("authority", string(p.Authority), authorityIDMax); err != nil {
			return err
		}
	}
	if !slices.Contains(txn.AccountTypes, p.Type) {
		return fault.AccountInvalid.With("type", string(p.Type), "resident, non_resident, zone, reserve, escrow, vault or treasury")
	}
	if err := checkExternal(p.External); err != nil {
		return err
	}
	return checkReceiver(p.Receiver)
}

// Access is for the authority's supervisor, or the owner within narrow bounds.
func (p *OpenAccount) Access(c *txn.Context) (txn.Access, error) {
	owner, err := c.FindParty(p.Owner)
	if err != nil {
		return txn.Access{}, err
	}
	authority := p.authority(&owner)
	if _, err := c.FindAuthority(authority); err != nil {
		return txn.Access{}, err
	}
	err = c.ActsFor(authority)
	if err == nil || owner.LEI != c.Party().LEI {
		return txn.Access{}, err
	}
	return txn.Access{}, p.byOwner(c, &owner)
}

func (p *OpenAccount) authority(owner *identity.Party) txn.AuthorityID {
	if p.Authority == "" {
		return owner.Home
	}
	return p.Authority
}

// byOwner: residency decides what a party may open by itself. External ids come from whoever
// services the account, so its authority has to confirm them.
func (p *OpenAccount) byOwner(c *txn.Context, owner *identity.Party) error {
	if p.authority(owner) != owner.Home {
		return fault.PowerMissing.With("authority", string(p.Authority), "the owner's home "+string(owner.Home)+", or a supervisor opens it")
	}
	home, err := c.FindAuthority(owner.Home)
	if err != nil {
		return err
	}
	want := txn.NonResidentAccount
	if owner.Residency == home.Sovereign {
		want = txn.ResidentAccount
	}
	if p.Type != want {
		return fault.PowerMissing.With("type", string(p.Type), string(want)+", or a supervisor opens it")
	}
	if len(p.External) > 0 {
		return fault.PowerMissing.With("external", "set by the owner", "none; the supervisor adds them by account.update")
	}
	return nil
}

// Execute opens the account.
func (p *OpenAccount) Execute(c *txn.Context) error {
	owner, err := c.FindParty(p.Owner)
	if err != nil {
		return err
	}
	if _, err := c.FindAccount(p.ID); err == nil {
		return fault.AccountTaken.With("id", string(p.ID), "an id that no account has had")
	}
	if err := externalAssets(c, p.External); err != nil {
		return err
	}
	account := txn.Account{ID: p.ID, Owner: p.Owner, Authority: p.authority(&owner), Type: p.Type, External: p.External, Receiver: p.Receiver}
	if err := c.SaveAccount(account); err != nil {
		return err
	}
	c.Emit("account.was_opened", AccountOpened{ID: p.ID, Owner: p.Owner, Authority: account.Authority, Type: p.Type})
	return nil
}

// AccountOpened says that an account exists.
type AccountOpened struct {
	ID        txn.AccountID   `cbor:"1,keyasint" json:"id"`
	Owner     identity.LEI    `cbor:"2,keyasint" json:"owner"`
	Authority txn.AuthorityID `cbor:"3,keyasint" json:"authority"`
	Type      txn.AccountType `cbor:"4,keyasint" json:"type"`
}
