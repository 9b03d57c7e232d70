package identity

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/wire"
)

// clientDataFor is what browsers send, with a member no verifier may trip over.
func clientDataFor(id wire.Hash) []byte {
	return fmt.Appendf(nil, `{"type":"webauthn.get","challenge":"%s","origin":"https://%s","crossOrigin":false,`+
		`"other_keys_can_be_added_here":"do not compare clientDataJSON against a template. See https://goo.gl/yabPex"}`,
		base64.RawURLEncoding.EncodeToString(id[:]), testRPID)
}

// assertion signs any client data and authenticator data, as a broken authenticator might.
func assertion(t *testing.T, client string, authenticator []byte) *Signature {
	t.Helper()
	secret := sha256.Sum256([]byte("a passkey"))
	private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), secret[:])
	if err != nil {
		t.Fatal(err)
	}
	point, err := private.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	clientHash := sha256.Sum256([]byte(client))
	digest := wire.Sum(authenticator, clientHash[:])
	der, err := private.Sign(&noncesDiffer{digest}, digest[:], nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Signature{Alg: WebAuthn, Key: append([]byte{2 + point[64]&1}, point[1:33]...), Sig: fixed(t, WebAuthn, der),
		Authenticator: authenticator, ClientData: []byte(client)}
}

func TestPasskey(t *testing.T) {
	id := wire.Sum([]byte("a payment"))
	challenge := base64.RawURLEncoding.EncodeToString(id[:])
	plain := string(clientDataFor(id))
	member := func(extra string) string {
		return `{"type":"webauthn.get","challenge":"` + challenge + `"` + extra + `}`
	}
	data := func(flags byte, more ...byte) []byte {
		return append(append(append([]byte(nil), testRPIDHash[:]...), flags, 0, 0, 1, 0), more...)
	}
	padding := func(total int) string { // client data that fills up with 37 bytes of authenticator data
		return member(`,"pad":"` + strings.Repeat("x", total-37-len(member(`,"pad":""`))) + `"`)
	}
	otherSite := sha256.Sum256([]byte("evil.example"))
	for _, c := range []struct {
		name          string
		client        string
		authenticator []byte
		want          *fault.Fault
	}{
		{"a browser's", plain, data(0x05), nil},
		{"synced passkey: backup flags", plain, data(0x1d), nil},
		{"reserved flags", plain, data(0x27), nil},
		{"extensions", plain, data(0x85, 0xa0), nil},
		{"shortest", member(""), data(0x05), nil},
		{"longest", padding(PasskeyBytesMax), data(0x05), nil},
		{"blanks everywhere", " {\t\"type\" :\n\"webauthn.get\" ,\r\"challenge\": \"" + challenge + "\" } ", data(0x05), nil},
		{"escapes", strings.NewReplacer("webauthn", `web\u0061uthn`, `"type"`, `"t\u0079pe"`).Replace(plain), data(0x05), nil},
		{"nested duplicates are nobody's business", member(`,"x":{"a":1,"a":2,"type":"y"}`), data(0x05), nil},
		{"letter case differs: another member", member(`,"Type":"x"`), data(0x05), nil},
		{"astral and surrogate pair", member(`,"😀":1,"x":"\ud83d\ude00"`), data(0x05), nil},
		{"depth 16", member(`,"x":` + strings.Repeat("[", 16) + strings.Repeat("]", 16)), data(0x05), nil},

		{"too long", padding(PasskeyBytesMax + 1), data(0x05), fault.PasskeyTooLong},
		{"depth 17", member(`,"x":` + strings.Repeat("[", 17) + strings.Repeat("]", 17)), data(0x05), fault.PasskeyClientDataMalformed},
		{"registration", strings.Replace(plain, "webauthn.get", "webauthn.create", 1), data(0x05), fault.PasskeyTypeWrong},
		{"no type", `{"challenge":"` + challenge + `"}`, data(0x05), fault.PasskeyTypeWrong},
		{"type is an array", `{"type":["webauthn.get"],"challenge":"` + challenge + `"}`, data(0x05), fault.PasskeyTypeWrong},
		{"another challenge", strings.Replace(plain, challenge, strings.Repeat("A", 43), 1), data(0x05), fault.PasskeyChallengeWrong},
		{"padded challenge", strings.Replace(plain, challenge, challenge+"=", 1), data(0x05), fault.PasskeyChallengeWrong},
		{"no challenge", `{"type":"webauthn.get"}`, data(0x05), fault.PasskeyChallengeWrong},
		{"challenge nested", `{"type":"webauthn.get","x":{"challenge":"` + challenge + `"}}`, data(0x05), fault.PasskeyChallengeWrong},
		{"type twice", member(`,"type":"webauthn.get"`), data(0x05), fault.PasskeyDuplicateKey},
		{"challenge twice, escaped", member(`,"ch\u0061llenge":"x"`), data(0x05), fault.PasskeyDuplicateKey},
		{"unknown twice", member(`,"x":1,"x":1`), data(0x05), fault.PasskeyDuplicateKey},
		{"empty", "", data(0x05), fault.PasskeyClientDataMalformed},
		{"array", "[" + plain + "]", data(0x05), fault.PasskeyClientDataMalformed},
		{"something behind", plain + "{}", data(0x05), fault.PasskeyClientDataMalformed},
		{"byte order mark", "\ufeff" + plain, data(0x05), fault.PasskeyClientDataMalformed},
		{"trailing comma", member(","), data(0x05), fault.PasskeyClientDataMalformed},
		{"invalid UTF-8", member(",\"x\":\"\xff\""), data(0x05), fault.PasskeyClientDataMalformed},
		{"overlong UTF-8", member(",\"x\":\"\xc0\xaf\""), data(0x05), fault.PasskeyClientDataMalformed},
		{"half a surrogate pair", member(`,"x":"\ud83d"`), data(0x05), fault.PasskeyClientDataMalformed},
		{"surrogates the wrong way", member(`,"x":"\ude00\ud83d"`), data(0x05), fault.PasskeyClientDataMalformed},
		{"raw newline in a string", member(",\"x\":\"\n\""), data(0x05), fault.PasskeyClientDataMalformed},
		{"leading zero", member(`,"x":01`), data(0x05), fault.PasskeyClientDataMalformed},
		{"half a number", member(`,"x":1.`), data(0x05), fault.PasskeyClientDataMalformed},
		{"half a word", member(`,"x":tru`), data(0x05), fault.PasskeyClientDataMalformed},
		{"unknown escape", member(`,"x":"\x41"`), data(0x05), fault.PasskeyClientDataMalformed},
		{"unquoted key", member(`,x:1`), data(0x05), fault.PasskeyClientDataMalformed},

		{"authenticator data missing", plain, nil, fault.PasskeyAuthenticatorDataMalformed},
		{"authenticator data short", plain, data(0x05)[:36], fault.PasskeyAuthenticatorDataMalformed},
		{"bytes behind without extensions", plain, data(0x05, 0xa0), fault.PasskeyAuthenticatorDataMalformed},
		{"extensions announced, none there", plain, data(0x85), fault.PasskeyAuthenticatorDataMalformed},
		{"another site", plain, append(otherSite[:], 0x05, 0, 0, 0, 0), fault.PasskeyRelyingPartyWrong},
		{"nobody there", plain, data(0x04), fault.PasskeyUserAbsent},
		{"user not verified", plain, data(0x01), fault.PasskeyUserUnverified},
		{"attested data", plain, data(0x45), fault.PasskeyAttestedData},
	} {
		if err := Verify(id, assertion(t, c.client, c.authenticator), testRPIDHash); fault.Of(err) != c.want {
			t.Errorf("%s: %v, expected %v", c.name, err, c.want)
		}
	}
	// What the authenticator has signed cannot be exchanged for something else that is well formed.
	sig := assertion(t, plain, data(0x05))
	for name, change := range map[string]func(*Signature){
		"counter":     func(s *Signature) { s.Authenticator = data(0x05); s.Authenticator[36]++ },
		"flags":       func(s *Signature) { s.Authenticator = data(0x1d) },
		"client data": func(s *Signature) { s.ClientData = []byte(member("")) },
	} {
		changed := *sig
		change(&changed)
		if err := Verify(id, &changed, testRPIDHash); !errors.Is(err, fault.SignatureInvalid) {
			t.Errorf("%s exchanged: %v", name, err)
		}
	}
}

