package identity

import (
	"strconv"

	"causeway/core/kernel/fault"
)

// LEI is a legal entity identifier of ISO 17442: 18 characters of A-Z and 0-9, then two check
// digits so that the whole, letters read as 10 to 35, is 1 modulo 97 (ISO 7064 MOD 97-10).
type LEI string

// ParseLEI accepts exactly the 20 characters, without blanks or lower case. Early issuers
// have also used the check digits 00, 01 and 99, so any pair that fits the sum is good.
func ParseLEI(text string) (LEI, error) {
	if len(text) != 20 {
		return "", fault.LEIMalformed.With("lei", strconv.Itoa(len(text))+" bytes", "20 characters")
	}
	rest, ok := leiRemainder(text)
	if !ok || text[18] > '9' || text[19] > '9' {
		return "", fault.LEIMalformed.With("lei", strconv.QuoteToASCII(text), "A-Z and 0-9, digits at the end")
	}
	if rest != 1 {
		digits, _ := LEICheckDigits(text[:18])
		return "", fault.LEICheckDigitsWrong.With("lei", text, text[:18]+digits)
	}
	return LEI(text), nil
}

// LEICheckDigits computes the two digits that complete an 18-character prefix, 02 to 98.
func LEICheckDigits(prefix18 string) (string, error) {
	if len(prefix18) != 18 {
		return "", fault.LEIMalformed.With("lei", strconv.Itoa(len(prefix18))+" bytes", "18 characters")
	}
	rest, ok := leiRemainder(prefix18 + "00")
	if !ok {
		return "", fault.LEIMalformed.With("lei", strconv.QuoteToASCII(prefix18), "A-Z and 0-9")
	}
	digits := 98 - rest
	return string([]byte{byte('0' + digits/10), byte('0' + digits%10)}), nil
}

// leiRemainder is the number that text spells, modulo 97.
func leiRemainder(text string) (rest int, ok bool) {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return 0, false
		}
	}
	return rest, true
}
