package issuance

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
)

// Allowance is how much a party may still mint of an asset. The issuer needs one, too: it
// bounds what a stolen key can do before somebody kills it.
type Allowance struct {
	Asset  txn.AssetID  `cbor:"1,keyasint" json:"asset"`
	Minter identity.LEI `cbor:"2,keyasint" json:"minter"`
	Left   money.Amount `cbor:"3,keyasint" json:"left"`                       // minor units
	Minted money.Amount `cbor:"4,keyasint" json:"minted"`                     // under it so far
	Raised int64        `cbor:"5,keyasint" json:"raised"`                     // Unix ms, last time
	Killed int64        `cbor:"6,keyasint,omitempty" json:"killed,omitempty"` // Unix ms, last time
}

var allowances = txn.NewTable[Allowance]("im", "issuance.allowance")

func allowanceKey(asset txn.AssetID, minter identity.LEI) []byte {
	return []byte(string(asset) + "\x00" + string(minter))
}

// FindAllowance reads the allowance of a minter.
func FindAllowance(r txn.Reader, asset txn.AssetID, minter identity.LEI) (Allowance, bool) {
	return allowances.Get(r, allowanceKey(asset, minter))
}

// issuerOf finds an asset whose issuer the acting party must be.
func issuerOf(c *txn.Context, id txn.AssetID) (txn.Asset, error) {
	a, err := c.FindAsset(id)
	if err == nil && a.Issuer != c.Party().LEI {
		err = fault.PowerMissing.With("asset "+string(id), "party "+string(c.Party().LEI), "its issuer")
	}
	return a, err
}

// Raise gives a minter more to mint. An admin of the issuer signs first; whoever kills is a
// checker, so that no single role can do both.
type Raise struct {
	Asset  txn.AssetID  `cbor:"1,keyasint" json:"asset"`
	Minter identity.LEI `cbor:"2,keyasint" json:"minter"`              // the issuer itself, or a party it lets mint
	Amount money.Amount `cbor:"3,keyasint" json:"amount" unit:"asset"` // minor units on top of what is left
}

var raiseKind = txn.Kind{
	Name: "allowance.raise", Version: 1,
	En:      "let a minter mint more, as an admin of the issuer",
	Zh:      "由发行人管理员提高铸造额度",
	New:     func() txn.Payload { return &Raise{} },
	Example: `{"asset":"HKDX","minter":"3003001KBLFU4ISSUE87","amount":"20000000000"}`,
}

// Validate checks the shape.
func (p *Raise) Validate() error {
	if err := validMinter(p.Asset, p.Minter); err != nil {
		return err
	}
	if p.Amount.IsZero() {
		return fault.AmountZero.With("amount", "0", "above zero")
	}
	return nil
}

func validMinter(asset txn.AssetID, minter identity.LEI) error {
	if asset == "" {
		return fault.TxFieldMissing.With("asset", "", "the id of an asset")
	}
	_, err := identity.ParseLEI(string(minter))
	return err
}

// Access: an admin of the issuer, measured by the amount.
func (p *Raise) Access(c *txn.Context) (txn.Access, error) {
	_, err := issuerOf(c, p.Asset)
	return txn.Access{Asset: p.Asset, Amount: p.Amount, Officer: identity.RoleAdmin}, err
}

// Execute adds the amount.
func (p *Raise) Execute(c *txn.Context) error {
	if _, err := c.FindParty(p.Minter); err != nil {
		return err
	}
	a, _ := FindAllowance(c.Reader(), p.Asset, p.Minter)
	left, ok := a.Left.Add(p.Amount)
	if !ok {
		return fault.AmountOverflow.With("allowance", p.Amount.Digits(), "a sum up to 2^127-1")
	}
	a.Asset, a.Minter, a.Left, a.Raised = p.Asset, p.Minter, left, c.Now()
	allowances.Put(c, allowanceKey(p.Asset, p.Minter), a)
	c.Emit("allowance.was_raised", AllowanceEvent{Asset: p.Asset, Minter: p.Minter, Left: left})
	return nil
}

// AllowanceEvent states an allowance from now on.
type AllowanceEvent struct {
	Asset  txn.AssetID  `cbor:"1,keyasint" json:"asset"`
	Minter identity.LEI `cbor:"2,keyasint" json:"minter"`
	Left   money.Amount `cbor:"3,keyasint" json:"left"` // minor units
}
