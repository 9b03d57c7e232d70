package party

import (
	"slices"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

const (
	// newKeysMax leaves room for the signatures of those who register the keys.
	newKeysMax = txn.SignaturesMax - 4
	// keysMax bounds an officer's usable keys; scopesMax the lists in one scope.
	keysMax   = 16
	scopesMax = 32
)

// NewKey is a public key to be registered for an officer. It signs the transaction that
// registers it, unless it is for encryption.
type NewKey struct {
	Officer   string             `cbor:"1,keyasint" json:"officer"`
	Algorithm identity.Algorithm `cbor:"2,keyasint" json:"algorithm"` // ed25519, p256, webauthn, secp256k1, sm2, x25519
	Public    wire.Hex           `cbor:"3,keyasint" json:"public"`    // 32 or 33 bytes, compressed
	Scope     identity.Scope     `cbor:"4,keyasint" json:"scope"`
	RPIDHash  *wire.Hash         `cbor:"5,keyasint,omitempty" json:"rp_id_hash,omitempty"` // passkeys only: SHA-256 of the relying party's id
}

func (k *NewKey) key() identity.Key {
	key := identity.Key{Public: k.Public, Algorithm: k.Algorithm, Officer: k.Officer, Scope: k.Scope}
	if k.RPIDHash != nil {
		key.RPIDHash = *k.RPIDHash
	}
	return key
}

func (k *NewKey) validate(path string) error {
	if err := txn.CheckID(path+"officer", k.Officer, officerIDMax); err != nil {
		return err
	}
	if err := checkPublic(path, k.Algorithm, k.Public); err != nil {
		return err
	}
	if passkey := k.Algorithm == identity.WebAuthn; passkey != (k.RPIDHash != nil && !k.RPIDHash.IsZero()) {
		return fault.TxFieldInvalid.With(path+"rp_id_hash", "of a "+k.Algorithm.String()+" key", "the hash of the relying party's id for a passkey, nothing for other keys")
	}
	return checkScope(path+"scope.", &k.Scope)
}

// checkPublic names the field that a refusal of the key is about.
func checkPublic(path string, algorithm identity.Algorithm, public []byte) error {
	if err := identity.ValidatePublicKey(algorithm, public); err != nil {
		stated := *fault.In(err)
		stated.Field = path + "public"
		return &stated
	}
	return nil
}

func checkScope(path string, s *identity.Scope) error {
	if err := checkKinds(path+"kinds", s.Kinds, scopesMax); err != nil {
		return err
	}
	if len(s.Accounts) > scopesMax {
		return fault.TxFieldInvalid.With(path+"accounts", itoa(len(s.Accounts)), "at most "+itoa(scopesMax))
	}
	for i, id := range s.Accounts {
		if err := txn.CheckID(path+"accounts["+itoa(i)+"]", id, idMax); err != nil {
			return err
		}
	}
	if s.Expires < 0 {
		return fault.TxFieldInvalid.With(path+"expires", itoa(int(s.Expires)), "Unix ms, or 0 for none")
	}
	return nil
}

func checkNewKeys(list []NewKey) error {
	if len(list) > newKeysMax {
		return fault.TxFieldInvalid.With("keys", itoa(len(list)), "at most "+itoa(newKeysMax))
	}
	for i := range list {
		path := "keys[" + itoa(i) + "]."
		if err := list[i].validate(path); err != nil {
			return err
		}
		for k := range list[:i] {
			if list[k].Algorithm == list[i].Algorithm && string(list[k].Public) == string(list[i].Public) {
				return fault.KeyTaken.With(path+"public", list[i].Public.String(), "each key once")
			}
		}
	}
	return nil
}

// possessed are the keys that must prove to be in somebody's hands: all that can sign.
func possessed(list []NewKey) (keys []identity.Key) {
	for i := range list {
		if list[i].Algorithm.Signs() {
			keys = append(keys, list[i].key())
		}
	}
	return keys
}

// addKey registers a key that nobody has or ever had.
func addKey(c *txn.Context, party identity.LEI, k *NewKey) error {
	key := k.key()
	if _, known := c.FindKey(key.Algorithm, key.Public); known {
		return fault.KeyTaken.With("public", k.Public.String(), "a key that was never registered")
	}
	if key.Scope.Expires != 0 && key.Scope.Expires <= c.Now() {
		return fault.KeyExpired.With("scope.expires", itoa(int(key.Scope.Expires)), "later than "+itoa(int(c.Now())))
	}
	usable := 0
	for _, other := range keysOf(c, party, key.Officer) {
		if other.Usable(c.Now()) == nil {
			usable++
		}
	}
	if usable >= keysMax {
		return fault.TxFieldInvalid.With("officer "+key.Officer, itoa(usable)+" keys", "fewer than "+itoa(keysMax)+"; revoke one first")
	}
	key.Party, key.Added = party, c.Now()
	c.SaveKey(key)
	c.Emit("key.was_added", KeyAdded{Party: party, Officer: key.Officer, Algorithm: key.Algorithm, Public: k.Public, Scope: key.Scope})
	return nil
}

// KeyAdded says that an officer has a key from now on.
type KeyAdded struct {
	Party     identity.LEI       `cbor:"1,keyasint" json:"party"`
	Officer   string             `cbor:"2,keyasint" json:"officer"`
	Algorithm identity.Algorithm `cbor:"3,keyasint" json:"algorithm"`
	Public    wire.Hex           `cbor:"4,keyasint" json:"public"`
	Scope     identity.Scope     `cbor:"5,keyasint" json:"scope"`
}

// keysOf are an officer's keys, revoked ones too.
func keysOf(c *txn.Context, party identity.LEI, officer string) (list []identity.Key) {
	txn.Records{Reader: c.Reader()}.Keys(party, officer, func(k identity.Key) bool {
		list = append(list, k)
		return true
	})
	return list
}

// canSign reports whether an officer has a usable signing key.
func canSign(c *txn.Context, party identity.LEI, officer string) bool {
	return slices.ContainsFunc(keysOf(c, party, officer), func(k identity.Key) bool {
		return k.Algorithm.Signs() && k.Usable(c.Now()) == nil
	})
}

// ownKey finds a key of the acting party that is not revoked yet.
func ownKey(c *txn.Context, algorithm identity.Algorithm, public wire.Hex) (identity.Key, error) {
	key, ok := c.FindKey(algorithm, public)
	if !ok || key.Party != c.Party().LEI {
		return key, fault.KeyNotFound.With("public", public.String(), "a key of "+string(c.Party().LEI))
	}
	if key.Revoked != 0 {
		return key, fault.KeyRevoked.With("public", public.String(), "a key that is not revoked")
	}
	return key, nil
}

// revoke takes a key out of use; it stays on record.
func revoke(c *txn.Context, key identity.Key) {
	key.Revoked = c.Now()
	c.SaveKey(key)
	c.Emit("key.was_revoked", KeyRevoked{Party: key.Party, Officer: key.Officer, Algorithm: key.Algorithm, Public: key.Public})
}

// KeyRevoked says that a key counts for nothing from now on.
type KeyRevoked struct {
	Party     identity.LEI       `cbor:"1,keyasint" json:"party"`
	Officer   string             `cbor:"2,keyasint" json:"officer"`
	Algorithm identity.Algorithm `cbor:"3,keyasint" json:"algorithm"`
	Public    wire.Hex           `cbor:"4,keyasint" json:"public"`
}
