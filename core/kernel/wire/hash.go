package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Hash is a SHA-256 digest; lower-case hexadecimal in text and JSON, 32 raw bytes on the wire.
type Hash [32]byte

// Sum hashes the concatenation of parts.
func Sum(parts ...[]byte) (h Hash) {
	if len(parts) == 1 {
		return sha256.Sum256(parts[0])
	}
	var buffer [1024]byte // most of what is hashed fits, and then nothing is allocated
	text := buffer[:0]
	for _, part := range parts {
		text = append(text, part...)
	}
	return sha256.Sum256(text)
}

// IsZero reports whether h is all zeros, which stands for "none".
func (h Hash) IsZero() bool { return h == Hash{} }

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText writes hexadecimal.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads exactly 64 lower-case hexadecimal digits.
func (h *Hash) UnmarshalText(text []byte) error {
	got, err := ParseHash(string(text))
	if err == nil {
		*h = got
	}
	return err
}

// ParseHash reads exactly 64 lower-case hexadecimal digits.
func ParseHash(text string) (h Hash, err error) {
	if len(text) == 64 {
		if _, err := hex.Decode(h[:], []byte(text)); err == nil && h.String() == text {
			return h, nil
		}
	}
	return Hash{}, fmt.Errorf("a hash is 64 lower-case hexadecimal digits, found %d characters", len(text))
}

// MarshalCBOR writes a byte string of exactly 32 bytes.
func (h Hash) MarshalCBOR() ([]byte, error) { return append([]byte{0x58, 32}, h[:]...), nil }

// UnmarshalCBOR accepts nothing but a byte string of exactly 32 bytes.
func (h *Hash) UnmarshalCBOR(data []byte) error {
	if len(data) != 34 || data[0] != 0x58 || data[1] != 32 {
		return fmt.Errorf("a hash is a byte string of exactly 32 bytes")
	}
	copy(h[:], data[2:])
	return nil
}
