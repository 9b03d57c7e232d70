package readmodel

import (
	"errors"
	"fmt"

	"causeway/core"
	"causeway/core/feature/fx"
	"causeway/core/feature/issuance"
	"causeway/core/kernel/ledger"
)

// reseed begins a model at the present height, from the state that the ledger has there. The
// node commits blocks meanwhile, so values are read as they were at that height, and what has
// gone from the state since is read once more by its key.
func (r *Reader) reseed(u *unit, m *model) (p place, err error) {
	defer func() {
		if lost := recover(); lost != nil {
			kept, ours := lost.(notKept)
			if !ours {
				panic(lost)
			}
			err = fmt.Errorf("the state was read too slowly to begin at one height: %w", kept.error)
		}
	}()
	machine := r.source.Ledger()
	height := machine.Height()
	b, err := r.source.Block(height)
	if err != nil && !errors.Is(err, ErrGone) {
		return p, err
	}
	// A node that began with a snapshot has not the block of its height: time is known later.
	at := seedAt{height, b.TimeMs}
	u.now = &past{store: machine.Store(), height: height, exact: true}
	m.seed(u, u.now, at)
	gone, err := removedSince(machine, height)
	if err == nil && len(gone) > 0 {
		m.seed(u, &past{store: machine.Store(), height: height, exact: true, only: gone}, at)
	}
	p = place{height: height, since: height}
	if len(b.Hash) > 0 {
		p.hash = fmt.Sprintf("%x", b.Hash)
	}
	return p, errors.Join(err, u.err)
}

// quotePrefix begins the keys of quotes in the state.
const quotePrefix = "x/"

// removedSince are the state keys that blocks after a height may have removed: balances that
// were emptied, quotes that ended, breaches that did.
func removedSince(machine *core.Machine, height int64) (keys []string, err error) {
	breach, _ := core.Kinds.View("breach")
	for at := height + 1; at <= machine.Height() && err == nil; at++ {
		err = machine.EachOutcome(at, func(o core.Recorded) {
			for _, p := range o.Outcome.Result.Postings {
				if p.From != "" {
					keys = append(keys, string(ledger.BalanceKey(p.From, p.Asset)))
				}
			}
			for i := range o.Outcome.Result.Events {
				switch e := &o.Outcome.Result.Events[i]; e.Name {
				case "fx.was_taken":
					q := decode[fx.Taken](e).Quote
					keys = append(keys, quotePrefix+string(q[:]))
				case "fx.was_cancelled", "fx.quote_expired":
					q := decode[fx.Withdrawn](e).Quote
					keys = append(keys, quotePrefix+string(q[:]))
				case "reserve.breach_was_ended":
					keys = append(keys, string(breach.Key(string(decode[issuance.BreachEvent](e).Asset))))
				}
			}
		})
	}
	return keys, err
}
