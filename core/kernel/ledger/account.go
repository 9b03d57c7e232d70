package ledger

import (
	"strings"

	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// AccountID names an account on the whole network, e.g. "SH-IMPORT-CNY".
type AccountID string

// AssetID names an asset on the whole network, e.g. "e-CNY".
type AssetID string

// AccountType is what regulation makes of an account.
type AccountType string

// The types of account.
const (
	ResidentAccount    AccountType = "resident"
	NonResidentAccount AccountType = "non_resident"
	ZoneAccount        AccountType = "zone" // free-trade zone: first line open, second line controlled
	ReserveAccount     AccountType = "reserve"
	EscrowAccount      AccountType = "escrow"
	VaultAccount       AccountType = "vault"
	TreasuryAccount    AccountType = "treasury"
)

// AccountTypes lists them all.
var AccountTypes = []AccountType{ResidentAccount, NonResidentAccount, ZoneAccount, ReserveAccount, EscrowAccount, VaultAccount, TreasuryAccount}

// Account belongs to one party and stands under one authority, usually the owner's home.
type Account struct {
	ID        AccountID            `cbor:"1,keyasint" json:"id"`
	Owner     identity.LEI         `cbor:"2,keyasint" json:"owner"`
	Authority identity.AuthorityID `cbor:"3,keyasint" json:"authority"`
	Type      AccountType          `cbor:"4,keyasint" json:"type"`
	External  []ExternalID         `cbor:"5,keyasint,omitempty" json:"external,omitempty"`
	Receiver  *ReceiverPolicy      `cbor:"6,keyasint,omitempty" json:"receiver,omitempty"`
	Frozen    string               `cbor:"7,keyasint,omitempty" json:"frozen,omitempty"` // reference of the freeze in force
	FrozenBy  identity.AuthorityID `cbor:"8,keyasint,omitempty" json:"frozen_by,omitempty"`
	Closed    bool                 `cbor:"9,keyasint,omitempty" json:"closed,omitempty"`
}

// ExternalID is how others name the account: an IBAN, or an id under a scheme, with the
// agent's BIC where one serves it. (Scheme, ID, Agent) is unique on the network.
type ExternalID struct {
	Scheme string `cbor:"1,keyasint" json:"scheme"` // "IBAN", "BBAN", a bank's own
	ID     string `cbor:"2,keyasint" json:"id"`
	Agent  string `cbor:"3,keyasint,omitempty" json:"agent,omitempty"` // BIC
	Asset  string `cbor:"4,keyasint,omitempty" json:"asset,omitempty"` // the asset this id stands for; one account may have one per asset
}

// ReceiverPolicy is what an account accepts; empty lists accept everything.
type ReceiverPolicy struct {
	Assets   []AssetID `cbor:"1,keyasint,omitempty" json:"assets,omitempty"`
	Purposes []string  `cbor:"2,keyasint,omitempty" json:"purposes,omitempty"`
}

var (
	accounts  = state.NewTable[stored]("a", "account")
	externals = state.NewTable[AccountID]("ax", "account.external")
	owned     = state.NewTable[bool]("ao", "account.by_owner")
)

// stored is an account as the state keeps it decoded: in one place, for whoever only looks at it.
type stored struct{ account *Account }

// AppendCBOR writes the account.
func (s stored) AppendCBOR(to []byte) []byte { return s.account.AppendCBOR(to) }

// ReadCBOR reads an account.
func (s *stored) ReadCBOR(r *wire.Reader) {
	s.account = new(Account)
	s.account.ReadCBOR(r)
}

// UnmarshalCBOR reads one that ReadCBOR does not: another version of this machine wrote it.
func (s *stored) UnmarshalCBOR(data []byte) error {
	s.account = new(Account)
	return wire.UnmarshalStored(data, s.account)
}

// FindAccount reads an account.
func FindAccount(r state.Reader, id AccountID) (Account, bool) {
	if a, ok := LookAtAccount(r, id); ok {
		return *a, true
	}
	return Account{}, false
}

// LookAtAccount is FindAccount without a copy: nobody may change what it returns. Inlined
// elsewhere it would put the key on the heap, each time.
//
//go:noinline
func LookAtAccount(r state.Reader, id AccountID) (*Account, bool) {
	s, ok := accounts.Get(r, []byte(id))
	return s.account, ok
}

// FindExternal finds the account that others name so. An id registered without an agent
// answers for every agent.
func FindExternal(r state.Reader, scheme, id, agent string) (AccountID, bool) {
	found, ok := externals.Get(r, externalKey(scheme, id, agent))
	if !ok && agent != "" {
		found, ok = externals.Get(r, externalKey(scheme, id, ""))
	}
	return found, ok
}

func externalKey(scheme, id, agent string) []byte {
	return []byte(scheme + "\x00" + id + "\x00" + agent)
}

// PutAccount writes an account and its external ids. Only package txn calls it.
func PutAccount(b *state.Block, a Account) {
	if before, ok := FindAccount(b, a.ID); ok {
		for _, e := range before.External {
			externals.Delete(b, externalKey(e.Scheme, e.ID, e.Agent))
		}
	} else {
		owned.Put(b, []byte(string(a.Owner)+"\x00"+string(a.ID)), true)
	}
	for _, e := range a.External {
		externals.Put(b, externalKey(e.Scheme, e.ID, e.Agent), a.ID)
	}
	accounts.Put(b, []byte(a.ID), stored{&a})
}

// AccountKey is the state key of an account's record, for proofs.
func AccountKey(id AccountID) []byte { return accounts.Key([]byte(id)) }

// ListAccounts visits accounts in the order of their ids, starting at from.
func ListAccounts(r state.Reader, from AccountID, visit func(Account) bool) {
	accounts.Scan(r, nil, []byte(from), func(_ []byte, s stored) bool { return visit(*s.account) })
}

// ListOwned visits the ids of a party's accounts; the cost grows with that party's accounts.
func ListOwned(r state.Reader, owner identity.LEI, visit func(AccountID) bool) {
	prefix := []byte(string(owner) + "\x00")
	owned.Scan(r, prefix, nil, func(key []byte, _ bool) bool { return visit(AccountID(key[len(prefix):])) })
}

// ListExternals visits external ids in the order of scheme, id and agent, from those given on.
func ListExternals(r state.Reader, scheme, id, agent string, visit func(scheme, id, agent string, account AccountID) bool) {
	externals.Scan(r, nil, externalKey(scheme, id, agent), func(key []byte, account AccountID) bool {
		parts := strings.SplitN(string(key), "\x00", 3)
		return visit(parts[0], parts[1], parts[2], account)
	})
}
