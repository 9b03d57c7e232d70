package identity

import (
	"crypto/ecdsa"
	stded25519 "crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"math/big"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	secpecdsa "github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"
	"github.com/emmansun/gmsm/sm2"
	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/wire"
)

// orders of the groups in which r and s live.
var orders = map[Algorithm]*big.Int{
	P256:      elliptic.P256().Params().N,
	WebAuthn:  elliptic.P256().Params().N,
	Secp256k1: secp256k1.Params().N,
	SM2:       sm2.P256().Params().N,
}

// noncesDiffer is a source of bytes that depend on seed alone.
type noncesDiffer struct{ state wire.Hash }

func (n *noncesDiffer) Read(p []byte) (int, error) {
	n.state = wire.Sum(n.state[:])
	return copy(p, n.state[:]), nil
}

// fixed turns DER into r ‖ s and lowers s where the ledger asks for it.
func fixed(t testing.TB, alg Algorithm, der []byte) []byte {
	t.Helper()
	var halves struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &halves); err != nil {
		t.Fatal(err)
	}
	if n := orders[alg]; alg != SM2 && new(big.Int).Lsh(halves.S, 1).Cmp(n) > 0 {
		halves.S.Sub(n, halves.S)
	}
	out := make([]byte, 64)
	halves.R.FillBytes(out[:32])
	halves.S.FillBytes(out[32:])
	return out
}

const testRPID = "bank.example"

var testRPIDHash = sha256.Sum256([]byte(testRPID))

// signWith signs id by a key of alg that seed determines. The libraries used to sign stand
// apart from the package's own code.
func signWith(t testing.TB, alg Algorithm, seed string, id wire.Hash) *Signature {
	t.Helper()
	secret := sha256.Sum256([]byte(alg.String() + seed))
	digest := sha256.Sum256(id[:])
	sig := &Signature{Alg: alg}
	switch alg {
	case Ed25519:
		private := stded25519.NewKeyFromSeed(secret[:])
		sig.Key, sig.Sig = private[32:], stded25519.Sign(private, id[:])
	case P256, WebAuthn:
		private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), secret[:])
		if err != nil {
			t.Fatal(err)
		}
		point, err := private.PublicKey.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		sig.Key = append([]byte{2 + point[64]&1}, point[1:33]...)
		if alg == WebAuthn {
			sig.ClientData = clientDataFor(id)
			sig.Authenticator = append(testRPIDHash[:], 0x05, 0, 0, 0, 9)
			clientHash := sha256.Sum256(sig.ClientData)
			digest = wire.Sum(sig.Authenticator, clientHash[:])
		}
		der, err := private.Sign(&noncesDiffer{digest}, digest[:], nil)
		if err != nil {
			t.Fatal(err)
		}
		sig.Sig = fixed(t, alg, der)
	case Secp256k1:
		private := secp256k1.PrivKeyFromBytes(secret[:])
		sig.Key = private.PubKey().SerializeCompressed()
		sig.Sig = fixed(t, alg, secpecdsa.Sign(private, digest[:]).Serialize())
	case SM2:
		private, err := sm2.NewPrivateKey(secret[:])
		if err != nil {
			t.Fatal(err)
		}
		sig.Key = elliptic.MarshalCompressed(private.Curve, private.X, private.Y)
		der, err := private.Sign(&noncesDiffer{digest}, id[:], sm2.DefaultSM2SignerOpts)
		if err != nil {
			t.Fatal(err)
		}
		sig.Sig = fixed(t, alg, der)
	}
	return sig
}

var signing = []Algorithm{Ed25519, P256, WebAuthn, Secp256k1, SM2}

func TestVerifyEachAlgorithm(t *testing.T) {
	id := wire.Sum([]byte("a transaction"))
	for _, alg := range signing {
		sig := signWith(t, alg, "one", id)
		if err := ValidatePublicKey(alg, sig.Key); err != nil {
			t.Errorf("%v: %v", alg, err)
		}
		if err := Verify(id, sig, testRPIDHash); err != nil {
			t.Errorf("%v: %v", alg, err)
		}
		if err := Verify(wire.Sum([]byte("another")), sig, testRPIDHash); err == nil {
			t.Errorf("%v: verifies for another id", alg)
		}
		stranger := *sig
		stranger.Key = signWith(t, alg, "two", id).Key
		if err := Verify(id, &stranger, testRPIDHash); !errors.Is(err, fault.SignatureInvalid) {
			t.Errorf("%v: under a stranger's key: %v", alg, err)
		}
		for bit := range 8 * SignatureSize {
			wrong := *sig
			wrong.Sig = append([]byte(nil), sig.Sig...)
			wrong.Sig[bit/8] ^= 1 << (bit % 8)
			if err := Verify(id, &wrong, testRPIDHash); err == nil {
				t.Fatalf("%v: verifies with bit %d flipped", alg, bit)
			}
		}
	}
}

