package readmodel

import (
	"context"

	"causeway/core/feature/party"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// QuotaUse is what quotas have counted for a subject, whatever rules are in force now.
type QuotaUse struct {
	Scope     string            `db:"scope" json:"scope" doc:"what shares a counter: party, group, corridor, purpose, asset, authority"`
	Authority guard.AuthorityID `db:"authority" json:"authority" doc:"who counts; empty for parties and groups, whose counters name it"`
	Subject   string            `db:"subject" json:"subject" doc:"LEI of the party or the group's parent, corridor, purpose code, asset"`
	Counters  string            `db:"counters" json:"counters" doc:"JSON list of counters: authority, rule, and buckets with start and end (Unix ms), out and in (minor units of what the rule measures)"`
	TimeMs    int64             `db:"time_ms" json:"time_ms" doc:"block time of the last payment that may have changed it, Unix ms"`
	Seq       int64             `db:"seq" json:"seq,string" doc:"place of that"`
}

// QuotaCounter is one rule's counter within QuotaUse.Counters.
type QuotaCounter struct {
	Authority string        `json:"authority"`
	Rule      string        `json:"rule"`
	Buckets   []QuotaBucket `json:"buckets"`
}

// QuotaBucket is what was counted in a span of time.
type QuotaBucket struct {
	StartMs int64        `json:"start"`
	EndMs   int64        `json:"end"`
	Out     money.Amount `json:"out"`
	In      money.Amount `json:"in"`
}

var quotaUses = newTable[QuotaUse]("quota_uses", 3, "What quotas have counted: a row for each party, group, corridor, purpose, asset or authority that some rule counts.")

var quotaModel = &model{
	name: "quota", version: 1, tables: layouts(quotaUses),
	seed: func(u *unit, s state.Reader, at seedAt) {
		guard.ListCounters(s, "", func(subject string, counted quota.Record) bool {
			u.quotaUse(subject, counted, &touch{lastSeq: at.height << heightShift, lastMs: at.timeMs})
			return true
		})
	},
	apply: applyQuotas,
}

// applyQuotas reads the counters of everybody who took part in what moved, was held, ended or
// came back; what an authority counts together, whenever anything of that kind happened. They
// are read as they are now, since they change with every payment and the history of a record
// costs a read for each block: while the reader is behind they are ahead of it.
func applyQuotas(u *unit, b *block) {
	shared := false
	for i := range b.acts {
		a := &b.acts[i]
		for _, p := range a.result.Postings {
			u.countOwner(b, a, p.From)
			u.countOwner(b, a, p.To)
			shared = true
		}
		for n := range a.result.Events {
			switch e := &a.result.Events[n]; e.Name {
			case "payment.was_held":
				u.countHeld(b, a, decode[txn.HeldEvent](e).ID)
				shared = true
			case "payment.hold_was_closed":
				u.countHeld(b, a, decode[txn.HoldClosedEvent](e).ID)
				shared = true
			case "party.was_updated":
				u.count(b, a, guard.GroupSubject(string(decode[party.Updated](e).Group)))
			}
		}
	}
	if shared && len(b.acts) > 0 {
		last := &b.acts[len(b.acts)-1]
		u.touch("quota", "", last.seq, b.timeMs, func(u *unit, _ state.Reader, _ string, t *touch) {
			for _, letter := range []string{"c", "u", "a", "t"} {
				guard.ListCounters(u.now, letter, func(subject string, counted quota.Record) bool {
					u.quotaUse(subject, counted, t)
					return true
				})
			}
		})
	}
}

func (u *unit) countOwner(b *block, a *act, id ledger.AccountID) {
	if id == "" {
		return
	}
	if account, ok := ledger.FindAccount(u.now, id); ok { // its owner never changes
		u.countParty(b, a, account.Owner)
	}
}

func (u *unit) countParty(b *block, a *act, lei identity.LEI) {
	if lei == "" {
		return
	}
	u.count(b, a, guard.PartySubject(string(lei)))
	if p, ok := identity.FindParty(u.now, lei); ok {
		u.count(b, a, guard.GroupSubject(string(p.GroupOrSelf())))
	}
}

// countHeld reads the counters of whoever's payment was held: it charged them then.
func (u *unit) countHeld(b *block, a *act, id wire.Hash) {
	h, _ := txn.FindHeld(u.now, id)
	u.countParty(b, a, h.Party)
	for _, c := range h.Charges {
		u.count(b, a, c.Subject)
	}
}

func (u *unit) count(b *block, a *act, subject string) {
	u.touch("quota", subject, a.seq, b.timeMs, func(u *unit, _ state.Reader, subject string, t *touch) {
		if counted, ok := guard.FindCounters(u.now, subject); ok {
			u.quotaUse(subject, counted, t)
		}
	})
}

func (u *unit) quotaUse(subject string, counted quota.Record, t *touch) {
	per, authority, scope := guard.Subject(subject)
	list := []QuotaCounter{}
	counted.Each(func(authority, rule string, buckets []quota.Bucket) {
		c := QuotaCounter{Authority: authority, Rule: rule}
		for _, b := range buckets {
			c.Buckets = append(c.Buckets, QuotaBucket{b.Start, b.End, b.Out, b.In})
		}
		list = append(list, c)
	})
	put(u, quotaUses, QuotaUse{Scope: string(per), Authority: authority, Subject: scope, Counters: tableText(list), TimeMs: t.lastMs, Seq: t.lastSeq})
}

// QuotaUses lists what was counted for subjects of a scope ("party", "group", …), by authority
// and subject.
func (s *Store) QuotaUses(ctx context.Context, scope string, p Page) ([]QuotaUse, string, error) {
	q := query{order: []string{"scope", "authority", "subject"}}
	q.equal("scope", scope)
	return list(ctx, s, quotaUses, q, p)
}

// QuotaUse finds what was counted for a subject; authority is empty for parties and groups.
func (s *Store) QuotaUse(ctx context.Context, scope string, authority guard.AuthorityID, subject string) (row QuotaUse, ok bool, err error) {
	q := query{order: []string{"subject"}}
	q.where, q.values = []string{"scope = ?", "authority = ?", "subject = ?"}, []any{scope, string(authority), subject}
	rows, _, err := list(ctx, s, quotaUses, q, Page{Limit: 1})
	if err != nil || len(rows) == 0 {
		return row, false, err
	}
	return rows[0], true, nil
}
