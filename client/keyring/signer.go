// Package keyring is the Go side of signing: it makes private keys, keeps them in files and
// signs transaction ids with them.
//
// Private keys never leave this package except into a key file: encrypted under a passphrase
// (scrypt, RFC 7914, and ChaCha20-Poly1305, RFC 8439), or in clear, by explicit choice, for
// development. What it signs is exactly what core/kernel/identity accepts: r ‖ s of fixed
// length, with low s for P-256, passkeys and secp256k1.
package keyring

import (
	"crypto/sha256"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

	"causeway/core/kernel/identity"
	"causeway/core/kernel/wire"
)

// Signer signs transaction ids. Signers in hardware or at a remote service implement it too.
type Signer interface {
	Algorithm() identity.Algorithm
	Public() []byte // the canonical public key, as registered on the ledger
	Sign(id wire.Hash) (identity.Signature, error)
}

// Key is a private key in memory: a Signer for every algorithm that signs, and for X25519 the
// holder of a decryption key.
type Key struct {
	algorithm identity.Algorithm
	secret    [32]byte
	public    []byte
	rpID      string                                            // passkeys only
	sign      func(id wire.Hash, sig *identity.Signature) error // fills in all but algorithm and key
}

var _ Signer = (*Key)(nil)

// Algorithm says how the key signs.
func (k *Key) Algorithm() identity.Algorithm { return k.algorithm }

// Public is the canonical public key.
func (k *Key) Public() []byte { return append([]byte(nil), k.public...) }

// RPID is the relying party id of a passkey, "" for other keys.
func (k *Key) RPID() string { return k.rpID }

// RPIDHash is what the ledger registers for a passkey, zero for other keys.
func (k *Key) RPIDHash() (hash [32]byte) {
	if k.algorithm == identity.WebAuthn {
		hash = sha256.Sum256([]byte(k.rpID))
	}
	return hash
}

// String names the key without its secret, so that a logged key betrays nothing.
func (k *Key) String() string { return k.algorithm.String() + " key" }

// GoString does the same for %#v.
func (k *Key) GoString() string { return k.String() }

// Sign signs id. A passkey answers as an authenticator would that has verified its user.
func (k *Key) Sign(id wire.Hash) (identity.Signature, error) {
	if k.sign == nil {
		return identity.Signature{}, ErrEncryptionOnly
	}
	sig := identity.Signature{Alg: k.algorithm, Key: k.Public()}
	if err := k.sign(id, &sig); err != nil {
		return identity.Signature{}, err
	}
	return sig, nil
}

// ed25519Key reads secret as the seed of RFC 8032 §5.1.5.
func ed25519Key(k *Key) error {
	private := ed25519.NewKeyFromSeed(k.secret[:])
	k.public = append([]byte(nil), private[32:]...)
	k.sign = func(id wire.Hash, sig *identity.Signature) error {
		sig.Sig = ed25519.Sign(private, id[:])
		return nil
	}
	return nil
}
