package identity

import (
	"bytes"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// Key is a registered public key of an officer. A revoked key stays on record.
type Key struct {
	Public    []byte    `cbor:"1,keyasint" json:"public"`
	Algorithm Algorithm `cbor:"2,keyasint" json:"algorithm"`
	Party     LEI       `cbor:"3,keyasint" json:"party"`
	Officer   string    `cbor:"4,keyasint" json:"officer"`
	Scope     Scope     `cbor:"5,keyasint" json:"scope"`
	RPIDHash  wire.Hash `cbor:"6,keyasint" json:"rp_id_hash"` // passkeys: SHA-256 of the relying party's id
	Added     int64     `cbor:"7,keyasint" json:"added"`      // block time, Unix ms
	Revoked   int64     `cbor:"8,keyasint,omitempty" json:"revoked,omitempty"`
}

// Scope narrows what a key may sign. The zero scope is as wide as the officer's roles.
type Scope struct {
	Kinds    []string      `cbor:"1,keyasint,omitempty" json:"kinds,omitempty"`    // as in Tier.Kinds
	Accounts []string      `cbor:"2,keyasint,omitempty" json:"accounts,omitempty"` // accounts it may debit
	Limit    *money.Amount `cbor:"3,keyasint,omitempty" json:"limit,omitempty"`    // most minor units per transaction
	Expires  int64         `cbor:"4,keyasint,omitempty" json:"expires,omitempty"`  // Unix ms
}

var (
	keys      = state.NewTable[Key]("k", "key")
	byOfficer = state.NewTable[bool]("ko", "key.by_officer")
)

// keyID separates algorithms, so that one point registered under two is two keys.
func keyID(algorithm Algorithm, public []byte) []byte {
	return append([]byte{byte(algorithm)}, public...)
}

// FindKey reads a registered key.
func FindKey(r state.Reader, algorithm Algorithm, public []byte) (Key, bool) {
	return keys.Get(r, keyID(algorithm, public))
}

// PutKey writes a key. Only package txn calls it.
func PutKey(b *state.Block, k Key) {
	id := keyID(k.Algorithm, k.Public)
	keys.Put(b, id, k)
	byOfficer.Put(b, append([]byte(string(k.Party)+"\x00"+k.Officer+"\x00"), id...), true)
}

// KeyState is the state key of a key's record, for proofs.
func KeyState(algorithm Algorithm, public []byte) []byte { return keys.Key(keyID(algorithm, public)) }

// ListKeys visits a party's keys, revoked ones too, officer by officer; all of them if officer
// is empty. The cost grows with those keys alone.
func ListKeys(r state.Reader, party LEI, officer string, visit func(Key) bool) {
	prefix := string(party) + "\x00"
	if officer != "" {
		prefix += officer + "\x00"
	}
	byOfficer.Scan(r, []byte(prefix), nil, func(key []byte, _ bool) bool {
		at := len(party) + 1
		for key[at] != 0 {
			at++
		}
		k, ok := keys.Get(r, key[at+1:])
		return !ok || visit(k)
	})
}

// Usable refuses a key that is revoked or expired at the time now (Unix ms).
func (k *Key) Usable(now int64) error {
	if k.Revoked != 0 {
		return fault.KeyRevoked.Err()
	}
	if k.Scope.Expires != 0 && now >= k.Scope.Expires {
		return fault.KeyExpired.Err()
	}
	return nil
}

// Is reports whether k is the key of that algorithm and encoding.
func (k *Key) Is(algorithm Algorithm, public []byte) bool {
	return k.Algorithm == algorithm && bytes.Equal(k.Public, public)
}

// SameSince reports that no party and no key has changed since a moment of the block's store,
// nor in the block itself. It may say no where the answer is yes.
func SameSince(b *state.Block, moment uint64) bool {
	return parties.SameSince(b, moment) && keys.SameSince(b, moment)
}
