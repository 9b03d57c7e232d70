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
		scheme, name, agent := splitExternal(id)
		account, ok := txn.Records{Reader: r}.External(scheme, name, agent)
		if !ok {
			return nil, false
		}
		return externalRecord(account, scheme, name, agent)
	},
	List: func(r txn.Reader, from string, visit func(string, any) bool) {
		scheme, name, agent := splitExternal(from)
		txn.Records{Reader: r}.Externals(scheme, name, agent, func(scheme, name, agent string, a txn.Account) bool {
			record, ok := externalRecord(a, scheme, name, agent)
			return !ok || visit(strings.TrimSuffix(scheme+"/"+name+"/"+agent, "/"), record)
		})
	},
}

// splitExternal reads SCHEME/ID/BIC; what is missing is empty.
func splitExternal(id string) (scheme, name, agent string) {
	scheme, rest, _ := strings.Cut(id, "/")
	name, agent, _ = strings.Cut(rest, "/")
	return scheme, name, agent
}

func externalRecord(a txn.Account, scheme, name, agent string) (ExternalRecord, bool) {
	for _, e := range a.External {
		if e.Scheme == scheme && e.ID == name && (e.Agent == agent || e.Agent == "") {
			return ExternalRecord{Account: a.ID, Owner: a.Owner, Asset: e.Asset, ExternalID: e}, true
		}
	}
	return ExternalRecord{}, false
}
