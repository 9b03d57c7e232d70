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
	"slices"
	"sync"
	"sync/atomic"

	"causeway/core/kernel/calendar"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard/expr"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// Guard keeps the compiled form of rulebooks; it has no other state and one per machine serves.
type Guard struct {
	mu    sync.Mutex // of whoever adds a book
	books atomic.Pointer[map[wire.Hash]*book]
}

// New makes a guard.
func New() *Guard {
	g := &Guard{}
	g.books.Store(&map[wire.Hash]*book{})
	return g
}

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
	order Order
	prior Prior
	maker *Side // set while a maker's own path is judged
	scope scope // of the rule that is being checked
	reach reached
	facts *expr.Facts // of the order, once an expression asks

	source, other *ledger.Asset // other is the target, where it is not the source

	searched int // sessions that were closed, and looked for
	amounts  int // of the room that are taken
}

func (g *Guard) begin(room *Room, r state.Reader, now int64, order *Order) (*judgement, error) {
	j := room.clear()
	j.guard, j.r, j.now, j.order, j.Verdict = g, r, now, *order, Allow
	return j, j.named()
}

// lasting is an amount that a step can point to.
func (j *judgement) lasting(a money.Amount) *money.Amount {
	var at *money.Amount
	if j.amounts < len(j.room.amounts) {
		at = &j.room.amounts[j.amounts]
		j.amounts++
	} else {
		at = new(money.Amount)
	}
	*at = a
	return at
}

// Judge answers for a journal: its order, and each posting besides. It changes nothing;
// Settle and Charge book the quota charges of an allowed (or held) decision. The decision
// stands until another one is made in the same room.
func (g *Guard) Judge(room *Room, r state.Reader, now int64, order *Order, postings []ledger.Posting, prior Prior) (*Decision, error) {
	j, err := g.begin(room, r, now, order)
	if err != nil {
		return nil, err
	}
	j.prior = prior
	if err := j.postings(postings); err != nil {
		return nil, err
	}
	if order.Nature == Return && !order.Foreign {
		return &j.Decision, nil // a return is the end of a flow that the rules have let begin
	}
	if order.Payer != nil {
		j.reach.side(r, order.Payer, AsPayer)
	}
	if order.Payee != nil {
		j.reach.side(r, order.Payee, AsPayee)
	}
	j.reach.path(r, j.source.Authority, assetBit)
	if order.TargetAsset != order.SourceAsset {
		j.reach.path(r, j.other.Authority, assetBit)
	}
	if err := j.rulebooks(); err != nil {
		return nil, err
	}
	return &j.Decision, nil
}

// JudgeMaker answers whether a market maker's own path lets it fill: it pays the order's
// target asset and receives its source asset. Only rules that bind makers are asked.
func (g *Guard) JudgeMaker(r state.Reader, now int64, order *Order, maker *Side) (*Decision, error) {
	j, err := g.begin(new(Room), r, now, order)
	if err != nil {
		return nil, err
	}
	j.maker = maker
	j.side(maker)
	j.receiver(maker.Account, &ledger.Posting{To: maker.Account.ID, Asset: order.SourceAsset})
	j.reach.side(r, maker, AsMaker)
	if err := j.rulebooks(); err != nil {
		return nil, err
	}
	return &j.Decision, nil
}

// stepsUsually is the most room that is made for steps ahead: many rules apply to few payments.
const stepsUsually = 8

func (j *judgement) rulebooks() error {
	measures := 0
	for i := range j.reach.list {
		at := &j.reach.list[i]
		if at.authority.Version == 0 {
			continue
		}
		b, err := j.guard.book(j.r, at.authority)
		if err != nil {
			return err
		}
		at.book = b
		measures += b.measures
	}
	j.Steps = slices.Grow(j.Steps, min(measures, stepsUsually))
	for i := range j.reach.list {
		at := &j.reach.list[i]
		if at.book == nil {
			continue
		}
		for k := range at.book.rules {
			j.rule(at, &at.book.rules[k])
		}
	}
	return nil
}

func (j *judgement) rule(at *reach, c *compiled) {
	roles := at.roles & c.bind
	if roles == 0 || !c.applies(j, roles) {
		return
	}
	if j.order.Nature == Return && !c.standing() {
		return // it is about flows; what an account may hold stays to be asked
	}
	j.scope = scope{book: at.book, rule: c, roles: roles, at: at}
	c.check(j, &j.scope)
}

// scope is one rule in the roles it was reached in.
type scope struct {
	book  *book
	rule  *compiled
	roles roleSet
	at    *reach
}

// zone is the calendar of the authority whose rule it is.
func (s *scope) zone(j *judgement) *calendar.Calendar {
	if s.at.zone == nil {
		s.at.zone = zoneOf(j.r, s.at.authority)
	}
	return s.at.zone
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
