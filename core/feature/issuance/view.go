package issuance

import (
	"strings"

	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

var attestationView = txn.View{
	Noun: "attestation",
	En:   "the attested reserves of an asset, by asset id",
	Zh:   "资产的储备证明（按资产编号）",
	Get:  func(r txn.Reader, id string) (any, bool) { return anyOf(FindAttestation(r, txn.AssetID(id))) },
	List: func(r txn.Reader, from string, visit func(id string, v any) bool) {
		attestations.Scan(r, nil, []byte(from), func(key []byte, v Attestation) bool { return visit(string(key), v) })
	},
	Key: func(id string) []byte { return attestations.Key([]byte(id)) },
}

var breachView = txn.View{
	Noun: "breach",
	En:   "shortfalls of reserves that have not ended, by asset id",
	Zh:   "尚未结束的储备缺口（按资产编号）",
	Get:  func(r txn.Reader, id string) (any, bool) { return anyOf(FindBreach(r, txn.AssetID(id))) },
	List: func(r txn.Reader, from string, visit func(id string, v any) bool) {
		breaches.Scan(r, nil, []byte(from), func(key []byte, v Breach) bool { return visit(string(key), v) })
	},
	Key: func(id string) []byte { return breaches.Key([]byte(id)) },
}

var allowanceView = txn.View{
	Noun: "allowance",
	En:   "what a party may still mint, as ASSET/LEI",
	Zh:   "铸造额度（资产/主体）",
	Get: func(r txn.Reader, id string) (any, bool) {
		asset, minter, _ := strings.Cut(id, "/")
		return anyOf(FindAllowance(r, txn.AssetID(asset), identity.LEI(minter)))
	},
	List: func(r txn.Reader, from string, visit func(id string, v any) bool) {
		allowances.Scan(r, nil, slashed(from), func(_ []byte, v Allowance) bool {
			return visit(string(v.Asset)+"/"+string(v.Minter), v)
		})
	},
	Key: func(id string) []byte { return allowances.Key(slashed(id)) },
}

// slashed turns the slash of an id into the separator of keys.
func slashed(id string) []byte { return []byte(strings.Replace(id, "/", "\x00", 1)) }

// Supply says how much of an asset there is and what bounds it.
type Supply struct {
	Asset    txn.AssetID  `json:"asset"`
	Backing  txn.Backing  `json:"backing"`
	Supply   money.Amount `json:"supply"`
	Limit    money.Amount `json:"limit"`           // reserved: eligible reserves as last attested; else the cap
	AsOf     int64        `json:"as_of,omitempty"` // reserved: Unix ms of the attested balances
	Breached bool         `json:"breached,omitempty"`
}

func supplyOf(r txn.Reader, a *txn.Asset) Supply {
	s := Supply{Asset: a.ID, Backing: a.Backing, Supply: txn.SupplyOf(r, a.ID), Limit: a.Cap}
	if a.Backing == txn.Reserved {
		at, _ := FindAttestation(r, a.ID)
		s.Limit, s.AsOf = at.Eligible, at.AsOf
	}
	_, s.Breached = FindBreach(r, a.ID)
	return s
}

var supplyView = txn.View{
	Noun: "supply",
	En:   "how much of an asset there is and what bounds it, by asset id",
	Zh:   "资产流通量及其上限（按资产编号）",
	Get: func(r txn.Reader, id string) (any, bool) {
		a, ok := txn.LookUpAsset(r, txn.AssetID(id))
		return supplyOf(r, &a), ok
	},
	List: func(r txn.Reader, from string, visit func(id string, v any) bool) {
		txn.ListAssets(r, txn.AssetID(from), func(a txn.Asset) bool { return visit(string(a.ID), supplyOf(r, &a)) })
	},
	Key: func(id string) []byte { return txn.SupplyKey(txn.AssetID(id)) },
}

var redemptionView = txn.View{
	Noun: "redemption",
	En:   "a redemption, open or ended",
	Zh:   "赎回（未结或已结）",
	Get: func(r txn.Reader, id string) (any, bool) {
		hash, err := wire.ParseHash(id)
		if err != nil {
			return nil, false
		}
		return anyOf(FindRedemption(r, hash))
	},
	List: func(r txn.Reader, from string, visit func(id string, v any) bool) {
		first := hashFrom(from)
		redemptions.Scan(r, nil, first[:], func(_ []byte, v Redemption) bool { return visit(v.ID.String(), v) })
	},
	Key: func(id string) []byte {
		hash, err := wire.ParseHash(id)
		if err != nil {
			return nil
		}
		return redemptions.Key(hash[:])
	},
}

var redemptionsOfAssetView = indexView("redemption_by_asset", byAsset, "redemptions of an asset, as ASSET/REDEMPTION", "按资产列出的赎回（资产/编号）")

var redemptionsOfPartyView = indexView("redemption_by_party", byHolder, "redemptions of a holder, as LEI/REDEMPTION", "按持有人列出的赎回（主体/编号）")

// indexView lists by an owner: from "HKDX/" on come those of HKDX.
func indexView(noun string, index txn.Table[bool], en, zh string) txn.View {
	return txn.View{
		Noun: noun, En: en, Zh: zh,
		Get: func(r txn.Reader, id string) (any, bool) {
			owner, rest, _ := strings.Cut(id, "/")
			hash, err := wire.ParseHash(rest)
			if err != nil {
				return nil, false
			}
			if _, ok := index.Get(r, indexKey(owner, hash)); !ok {
				return nil, false
			}
			return anyOf(FindRedemption(r, hash))
		},
		List: func(r txn.Reader, from string, visit func(id string, v any) bool) {
			owner, rest, _ := strings.Cut(from, "/")
			index.Scan(r, nil, indexKey(owner, hashFrom(rest)), func(key []byte, _ bool) bool {
				split := len(key) - len(wire.Hash{}) - 1
				id := wire.Hash(key[split+1:])
				v, ok := FindRedemption(r, id)
				return !ok || visit(string(key[:split])+"/"+id.String(), v)
			})
		},
	}
}

// hashFrom is the first id that a list may show: text may be the beginning of one.
func hashFrom(text string) wire.Hash {
	if len(text) < 64 {
		text += strings.Repeat("0", 64-len(text))
	}
	hash, err := wire.ParseHash(text)
	if err != nil {
		return wire.Hash{}
	}
	return hash
}

func anyOf[V any](v V, ok bool) (any, bool) { return v, ok }
