package identity

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"strconv"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/emmansun/gmsm/sm2"
	"github.com/oasisprotocol/curve25519-voi/curve"

	"causeway/core/kernel/fault"
)

// ValidatePublicKey is the rule for registering a key: the one canonical encoding of a point
// on the curve, and for the Edwards and Montgomery curves not of small order. It is stricter
// than what Verify tolerates under ZIP-215, where every encodable key has a defined verdict.
func ValidatePublicKey(alg Algorithm, pub []byte) error {
	if !alg.Known() {
		return fault.SignatureAlgorithmUnknown.With("algorithm", strconv.Itoa(int(alg)), "1 to 6")
	}
	if len(pub) != alg.PublicKeySize() {
		return malformedKey(alg, strconv.Itoa(len(pub))+" bytes")
	}
	switch alg {
	case Ed25519:
		return validateEd25519(pub)
	case P256, WebAuthn:
		if parseP256(pub) == nil {
			return malformedKey(alg, "no point of the curve")
		}
	case Secp256k1:
		if parseSecp256k1(pub) == nil {
			return malformedKey(alg, "no point of the curve")
		}
	case SM2:
		if parseSM2(pub) == nil {
			return malformedKey(alg, "no point of the curve")
		}
	case X25519:
		return validateX25519(pub)
	}
	return nil
}

func malformedKey(alg Algorithm, found string) error {
	return fault.KeyMalformed.With("key", found, "a canonical "+alg.String()+" key of "+strconv.Itoa(alg.PublicKeySize())+" bytes")
}

func validateEd25519(pub []byte) error {
	var (
		compressed curve.CompressedEdwardsY
		point      curve.EdwardsPoint
	)
	if _, err := compressed.SetBytes(pub); err != nil {
		return malformedKey(Ed25519, "unreadable bytes")
	}
	if _, err := point.SetCompressedY(&compressed); err != nil {
		return malformedKey(Ed25519, "no point of the curve")
	}
	if !compressed.IsCanonicalVartime() {
		return malformedKey(Ed25519, "another encoding of the point")
	}
	if point.IsSmallOrder() {
		return fault.KeySmallOrder.With("key", "", "")
	}
	return nil
}

// validateX25519 refuses u ≥ p and the points that every clamped scalar maps to zero
// (RFC 7748 §6.1): a secret shared with such a key is known to everybody.
func validateX25519(pub []byte) error {
	// p = 2^255 - 19 in little-endian is ed ff … ff 7f, so only 19 values of 255 bits reach it.
	allOnes := bytes.Equal(pub[1:31], bytes.Repeat([]byte{0xff}, 30))
	if pub[31] >= 0x80 || pub[31] == 0x7f && allOnes && pub[0] >= 0xed {
		return malformedKey(X25519, "a coordinate not below 2^255 - 19")
	}
	peer, err := ecdh.X25519().NewPublicKey(pub)
	if err != nil {
		return malformedKey(X25519, "unreadable bytes")
	}
	// Any scalar serves: clamping makes it a multiple of the cofactor 8.
	scalar, err := ecdh.X25519().NewPrivateKey(bytes.Repeat([]byte{0x55}, 32))
	if err != nil {
		return malformedKey(X25519, "unreadable bytes")
	}
	if _, err := scalar.ECDH(peer); err != nil {
		return fault.KeySmallOrder.With("key", "", "")
	}
	return nil
}

// compressed reports whether pub has the form of SEC 1 §2.3.3 for a compressed point.
func compressed(pub []byte) bool {
	return len(pub) == 33 && (pub[0] == 2 || pub[0] == 3)
}

// parseP256 returns nil for anything but a compressed point of the curve.
func parseP256(pub []byte) *ecdsa.PublicKey {
	if !compressed(pub) {
		return nil
	}
	x, y := elliptic.UnmarshalCompressed(elliptic.P256(), pub)
	if x == nil {
		return nil
	}
	point := make([]byte, 65)
	point[0] = 4
	x.FillBytes(point[1:33])
	y.FillBytes(point[33:])
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return nil
	}
	return key
}

func parseSecp256k1(pub []byte) *secp256k1.PublicKey {
	if !compressed(pub) {
		return nil
	}
	key, err := secp256k1.ParsePubKey(pub)
	if err != nil {
		return nil
	}
	return key
}

func parseSM2(pub []byte) *ecdsa.PublicKey {
	if !compressed(pub) {
		return nil
	}
	x, y := elliptic.UnmarshalCompressed(sm2.P256(), pub)
	if x == nil {
		return nil
	}
	point := make([]byte, 65)
	point[0] = 4
	x.FillBytes(point[1:33])
	y.FillBytes(point[33:])
	key, err := sm2.NewPublicKey(point)
	if err != nil {
		return nil
	}
	return key
}
