package keyring

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"math/big"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	secpecdsa "github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
	"github.com/emmansun/gmsm/sm2"

	"causeway/core/kernel/identity"
	"causeway/core/kernel/wire"
)

// compress writes the compressed form (SEC 1 §2.3.3) of an uncompressed point 04 ‖ x ‖ y.
func compress(point []byte) []byte {
	return append([]byte{2 + point[64]&1}, point[1:33]...)
}

// p256Key reads secret as the private scalar. Nonces follow RFC 6979, so a weak source of
// randomness cannot give the key away.
func p256Key(k *Key) error {
	private, err := p256Private(k)
	if err != nil {
		return err
	}
	k.sign = func(id wire.Hash, sig *identity.Signature) (err error) {
		sig.Sig, err = signP256(private, sha256.Sum256(id[:]))
		return err
	}
	return nil
}

func p256Private(k *Key) (*ecdsa.PrivateKey, error) {
	private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), k.secret[:])
	if err != nil {
		return nil, errUnusableSecret
	}
	point, err := private.PublicKey.Bytes()
	if err != nil {
		return nil, err
	}
	k.public = compress(point)
	return private, nil
}

func signP256(private *ecdsa.PrivateKey, digest [32]byte) ([]byte, error) {
	der, err := private.Sign(nil, digest[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	return fixedSize(der, elliptic.P256().Params().N)
}

// secp256k1Key reads secret as the private scalar; the library signs by RFC 6979 with low s.
func secp256k1Key(k *Key) error {
	var scalar secp256k1.ModNScalar
	if overflow := scalar.SetByteSlice(k.secret[:]); overflow || scalar.IsZero() {
		return errUnusableSecret
	}
	private := secp256k1.NewPrivateKey(&scalar)
	k.public = private.PubKey().SerializeCompressed()
	k.sign = func(id wire.Hash, sig *identity.Signature) error {
		digest := sha256.Sum256(id[:])
		signature := secpecdsa.Sign(private, digest[:])
		r, s := signature.R(), signature.S()
		rBytes, sBytes := r.Bytes(), s.Bytes()
		sig.Sig = append(rBytes[:], sBytes[:]...)
		return nil
	}
	return nil
}

// sm2Key reads secret as the private scalar and signs with the default user id.
func sm2Key(k *Key) error {
	private, err := sm2.NewPrivateKey(k.secret[:])
	if err != nil {
		return errUnusableSecret
	}
	k.public = elliptic.MarshalCompressed(private.Curve, private.X, private.Y)
	k.sign = func(id wire.Hash, sig *identity.Signature) error {
		der, err := private.SignWithSM2(rand.Reader, nil, id[:])
		if err != nil {
			return err
		}
		sig.Sig, err = fixedSize(der, nil)
		return err
	}
	return nil
}

// fixedSize turns a DER signature into r ‖ s; given the group order it also lowers s.
func fixedSize(der []byte, order *big.Int) ([]byte, error) {
	var halves struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(der, &halves)
	if err != nil || len(rest) != 0 {
		return nil, errors.New("keyring: the library returned a malformed signature")
	}
	if order != nil && new(big.Int).Lsh(halves.S, 1).Cmp(order) > 0 {
		halves.S.Sub(order, halves.S)
	}
	out := make([]byte, 64)
	halves.R.FillBytes(out[:32])
	halves.S.FillBytes(out[32:])
	return out, nil
}
