package txn

import (
	"strconv"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
)

// Forms of fields that payloads of several features share.

// CheckID wants 1 to most letters, digits, '.', '_' or '-', of ASCII: nothing that separates
// ids from one another in keys, paths and files.
func CheckID(field, id string, most int) error {
	ok := id != "" && len(id) <= most
	for i := 0; i < len(id) && ok; i++ {
		c := id[i]
		ok = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || i > 0 && (c == '.' || c == '_')
	}
	if ok {
		return nil
	}
	return refuseField(field, id, "1 to "+strconv.Itoa(most)+" of A-Z, a-z, 0-9, '-', '.', '_'")
}

// CheckName wants a name of something public: 1 to most characters, none that steers a display.
func CheckName(field, name string, most int) error {
	count := 0
	for _, r := range name {
		if count++; steers(r) {
			return refuseField(field, strconv.QuoteToASCII(name), "characters that steer no display")
		}
	}
	if count == 0 || count > most || name[0] == ' ' || name[len(name)-1] == ' ' {
		return refuseField(field, name, "1 to "+strconv.Itoa(most)+" characters without blanks around them")
	}
	return nil
}

// steers tells the characters that change how others are shown: C0 and C1 controls, zero
// widths, line separators, bidirectional overrides. Written out, since the tables of the
// standard library change with its version and builds must agree.
func steers(r rune) bool {
	return r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2060 && r <= 0x206f ||
		r == 0xfeff || r == 0xfffd
}

// CheckCountry wants the form of an ISO 3166 alpha-2 code.
func CheckCountry(field, code string) error {
	if len(code) == 2 && upper(code[0]) && upper(code[1]) {
		return nil
	}
	return refuseField(field, code, "two capital letters (ISO 3166 alpha-2)")
}

// CheckLEI wants an LEI with good check digits.
func CheckLEI(field string, lei identity.LEI) error {
	if lei == "" {
		return refuseField(field, "", "")
	}
	if _, err := identity.ParseLEI(string(lei)); err != nil {
		stated := *fault.In(err)
		stated.Field = field
		return &stated
	}
	return nil
}

func upper(c byte) bool { return c >= 'A' && c <= 'Z' }

func refuseField(field, found, want string) error {
	if found == "" {
		return fault.TxFieldMissing.With(field, "", want)
	}
	if len(found) > 64 {
		found = strconv.Itoa(len(found)) + " bytes"
	}
	return fault.TxFieldInvalid.With(field, found, want)
}
