package vectors

import (
	"bytes"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"slices"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"

	"causeway/client/keyring"
	"causeway/core"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

const (
	chainID = "causeway-vectors-1"
	seed    = "causeway/vectors/1"
	rpID    = "localhost"
	payer   = identity.LEI("529900T8BM49AURSDO55")
)

// made are the algorithms whose signatures follow from key and message, so that they can be
// compared byte by byte.
var made = []identity.Algorithm{identity.Ed25519, identity.P256, identity.WebAuthn, identity.Secp256k1}

func keyFor(t *testing.T, algorithm identity.Algorithm, label string) *keyring.Key {
	rp := ""
	if algorithm == identity.WebAuthn {
		rp = rpID
	}
	k, err := keyring.FromSeedFor(algorithm, []byte(seed), label, rp)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// key is a key of the seed.
type key struct {
	Algorithm identity.Algorithm `json:"algorithm"`
	Seed      string             `json:"seed"`
	Label     string             `json:"label"`
	RPID      string             `json:"rp_id"`
	Public    wire.Hex           `json:"public"`
}

func keys(t *testing.T) (list []key) {
	for _, algorithm := range made {
		for _, label := range []string{"acme/treasurer", "acme/clerk"} {
			k := keyFor(t, algorithm, label)
			list = append(list, key{algorithm, seed, label, k.RPID(), k.Public()})
		}
	}
	return list
}

// signer names a key of the list above.
type signer struct {
	Algorithm identity.Algorithm `json:"algorithm"`
	Label     string             `json:"label"`
}

// transaction is one transaction with all that leads to it.
type transaction struct {
	Name        string    `json:"name"`
	Chain       string    `json:"chain"`
	Seed        string    `json:"seed"`
	Payload     payload   `json:"payload"`
	Party       string    `json:"party"`
	Reference   string    `json:"reference"`
	Expires     int64     `json:"expires"`
	Signers     []signer  `json:"signers"`
	Body        wire.Hex  `json:"body"`
	ID          wire.Hash `json:"id"`
	Transaction wire.Hex  `json:"transaction"`
	Explain     wire.Hex  `json:"explain"` // the question about it, of the same time
}

func transactions(t *testing.T) (list []transaction) {
	for name, signers := range map[string][]signer{
		"ed25519": {{identity.Ed25519, "acme/treasurer"}}, "p256": {{identity.P256, "acme/treasurer"}},
		"webauthn": {{identity.WebAuthn, "acme/treasurer"}}, "secp256k1": {{identity.Secp256k1, "acme/treasurer"}},
		"maker and checker": {{identity.Ed25519, "acme/treasurer"}, {identity.WebAuthn, "acme/clerk"}},
		"four":              {{identity.Secp256k1, "acme/clerk"}, {identity.P256, "acme/clerk"}, {identity.WebAuthn, "acme/treasurer"}, {identity.Ed25519, "acme/clerk"}},
	} {
		kind, _ := core.Kinds.Kind("payment.send")
		raw, err := core.Kinds.FromJSON(kind.Name, []byte(kind.Example))
		if err != nil {
			t.Fatal(err)
		}
		v := transaction{Name: name, Chain: chainID, Seed: seed, Payload: payloadOf(t, kind, "example", raw), Party: string(payer), Expires: 1_760_000_000_000 + int64(len(name)), Signers: signers}
		if len(name)%2 == 0 {
			v.Reference = "invoice " + name
		}
		body := txn.Body{Kind: kind.Name, Version: kind.Version, Party: payer, Reference: v.Reference, Expires: v.Expires, Payload: raw}
		var all []keyring.Signer
		for _, s := range signers {
			all = append(all, keyFor(t, s.Algorithm, s.Label))
		}
		if v.Transaction, v.ID, err = keyring.SignTransaction(chainID, body, all...); err != nil {
			t.Fatal(err)
		}
		if v.Explain, err = keyring.SignExplain(chainID, body, all...); err != nil {
			t.Fatal(err)
		}
		decoded, _, err := txn.Decode(v.Transaction)
		if err != nil {
			t.Fatal(err)
		}
		v.Body = decoded.Body
		list = append(list, v)
	}
	slices.SortFunc(list, func(a, b transaction) int { return bytes.Compare([]byte(a.Name), []byte(b.Name)) })
	return list
}

// signed is a signature with what the ledger says of it.
type signed struct {
	Name          string             `json:"name"`
	Algorithm     identity.Algorithm `json:"algorithm"`
	ID            wire.Hash          `json:"id"`
	Key           wire.Hex           `json:"key"`
	Signature     wire.Hex           `json:"signature"`
	Authenticator wire.Hex           `json:"authenticator_data,omitempty"`
	ClientData    wire.Hex           `json:"client_data,omitempty"`
	RPIDHash      wire.Hash          `json:"rp_id_hash"`
	Fault         string             `json:"fault"`         // empty: it is valid
	Low           wire.Hex           `json:"low,omitempty"` // its normal form, where it is not in it
}

// sm2Signature is one that the library has made: each is another, so this one stands here.
var sm2Signature = struct{ key, signature string }{
	"0320f153d0c73631a11a240190d842dd2fbf0fb7aa31232b46c488f6f71205a401",
	"8ab70ef4a21e72b80a8ca2f7cff46d2988e7044f0a7bf9ae8995b4f52c46ea5d1bdb8562525635fd686798223ac88ce86dfc83052fcf13adf1792e668daeccd5",
}

func signatures(t *testing.T) (list []signed) {
	id, other := wire.Sum([]byte("vectors")), wire.Sum([]byte("another id"))
	judge := func(name string, s identity.Signature, over wire.Hash, rpIDHash wire.Hash, low []byte) {
		v := signed{
			Name: name, Algorithm: s.Alg, ID: over, Key: s.Key, Signature: s.Sig, Authenticator: s.Authenticator, ClientData: s.ClientData,
			RPIDHash: rpIDHash, Low: low,
		}
		if err := identity.Verify(over, &s, rpIDHash); err != nil {
			v.Fault = fault.Of(err).Name
		}
		list = append(list, v)
	}
	for _, algorithm := range made {
		k := keyFor(t, algorithm, "acme/treasurer")
		s, err := k.Sign(id)
		if err != nil {
			t.Fatal(err)
		}
		rp := wire.Hash(k.RPIDHash())
		with := func(change func(s *identity.Signature)) identity.Signature {
			c := identity.Signature{Alg: s.Alg, Key: bytes.Clone(s.Key), Sig: bytes.Clone(s.Sig), Authenticator: bytes.Clone(s.Authenticator), ClientData: bytes.Clone(s.ClientData)}
			change(&c)
			return c
		}
		judge("valid", s, id, rp, nil)
		judge("over another id", s, other, rp, nil)
		judge("a changed bit", with(func(s *identity.Signature) { s.Sig[40] ^= 1 }), id, rp, nil)
		judge("r is zero", with(func(s *identity.Signature) { clear(s.Sig[:32]) }), id, rp, nil)
		judge("s is zero", with(func(s *identity.Signature) { clear(s.Sig[32:]) }), id, rp, nil)
		judge("all ones", with(func(s *identity.Signature) { copy(s.Sig, bytes.Repeat([]byte{0xff}, 64)) }), id, rp, nil)
		judge("too short", with(func(s *identity.Signature) { s.Sig = s.Sig[:63] }), id, rp, nil)
		judge("a key that is no point", with(func(s *identity.Signature) { copy(s.Key[1:], bytes.Repeat([]byte{0xff}, 31)) }), id, rp, nil)
		judge("another key's", with(func(s *identity.Signature) { s.Key = keyFor(t, algorithm, "acme/clerk").Public() }), id, rp, nil)
		if order := orderOf(algorithm); order != nil {
			judge("high s", with(func(s *identity.Signature) { mirror(s.Sig, order) }), id, rp, s.Sig)
			judge("s is the order", with(func(s *identity.Signature) { order.FillBytes(s.Sig[32:]) }), id, rp, nil)
		}
		if algorithm == identity.WebAuthn {
			passkeys(with, func(name string, s identity.Signature) { judge(name, s, id, rp, nil) })
			judge("another relying party is registered", s, id, wire.Sum([]byte("example.com")), nil)
		} else {
			judge("with passkey data", with(func(s *identity.Signature) { s.ClientData = []byte("{}") }), id, rp, nil)
		}
	}
	// ZIP-215: a key and R of small order, s = 0, which the equation with the cofactor accepts.
	small := append([]byte{1}, make([]byte, 31)...)
	judge("of small order", identity.Signature{Alg: identity.Ed25519, Key: small, Sig: append(bytes.Clone(small), make([]byte, 32)...)}, id, wire.Hash{}, nil)
	odd := bytes.Clone(small)
	odd[31] = 0x80 // the same point, in an encoding that is not its canonical one
	judge("in another encoding", identity.Signature{Alg: identity.Ed25519, Key: odd, Sig: append(bytes.Clone(odd), make([]byte, 32)...)}, id, wire.Hash{}, nil)

	sm2 := identity.Signature{Alg: identity.SM2, Key: unhex(t, sm2Signature.key), Sig: unhex(t, sm2Signature.signature)}
	judge("valid", sm2, id, wire.Hash{}, nil)
	judge("over another id", sm2, other, wire.Hash{}, nil)
	judge("of an encryption key", identity.Signature{Alg: identity.X25519, Key: make([]byte, 32), Sig: make([]byte, 64)}, id, wire.Hash{}, nil)
	if v := list[len(list)-3]; v.Fault != "" {
		t.Fatalf("the signature of SM2 is not valid: %s", v.Fault)
	}
	return list
}

// passkeys are assertions that the consensus rule refuses although they may be signed well.
func passkeys(with func(func(*identity.Signature)) identity.Signature, judge func(string, identity.Signature)) {
	for _, c := range []struct {
		name   string
		change func(*identity.Signature)
	}{
		{"user absent", func(s *identity.Signature) { s.Authenticator[32] = 4 }},
		{"user not verified", func(s *identity.Signature) { s.Authenticator[32] = 1 }},
		{"with attested data", func(s *identity.Signature) { s.Authenticator[32] |= 0x40 }},
		{"extensions announced", func(s *identity.Signature) { s.Authenticator[32] |= 0x80 }},
		{"extensions not announced", func(s *identity.Signature) { s.Authenticator = append(s.Authenticator, 0xa0) }},
		{"a short authenticator", func(s *identity.Signature) { s.Authenticator = s.Authenticator[:36] }},
		{"no authenticator", func(s *identity.Signature) { s.Authenticator = nil }},
		{"no client data", func(s *identity.Signature) { s.ClientData = nil }},
		{"too long", func(s *identity.Signature) { s.ClientData = append(s.ClientData, bytes.Repeat([]byte(" "), 2048)...) }},
		{"made, not asked", func(s *identity.Signature) {
			s.ClientData = bytes.Replace(s.ClientData, []byte("webauthn.get"), []byte("webauthn.create"), 1)
		}},
	} {
		judge(c.name, with(c.change))
	}
}

func orderOf(algorithm identity.Algorithm) *big.Int {
	switch algorithm {
	case identity.P256, identity.WebAuthn:
		return elliptic.P256().Params().N
	case identity.Secp256k1:
		return secp256k1.Params().N
	}
	return nil
}

// mirror replaces s by n - s, which verifies as well.
func mirror(sig []byte, order *big.Int) {
	s := new(big.Int).SetBytes(sig[32:])
	s.Sub(order, s).FillBytes(sig[32:])
}

func unhex(t *testing.T, text string) []byte {
	data, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// clientData is a text with what the ledger's scanner says of it.
type clientData struct {
	Text  wire.Hex `json:"text"`
	Fault string   `json:"fault"` // empty: it is read, and has the challenge of the id
}

func clientDatas(t *testing.T) (list []clientData) {
	k := keyFor(t, identity.WebAuthn, "acme/treasurer")
	id := wire.Sum([]byte("client data"))
	challenge := base64.RawURLEncoding.EncodeToString(id[:])
	for _, text := range []string{
		`{"type":"webauthn.get","challenge":"C"}`, " \t\n\r{ \"type\" : \"webauthn.get\" , \"challenge\" : \"C\" } ",
		`{"challenge":"C","type":"webauthn.get","other":{"a":[1,-0.5e+3,true,false,null,"\u00e9\ud83d\ude00\n"],"b":{}}}`,
		`{"type":"webauthn.get","challenge":"C","type":"webauthn.get"}`, `{"type":"webauthn.get","challenge":"C","\u0074ype":"x"}`,
		`{"t\u0079pe":"webauthn\u002eget","challenge":"C"}`, `{"type":"webauthn.get","challenge":"C"}x`, `{"type":"webauthn.get","challenge":"C"`,
		`[]`, ``, `null`, `{"type":1,"challenge":"C"}`, `{"type":"webauthn.get","challenge":"C","n":01}`, `{"type":"webauthn.get","challenge":"C","n":1.}`,
		`{"type":"webauthn.get","challenge":"C","n":-}`, `{"type":"webauthn.get","challenge":"C","n":1e}`, `{"type":"webauthn.get","challenge":"C","s":"\ud800"}`,
		`{"type":"webauthn.get","challenge":"C","s":"\ud800\u0041"}`, `{"type":"webauthn.get","challenge":"C","s":"\udc00"}`, `{"type":"webauthn.get","challenge":"C","s":"\x"}`,
		"{\"type\":\"webauthn.get\",\"challenge\":\"C\",\"s\":\"\n\"}", "{\"type\":\"webauthn.get\",\"challenge\":\"C\",\"s\":\"\xff\"}", "\ufeff{\"type\":\"webauthn.get\",\"challenge\":\"C\"}",
		`{"type":"webauthn.get","challenge":"C",}`, `{,"type":"webauthn.get","challenge":"C"}`, `{"type":"webauthn.get","challenge":"C","a":[1,]}`, `{"type":"webauthn.get","challenge":"C","a":[]}`,
		`{"type":"webauthn.get","challenge":"C","a":[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]}`, `{"type":"webauthn.get","challenge":"C","a":[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]}`,
		`{"type":"webauthn.get","challenge":"C","__proto__":{"type":"x"},"constructor":1}`, `{"type":"webauthn.get","challenge":"c"}`, `{"type":"webauthn.create","challenge":"C"}`,
		`{"Type":"webauthn.get","challenge":"C"}`, `{"type":"webauthn.get","challenge":"C","a":tru}`, `{"type":"webauthn.get","challenge":"C" "a":1}`, `{"type" "webauthn.get"}`,
	} {
		data := bytes.ReplaceAll([]byte(text), []byte(`"C"`), []byte(`"`+challenge+`"`))
		rp := k.RPIDHash()
		s := identity.Signature{Alg: identity.WebAuthn, Key: k.Public(), ClientData: data, Authenticator: append(rp[:], 5, 0, 0, 0, 0), Sig: make([]byte, 64)}
		v := clientData{Text: data}
		// Beyond the client data only the signature is wrong here.
		if f := fault.Of(identity.Verify(id, &s, rp)); f != fault.SignatureInvalid {
			v.Fault = f.Name
		}
		list = append(list, v)
	}
	return list
}
