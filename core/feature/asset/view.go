package asset

import "causeway/core/kernel/txn"

// Record is what the public register shows of an asset.
type Record struct {
	txn.Asset
	Pauses []Stop `json:"pauses,omitempty"`
}

var assetView = txn.View{
	Noun: "asset",
	En:   "a registered asset with its approval, terms and pauses",
	Zh:   "已登记的资产及其批准、条款和暂停状态",
	Get: func(r txn.Reader, id string) (any, bool) {
		a, ok := txn.LookUpAsset(r, txn.AssetID(id))
		return record(r, a), ok
	},
	List: func(r txn.Reader, from string, visit func(id string, v any) bool) {
		txn.ListAssets(r, txn.AssetID(from), func(a txn.Asset) bool { return visit(string(a.ID), record(r, a)) })
	},
	Key: func(id string) []byte { return txn.AssetKey(txn.AssetID(id)) },
}

func record(r txn.Reader, a txn.Asset) Record {
	pauses, _ := stops.Get(r, []byte(a.ID))
	return Record{a, pauses}
}
