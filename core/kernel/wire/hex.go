package wire

import (
	"encoding/hex"
	"fmt"
)

// Hex is a byte string that people read as lower-case hexadecimal: public keys, encoded
// payloads. On the wire it is the bytes.
type Hex []byte

func (h Hex) String() string { return hex.EncodeToString(h) }

// MarshalText writes hexadecimal.
func (h Hex) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads lower-case hexadecimal.
func (h *Hex) UnmarshalText(text []byte) error {
	data, err := hex.DecodeString(string(text))
	if err != nil || hex.EncodeToString(data) != string(text) {
		return fmt.Errorf("bytes are written in lower-case hexadecimal")
	}
	*h = data
	return nil
}
