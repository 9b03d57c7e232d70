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
	Noun: "balance", En: "Balances, by ACCOUNT/ASSET; list from ACCOUNT/ for one account.", Zh: "余额，按“账户/资产”；以“账户/”列出单个账户。",
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

// listBalances goes account by account. From "ACCOUNT/…" on it stays within that account.
func listBalances(r txn.Reader, from string, visit func(string, any) bool) {
	records := txn.Records{Reader: r}
	account, asset := splitBalance(from)
	within := func(id txn.AccountID, least txn.AssetID) (more bool) {
		more = true
		records.Balances(id, func(asset txn.AssetID, b txn.Balance) bool {
			if asset >= least {
				more = visit(string(id)+"/"+string(asset), balanceRecord(id, asset, b))
			}
			return more
		})
		return more
	}
	if strings.Contains(from, "/") {
		within(account, asset)
		return
	}
	records.Accounts(account, func(a txn.Account) bool { return within(a.ID, "") })
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
	Noun: "key", En: "Public keys, by ALGORITHM:HEX; list from LEI or LEI/OFFICER.", Zh: "公钥，按“算法:十六进制”；以“LEI”或“LEI/经办人”列出。",
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
	List: func(r txn.Reader, from string, visit func(string, any) bool) {
		lei, rest, _ := strings.Cut(from, "/")
		officer, least, _ := strings.Cut(rest, "/")
		found := least == ""
		txn.Records{Reader: r}.Keys(identity.LEI(lei), officer, func(k identity.Key) bool {
			id := k.Algorithm.String() + ":" + hex.EncodeToString(k.Public)
			if found = found || id == least; !found {
				return true
			}
			return visit(lei+"/"+k.Officer+"/"+id, keyRecord(k))
		})
	},
	Key: func(id string) []byte {
		algorithm, public, ok := parseKeyID(id)
		if !ok {
			return nil
		}
		return txn.KeyKey(algorithm, public)
	},
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
