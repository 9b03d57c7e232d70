package identity

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"strconv"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/wire"
)

// Flags of the authenticator data (WebAuthn level 2 §6.1).
const (
	flagUserPresent  = 0x01
	flagUserVerified = 0x04
	flagAttestedData = 0x40
	flagExtensions   = 0x80
)

// authenticatorDataSize is rpIdHash (32), flags (1) and signature counter (4).
const authenticatorDataSize = 37

// verifyPasskey is the part of WebAuthn level 2 §7.2 that every validator can judge alike:
// what the authenticator has signed is an assertion over this id, made for the registered
// relying party by a present and verified user. The counter is not judged, since synced
// passkeys leave it 0 and an id is spent only once; the origin is not, since rpIdHash binds
// the domain and native clients have origins of other forms.
func verifyPasskey(id wire.Hash, sig *Signature, rpIDHash [32]byte) error {
	if err := checkClientData(id, sig.ClientData); err != nil {
		return err
	}
	if err := checkAuthenticatorData(sig.Authenticator, rpIDHash); err != nil {
		return err
	}
	clientHash := sha256.Sum256(sig.ClientData)
	return verifyP256(sig.Key, wire.Sum(sig.Authenticator, clientHash[:]), sig.Sig)
}

func checkClientData(id wire.Hash, text []byte) error {
	data, err := scanClientData(text)
	if err != nil {
		return err
	}
	if data.kind != "webauthn.get" {
		return fault.PasskeyTypeWrong.With("client_data.type", excerpt(data.kind), "webauthn.get")
	}
	if want := base64.RawURLEncoding.EncodeToString(id[:]); data.challenge != want {
		return fault.PasskeyChallengeWrong.With("client_data.challenge", excerpt(data.challenge), want)
	}
	return nil
}

// checkAuthenticatorData reads the fixed 37 bytes. Extension outputs follow them exactly when
// the extension flag is set; their content is signed but means nothing to the ledger, so it
// is not decoded.
func checkAuthenticatorData(data []byte, rpIDHash [32]byte) error {
	if len(data) < authenticatorDataSize {
		return authenticatorDataLength(data, "at least 37 bytes")
	}
	if !bytes.Equal(data[:32], rpIDHash[:]) {
		return fault.PasskeyRelyingPartyWrong.With("authenticator_data.rp_id_hash", wire.Hash(data[:32]).String(), wire.Hash(rpIDHash).String())
	}
	flags := data[32]
	switch {
	case flags&flagUserPresent == 0:
		return fault.PasskeyUserAbsent.With("authenticator_data.flags", strconv.Itoa(int(flags)), "bit 0 set")
	case flags&flagUserVerified == 0:
		return fault.PasskeyUserUnverified.With("authenticator_data.flags", strconv.Itoa(int(flags)), "bit 2 set")
	case flags&flagAttestedData != 0:
		return fault.PasskeyAttestedData.With("authenticator_data.flags", strconv.Itoa(int(flags)), "bit 6 clear")
	case flags&flagExtensions == 0 && len(data) != authenticatorDataSize:
		return authenticatorDataLength(data, "37 bytes without extensions")
	case flags&flagExtensions != 0 && len(data) == authenticatorDataSize:
		return authenticatorDataLength(data, "extensions after 37 bytes")
	}
	return nil
}

func authenticatorDataLength(data []byte, want string) error {
	return fault.PasskeyAuthenticatorDataMalformed.With("authenticator_data", strconv.Itoa(len(data))+" bytes", want)
}

// excerpt quotes the beginning of a text by strangers for a refusal.
func excerpt(text string) string {
	if len(text) > 64 {
		text = text[:64] + "…"
	}
	return strconv.QuoteToASCII(text)
}
