package quota

import (
	"slices"
	"strconv"

	"causeway/core/kernel/fault"
)

// Direction says which flow a quota limits.
type Direction uint8

// The directions. Net is max(0, out − in).
const (
	Out Direction = iota + 1
	In
	Net
)

// Rulebooks and interfaces write kinds and directions as words; the ledger stores their numbers.
var (
	kinds      = []string{"", "day", "month", "year", "rolling"}
	directions = []string{"", "out", "in", "net"}
)

func (k Kind) String() string      { return word(kinds, uint8(k)) }
func (d Direction) String() string { return word(directions, uint8(d)) }

// MarshalText writes the word.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// MarshalText writes the word.
func (d Direction) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads day, month, year or rolling.
func (k *Kind) UnmarshalText(text []byte) error {
	n, err := number(kinds, "window.kind", string(text), "day, month, year or rolling")
	*k = Kind(n)
	return err
}

// UnmarshalText reads out, in or net.
func (d *Direction) UnmarshalText(text []byte) error {
	n, err := number(directions, "direction", string(text), "out, in or net")
	*d = Direction(n)
	return err
}

// word shows a value that has no word as its number.
func word(words []string, n uint8) string {
	if n == 0 || int(n) >= len(words) {
		return strconv.Itoa(int(n))
	}
	return words[n]
}

func number(words []string, field, text, want string) (uint8, error) {
	if n := slices.Index(words, text); n > 0 {
		return uint8(n), nil
	}
	return 0, fault.QuotaWindowInvalid.With(field, text, want)
}
