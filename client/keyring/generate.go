package keyring

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"causeway/core/kernel/identity"
)

// ErrEncryptionOnly says that an X25519 key was asked to sign.
var ErrEncryptionOnly = errors.New("keyring: this key is for encryption and never signs")

// errUnusableSecret says that 32 bytes are no private key of the curve (zero, or not below
// its order).
var errUnusableSecret = errors.New("keyring: these bytes are no private key of this algorithm")

// Generate makes a new random key. For a passkey use GeneratePasskey.
func Generate(algorithm identity.Algorithm) (*Key, error) { return generate(algorithm, "") }

// GeneratePasskey makes a new random software passkey for a relying party ("localhost").
func GeneratePasskey(rpID string) (*Key, error) { return generate(identity.WebAuthn, rpID) }

func generate(algorithm identity.Algorithm, rpID string) (*Key, error) {
	for {
		var secret [32]byte
		if _, err := rand.Read(secret[:]); err != nil {
			return nil, err
		}
		k, err := newKey(algorithm, secret, rpID)
		if !errors.Is(err, errUnusableSecret) {
			return k, err
		}
	}
}

// FromSeed derives the Ed25519 key of a label from a seed: HKDF-SHA-256 (RFC 5869) with the
// label as info. It exists for the public development seed, where everybody knows every key:
// such keys make samples reproducible and protect nothing. Never fund or trust one.
func FromSeed(seed []byte, label string) (*Key, error) {
	return FromSeedFor(identity.Ed25519, seed, label, "")
}

// FromSeedFor is FromSeed for any algorithm; rpID is for passkeys, else "". The same warning holds.
func FromSeedFor(algorithm identity.Algorithm, seed []byte, label, rpID string) (*Key, error) {
	for try := 0; ; try++ {
		// The rare bytes that are no private key give way to the next derivation.
		info := fmt.Sprintf("causeway/development-key/1/%s/%d/%s", algorithm, try, label)
		derived, err := hkdf.Key(sha256.New, seed, nil, info, 32)
		if err != nil {
			return nil, err
		}
		k, err := newKey(algorithm, [32]byte(derived), rpID)
		if !errors.Is(err, errUnusableSecret) {
			return k, err
		}
	}
}

func newKey(algorithm identity.Algorithm, secret [32]byte, rpID string) (*Key, error) {
	if rpID != "" && algorithm != identity.WebAuthn {
		return nil, errors.New("keyring: only a passkey has a relying party")
	}
	k := &Key{algorithm: algorithm, secret: secret, rpID: rpID}
	var err error
	switch algorithm {
	case identity.Ed25519:
		err = ed25519Key(k)
	case identity.P256:
		err = p256Key(k)
	case identity.WebAuthn:
		err = webAuthnKey(k)
	case identity.Secp256k1:
		err = secp256k1Key(k)
	case identity.SM2:
		err = sm2Key(k)
	case identity.X25519:
		err = x25519Key(k)
	default:
		err = fmt.Errorf("keyring: no such algorithm: %d", algorithm)
	}
	if err != nil {
		return nil, err
	}
	return k, nil
}
