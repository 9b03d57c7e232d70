package authority

import (
	"strings"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
)

// SetPurpose registers a purpose code. The charter's supervisor may change one; a sovereign
// may add its own beside those of ISO 20022.
type SetPurpose struct {
	Authority txn.AuthorityID `cbor:"1,keyasint" json:"authority"`
	Code      string          `cbor:"2,keyasint" json:"code"`    // ISO 20022 external purpose code, or the authority's own
	Account   string          `cbor:"3,keyasint" json:"account"` // "current" or "capital"
}

var setPurposeKind = txn.Kind{
	Name: "authority.set_purpose", Version: 1,
	En:      "Register a purpose code as one of the current or of the capital account.",
	Zh:      "登记用途代码，归入经常项目或资本项目。",
	New:     func() txn.Payload { return new(SetPurpose) },
	Example: `{"authority":"CN","code":"CGODDR","account":"current"}`,
}

// Validate checks code and account.
func (p *SetPurpose) Validate() error {
	if err := checkAuthority("authority", p.Authority); err != nil {
		return err
	}
	if n := len(p.Code); n < 3 || n > 8 || strings.Trim(p.Code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return fault.TxFieldInvalid.With("code", p.Code, "3 to 8 of A-Z and 0-9")
	}
	if p.Account != "current" && p.Account != "capital" {
		return fault.TxFieldInvalid.With("account", p.Account, "current or capital")
	}
	return nil
}

// Access is for the supervisor of the authority, or one above it.
func (p *SetPurpose) Access(c *txn.Context) (txn.Access, error) { return supervising(c, p.Authority) }

// Execute registers the code. What a code means holds for the whole network, so that neither
// side of a payment can call it something else; only the charter changes it.
func (p *SetPurpose) Execute(c *txn.Context) error {
	charter := c.Charter()
	if path := c.Path(p.Authority); len(path) > 2 {
		return fault.PowerMissing.With("authority", string(p.Authority), "the charter or a sovereign")
	}
	if before, err := c.FindPurpose(p.Code); err == nil && !c.Is(charter.ID) {
		return fault.PowerMissing.With("purpose "+p.Code, "registered as "+before.Account, "the supervisor of "+string(charter.ID)+", or a new code")
	}
	c.SavePurpose(txn.Purpose{Code: p.Code, Account: p.Account})
	c.Emit("authority.purpose_was_set", PurposeSet(*p))
	return nil
}

// PurposeSet says what a purpose code means from now on.
type PurposeSet struct {
	Authority txn.AuthorityID `cbor:"1,keyasint" json:"authority"`
	Code      string          `cbor:"2,keyasint" json:"code"`
	Account   string          `cbor:"3,keyasint" json:"account"`
}
