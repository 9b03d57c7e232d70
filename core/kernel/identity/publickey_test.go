package identity

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"testing"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/wire"
)

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	data, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// smallOrderEdwards are all encodings of the eight points of small order, canonical and not.
var smallOrderEdwards = []string{
	"0100000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000080",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0000000000000000000000000000000000000000000000000000000000000080",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
}

func TestValidatePublicKey(t *testing.T) {
	const (
		rfc8032  = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
		p256G    = "036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
		k1G      = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
		sm2G     = "0232c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
		rfc7748  = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
		p256P    = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"
		k1P      = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f"
		sm2P     = "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff"
		p256GU   = "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
		lowOrder = "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"
	)
	for _, c := range []struct {
		alg  Algorithm
		key  string
		want *fault.Fault
	}{
		{Ed25519, rfc8032, nil},
		{Ed25519, rfc8032[2:], fault.KeyMalformed},
		{Ed25519, "0200000000000000000000000000000000000000000000000000000000000000", fault.KeyMalformed}, // y = 2 is no point
		{Ed25519, "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", fault.KeyMalformed}, // y = p + 3, a point
		{P256, p256G, nil}, {WebAuthn, p256G, nil},
		{P256, p256GU, fault.KeyMalformed},
		{P256, "05" + p256G[2:], fault.KeyMalformed},
		{P256, "02" + p256P, fault.KeyMalformed},
		{P256, "020000000000000000000000000000000000000000000000000000000000000001", fault.KeyMalformed},
		{Secp256k1, k1G, nil},
		{Secp256k1, "02" + k1P, fault.KeyMalformed},
		{Secp256k1, "020000000000000000000000000000000000000000000000000000000000000005", fault.KeyMalformed},
		{SM2, sm2G, nil},
		{SM2, "02" + sm2P, fault.KeyMalformed},
		{X25519, rfc7748, nil},
		{X25519, "0900000000000000000000000000000000000000000000000000000000000080", fault.KeyMalformed},
		{X25519, "f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", fault.KeyMalformed}, // p + 9
		{X25519, "0000000000000000000000000000000000000000000000000000000000000000", fault.KeySmallOrder},
		{X25519, "0100000000000000000000000000000000000000000000000000000000000000", fault.KeySmallOrder},
		{X25519, "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", fault.KeySmallOrder},
		{X25519, lowOrder, fault.KeySmallOrder},
		{0, rfc8032, fault.SignatureAlgorithmUnknown},
		{7, rfc8032, fault.SignatureAlgorithmUnknown},
	} {
		err := ValidatePublicKey(c.alg, unhex(t, c.key))
		if fault.Of(err) != c.want || (c.want == nil) != (err == nil) {
			t.Errorf("%v %s: %v, expected %v", c.alg, c.key, err, c.want)
		}
	}
	for _, key := range smallOrderEdwards {
		err := ValidatePublicKey(Ed25519, unhex(t, key))
		if !errors.Is(err, fault.KeySmallOrder) && !errors.Is(err, fault.KeyMalformed) {
			t.Errorf("small order %s: %v", key, err)
		}
	}
}

func TestAlgorithmTexts(t *testing.T) {
	for a := Algorithm(0); a < 10; a++ {
		parsed, err := ParseAlgorithm(a.String())
		if a.Known() != (err == nil) || a.Known() && parsed != a {
			t.Errorf("%d is %q and reads back as %d, %v", a, a, parsed, err)
		}
		if text, err := json.Marshal(a); a.Known() != (err == nil) {
			t.Errorf("%d in JSON: %s, %v", a, text, err)
		}
		if (a.PublicKeySize() != 0) != a.Known() {
			t.Errorf("%d has keys of %d bytes", a, a.PublicKeySize())
		}
	}
	if got := wire.Marshal(SM2); !bytes.Equal(got, []byte{5}) {
		t.Errorf("on the wire SM2 is %x, expected its number", got)
	}
	if X25519.Signs() || !SM2.Signs() {
		t.Error("X25519 must not sign, SM2 must")
	}
}
