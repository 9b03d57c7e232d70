package party

import (
	"strings"

	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
)

// ExternalRecord is the account behind an id that others use, and the asset it stands for.
type ExternalRecord struct {
	Account txn.AccountID `json:"account"`
	Owner   identity.LEI  `json:"owner"`
	Asset   string        `json:"asset,omitempty"`
	txn.ExternalID
}

var externalView = txn.View{
	Noun: "external", En: "Accounts by the ids others use: SCHEME/ID or SCHEME/ID/BIC, e.g. IBAN/….", Zh: "按外部编号查账户：方案/编号 或 方案/编号/BIC。",
	Get: func(r txn.Reader, id string) (any, bool) {
		parts := strings.SplitN(id, "/", 3)
		if len(parts) < 2 {
			return nil, false
		}
		agent := ""
		if len(parts) == 3 {
			agent = parts[2]
		}
		records := txn.Records{Reader: r}
		account, ok := records.External(parts[0], parts[1], agent)
		if !ok {
			return nil, false
		}
		for _, e := range account.External {
			if e.Scheme == parts[0] && e.ID == parts[1] && (e.Agent == agent || e.Agent == "") {
				return ExternalRecord{Account: account.ID, Owner: account.Owner, Asset: e.Asset, ExternalID: e}, true
			}
		}
		return nil, false
	},
	List: func(r txn.Reader, from string, visit func(string, any) bool) {
		more := true
		txn.Records{Reader: r}.Accounts("", func(a txn.Account) bool {
			for _, e := range a.External {
				id := strings.TrimSuffix(e.Scheme+"/"+e.ID+"/"+e.Agent, "/")
				if more && id >= from {
					more = visit(id, ExternalRecord{Account: a.ID, Owner: a.Owner, Asset: e.Asset, ExternalID: e})
				}
			}
			return more
		})
	},
}
