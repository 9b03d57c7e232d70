package identity

import (
	"encoding/csv"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"causeway/core/kernel/fault"
	"causeway/internal/shareddata"
)

// leiNumber is ISO 7064 by the book: letters become two digits, one long integer.
func leiNumber(text string) *big.Int {
	var digits strings.Builder
	for _, c := range text {
		if c >= 'A' {
			digits.WriteString(strconv.Itoa(int(c-'A') + 10))
		} else {
			digits.WriteRune(c)
		}
	}
	n, _ := new(big.Int).SetString(digits.String(), 10)
	return n
}

func TestLEICheckDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		prefix := rapid.StringMatching(`[A-Z0-9]{18}`).Draw(t, "prefix")
		digits, err := LEICheckDigits(prefix)
		if err != nil {
			t.Fatal(err)
		}
		whole := prefix + digits
		if rest := new(big.Int).Mod(leiNumber(whole), big.NewInt(97)); rest.Int64() != 1 {
			t.Fatalf("%s is %v modulo 97", whole, rest)
		}
		if lei, err := ParseLEI(whole); err != nil || string(lei) != whole {
			t.Fatalf("%s: %v", whole, err)
		}
		// MOD 97-10 finds every digit that is mistaken for another.
		at := rapid.IntRange(0, 19).Draw(t, "at")
		other := rapid.StringMatching(`[0-9]`).Draw(t, "other")
		if whole[at] > '9' || whole[at] == other[0] {
			return
		}
		wrong := whole[:at] + other + whole[at+1:]
		if _, err := ParseLEI(wrong); !errors.Is(err, fault.LEICheckDigitsWrong) {
			t.Fatalf("%s for %s: %v", wrong, whole, err)
		}
	})
}

func TestLEIRefusals(t *testing.T) {
	for _, text := range []string{
		"", "5493001KJTIIGC8Y1R1", "5493001KJTIIGC8Y1R123", "5493001kjtiigc8y1r12", " 493001KJTIIGC8Y1R12",
		"5493001KJTIIGC8Y1R1A", "5493001KJTIIGC8Y1RA2", "5493001KJTIIGC8YÄR12",
	} {
		if _, err := ParseLEI(text); !errors.Is(err, fault.LEIMalformed) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := ParseLEI("5493001KJTIIGC8Y1R12"); err != nil { // published by the registrar as its example
		t.Error(err)
	}
	if _, err := ParseLEI("5493001KJTIIGC8Y1R13"); !errors.Is(err, fault.LEICheckDigitsWrong) {
		t.Error(err)
	}
	if _, err := LEICheckDigits("5493001kJTIIGC8Y1R"); !errors.Is(err, fault.LEIMalformed) {
		t.Error(err)
	}
}

func TestLEIsOfTheGoldenCopy(t *testing.T) {
	in, err := os.Open(filepath.Join(shareddata.Folder(t), "lei", "gleif_golden_copy_300.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	rows, err := csv.NewReader(in).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		if _, err := ParseLEI(row[0]); err != nil {
			t.Error(err)
		}
	}
	if len(rows) < 200 {
		t.Errorf("only %d rows", len(rows))
	}
}
