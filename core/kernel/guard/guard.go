// Package guard judges every journal, and each posting in it, against every rulebook that
// applies: the one choke point of value.
//
// A rulebook applies if it lies on the path (an account's authority up to the charter, and
// the owner's home path) of payer, payee, an asset moved or a market maker who fills. The
// decision is the most severe of all, so a child authority can only tighten: by construction,
// since no rule can answer another. The guard moves nothing; package txn asks it, then the
// ledger. Judging costs O(rulebooks reached × their rules + postings).
package guard

import (
	"sync"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// Guard keeps the compiled form of rulebooks; it has no other state and one per machine serves.
type Guard struct {
	mu    sync.Mutex
	books map[wire.Hash]*book
}

// New makes a guard.
func New() *Guard { return &Guard{books: map[wire.Hash]*book{}} }

// Prior is what has already been decided about a held payment that is judged again:
// reviews answered with yes, and quota charges that keep the window they were made in.
type Prior struct {
	Answered []Waiting
	Charges  Charges
}

func (p *Prior) answered(authority AuthorityID, rule string) bool {
	for i := range p.Answered {
		if w := &p.Answered[i]; w.Authority == authority && (contains(w.Rules, rule) || contains(w.Hidden, rule)) {
			return true
		}
	}
	return false
}

// judgement is one run of the guard.
type judgement struct {
	Decision
	guard *Guard
	r     state.Reader
	now   int64
	order *Order
	prior *Prior
	maker *Side // set while a maker's own path is judged
	scope scope // of the rule that is being checked

	searched int // sessions that were closed, and looked for
}

// Judge answers for a journal: its order, and each posting besides. It changes nothing;
// Commit books the quota charges of an allowed (or held) decision.
func (g *Guard) Judge(r state.Reader, now int64, order *Order, postings []ledger.Posting, prior Prior) (*Decision, error) {
	j := judgement{guard: g, r: r, now: now, order: order, prior: &prior}
	j.Verdict = Allow
	if err := j.named(); err != nil {
		return nil, err
	}
	if err := j.postings(postings); err != nil {
		return nil, err
	}
	if order.Nature == Return && !order.Foreign {
		return &j.Decision, nil // a return is the end of a flow that the rules have let begin
	}
	reach := newReached()
	if order.Payer != nil {
		reach.side(r, order.Payer, AsPayer)
	}
	if order.Payee != nil {
		reach.side(r, order.Payee, AsPayee)
	}
	reach.asset(r, order.SourceAsset)
	reach.asset(r, order.TargetAsset)
	if err := j.rulebooks(&reach); err != nil {
		return nil, err
	}
	return &j.Decision, nil
}

// JudgeMaker answers whether a market maker's own path lets it fill: it pays the order's
// target asset and receives its source asset. Only rules that bind makers are asked.
func (g *Guard) JudgeMaker(r state.Reader, now int64, order *Order, maker *Side) (*Decision, error) {
	j := judgement{guard: g, r: r, now: now, order: order, prior: &Prior{}, maker: maker}
	j.Verdict = Allow
	if err := j.named(); err != nil {
		return nil, err
	}
	j.side(maker)
	j.receiver(&maker.Account, &ledger.Posting{To: maker.Account.ID, Asset: order.SourceAsset})
	reach := newReached()
	reach.side(r, maker, AsMaker)
	if err := j.rulebooks(&reach); err != nil {
		return nil, err
	}
	return &j.Decision, nil
}

func (j *judgement) rulebooks(reach *reached) error {
	for i := range reach.list {
		at := &reach.list[i]
		if at.authority.Version == 0 {
			continue
		}
		b, err := j.guard.book(j.r, &at.authority)
		if err != nil {
			return err
		}
		for k := range b.rules {
			j.rule(b, &b.rules[k], at)
		}
	}
	return nil
}

func (j *judgement) rule(b *book, c *compiled, at *reach) {
	roles := at.roles & c.bind
	if roles == 0 || !c.applies(j, roles) {
		return
	}
	if j.order.Nature == Return && !c.standing() {
		return // it is about flows; what an account may hold stays to be asked
	}
	j.scope = scope{book: b, rule: c, roles: roles, authority: &at.authority}
	c.check(j, &j.scope)
}

// scope is one rule in the roles it was reached in.
type scope struct {
	book      *book
	rule      *compiled
	roles     roleSet
	authority *Authority
}

func (s *scope) step() Step {
	return Step{Authority: s.book.authority, Version: s.book.version, Rule: s.rule.ID, Quiet: s.rule.Quiet}
}

func (j *judgement) refuse(s *scope, step Step, f *fault.Error) { j.Decision.refuse(step, f) }

// hold asks for a review, unless the reviewer has already said yes. What cannot wait
// (a mint, a market maker's fill) is refused instead.
func (j *judgement) hold(s *scope, step Step, deadlineMs int64) {
	if j.prior.answered(s.book.authority, s.rule.ID) {
		step.Verdict, step.Answered = Allow, true
		j.Steps = append(j.Steps, step)
		return
	}
	if !j.order.IsPayment() || j.maker != nil {
		j.Decision.refuse(step, fault.RuleHoldNotPossible.With("rule", s.rule.ID, "a payment"))
		return
	}
	j.Decision.hold(step, j.now+deadlineMs)
}
