package identity

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha256"
	"strconv"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	secpecdsa "github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
	"github.com/emmansun/gmsm/sm2"
	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/wire"
)

// SignatureSize is the length of every signature in bytes: R ‖ S for Ed25519, r ‖ s in
// big-endian for the others. DER is left to the clients, since it has many forms.
const SignatureSize = 64

// PasskeyBytesMax bounds authenticator data and client data together.
const PasskeyBytesMax = 2048

// Signature is one signature over a transaction's id. It stands outside the signed body.
type Signature struct {
	Alg           Algorithm `cbor:"1,keyasint" json:"algorithm"`
	Key           []byte    `cbor:"2,keyasint" json:"key"` // the public key, canonical
	Sig           []byte    `cbor:"3,keyasint" json:"signature"`
	Authenticator []byte    `cbor:"4,keyasint,omitempty" json:"authenticator_data,omitempty"` // WebAuthn only
	ClientData    []byte    `cbor:"5,keyasint,omitempty" json:"client_data,omitempty"`        // WebAuthn only: clientDataJSON
}

// CheckShape refuses what no key could make valid: unknown algorithms and wrong lengths.
func (sig *Signature) CheckShape() error {
	switch {
	case !sig.Alg.Known():
		return fault.SignatureAlgorithmUnknown.With("algorithm", strconv.Itoa(int(sig.Alg)), "1 to 5")
	case !sig.Alg.Signs():
		return fault.KeyEncryptionOnly.With("algorithm", sig.Alg.String(), "")
	case len(sig.Key) != sig.Alg.PublicKeySize():
		return malformedKey(sig.Alg, strconv.Itoa(len(sig.Key))+" bytes")
	case len(sig.Sig) != SignatureSize:
		return fault.SignatureMalformed.With("signature", strconv.Itoa(len(sig.Sig))+" bytes", "64 bytes")
	}
	if sig.Alg != WebAuthn {
		if len(sig.Authenticator) != 0 || len(sig.ClientData) != 0 {
			return fault.SignatureMalformed.With("client_data", "passkey data", "none for "+sig.Alg.String())
		}
		return nil
	}
	if size := len(sig.Authenticator) + len(sig.ClientData); size > PasskeyBytesMax {
		return fault.PasskeyTooLong.With("client_data", strconv.Itoa(size)+" bytes", "at most "+strconv.Itoa(PasskeyBytesMax))
	}
	return nil
}

// Verify says whether sig is a valid signature of its own key over id; rpIDHash is the
// SHA-256 of the relying party id registered with a passkey and is ignored otherwise.
// Whether the key is registered, in force and in scope is judged elsewhere, every time.
func Verify(id wire.Hash, sig *Signature, rpIDHash [32]byte) error {
	if err := sig.CheckShape(); err != nil {
		return err
	}
	switch sig.Alg {
	case Ed25519:
		return verdict(ed25519.VerifyWithOptions(sig.Key, id[:], sig.Sig, zip215))
	case WebAuthn:
		return verifyPasskey(id, sig, rpIDHash)
	case P256:
		return verifyP256(sig.Key, sha256.Sum256(id[:]), sig.Sig)
	case Secp256k1:
		return verifySecp256k1(sig.Key, sha256.Sum256(id[:]), sig.Sig)
	default: // CheckShape leaves only SM2
		return verifySM2(sig.Key, id[:], sig.Sig)
	}
}

// zip215 makes the verdict the same for one signature and for a batch: the equation with the
// cofactor, and non-canonical encodings of A and R accepted as the points they name
// (https://zips.z.cash/zip-0215).
var zip215 = &ed25519.Options{Verify: ed25519.VerifyOptionsZIP_215}

func verdict(valid bool) error {
	if valid {
		return nil
	}
	return fault.SignatureInvalid.With("signature", "", "")
}

// Half of the group orders, rounded down: the greatest s that is low (BIP 62; SEC 1 §4.1.3).
var (
	p256HalfOrder = [32]byte{
		0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8}
	p256Order = [32]byte{
		0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51}
)

func verifyP256(pub []byte, digest [32]byte, sig []byte) error {
	key := parseP256(pub)
	if key == nil {
		return malformedKey(P256, "no point of the curve")
	}
	s := sig[32:]
	if bytes.Compare(s, p256Order[:]) < 0 && bytes.Compare(s, p256HalfOrder[:]) > 0 {
		return fault.SignatureHighS.With("signature", "", "s at most n / 2")
	}
	return verdict(ecdsa.VerifyASN1(key, digest[:], derSignature(sig)))
}

func verifySecp256k1(pub []byte, digest [32]byte, sig []byte) error {
	key := parseSecp256k1(pub)
	if key == nil {
		return malformedKey(Secp256k1, "no point of the curve")
	}
	var r, s secp256k1.ModNScalar
	if r.SetByteSlice(sig[:32]) || s.SetByteSlice(sig[32:]) {
		return verdict(false) // not below the group order
	}
	if s.IsOverHalfOrder() {
		return fault.SignatureHighS.With("signature", "", "s at most n / 2")
	}
	return verdict(secpecdsa.NewSignature(&r, &s).Verify(digest[:], key))
}

func verifySM2(pub, message, sig []byte) error {
	key := parseSM2(pub)
	if key == nil {
		return malformedKey(SM2, "no point of the curve")
	}
	// An empty user id stands for the default one of GB/T 35276. SM2 has no twin of a
	// signature to exclude: (r, n - s) does not verify, so there is no rule for s.
	return verdict(sm2.VerifyASN1WithSM2(key, nil, message, derSignature(sig)))
}

// derSignature writes r ‖ s as the DER SEQUENCE of two INTEGERs the libraries read. Zero and
// values not below the group order stay what they are, and the libraries refuse them.
func derSignature(sig []byte) []byte {
	der := make([]byte, 2, 72)
	for _, half := range [][]byte{sig[:32], sig[32:]} {
		half = bytes.TrimLeft(half, "\x00")
		if len(half) == 0 || half[0] >= 0x80 {
			half = append([]byte{0}, half...)
		}
		der = append(append(der, 0x02, byte(len(half))), half...)
	}
	der[0], der[1] = 0x30, byte(len(der)-2)
	return der
}
