package testkit

import (
	"errors"
	"fmt"
	"math"

	"causeway/core"
	"causeway/core/feature/fx"
	"causeway/core/feature/issuance"
	"causeway/core/kernel/approval"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// holding is one asset of one account; the empty account stands for what was issued.
type holding struct {
	account txn.AccountID
	asset   txn.AssetID
}

// totals reads all balances.
func totals(r state.Reader) map[holding]money.Amount {
	all := map[holding]money.Amount{}
	eachBalance(r, func(h holding, b txn.Balance) { all[h] = b.Total })
	return all
}

func eachBalance(r state.Reader, visit func(holding, txn.Balance)) {
	ledger.ListAccounts(r, "", func(a txn.Account) bool {
		ledger.BalancesOf(r, a.ID, func(asset txn.AssetID, b txn.Balance) bool {
			visit(holding{a.ID, asset}, b)
			return true
		})
		return true
	})
}

// invariants must hold after every block; before is what accounts had when it began.
func (l *Ledger) invariants(before map[holding]money.Amount) {
	l.tb.Helper()
	r := l.Store()
	for _, err := range []error{
		ledger.CheckConservation(r),
		issuance.CheckBacking(r, l.now),
		CheckReservations(r),
		l.checkTimers(),
		l.checkQueues(),
		l.checkPostings(before),
		l.checkEmptyBlock(),
	} {
		if err != nil {
			l.tb.Fatalf("height %d: %v", l.machines[0].Height(), err)
		}
	}
}

// CheckReservations proves that what is reserved on each account is the sum of what open
// holds, standing quotes and unburned redemptions keep there.
func CheckReservations(r state.Reader) error {
	want := map[holding]money.Amount{}
	add := func(account txn.AccountID, asset txn.AssetID, amount money.Amount) {
		h := holding{account, asset}
		want[h], _ = want[h].Add(amount)
	}
	txn.ListHeld(r, wire.Hash{}, func(h txn.HeldPayment) bool {
		for _, kept := range h.Reserved {
			add(kept.Account, kept.Asset, kept.Amount)
		}
		return true
	})
	each(r, "quote", func(v any) { q := v.(fx.Quote); add(q.Maker, q.Target, q.Left) })
	each(r, "redemption", func(v any) {
		if d := v.(issuance.Redemption); d.Status == issuance.Requested || d.Status == issuance.Paid {
			add(d.From, d.Asset, d.Amount)
		}
	})
	var broken error
	eachBalance(r, func(h holding, b txn.Balance) {
		if want[h] != b.Reserved {
			broken = fmt.Errorf("reserved on %s are %s %s, holds, quotes and redemptions keep %s", h.account, b.Reserved, h.asset, want[h])
		}
		delete(want, h)
	})
	for h, amount := range want {
		if !amount.IsZero() {
			broken = fmt.Errorf("%s %s are kept on %s, which has none", amount, h.asset, h.account)
		}
	}
	return broken
}

func each(r state.Reader, noun string, visit func(v any)) {
	view, ok := core.Kinds.View(noun)
	if !ok {
		panic("testkit: no view " + noun)
	}
	view.List(r, "", func(_ string, v any) bool { visit(v); return true })
}

// checkTimers: whatever has a deadline has exactly one timer, set for that time, and no timer
// stands for something that has ended.
func (l *Ledger) checkTimers() error {
	want := map[string]bool{}
	expect := func(name string, due int64, id []byte) { want[fmt.Sprintf("%s %d %x", name, due, id)] = true }
	r := l.Store()
	txn.ListHeld(r, wire.Hash{}, func(h txn.HeldPayment) bool {
		if h.Status == txn.HeldOpen {
			expect(txn.HoldTimer, h.Deadline, h.ID[:])
		}
		return true
	})
	each(r, "quote", func(v any) { q := v.(fx.Quote); expect("fx.expiry", q.Expires, q.ID[:]) })
	approval.ListOpenFrom(r, "", wire.Hash{}, func(p txn.Proposal) bool {
		expect(txn.ProposalTimer, p.Expires, p.ID[:])
		return true
	})
	each(r, "redemption", func(v any) {
		if d := v.(issuance.Redemption); d.Check != 0 {
			expect("redemption.deadline", d.Check, d.ID[:])
		}
	})
	for _, t := range txn.DueTimers(l.Store().Begin(l.machines[0].Height()+1), math.MaxInt64, math.MaxInt32) {
		name := fmt.Sprintf("%s %d %x", t.Name, t.Due, t.ID)
		if t.Name == "rulebook.activation" {
			continue // package authority's own tests count these
		}
		if !want[name] {
			return fmt.Errorf("the timer %s stands for nothing", name)
		}
		delete(want, name)
	}
	for name := range want {
		return fmt.Errorf("the timer %s is missing", name)
	}
	return nil
}

// checkQueues: a held payment stands in the queue of each authority it waits for, and no
// queue has anything else.
func (l *Ledger) checkQueues() error {
	r, waiting, queued := l.Store(), 0, 0
	var broken error
	txn.ListHeld(r, wire.Hash{}, func(h txn.HeldPayment) bool {
		if h.Status != txn.HeldOpen {
			return true
		}
		if len(h.Waiting) == 0 {
			broken = fmt.Errorf("held payment %s waits for nobody", h.ID)
		}
		for _, w := range h.Waiting {
			waiting++
			if !txn.Queued(r, w.Authority, h.ID) {
				broken = fmt.Errorf("held payment %s is not in the queue of %s", h.ID, w.Authority)
			}
		}
		return true
	})
	txn.ListQueues(r, "", wire.Hash{}, func(txn.AuthorityID, txn.HeldPayment) bool { queued++; return true })
	if broken == nil && waiting != queued {
		broken = fmt.Errorf("%d entries in queues, held payments wait %d times", queued, waiting)
	}
	return broken
}

// checkPostings: what the log says has moved is what has changed, no more and no less.
func (l *Ledger) checkPostings(balances map[holding]money.Amount) error {
	var broken error
	height := l.machines[0].Height()
	err := l.machines[0].EachOutcome(height, func(e core.Recorded) {
		for _, p := range e.Outcome.Result.Postings {
			if p.From != "" {
				from, ok := balances[holding{p.From, p.Asset}].Sub(p.Amount)
				if !ok {
					broken = fmt.Errorf("outcome %s takes %s %s from %s, which had less", e.ID, p.Amount, p.Asset, p.From)
				}
				balances[holding{p.From, p.Asset}] = from
			}
			if p.To != "" {
				balances[holding{p.To, p.Asset}], _ = balances[holding{p.To, p.Asset}].Add(p.Amount)
			}
		}
	})
	if err := errors.Join(err, broken); err != nil {
		return err
	}
	after := totals(l.Store())
	for h, amount := range balances {
		if after[h] != amount {
			return fmt.Errorf("%s has %s %s, by the postings it should have %s", h.account, after[h], h.asset, amount)
		}
		delete(after, h)
	}
	for h, amount := range after {
		return fmt.Errorf("%s has %s %s that no posting has brought", h.account, amount, h.asset)
	}
	return nil
}

// checkEmptyBlock: a block without transactions, in which nothing is due, changes nothing
// that is under the root. It is carried out and thrown away.
func (l *Ledger) checkEmptyBlock() error {
	m := l.machines[0]
	next := m.Height() + 1
	if len(txn.DueTimers(m.Store().Begin(next), l.now, 1)) > 0 {
		return nil
	}
	o, err := m.Execute(core.Block{Height: next, TimeMs: l.now})
	if err == nil && o.Root != m.Root() {
		err = fmt.Errorf("an empty block would change the root from %s to %s", m.Root(), o.Root)
	}
	return err
}
