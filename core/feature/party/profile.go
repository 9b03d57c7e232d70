package party

import (
	"slices"
	"strconv"
	"strings"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
)

// The classes of party: what rulebooks distinguish entities by.
const (
	ClassEnterprise = "enterprise"
	ClassBank       = "bank"
	ClassFxBank     = "fx_bank"
	ClassIssuer     = "issuer"
	ClassSupervisor = "supervisor"
	ClassCarrier    = "carrier"
	ClassWarehouse  = "warehouse"
	ClassInspector  = "inspector"
	ClassFinancier  = "financier"
	ClassCustodian  = "custodian"
	ClassOther      = "other"
)

// Classes lists them all.
var Classes = []string{
	ClassEnterprise, ClassBank, ClassFxBank, ClassIssuer, ClassSupervisor, ClassCarrier, ClassWarehouse, ClassInspector, ClassFinancier, ClassCustodian, ClassOther,
}

// The roles of a party: what its supervisor has licensed it for.
const (
	RoleIssuer    = "issuer"
	RoleMinter    = "minter"
	RoleCustodian = "custodian"
)

// Roles lists them all.
var Roles = []string{identity.RoleMarketMaker, RoleIssuer, RoleMinter, RoleCustodian}

const (
	nameMax        = 140 // characters, as ISO 20022 Max140Text
	authorityIDMax = 24
)

func checkProfile(name, residency, class string, roles []string, group identity.LEI, bic string) error {
	if err := txn.CheckName("name", name, nameMax); err != nil {
		return err
	}
	if err := txn.CheckCountry("residency", residency); err != nil {
		return err
	}
	if !slices.Contains(Classes, class) {
		return fault.PartyInvalid.With("class", class, strings.Join(Classes, ", "))
	}
	for i, role := range roles {
		if !slices.Contains(Roles, role) || slices.Contains(roles[:i], role) {
			return fault.PartyInvalid.With("roles["+itoa(i)+"]", role, "each once, of "+strings.Join(Roles, ", "))
		}
	}
	if group != "" {
		if err := txn.CheckLEI("group", group); err != nil {
			return err
		}
	}
	if bic != "" && !validBIC(bic) {
		return fault.PartyInvalid.With("bic", bic, "8 or 11 characters of ISO 9362")
	}
	return nil
}

// validBIC: four letters or digits for the institution, the country, two for the location and
// perhaps three for the branch (ISO 9362:2022).
func validBIC(bic string) bool {
	if len(bic) != 8 && len(bic) != 11 {
		return false
	}
	for i := 0; i < len(bic); i++ {
		letter := bic[i] >= 'A' && bic[i] <= 'Z'
		digit := bic[i] >= '0' && bic[i] <= '9'
		if !letter && (!digit || i == 4 || i == 5) {
			return false
		}
	}
	return true
}

const (
	tiersMax     = 32
	tierKindsMax = 32
	approvalsMax = 15
)

// checkPolicy checks a policy by itself; whether the officers can fulfil it, the party knows.
func checkPolicy(p *identity.Policy) error {
	if len(p.Tiers) > tiersMax {
		return fault.PolicyInvalid.With("policy.tiers", itoa(len(p.Tiers)), "at most "+itoa(tiersMax))
	}
	for i := range p.Tiers {
		tier, path := &p.Tiers[i], "policy.tiers["+itoa(i)+"]"
		if err := checkKinds(path+".kinds", tier.Kinds, tierKindsMax); err != nil {
			return err
		}
		if tier.Asset != "" {
			if err := txn.CheckID(path+".asset", tier.Asset, idMax); err != nil {
				return err
			}
		} else if !tier.Above.IsZero() {
			return fault.PolicyInvalid.With(path+".asset", "none", "the asset that above is measured in")
		}
		if tier.Approvals > approvalsMax {
			return fault.PolicyInvalid.With(path+".approvals", itoa(int(tier.Approvals)), "at most "+itoa(approvalsMax))
		}
	}
	return nil
}

// checkKinds checks patterns of kinds: "payment.send", "payment.*".
func checkKinds(path string, kinds []string, most int) error {
	if len(kinds) > most {
		return fault.TxFieldInvalid.With(path, itoa(len(kinds)), "at most "+itoa(most))
	}
	for i, kind := range kinds {
		noun, verb, ok := strings.Cut(kind, ".")
		if !ok || len(kind) > 48 || !word(noun) || verb != "*" && !word(verb) {
			return fault.TxFieldInvalid.With(path+"["+itoa(i)+"]", strconv.QuoteToASCII(kind), `"noun.verb" or "noun.*"`)
		}
	}
	return nil
}

func word(text string) bool {
	return text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz_0123456789") == ""
}

func itoa(n int) string { return strconv.Itoa(n) }
