package keyring

import (
	"crypto/ecdh"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net"

	"causeway/core/kernel/identity"
	"causeway/core/kernel/wire"
)

// webAuthnKey makes a passkey in software: for tests, and where no authenticator is at hand.
// It proves no presence of a person, whatever its flags say.
func webAuthnKey(k *Key) error {
	if k.rpID == "" || net.ParseIP(k.rpID) != nil {
		return errors.New("keyring: a passkey needs the domain name of its relying party")
	}
	_, err := p256Private(k)
	return err
}

// assert answers a challenge as navigator.credentials.get does (WebAuthn level 2 §7.2).
func (k *Key) assert(id wire.Hash) (identity.Signature, error) {
	private, err := p256Private(&Key{secret: k.secret})
	if err != nil {
		return identity.Signature{}, err
	}
	client, err := json.Marshal(struct {
		Type        string `json:"type"`
		Challenge   string `json:"challenge"`
		Origin      string `json:"origin"`
		CrossOrigin bool   `json:"crossOrigin"`
	}{"webauthn.get", base64.RawURLEncoding.EncodeToString(id[:]), "https://" + k.rpID, false})
	if err != nil {
		return identity.Signature{}, err
	}
	rpIDHash := k.RPIDHash()
	const userPresentAndVerified = 0x05
	authenticator := append(rpIDHash[:], userPresentAndVerified, 0, 0, 0, 0) // counter 0, as synced passkeys
	clientHash := sha256.Sum256(client)
	sig, err := signP256(private, wire.Sum(authenticator, clientHash[:]))
	if err != nil {
		return identity.Signature{}, err
	}
	return identity.Signature{Alg: identity.WebAuthn, Key: k.Public(), Sig: sig, Authenticator: authenticator, ClientData: client}, nil
}

// x25519Key reads secret as the private scalar of RFC 7748.
func x25519Key(k *Key) error {
	private, err := ecdh.X25519().NewPrivateKey(k.secret[:])
	if err != nil {
		return errUnusableSecret
	}
	k.public = private.PublicKey().Bytes()
	return nil
}

// Agree computes the X25519 secret shared with peer, of which keys for encryption are derived.
// It refuses peers of small order.
func (k *Key) Agree(peer []byte) ([]byte, error) {
	if k.algorithm != identity.X25519 {
		return nil, errors.New("keyring: only an x25519 key agrees on secrets")
	}
	if err := identity.ValidatePublicKey(identity.X25519, peer); err != nil {
		return nil, err
	}
	private, err := ecdh.X25519().NewPrivateKey(k.secret[:])
	if err != nil {
		return nil, err
	}
	public, err := ecdh.X25519().NewPublicKey(peer)
	if err != nil {
		return nil, err
	}
	return private.ECDH(public)
}
