package readmodel

import (
	"context"
	"strings"

	"causeway/core/feature/issuance"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Redemption is units on their way back to the issuer.
type Redemption struct {
	ID          string           `db:"id" json:"id" doc:"id"`
	Asset       ledger.AssetID   `db:"asset" json:"asset" doc:"asset"`
	Holder      identity.LEI     `db:"holder" json:"holder" doc:"LEI"`
	Account     ledger.AccountID `db:"account" json:"account" doc:"account of the holder"`
	Amount      money.Amount     `db:"amount" json:"amount" doc:"minor units"`
	Status      string           `db:"status" json:"status" doc:"requested, paid, burned, cancelled"`
	RequestedMs int64            `db:"requested_ms" json:"requested_ms" doc:"block time, Unix ms"`
	DeadlineMs  int64            `db:"deadline_ms" json:"deadline_ms" doc:"the first moment that is too late, Unix ms"`
	BreachedMs  int64            `db:"breached_ms" json:"breached_ms" doc:"when the deadline was found missed, Unix ms; 0: it was not"`
	PaidMs      int64            `db:"paid_ms" json:"paid_ms" doc:"the issuer has stated the payout, Unix ms; 0: not yet"`
	Reference   string           `db:"reference" json:"reference" doc:"the bank's reference of the payout"`
	ClosedMs    int64            `db:"closed_ms" json:"closed_ms" doc:"burned or cancelled, Unix ms; 0: open"`
	Seq         int64            `db:"seq" json:"seq,string" doc:"place of the last change"`
}

var redemptions = newTable[Redemption]("redemptions", 1, "Redemptions, open and ended. A freeze of the holder moves the deadline, which is known when the deadline is looked at.")

var redemptionModel = &model{
	name: "redemption", version: 1, tables: layouts(redemptions),
	seed: func(u *unit, s state.Reader, at seedAt) {
		eachRedemption(s, func(r issuance.Redemption) { u.redemption(&r, at.height<<heightShift) })
	},
	apply: func(u *unit, b *block) {
		b.events(func(a *act, n int, e *txn.Event) {
			if !strings.HasPrefix(e.Name, "redemption.") {
				return
			}
			id := redemptionOf(e)
			u.touch("redemption", string(id[:]), seqOf(b.height, a.index, n), b.timeMs, func(u *unit, s state.Reader, id string, t *touch) {
				if r, ok := issuance.FindRedemption(s, wire.Hash([]byte(id))); ok {
					u.redemption(&r, t.lastSeq)
				}
			})
		})
	},
}

func eachRedemption(s state.Reader, visit func(issuance.Redemption)) {
	eachView(s, "redemption", func(v any) { visit(v.(issuance.Redemption)) })
}

// redemptionOf is what an event is about.
func redemptionOf(e *txn.Event) wire.Hash {
	switch e.Name {
	case "redemption.was_requested":
		return decode[issuance.RequestedEvent](e).Redemption
	case "redemption.was_paid":
		return decode[issuance.PaidEvent](e).Redemption
	case "redemption.was_breached":
		return decode[issuance.RedemptionBreachedEvent](e).Redemption
	}
	return decode[issuance.RedemptionClosedEvent](e).Redemption
}

func (u *unit) redemption(r *issuance.Redemption, seq int64) {
	put(u, redemptions, Redemption{
		ID: r.ID.String(), Asset: r.Asset, Holder: r.Holder, Account: r.From, Amount: r.Amount, Status: r.Status.String(), RequestedMs: r.Requested,
		DeadlineMs: r.Deadline, BreachedMs: r.Breached, PaidMs: r.Paid, Reference: r.Reference, ClosedMs: r.Closed, Seq: seq,
	})
}

// RedemptionFilter narrows a list of redemptions; at most one of its fields is set.
type RedemptionFilter struct {
	Asset  ledger.AssetID
	Holder identity.LEI
	Status string
}

// Redemptions lists redemptions, the oldest first.
func (s *Store) Redemptions(ctx context.Context, f RedemptionFilter, p Page) ([]Redemption, string, error) {
	q := query{order: []string{"requested_ms", "id"}}
	q.equal("asset", string(f.Asset))
	q.equal("holder", string(f.Holder))
	q.equal("status", f.Status)
	return list(ctx, s, redemptions, q, p)
}

// Redemption finds a redemption by its id.
func (s *Store) Redemption(ctx context.Context, id string) (Redemption, bool, error) {
	return find(ctx, s, redemptions, "id", id)
}
