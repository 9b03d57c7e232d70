package payment

import (
	"encoding/hex"
	"errors"
	"fmt"
)

// UETR is the unique end-to-end transaction reference: a version 4 UUID (RFC 9562), written
// in lower case, 16 bytes on the wire.
type UETR [16]byte

// ParseUETR reads the written form.
func ParseUETR(text string) (u UETR, err error) {
	if len(text) == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-' {
		raw := text[:8] + text[9:13] + text[14:18] + text[19:23] + text[24:]
		if n, err := hex.Decode(u[:], []byte(raw)); err == nil && n == 16 && u.String() == text && u.valid() {
			return u, nil
		}
	}
	return UETR{}, fmt.Errorf("a UETR is a version 4 UUID in lower case, as in eb6305c9-1f7f-49de-aed0-16487c27b42d")
}

var errUETR = errors.New("a UETR is a version 4 UUID")

func (u UETR) valid() bool { return u[6]>>4 == 4 && u[8]>>6 == 2 }

func (u UETR) String() string {
	h := hex.EncodeToString(u[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// MarshalText writes the written form.
func (u UETR) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalText reads the written form.
func (u *UETR) UnmarshalText(text []byte) error {
	got, err := ParseUETR(string(text))
	if err == nil {
		*u = got
	}
	return err
}

// MarshalCBOR writes a byte string of exactly 16 bytes.
func (u UETR) MarshalCBOR() ([]byte, error) { return append([]byte{0x50}, u[:]...), nil }

// UnmarshalCBOR accepts nothing but a version 4 UUID in 16 bytes.
func (u *UETR) UnmarshalCBOR(data []byte) error {
	if len(data) != 17 || data[0] != 0x50 {
		return fmt.Errorf("a UETR is a byte string of exactly 16 bytes")
	}
	got := UETR(data[1:])
	if !got.valid() {
		return errUETR
	}
	*u = got
	return nil
}
