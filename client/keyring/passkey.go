package keyring

import (
	"crypto/ecdh"
	"crypto/ecdsa"
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
	private, err := p256Private(k)
	if err != nil {
		return err
	}
	k.sign = func(id wire.Hash, sig *identity.Signature) error { return assert(private, k.rpID, id, sig) }
	return nil
}

// assert answers a challenge as navigator.credentials.get does (WebAuthn level 2 §7.2).
func assert(private *ecdsa.PrivateKey, rpID string, id wire.Hash, sig *identity.Signature) error {
	client, err := json.Marshal(struct {
		Type        string `json:"type"`
		Challenge   string `json:"challenge"`
		Origin      string `json:"origin"`
		CrossOrigin bool   `json:"crossOrigin"`
	}{"webauthn.get", base64.RawURLEncoding.EncodeToString(id[:]), "https://" + rpID, false})
	if err != nil {
		return err
	}
	rpIDHash := sha256.Sum256([]byte(rpID))
	const userPresentAndVerified = 0x05
	sig.ClientData = client
	sig.Authenticator = append(rpIDHash[:], userPresentAndVerified, 0, 0, 0, 0) // counter 0, as synced passkeys
	clientHash := sha256.Sum256(client)
	sig.Sig, err = signP256(private, wire.Sum(sig.Authenticator, clientHash[:]))
	return err
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
