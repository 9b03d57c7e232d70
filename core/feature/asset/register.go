package asset

import (
	"strconv"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
)

// Bounds of an asset's terms.
const (
	nameMax     = 64               // characters
	approvalMax = 64               // characters
	scaleMax    = 18               // decimals, as most ledgers have at most
	maxAgeMsMin = 60_000           // a minute
	maxAgeMsMax = 366 * 86_400_000 // a year
	redeemInMax = 30               // business days
	lifeMsMax   = 50 * 366 * 86_400_000
)

// Register puts an asset under an authority, with the approval or filing it was allowed by.
type Register struct {
	ID        txn.AssetID     `cbor:"1,keyasint" json:"id"`                            // 2 to 16 letters, digits, hyphens
	Name      string          `cbor:"2,keyasint" json:"name"`                          // at most 64 characters
	Kind      txn.AssetKind   `cbor:"3,keyasint" json:"kind"`                          // stablecoin, cbdc, deposit, real_asset, receivable, vault_share
	Scale     uint8           `cbor:"4,keyasint" json:"scale"`                         // decimals, at most 18, for ever
	Currency  string          `cbor:"5,keyasint,omitempty" json:"currency,omitempty"`  // ISO 4217; money must have one
	Authority txn.AuthorityID `cbor:"6,keyasint" json:"authority"`                     // whose approval it is
	Issuer    identity.LEI    `cbor:"7,keyasint" json:"issuer"`                        // a party of class issuer or bank, or with the role issuer
	Approval  string          `cbor:"8,keyasint" json:"approval"`                      // approval or filing reference, at most 64 characters
	Expires   int64           `cbor:"9,keyasint" json:"expires"`                       // of the approval, Unix ms
	Cap       money.Amount    `cbor:"10,keyasint" json:"cap" decimals:"scale"`         // minor units; liability: cap, claim: evidenced units, reserved: zero
	MaxAgeMs  int64           `cbor:"11,keyasint,omitempty" json:"max_age_ms"`         // reserved only: oldest attestation that still counts
	RedeemIn  uint8           `cbor:"12,keyasint,omitempty" json:"redeem_in"`          // business days, 1 to 30; money must have it
	Calendar  string          `cbor:"13,keyasint,omitempty" json:"calendar,omitempty"` // whose business days
	Custodian identity.LEI    `cbor:"14,keyasint,omitempty" json:"custodian,omitempty"`
}

var registerKind = txn.Kind{
	Name: "asset.register", Version: 1,
	En:  "register an asset under an approval or filing with an expiry",
	Zh:  "依据有期限的批准或备案登记资产",
	New: func() txn.Payload { return &Register{} },
	Example: `{"id":"HKDX","name":"Harbour Dollar","kind":"stablecoin","scale":2,"currency":"HKD","authority":"HK",` +
		`"issuer":"3003001KBLFU4ISSUE87","approval":"HKMA-FRS-2026-004","expires":1924905600000,"cap":"0","max_age_ms":129600000,` +
		`"redeem_in":1,"calendar":"HK","custodian":"3003001KBLFU4CUSTO04"}`,
}

// Validate checks all that needs no state.
func (p *Register) Validate() error {
	backing, known := txn.BackingOf(p.Kind)
	switch {
	case !validID(string(p.ID)):
		return fault.TxFieldInvalid.With("id", string(p.ID), "2 to 16 letters, digits or hyphens")
	case p.Name == "" || !plainText(p.Name, nameMax):
		return fault.TxFieldInvalid.With("name", p.Name, "1 to 64 characters without control characters")
	case !known:
		return fault.TxFieldInvalid.With("kind", string(p.Kind), "stablecoin, cbdc, deposit, real_asset, receivable or vault_share")
	case p.Scale > scaleMax:
		return fault.TxFieldInvalid.With("scale", strconv.Itoa(int(p.Scale)), "at most 18")
	case p.Currency == "" && backing != txn.Claim:
		return fault.TxFieldMissing.With("currency", "", "the ISO 4217 code of the money it stands for")
	case p.Currency != "" && !validCurrency(p.Currency):
		return fault.TxFieldInvalid.With("currency", p.Currency, "three capital letters (ISO 4217)")
	case p.Authority == "":
		return fault.TxFieldMissing.With("authority", "", "the authority whose approval it is")
	case p.Approval == "" || !plainText(p.Approval, approvalMax):
		return fault.TxFieldInvalid.With("approval", p.Approval, "an approval or filing reference of 1 to 64 characters")
	}
	if _, err := identity.ParseLEI(string(p.Issuer)); err != nil {
		return err
	}
	if err := p.validateBacking(backing); err != nil {
		return err
	}
	return p.validateRedemption(backing)
}

