package party

import (
	"encoding/hex"
	"strings"

	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

var partyView = txn.View{
	Noun: "party", En: "Legal entities, by LEI.", Zh: "法人主体，按LEI。",
	Get: func(r txn.Reader, id string) (any, bool) {
		return some(txn.Records{Reader: r}.Party(identity.LEI(id)))
	},
	List: func(r txn.Reader, from string, visit func(string, any) bool) {
		txn.Records{Reader: r}.Parties(identity.LEI(from), func(p identity.Party) bool { return visit(string(p.LEI), p) })
	},
	Key: func(id string) []byte { return txn.PartyKey(identity.LEI(id)) },
}

var accountView = txn.View{
	Noun: "account", En: "Accounts, by id.", Zh: "账户，按编号。",
	Get: func(r txn.Reader, id string) (any, bool) {
		return some(txn.Records{Reader: r}.Account(txn.AccountID(id)))
	},
	List: func(r txn.Reader, from string, visit func(string, any) bool) {
		txn.Records{Reader: r}.Accounts(txn.AccountID(from), func(a txn.Account) bool { return visit(string(a.ID), a) })
	},
	Key: func(id string) []byte { return txn.AccountKey(txn.AccountID(id)) },
}

// BalanceRecord is a balance as it is looked up.
type BalanceRecord struct {
	Account   txn.AccountID `json:"account"`
	Asset     txn.AssetID   `json:"asset"`
	Total     money.Amount  `json:"total"`
	Reserved  money.Amount  `json:"reserved"`
	Available money.Amount  `json:"available"`
}

func balanceRecord(account txn.AccountID, asset txn.AssetID, b txn.Balance) BalanceRecord {
	return BalanceRecord{account, asset, b.Total, b.Reserved, b.Available()}
}

var balanceView = txn.View{
	Noun: "balance", En: "Balances, by ACCOUNT/ASSET.", Zh: "余额，按“账户/资产”。",
	Get: func(r txn.Reader, id string) (any, bool) {
		account, asset := splitBalance(id)
		if _, ok := (txn.Records{Reader: r}).Account(account); !ok || asset == "" {
			return nil, false
		}
		return balanceRecord(account, asset, txn.Records{Reader: r}.Balance(account, asset)), true
	},
	List: listBalances,
	Key: func(id string) []byte {
		return txn.BalanceKey(splitBalance(id))
	},
}

// listBalances goes account by account, as state is ordered; from "ACCOUNT/" on it begins with
// that account.
func listBalances(r txn.Reader, from string, visit func(string, any) bool) {
	records := txn.Records{Reader: r}
	first, least := splitBalance(from)
	records.Accounts(first, func(a txn.Account) (more bool) {
		more = true
		records.Balances(a.ID, func(asset txn.AssetID, b txn.Balance) bool {
			if a.ID > first || asset >= least {
				more = visit(string(a.ID)+"/"+string(asset), balanceRecord(a.ID, asset, b))
			}
			return more
		})
		return more
	})
}

func splitBalance(id string) (txn.AccountID, txn.AssetID) {
	account, asset, _ := strings.Cut(id, "/")
	return txn.AccountID(account), txn.AssetID(asset)
}

// KeyRecord is a key as it is looked up.
type KeyRecord struct {
	Party     identity.LEI       `json:"party"`
	Officer   string             `json:"officer"`
	Algorithm identity.Algorithm `json:"algorithm"`
	Public    wire.Hex           `json:"public"`
	Scope     identity.Scope     `json:"scope"`
	RPIDHash  *wire.Hash         `json:"rp_id_hash,omitempty"`
	Added     int64              `json:"added"` // Unix ms
	Revoked   int64              `json:"revoked,omitempty"`
}

func keyRecord(k identity.Key) KeyRecord {
	record := KeyRecord{Party: k.Party, Officer: k.Officer, Algorithm: k.Algorithm, Public: k.Public, Scope: k.Scope, Added: k.Added, Revoked: k.Revoked}
	if !k.RPIDHash.IsZero() {
		record.RPIDHash = &k.RPIDHash
	}
	return record
}

var keyView = txn.View{
	Noun: "key", En: "Public keys, by ALGORITHM:HEX; listed as LEI/OFFICER/ALGORITHM:HEX.", Zh: "公钥，按“算法:十六进制”；列表为“LEI/经办人/算法:十六进制”。",
	Get: func(r txn.Reader, id string) (any, bool) {
		algorithm, public, ok := parseKeyID(id)
		if !ok {
			return nil, false
		}
		key, ok := txn.Records{Reader: r}.Key(algorithm, public)
		if !ok {
			return nil, false
		}
		return keyRecord(key), true
	},
	List: listKeys,
	Key: func(id string) []byte {
		algorithm, public, ok := parseKeyID(id)
		if !ok {
			return nil
		}
		return txn.KeyKey(algorithm, public)
	},
}

// listKeys goes party by party, officer by officer; from "LEI/OFFICER/KEY" on it begins with
// that key.
func listKeys(r txn.Reader, from string, visit func(string, any) bool) {
	records := txn.Records{Reader: r}
	lei, rest, _ := strings.Cut(from, "/")
	officer, least, _ := strings.Cut(rest, "/")
	reached := least == ""
	records.Parties(identity.LEI(lei), func(p identity.Party) (more bool) {
		more = true
		first := string(p.LEI) == lei
		records.Keys(p.LEI, "", func(k identity.Key) bool {
			id := k.Algorithm.String() + ":" + hex.EncodeToString(k.Public)
			if first && (k.Officer < officer || k.Officer == officer && !reached && id != least) {
				return true
			}
			reached = true
			more = visit(string(p.LEI)+"/"+k.Officer+"/"+id, keyRecord(k))
			return more
		})
		return more
	})
}

// parseKeyID reads "ed25519:ab…", with or without "LEI/OFFICER/" before it.
func parseKeyID(id string) (algorithm identity.Algorithm, public []byte, ok bool) {
	name, digits, ok := strings.Cut(id[strings.LastIndexByte(id, '/')+1:], ":")
	if !ok {
		return 0, nil, false
	}
	algorithm, err := identity.ParseAlgorithm(name)
	if err != nil {
		return 0, nil, false
	}
	public, err = hex.DecodeString(digits)
	return algorithm, public, err == nil && len(public) > 0
}

// some makes a found record an any, and what is not found nil.
func some[V any](v V, ok bool) (any, bool) {
	if !ok {
		return nil, false
	}
	return v, true
}
