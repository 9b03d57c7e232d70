// Package ident judges the identifiers that payments carry: IBAN (ISO 13616), BIC (ISO 9362),
// LEI (ISO 17442), UETR, and the SWIFT rules for characters and slashes in references.
//
// It looks at form and check digits only. Whether an account or an institution exists is not
// something that a text can prove.
package ident

import (
	"errors"
	"fmt"
	"strings"

	"causeway/iso20022/codes"
)

// The reasons to refuse an identifier.
var (
	ErrForm        = errors.New("it does not have the form")
	ErrCountry     = errors.New("the country is not known")
	ErrLength      = errors.New("the length is wrong for the country")
	ErrCheckDigits = errors.New("the check digits do not fit")
)

// ibanLengths is the IBAN registry: country, length.
var ibanLengths = func() map[string]int {
	const registry = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 " +
		"GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 " +
		"MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
	lengths := map[string]int{}
	for _, row := range strings.Fields(registry) {
		n := 0
		for _, digit := range row[2:] {
			n = n*10 + int(digit-'0')
		}
		lengths[row[:2]] = n
	}
	return lengths
}()

// IBAN checks form, country, length and check digits (ISO 7064 MOD 97-10).
func IBAN(text string) error {
	if len(text) < 5 || !letters(text[:2]) || !digits(text[2:4]) {
		return ErrForm
	}
	want, known := ibanLengths[text[:2]]
	if !known {
		return fmt.Errorf("%w: %s is not in the IBAN registry", ErrCountry, text[:2])
	}
	if len(text) != want {
		return fmt.Errorf("%w: %s has %d characters, not %d", ErrLength, text[:2], want, len(text))
	}
	remainder, ok := mod97(text[4:] + text[:4])
	if !ok {
		return ErrForm
	}
	if remainder != 1 || text[2:4] < "02" || text[2:4] > "98" {
		return ErrCheckDigits
	}
	return nil
}

// LEI checks form and check digits.
func LEI(text string) error {
	if len(text) != 20 || !digits(text[18:]) || strings.ToUpper(text) != text {
		return ErrForm
	}
	remainder, ok := mod97(text)
	if !ok {
		return ErrForm
	}
	if remainder != 1 {
		return ErrCheckDigits
	}
	return nil
}

// mod97 reads letters as 10 to 35 and returns the remainder; false for any other character.
func mod97(text string) (int, bool) {
	remainder := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			remainder = (remainder*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			remainder = (remainder*100 + int(c-'A') + 10) % 97
		case c >= 'a' && c <= 'z':
			remainder = (remainder*100 + int(c-'a') + 10) % 97
		default:
			return 0, false
		}
	}
	return remainder, true
}

// BIC checks form and country.
func BIC(text string) error {
	if len(text) != 8 && len(text) != 11 || !letters(text[4:6]) || strings.ToUpper(text) != text || !alphanumeric(text) {
		return ErrForm
	}
	if !codes.Country(text[4:6]) {
		return fmt.Errorf("%w: %s", ErrCountry, text[4:6])
	}
	return nil
}

// SameBIC compares two BICs; the branch XXX is the head office, which may also be left out.
func SameBIC(a, b string) bool { return office(a) == office(b) }

func office(bic string) string {
	if len(bic) == 11 && bic[8:] == "XXX" {
		return bic[:8]
	}
	return bic
}

// UETR checks for a version 4 UUID in lower case.
func UETR(text string) error {
	if len(text) != 36 {
		return ErrForm
	}
	for i := range len(text) {
		c := text[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return ErrForm
			}
			continue
		case 14:
			if c != '4' {
				return ErrForm
			}
		case 19:
			if c != '8' && c != '9' && c != 'a' && c != 'b' {
				return ErrForm
			}
		}
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f') {
			return ErrForm
		}
	}
	return nil
}

const (
	setX     = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ "
	extended = setX + "!#$%&*=^_`{|}~\";<>@[\\]\r\n"
)

// CharsetX returns the first character outside of the SWIFT X set; ok if there is none.
func CharsetX(text string) (rune, bool) { return outside(text, setX) }

// CharsetExtended is for names, addresses and remittance information under CBPR+.
func CharsetExtended(text string) (rune, bool) { return outside(text, extended) }

func outside(text, allowed string) (rune, bool) {
	for _, r := range text {
		if !strings.ContainsRune(allowed, r) {
			return r, false
		}
	}
	return 0, true
}

// Slashes tells whether a reference keeps to the rule: no slash first or last, no two together.
func Slashes(text string) bool {
	return !strings.HasPrefix(text, "/") && !strings.HasSuffix(text, "/") && !strings.Contains(text, "//")
}

func letters(text string) bool {
	for i := range len(text) {
		if text[i] < 'A' || text[i] > 'Z' {
			return false
		}
	}
	return true
}

func digits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

func alphanumeric(text string) bool {
	_, ok := outside(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
	return ok
}
