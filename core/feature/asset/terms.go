package asset

import (
	"strconv"
	"unicode/utf8"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
)

// What lets a party issue assets or keep what backs them: its class, or a role given to it.
const (
	issuer    = "issuer"
	bank      = "bank"
	custodian = "custodian"
)

func mayIssue(c *txn.Context, lei identity.LEI) error {
	p, err := c.FindParty(lei)
	if err == nil && p.Class != issuer && p.Class != bank && !p.HasRole(issuer) {
		err = fault.AssetInvalid.With("issuer", "class "+p.Class, "a party of class issuer or bank, or with the role issuer")
	}
	return err
}

func mayKeep(c *txn.Context, lei identity.LEI) error {
	p, err := c.FindParty(lei)
	if err == nil && p.Class != custodian && !p.HasRole(custodian) {
		err = fault.AssetInvalid.With("custodian", "class "+p.Class, "a party of class custodian, or with the role custodian")
	}
	return err
}

// inFuture bounds expiries on both sides, so that a slip in the unit (s for ms) is refused.
func inFuture(c *txn.Context, expires int64) error {
	if expires <= c.Now() || expires-c.Now() > lifeMsMax {
		return fault.AssetInvalid.With("expires", strconv.FormatInt(expires, 10), "Unix ms, later than "+strconv.FormatInt(c.Now(), 10)+" and within 50 years")
	}
	return nil
}

func validID(id string) bool {
	if len(id) < 2 || len(id) > 16 {
		return false
	}
	for _, r := range []byte(id) {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return true
}

func validCurrency(code string) bool {
	if len(code) != 3 {
		return false
	}
	for _, r := range []byte(code) {
		if r < 'A' || r > 'Z' {
			return false
		}
	}
	return true
}

// plainText accepts any script (approvals are numbered in Chinese, too) but nothing that
// steers a display: no C0 and C1 controls, no line separators, no bidirectional overrides.
// Written out, since the Unicode tables of the standard library change with its version.
func plainText(text string, most int) bool {
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > most {
		return false
	}
	for _, r := range text {
		switch {
		case r < 0x20, r >= 0x7f && r < 0xa0, r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r == 0xfeff:
			return false
		}
	}
	return true
}