// surrogate finds escapes of surrogates, which encoding/json replaces instead of refusing.
var surrogate = regexp.MustCompile(`\\u[dD][89a-fA-F]`)

// FuzzClientData compares the scanner with encoding/json. Whatever the scanner accepts means
// the same there; what it refuses is invalid there, or refused for a reason of its own:
// a duplicate key, nesting, half surrogates.
func FuzzClientData(f *testing.F) {
	for _, seed := range []string{
		string(clientDataFor(wire.Hash{})), `{}`, `{"type":"a","challenge":"b"}`, `{"type":1,"challenge":null}`, `{"a":[1,-2.5e+3,true,{"b":"\n\u00e9"}]}`,
		`{"a":1,"a":2}`, `{"\u0061":1,"a":2}`, `{"type":"\ud83d\ude00"}`, `{"type":"\ud83d"}`, ` { "x" : [ ] } `, `{"x":01}`, `{"x":1,}`, "{\"x\":\"\x7f\u2028\"}",
		`{"x":` + strings.Repeat(`[`, 20) + strings.Repeat(`]`, 20) + `}`, `{"x":-0}`, `{"x":1E9}`, `{"":{"":{}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := scanClientData(text)
		var members map[string]any
		reference := json.NewDecoder(bytes.NewReader(text))
		reference.UseNumber()
		valid := utf8.Valid(text) && reference.Decode(&members) == nil && members != nil
		if valid {
			_, end := reference.Token()
			valid = end == io.EOF
		}
		if err == nil {
			if !valid {
				t.Fatalf("accepted, but invalid for encoding/json: %q", text)
			}
			kind, _ := members["type"].(string)
			challenge, _ := members["challenge"].(string)
			if got != (clientData{kind, challenge}) {
				t.Fatalf("%q: %+v, encoding/json reads %q and %q", text, got, kind, challenge)
			}
			return
		}
		own := len(text) > PasskeyBytesMax || surrogate.Match(text) ||
			errors.Is(err, fault.PasskeyDuplicateKey) || bytes.Count(text, []byte("["))+bytes.Count(text, []byte("{")) > clientDataDepthMax
		if valid && !own {
			t.Fatalf("refused, but valid for encoding/json: %q: %v", text, err)
		}
		if errors.Is(err, fault.PasskeyDuplicateKey) && !repeatsKey(text) {
			t.Fatalf("no duplicate key in %q", text)
		}
	})
}

// repeatsKey walks text with encoding/json until it ends or breaks and reports whether a key
// at top level has occurred twice by then.
func repeatsKey(text []byte) bool {
	tokens := json.NewDecoder(bytes.NewReader(text))
	if start, err := tokens.Token(); err != nil || start != json.Delim('{') {
		return false
	}
	for seen := map[string]bool{}; ; {
		key, err := tokens.Token()
		name, isKey := key.(string)
		if err != nil || !isKey {
			return false
		}
		if seen[name] {
			return true
		}
		seen[name] = true
		var value json.RawMessage
		if tokens.Decode(&value) != nil {
			return false
		}
	}
}
