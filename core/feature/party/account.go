package party

import (
	"slices"
	"strings"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
)

const (
	idMax        = 40 // of accounts and assets
	externalsMax = 16
	schemeMax    = 35 // ISO 20022 proprietary scheme name, Max35Text
	externalMax  = 34 // ISO 20022 generic account id, Max34Text
	acceptsMax   = 64
	purposeMax   = 12
	schemeIBAN   = "IBAN"
)

// checkExternal checks external ids by themselves: an IBAN's check digits, a BIC's form.
func checkExternal(list []txn.ExternalID) error {
	if len(list) > externalsMax {
		return fault.AccountInvalid.With("external", itoa(len(list)), "at most "+itoa(externalsMax))
	}
	for i, e := range list {
		path := "external[" + itoa(i) + "]"
		if err := txn.CheckID(path+".scheme", e.Scheme, schemeMax); err != nil {
			return err
		}
		switch {
		case e.Scheme == schemeIBAN && !validIBAN(e.ID):
			return fault.AccountInvalid.With(path+".id", e.ID, "an IBAN with good check digits, without blanks (ISO 13616)")
		case !visible(e.ID) || len(e.ID) > externalMax:
			return fault.AccountInvalid.With(path+".id", e.ID, "1 to 34 visible ASCII characters")
		case e.Agent != "" && !validBIC(e.Agent):
			return fault.AccountInvalid.With(path+".agent", e.Agent, "a BIC of 8 or 11 characters (ISO 9362)")
		case slices.ContainsFunc(list[:i], func(f txn.ExternalID) bool { return f.Scheme == e.Scheme && f.ID == e.ID && f.Agent == e.Agent }):
			return fault.AccountTaken.With(path, e.ID, "each external id once")
		}
		if e.Asset != "" {
			if err := txn.CheckID(path+".asset", e.Asset, idMax); err != nil {
				return err
			}
		}
	}
	return nil
}

// externalAssets refuses external ids that stand for assets there are not.
func externalAssets(c *txn.Context, list []txn.ExternalID) error {
	for _, e := range list {
		if e.Asset == "" {
			continue
		}
		if _, err := c.FindAsset(txn.AssetID(e.Asset)); err != nil {
			return err
		}
	}
	return nil
}

func checkReceiver(r *txn.ReceiverPolicy) error {
	if r == nil {
		return nil
	}
	if len(r.Assets) > acceptsMax || len(r.Purposes) > acceptsMax {
		return fault.AccountInvalid.With("receiver", itoa(max(len(r.Assets), len(r.Purposes))), "at most "+itoa(acceptsMax)+" of each")
	}
	for i, id := range r.Assets {
		if err := txn.CheckID("receiver.assets["+itoa(i)+"]", string(id), idMax); err != nil {
			return err
		}
	}
	for i, code := range r.Purposes {
		if err := txn.CheckID("receiver.purposes["+itoa(i)+"]", code, purposeMax); err != nil {
			return err
		}
	}
	return nil
}

// visible wants ASCII without blanks and controls.
func visible(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}

// validIBAN checks form and check digits: the first four characters moved to the end, letters
// read as 10 to 35, the whole is 1 modulo 97 (ISO 13616, ISO 7064 MOD 97-10). The digits 00,
// 01 and 99 are never issued, though they can fit the sum.
func validIBAN(iban string) bool {
	if len(iban) < 15 || len(iban) > 34 || !letter(iban[0]) || !letter(iban[1]) || !digit(iban[2]) || !digit(iban[3]) {
		return false
	}
	if check := iban[2:4]; check == "00" || check == "01" || check == "99" {
		return false
	}
	rest := 0
	for i := range len(iban) {
		switch c := iban[(i+4)%len(iban)]; {
		case digit(c):
			rest = (rest*10 + int(c-'0')) % 97
		case letter(c):
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

func letter(c byte) bool { return c >= 'A' && c <= 'Z' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }
