package readmodel

import (
	"context"

	"causeway/core/feature/party"
	"causeway/core/feature/supervision"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
)

// Account is an account of a party.
type Account struct {
	ID        ledger.AccountID   `db:"id" json:"id" doc:"id"`
	Owner     identity.LEI       `db:"owner" json:"owner" doc:"LEI of its party"`
	Authority guard.AuthorityID  `db:"authority" json:"authority" doc:"authority that it stands under"`
	Type      ledger.AccountType `db:"type" json:"type" doc:"resident, non_resident, zone, reserve, escrow, vault, treasury"`
	External  string             `db:"external" json:"external" doc:"JSON list of ids that others use: IBAN and others"`
	Receiver  string             `db:"receiver" json:"receiver" doc:"what it accepts, JSON; []: everything"`
	Frozen    string             `db:"frozen" json:"frozen" doc:"reference of the freeze in force"`
	FrozenBy  guard.AuthorityID  `db:"frozen_by" json:"frozen_by" doc:"whose freeze it is"`
	Closed    bool               `db:"closed" json:"closed" doc:"1: closed for ever"`
	OpenedMs  int64              `db:"opened_ms" json:"opened_ms" doc:"block time, Unix ms; 0: when the history begins"`
	Seq       int64              `db:"seq" json:"seq,string" doc:"place of the last change"`
}

var accounts = newTable[Account]("accounts", 1, "Accounts of parties.")

var accountModel = &model{
	name: "account", version: 1, tables: layouts(accounts),
	seed: func(u *unit, s state.Reader, at seedAt) {
		ledger.ListAccounts(s, "", func(a ledger.Account) bool {
			u.account(&a, &touch{lastSeq: at.height << heightShift})
			return true
		})
	},
	apply: func(u *unit, b *block) {
		b.events(func(a *act, n int, e *txn.Event) {
			if id := accountOf(e); id != "" {
				u.touch("account", string(id), seqOf(b.height, a.index, n), b.timeMs, func(u *unit, s state.Reader, id string, t *touch) {
					if a, ok := ledger.FindAccount(s, ledger.AccountID(id)); ok {
						u.account(&a, t)
					}
				})
			}
		})
	},
}

// accountOf is the account whose record an event is about.
func accountOf(e *txn.Event) ledger.AccountID {
	switch e.Name {
	case "account.was_opened":
		return decode[party.AccountOpened](e).ID
	case "account.was_updated":
		return decode[party.AccountUpdated](e).ID
	case "account.was_closed":
		return decode[party.AccountClosed](e).ID
	case "account.was_frozen":
		return ledger.AccountID(decode[supervision.FrozenEvent](e).ID)
	case "account.was_unfrozen":
		return ledger.AccountID(decode[supervision.UnfrozenEvent](e).ID)
	}
	return ""
}

func (u *unit) account(a *ledger.Account, t *touch) {
	row := Account{
		ID: a.ID, Owner: a.Owner, Authority: a.Authority, Type: a.Type, External: tableText(a.External), Receiver: tableText(a.Receiver),
		Frozen: a.Frozen, FrozenBy: a.FrozenBy, Closed: a.Closed, OpenedMs: t.firstMs, Seq: t.lastSeq,
	}
	if before, known := get(u, accounts, string(a.ID)); known {
		row.OpenedMs = before.OpenedMs
	}
	put(u, accounts, row)
}

// AccountFilter narrows a list of accounts; at most one of its fields is set.
type AccountFilter struct {
	Owner     identity.LEI
	Authority guard.AuthorityID
}

// Accounts lists accounts by id.
func (s *Store) Accounts(ctx context.Context, f AccountFilter, p Page) ([]Account, string, error) {
	q := query{order: []string{"id"}}
	q.equal("owner", string(f.Owner))
	q.equal("authority", string(f.Authority))
	return list(ctx, s, accounts, q, p)
}

// Account finds an account by its id.
func (s *Store) Account(ctx context.Context, id ledger.AccountID) (Account, bool, error) {
	return find(ctx, s, accounts, "id", string(id))
}