func (p *Register) validateBacking(backing txn.Backing) error {
	if p.Custodian != "" {
		if _, err := identity.ParseLEI(string(p.Custodian)); err != nil {
			return err
		}
	}
	if backing != txn.Reserved {
		if p.MaxAgeMs != 0 {
			return fault.TxFieldInvalid.With("max_age_ms", strconv.FormatInt(p.MaxAgeMs, 10), "none: only a stablecoin is backed by attested reserves")
		}
		return nil
	}
	switch {
	case p.Custodian == "":
		return fault.TxFieldMissing.With("custodian", "", "the party that attests the reserves")
	case p.Custodian == p.Issuer:
		return fault.AssetInvalid.With("custodian", string(p.Custodian), "another party than the issuer")
	case p.MaxAgeMs < maxAgeMsMin || p.MaxAgeMs > maxAgeMsMax:
		return fault.TxFieldInvalid.With("max_age_ms", strconv.FormatInt(p.MaxAgeMs, 10), "a minute to 366 days")
	case !p.Cap.IsZero():
		return fault.TxFieldInvalid.With("cap", p.Cap.Digits(), "0: reserves bound a stablecoin")
	}
	return nil
}

// validateRedemption: money is redeemed at par within a term; a claim may have none.
func (p *Register) validateRedemption(backing txn.Backing) error {
	switch {
	case p.RedeemIn > redeemInMax:
		return fault.TxFieldInvalid.With("redeem_in", strconv.Itoa(int(p.RedeemIn)), "1 to 30 business days")
	case p.RedeemIn == 0 && backing != txn.Claim:
		return fault.TxFieldMissing.With("redeem_in", "", "1 to 30 business days")
	case (p.RedeemIn > 0) != (p.Calendar != ""):
		return fault.TxFieldMissing.With("calendar", p.Calendar, "the calendar that counts redeem_in, and none without it")
	}
	return nil
}

// Access: the supervisor of the authority, or of one above it.
func (p *Register) Access(c *txn.Context) (txn.Access, error) {
	if _, err := c.FindAuthority(p.Authority); err != nil {
		return txn.Access{}, err
	}
	return txn.Access{}, c.ActsFor(p.Authority)
}

// Execute writes the asset; it has no supply yet.
func (p *Register) Execute(c *txn.Context) error {
	if c.AssetExists(p.ID) {
		return fault.AssetTaken.With("id", string(p.ID), "an id that is free")
	}
	if err := inFuture(c, p.Expires); err != nil {
		return err
	}
	if err := mayIssue(c, p.Issuer); err != nil {
		return err
	}
	if p.Custodian != "" {
		if err := mayKeep(c, p.Custodian); err != nil {
			return err
		}
	}
	if p.Calendar != "" {
		if _, err := c.FindCalendar(p.Calendar); err != nil {
			return err
		}
	}
	backing, _ := txn.BackingOf(p.Kind)
	a := txn.Asset{
		ID: p.ID, Name: p.Name, Kind: p.Kind, Backing: backing, Scale: p.Scale, Currency: p.Currency,
		Authority: p.Authority, Issuer: p.Issuer, Approval: p.Approval, Expires: p.Expires, Cap: p.Cap,
		MaxAgeMs: p.MaxAgeMs, RedeemIn: p.RedeemIn, Calendar: p.Calendar, Custodian: p.Custodian,
	}
	if err := c.SaveAsset(a); err != nil {
		return err
	}
	c.Emit("asset.was_registered", RegisteredEvent{Asset: a.ID, Kind: a.Kind, Authority: a.Authority, Issuer: a.Issuer, Approval: a.Approval, Expires: a.Expires})
	return nil
}

// RegisteredEvent says that an asset exists from now on.
type RegisteredEvent struct {
	Asset     txn.AssetID     `cbor:"1,keyasint" json:"asset"`
	Kind      txn.AssetKind   `cbor:"2,keyasint" json:"kind"`
	Authority txn.AuthorityID `cbor:"3,keyasint" json:"authority"`
	Issuer    identity.LEI    `cbor:"4,keyasint" json:"issuer"`
	Approval  string          `cbor:"5,keyasint" json:"approval"`
	Expires   int64           `cbor:"6,keyasint" json:"expires"` // Unix ms
}