func TestPublishedVectors(t *testing.T) {
	join := func(parts ...string) (out []byte) {
		for _, part := range parts {
			out = append(out, unhex(t, part)...)
		}
		return out
	}
	// RFC 8032 §7.1, TEST 3.
	key := unhex(t, "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
	sig := unhex(t, "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")
	if !ed25519.VerifyWithOptions(key, []byte{0xaf, 0x82}, sig, zip215) {
		t.Error("RFC 8032 TEST 3 does not verify")
	}
	// RFC 6979 A.2.5, P-256, SHA-256: "test" has a low s, "sample" a high one.
	key = unhex(t, "0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6")
	sig = join("f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367", "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083")
	if err := verifyP256(key, sha256.Sum256([]byte("test")), sig); err != nil {
		t.Error(err)
	}
	sig = join("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716", "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8")
	if err := verifyP256(key, sha256.Sum256([]byte("sample")), sig); !errors.Is(err, fault.SignatureHighS) {
		t.Error(err)
	}
	// The widely used vector of RFC 6979 on secp256k1 with the private key 1.
	key = unhex(t, "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
	sig = join("934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8", "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5")
	if err := verifySecp256k1(key, sha256.Sum256([]byte("Satoshi Nakamoto")), sig); err != nil {
		t.Error(err)
	}
	// GB/T 32918.5-2017 A.2, user id 1234567812345678.
	key = unhex(t, "0309f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020")
	sig = join("f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3", "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa")
	if err := verifySM2(key, []byte("message digest"), sig); err != nil {
		t.Error(err)
	}
}

// TestEdgesOfTheHalves puts the boundary values of r and s where a careless verifier divides
// by zero, reduces silently or takes two signatures for one.
func TestEdgesOfTheHalves(t *testing.T) {
	id := wire.Sum([]byte("edges"))
	for alg, n := range orders {
		good := signWith(t, alg, "edges", id)
		half := func(at int) *big.Int { return new(big.Int).SetBytes(good.Sig[at : at+32]) }
		add := func(a *big.Int, b int64) *big.Int { return new(big.Int).Add(a, big.NewInt(b)) }
		all := new(big.Int).SetBytes(unhexAll)
		zero := big.NewInt(0)
		twin := new(big.Int).Sub(n, half(32))
		wantTwin := fault.SignatureHighS
		if alg == SM2 {
			wantTwin = fault.SignatureInvalid
		}
		for _, c := range []struct {
			name string
			r, s *big.Int
			want *fault.Fault
		}{
			{"good", half(0), half(32), nil},
			{"r = 0", zero, half(32), fault.SignatureInvalid},
			{"s = 0", half(0), zero, fault.SignatureInvalid},
			{"r = s = 0", zero, zero, fault.SignatureInvalid},
			{"r = n", n, half(32), fault.SignatureInvalid},
			{"s = n", half(0), n, fault.SignatureInvalid},
			{"s = n - 1", half(0), add(n, -1), wantTwin},
			{"s = n + 1", half(0), add(n, 1), fault.SignatureInvalid},
			{"all ones", all, all, fault.SignatureInvalid},
			{"twin", half(0), twin, wantTwin},
			{"half order", half(0), new(big.Int).Rsh(n, 1), fault.SignatureInvalid},
			{"half order + 1", half(0), add(new(big.Int).Rsh(n, 1), 1), wantTwin},
		} {
			sig := *good
			sig.Sig = make([]byte, 64)
			c.r.FillBytes(sig.Sig[:32])
			c.s.FillBytes(sig.Sig[32:])
			if err := Verify(id, &sig, testRPIDHash); fault.Of(err) != c.want {
				t.Errorf("%v %s: %v, expected %v", alg, c.name, err, c.want)
			}
		}
	}
}

var unhexAll = []byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")

func TestShape(t *testing.T) {
	id := wire.Sum([]byte("shape"))
	ed := signWith(t, Ed25519, "", id)
	for name, c := range map[string]struct {
		sig  Signature
		want *fault.Fault
	}{
		"no algorithm":  {Signature{}, fault.SignatureAlgorithmUnknown},
		"algorithm 7":   {Signature{Alg: 7, Key: ed.Key, Sig: ed.Sig}, fault.SignatureAlgorithmUnknown},
		"encryption":    {Signature{Alg: X25519, Key: ed.Key, Sig: ed.Sig}, fault.KeyEncryptionOnly},
		"no key":        {Signature{Alg: Ed25519, Sig: ed.Sig}, fault.KeyMalformed},
		"short":         {Signature{Alg: Ed25519, Key: ed.Key, Sig: ed.Sig[:63]}, fault.SignatureMalformed},
		"client data":   {Signature{Alg: Ed25519, Key: ed.Key, Sig: ed.Sig, ClientData: []byte("{}")}, fault.SignatureMalformed},
		"authenticator": {Signature{Alg: Ed25519, Key: ed.Key, Sig: ed.Sig, Authenticator: []byte{1}}, fault.SignatureMalformed},
		"wrong curve":   {Signature{Alg: P256, Key: make([]byte, 33), Sig: ed.Sig}, fault.KeyMalformed},
	} {
		if err := Verify(id, &c.sig, [32]byte{}); fault.Of(err) != c.want {
			t.Errorf("%s: %v, expected %v", name, err, c.want)
		}
	}
}

// FuzzSignatureDecode feeds strangers' bytes through the decoder and both verifiers: nothing
// panics, what decodes re-encodes to the same bytes, and the two verdicts are equal.
func FuzzSignatureDecode(f *testing.F) {
	id := wire.Sum([]byte("fuzz"))
	for _, alg := range signing {
		f.Add(wire.Marshal(signWith(f, alg, "fuzz", id)))
	}
	f.Add([]byte{0xa0})
	good := signWith(f, Ed25519, "good", id)
	f.Fuzz(func(t *testing.T, data []byte) {
		var sig Signature
		if wire.Unmarshal(data, &sig) != nil {
			return
		}
		if again := wire.Marshal(&sig); string(again) != string(data) {
			t.Fatalf("%x re-encodes to %x", data, again)
		}
		alone := Verify(id, &sig, testRPIDHash)
		items := []Item{{ID: id, Sig: good}, {ID: id, Sig: &sig, RPIDHash: testRPIDHash}}
		verdicts := NewVerifier(4, 4).VerifyAll(items)
		if verdicts[0] != nil || fault.Of(verdicts[1]) != fault.Of(alone) {
			t.Fatalf("in a batch %v, alone %v", verdicts, alone)
		}
	})
}
