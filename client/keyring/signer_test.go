package keyring

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"

	"causeway/core/kernel/identity"
	"causeway/core/kernel/wire"
)

var algorithms = []identity.Algorithm{identity.Ed25519, identity.P256, identity.WebAuthn, identity.Secp256k1, identity.SM2, identity.X25519}

func newTestKey(t *testing.T, algorithm identity.Algorithm) *Key {
	t.Helper()
	rpID := ""
	if algorithm == identity.WebAuthn {
		rpID = "localhost"
	}
	k, err := generate(algorithm, rpID)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestLedgerAcceptsEachSigner signs often enough that a high s would show.
func TestLedgerAcceptsEachSigner(t *testing.T) {
	for _, algorithm := range algorithms {
		k := newTestKey(t, algorithm)
		if k.Algorithm() != algorithm {
			t.Errorf("%v: is of %v", algorithm, k.Algorithm())
		}
		if err := identity.ValidatePublicKey(algorithm, k.Public()); err != nil {
			t.Errorf("%v: %v", algorithm, err)
		}
		if algorithm == identity.X25519 {
			if _, err := k.Sign(wire.Hash{}); !errors.Is(err, ErrEncryptionOnly) {
				t.Errorf("an encryption key signs: %v", err)
			}
			continue
		}
		for i := range 24 {
			id := wire.Sum([]byte{byte(i)})
			sig, err := k.Sign(id)
			if err != nil {
				t.Fatalf("%v: %v", algorithm, err)
			}
			if err := identity.Verify(id, &sig, k.RPIDHash()); err != nil {
				t.Fatalf("%v: %v", algorithm, err)
			}
			var decoded identity.Signature
			if err := wire.Unmarshal(wire.Marshal(&sig), &decoded); err != nil || !bytes.Equal(decoded.Sig, sig.Sig) {
				t.Fatalf("%v: on the wire: %v", algorithm, err)
			}
		}
	}
}

func TestGeneratedKeysDiffer(t *testing.T) {
	for _, algorithm := range algorithms {
		if bytes.Equal(newTestKey(t, algorithm).Public(), newTestKey(t, algorithm).Public()) {
			t.Errorf("%v: two keys are equal", algorithm)
		}
	}
	if _, err := Generate(identity.WebAuthn); err == nil {
		t.Error("a passkey without relying party")
	}
	if _, err := GeneratePasskey("127.0.0.1"); err == nil {
		t.Error("a passkey for an IP address, which browsers refuse")
	}
	if _, err := Generate(9); err == nil {
		t.Error("a key of no algorithm")
	}
}

// TestFromSeed pins the derivation: the samples of every document depend on it.
func TestFromSeed(t *testing.T) {
	seed := []byte("a public development seed")
	k, err := FromSeed(seed, "acme/treasurer")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := hex.EncodeToString(k.Public()), "4e1c43f4874f6cdc7d8f52894b9729310c9878e0720796e45e5f1855d42a6914"; got != want {
		t.Errorf("the derived key is %s, was %s", got, want)
	}
	seen := map[string]string{}
	for _, algorithm := range algorithms {
		for _, label := range []string{"acme/treasurer", "acme/clerk"} {
			rpID := ""
			if algorithm == identity.WebAuthn {
				rpID = "localhost"
			}
			first, err := FromSeedFor(algorithm, seed, label, rpID)
			if err != nil {
				t.Fatal(err)
			}
			second, err := FromSeedFor(algorithm, seed, label, rpID)
			if err != nil || !bytes.Equal(first.Public(), second.Public()) {
				t.Errorf("%v %s: not deterministic: %v", algorithm, label, err)
			}
			name := fmt.Sprint(algorithm, " ", label)
			if other := seen[string(first.secret[:])]; other != "" {
				t.Errorf("%s has the secret of %s", name, other)
			}
			seen[string(first.secret[:])] = name
		}
	}
}

func TestAgree(t *testing.T) {
	a, b := newTestKey(t, identity.X25519), newTestKey(t, identity.X25519)
	ab, err := a.Agree(b.Public())
	if err != nil {
		t.Fatal(err)
	}
	if ba, err := b.Agree(a.Public()); err != nil || !bytes.Equal(ab, ba) {
		t.Errorf("the two sides differ: %v", err)
	}
	if _, err := a.Agree(make([]byte, 32)); err == nil {
		t.Error("agrees with the point of order 2")
	}
	if _, err := newTestKey(t, identity.Ed25519).Agree(b.Public()); err == nil {
		t.Error("a signing key agrees on secrets")
	}
}

func TestPrintingAKeyShowsNoSecret(t *testing.T) {
	k := newTestKey(t, identity.Ed25519)
	for _, text := range []string{fmt.Sprint(k), fmt.Sprintf("%+v", k), fmt.Sprintf("%#v", k), fmt.Sprintf("%x", k)} {
		if text != "ed25519 key" && text != hex.EncodeToString([]byte("ed25519 key")) {
			t.Errorf("prints as %s", text)
		}
	}
}
