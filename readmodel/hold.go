package readmodel

import (
	"context"
	"slices"

	"causeway/core/feature/supervision"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Hold is a payment, or a batch, that has waited for authorities.
type Hold struct {
	ID         string       `db:"id" json:"id" doc:"id of the payment or batch"`
	Party      identity.LEI `db:"party" json:"party" doc:"LEI of the payer"`
	Kind       string       `db:"kind" json:"kind" doc:"payment.send or payment.batch"`
	Status     string       `db:"status" json:"status" doc:"open, settled, refused, cancelled, expired"`
	Fault      string       `db:"fault" json:"fault" doc:"name of the refusal"`
	Waiting    string       `db:"waiting" json:"waiting" doc:"JSON list of authorities that have to answer, with rules and deadlines; of quiet rules nothing"`
	Answered   string       `db:"answered" json:"answered" doc:"JSON list of authorities that have said yes"`
	SinceMs    int64        `db:"since_ms" json:"since_ms" doc:"held since, Unix ms"`
	DeadlineMs int64        `db:"deadline_ms" json:"deadline_ms" doc:"expires then, Unix ms"`
	ClosedMs   int64        `db:"closed_ms" json:"closed_ms" doc:"block time of its end, Unix ms; 0: open"`
	Seq        int64        `db:"seq" json:"seq,string" doc:"place of the last change"`
}

// HoldAnswer is an authority's answer.
type HoldAnswer struct {
	Hold      string            `db:"hold" json:"hold" doc:"id of the hold"`
	Seq       int64             `db:"seq" json:"seq,string" doc:"place in the ledger"`
	Authority guard.AuthorityID `db:"authority" json:"authority" doc:"who answered"`
	Answer    string            `db:"answer" json:"answer" doc:"yes or no"`
	Reason    string            `db:"reason" json:"reason" doc:"code of a no"`
	TimeMs    int64             `db:"time_ms" json:"time_ms" doc:"block time, Unix ms"`
}

// Waiting is an authority in whose queue an open hold stands.
type Waiting struct {
	Authority  guard.AuthorityID `db:"authority" json:"authority" doc:"who has to answer"`
	Hold       string            `db:"hold" json:"hold" doc:"id of the hold"`
	DeadlineMs int64             `db:"deadline_ms" json:"deadline_ms" doc:"until when, Unix ms"`
}

var (
	holds       = newTable[Hold]("holds", 1, "Payments that were held for review, open and ended.")
	holdAnswers = newTable[HoldAnswer]("hold_answers", 2, "Answers of authorities to holds.")
	queues      = newTable[Waiting]("queues", 2, "Open holds by the authority that has to answer.")
)

var holdModel = &model{
	name: "hold", version: 1, tables: layouts(holds, holdAnswers, queues),
	seed: func(u *unit, s state.Reader, at seedAt) {
		txn.ListHeld(s, wire.Hash{}, func(h txn.HeldPayment) bool {
			u.hold(h, at.height<<heightShift, 0)
			return true
		})
	},
	apply: func(u *unit, b *block) {
		b.events(func(a *act, n int, e *txn.Event) {
			var id wire.Hash
			switch e.Name {
			case "payment.was_held":
				id = decode[txn.HeldEvent](e).ID
			case "payment.hold_was_closed":
				id = decode[txn.HoldClosedEvent](e).ID
			case "hold.was_approved", "hold.was_refused":
				answered := decode[supervision.HoldAnsweredEvent](e)
				id = answered.Hold
				answer := "yes"
				if e.Name == "hold.was_refused" {
					answer = "no"
				}
				put(u, holdAnswers, HoldAnswer{Hold: id.String(), Seq: seqOf(b.height, a.index, n), Authority: answered.Authority, Answer: answer, Reason: answered.Reason, TimeMs: b.timeMs})
			default:
				return
			}
			u.touch("hold", string(id[:]), seqOf(b.height, a.index, n), b.timeMs, func(u *unit, s state.Reader, id string, t *touch) {
				if h, ok := txn.FindHeld(s, wire.Hash([]byte(id))); ok {
					u.hold(h, t.lastSeq, t.lastMs)
				}
			})
		})
	},
}

// hold writes a record; the last thing that happens to one that has ended is its end.
func (u *unit) hold(h txn.HeldPayment, seq, timeMs int64) {
	row := Hold{
		ID: h.ID.String(), Party: h.Party, Kind: h.Kind, Status: h.Status.String(), Fault: faultName(h.Fault),
		Answered: tableText(names(h.Answered)), Waiting: "[]", SinceMs: h.Since, DeadlineMs: h.Deadline, Seq: seq,
	}
	before, _ := get(u, holds, row.ID)
	var waits []string
	if h.Status == txn.HeldOpen {
		row.Waiting = tableText(h.PublicWaiting())
		for _, w := range h.Waiting {
			waits = append(waits, string(w.Authority))
			put(u, queues, Waiting{Authority: w.Authority, Hold: row.ID, DeadlineMs: w.Deadline})
		}
	} else {
		row.ClosedMs = timeMs
	}
	for _, authority := range authoritiesIn(before.Waiting) {
		if !slices.Contains(waits, authority) {
			remove(u, queues, authority, row.ID)
		}
	}
	put(u, holds, row)
}

func names(list []txn.Waiting) (names []string) {
	for _, w := range list {
		names = append(names, string(w.Authority))
	}
	return names
}

// HoldFilter narrows a list of holds; at most one of its fields is set.
type HoldFilter struct {
	Party  identity.LEI
	Status string
}

// Holds lists holds, the oldest first.
func (s *Store) Holds(ctx context.Context, f HoldFilter, p Page) ([]Hold, string, error) {
	q := query{order: []string{"since_ms", "id"}}
	q.equal("party", string(f.Party))
	q.equal("status", f.Status)
	return list(ctx, s, holds, q, p)
}

// Hold finds a hold by its id.
func (s *Store) Hold(ctx context.Context, id string) (Hold, bool, error) {
	return find(ctx, s, holds, "id", id)
}

// HoldAnswers lists the answers to a hold, oldest first.
func (s *Store) HoldAnswers(ctx context.Context, id string, p Page) ([]HoldAnswer, string, error) {
	q := query{order: []string{"seq"}}
	q.where, q.values = []string{"hold = ?"}, []any{id}
	return list(ctx, s, holdAnswers, q, p)
}

// Queue lists what waits for an authority, in the order of ids.
func (s *Store) Queue(ctx context.Context, authority guard.AuthorityID, p Page) ([]Waiting, string, error) {
	q := query{order: []string{"hold"}}
	q.where, q.values = []string{"authority = ?"}, []any{string(authority)}
	return list(ctx, s, queues, q, p)
}
