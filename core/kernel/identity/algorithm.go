package identity

import (
	"causeway/core/kernel/fault"
)

// Algorithm says how a key signs, or that it encrypts. The numbers are consensus.
type Algorithm uint8

// The algorithms of the ledger. All signing algorithms take the 32 bytes of the
// transaction's id as their message:
//
//	Ed25519    RFC 8032 pure Ed25519 over the id, verified by ZIP-215
//	P256       ECDSA over SHA-256(id), as WebCrypto, PKCS#11 CKM_ECDSA_SHA256 and HSMs do it
//	WebAuthn   a P-256 passkey whose challenge is the id (WebAuthn level 2 §7.2)
//	Secp256k1  ECDSA over SHA-256(id)
//	SM2        GB/T 32918.2 over SM3(Z ‖ id) with the default user id 1234567812345678
//	X25519     RFC 7748, for encryption only; it never verifies
const (
	Ed25519   Algorithm = 1
	P256      Algorithm = 2
	WebAuthn  Algorithm = 3
	Secp256k1 Algorithm = 4
	SM2       Algorithm = 5
	X25519    Algorithm = 6
)

var algorithmNames = [...]string{
	Ed25519: "ed25519", P256: "p256", WebAuthn: "webauthn", Secp256k1: "secp256k1", SM2: "sm2", X25519: "x25519",
}

// String is the name used in texts and JSON.
func (a Algorithm) String() string {
	if a.Known() {
		return algorithmNames[a]
	}
	return "unknown"
}

// Known reports whether a is in the table.
func (a Algorithm) Known() bool { return a >= Ed25519 && a <= X25519 }

// Signs reports whether keys of a sign; the others are for encryption.
func (a Algorithm) Signs() bool { return a.Known() && a != X25519 }

// PublicKeySize is the length of a public key in bytes, 0 for an unknown algorithm.
func (a Algorithm) PublicKeySize() int {
	switch a {
	case Ed25519, X25519:
		return 32
	case P256, WebAuthn, Secp256k1, SM2:
		return 33
	}
	return 0
}

// ParseAlgorithm reads the name String writes.
func ParseAlgorithm(name string) (Algorithm, error) {
	for a := Ed25519; a <= X25519; a++ {
		if algorithmNames[a] == name {
			return a, nil
		}
	}
	return 0, fault.SignatureAlgorithmUnknown.With("algorithm", name, "ed25519, p256, webauthn, secp256k1, sm2 or x25519")
}

// MarshalText writes the name; on the wire an algorithm is its number.
func (a Algorithm) MarshalText() ([]byte, error) {
	if !a.Known() {
		return nil, fault.SignatureAlgorithmUnknown.Err()
	}
	return []byte(a.String()), nil
}

// UnmarshalText reads the name.
func (a *Algorithm) UnmarshalText(text []byte) error {
	parsed, err := ParseAlgorithm(string(text))
	if err == nil {
		*a = parsed
	}
	return err
}
