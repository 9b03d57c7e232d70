package issuance

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
)

// Mint issues new units into an account, within the minter's allowance and the backing.
type Mint struct {
	Asset  txn.AssetID   `cbor:"1,keyasint" json:"asset"`
	To     txn.AccountID `cbor:"2,keyasint" json:"to"`
	Amount money.Amount  `cbor:"3,keyasint" json:"amount" unit:"asset"` // minor units
}

var mintKind = txn.Kind{
	Name: "issuance.mint", Version: 1,
	En:      "issue new units, within the allowance and what backs them at this moment",
	Zh:      "在铸造额度和当时的储备支持内发行",
	New:     func() txn.Payload { return &Mint{} },
	Example: `{"asset":"HKDX","to":"HK-ISSUER-TREASURY","amount":"10000000000"}`,
}

// Validate checks the shape.
func (p *Mint) Validate() error {
	switch {
	case p.Asset == "":
		return fault.TxFieldMissing.With("asset", "", "the id of an asset")
	case p.To == "":
		return fault.TxFieldMissing.With("to", "", "the account that receives")
	case p.Amount.IsZero():
		return fault.AmountZero.With("amount", "0", "above zero")
	}
	return nil
}

// Access: whoever has an allowance, the issuer included.
func (p *Mint) Access(c *txn.Context) (txn.Access, error) {
	if _, err := c.FindAsset(p.Asset); err != nil {
		return txn.Access{}, err
	}
	if _, ok := FindAllowance(c.Reader(), p.Asset, c.Party().LEI); !ok {
		return txn.Access{}, fault.PowerMissing.With("asset "+string(p.Asset), "party "+string(c.Party().LEI), "a minter with an allowance")
	}
	return txn.Access{Asset: p.Asset, Amount: p.Amount}, nil
}

// Execute checks who mints, takes the allowance, checks the backing, and asks the guard last:
// pauses, freezes and expiries stand there.
func (p *Mint) Execute(c *txn.Context) error {
	a, err := c.FindAsset(p.Asset)
	if err != nil {
		return err
	}
	if err := p.mayMint(c, &a); err != nil {
		return err
	}
	left, err := p.take(c)
	if err != nil {
		return err
	}
	if err := p.backed(c, &a); err != nil {
		return err
	}
	payee, err := c.Side(p.To)
	if err != nil {
		return err
	}
	order := &txn.Order{
		Kind: mintKind.Name, Nature: txn.Mint, Payee: payee,
		SourceAsset: p.Asset, SourceAmount: p.Amount, TargetAsset: p.Asset, TargetAmount: p.Amount,
	}
	if _, err := c.Move(order, []txn.Posting{{To: p.To, Asset: p.Asset, Amount: p.Amount}}); err != nil {
		return err
	}
	c.Emit("issuance.was_minted", MintedEvent{Asset: p.Asset, Minter: c.Party().LEI, To: p.To, Amount: p.Amount, Supply: c.Supply(p.Asset), Left: left})
	return nil
}

// mayMint: the guard sees neither issuer, minter nor custodian, who are no side of the posting;
// a frozen one must not bring money into being, or vouch for it, all the same.
func (p *Mint) mayMint(c *txn.Context, a *txn.Asset) error {
	issuer, err := c.FindParty(a.Issuer)
	if err != nil {
		return err
	}
	answering := []*identity.Party{c.Party(), &issuer}
	if a.Backing == txn.Reserved {
		custodian, err := c.FindParty(a.Custodian)
		if err != nil {
			return err
		}
		answering = append(answering, &custodian)
	}
	for _, party := range answering {
		if party.Frozen != "" {
			return fault.PartyFrozen.With("party "+string(party.LEI), "frozen", "unfrozen")
		}
	}
	return nil
}

func (p *Mint) take(c *txn.Context) (left money.Amount, err error) {
	minter := c.Party().LEI
	allowance, _ := FindAllowance(c.Reader(), p.Asset, minter)
	left, ok := allowance.Left.Sub(p.Amount)
	if !ok {
		return left, fault.AllowanceExceeded.With("amount", p.Amount.Digits(), "at most "+allowance.Left.Digits())
	}
	allowance.Left = left
	if allowance.Minted, ok = allowance.Minted.Add(p.Amount); !ok {
		return left, fault.AmountOverflow.With("minted", p.Amount.Digits(), "a sum up to 2^127-1")
	}
	allowances.Put(c, allowanceKey(p.Asset, minter), allowance)
	return left, nil
}

// backed: supply counts whole, wherever the units are (frozen, held, escrowed).
func (p *Mint) backed(c *txn.Context, a *txn.Asset) error {
	room, err := Headroom(c.Reader(), a, c.Now())
	if err != nil {
		return err
	}
	if p.Amount.Cmp(room) <= 0 {
		return nil
	}
	short := fault.BackingCap
	if a.Backing == txn.Reserved {
		short = fault.ReservesShort
	}
	return short.With("amount", p.Amount.Digits(), "at most "+room.Digits())
}

// MintedEvent says what was issued.
type MintedEvent struct {
	Asset  txn.AssetID   `cbor:"1,keyasint" json:"asset"`
	Minter identity.LEI  `cbor:"2,keyasint" json:"minter"`
	To     txn.AccountID `cbor:"3,keyasint" json:"to"`
	Amount money.Amount  `cbor:"4,keyasint" json:"amount"`
	Supply money.Amount  `cbor:"5,keyasint" json:"supply"` // after it
	Left   money.Amount  `cbor:"6,keyasint" json:"left"`   // of the allowance
}
