package guard

import (
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/state"
)

// ReadAhead reads what judging and posting a payment will need, so that it stands in the
// store's cache when the block is carried out. It decides nothing, and what it does not find
// is not its concern. Where both balances are cached the rest was read with them, or is not
// worth a second look.
func (g *Guard) ReadAhead(r *state.Store, from, to ledger.AccountID, asset ledger.AssetID, purpose string) {
	if r.Cached(ledger.BalanceKey(from, asset)) && r.Cached(ledger.BalanceKey(to, asset)) {
		return
	}
	order := &Order{Nature: Transfer, SourceAsset: asset, TargetAsset: asset, Purpose: Purpose{Code: purpose}}
	if order.Payer = sideAhead(r, from, asset); order.Payer == nil {
		return
	}
	if order.Payee = sideAhead(r, to, asset); order.Payee == nil {
		return
	}
	var reach reached
	reach.side(r, order.Payer, AsPayer)
	reach.side(r, order.Payee, AsPayee)
	for i := range reach.list {
		at := &reach.list[i]
		if at.authority.Version == 0 {
			continue
		}
		if b, err := g.book(r, at.authority); err == nil {
			b.readCounters(r, order, at.roles)
		}
	}
}

func sideAhead(r state.Reader, id ledger.AccountID, asset ledger.AssetID) *Side {
	ledger.BalanceOf(r, id, asset)
	account, ok := ledger.LookAtAccount(r, id)
	if !ok {
		return nil
	}
	side, err := FindSide(r, account)
	if err != nil {
		return nil
	}
	return side
}

// readCounters reads the records of counters: mostly one of the payer and one of the payee.
func (b *book) readCounters(r state.Reader, order *Order, roles roleSet) {
	var last string
	read := func(q *Quota, side *Side) {
		if key := subjectKey(q.Per, b.authority, q.scopeOf(order, side)); key != last {
			counters.Get(r, []byte(key))
			last = key
		}
	}
	for i := range b.rules {
		rule := &b.rules[i]
		if rule.Quota == nil {
			continue
		}
		if roles&rule.bind&payerBit != 0 {
			read(rule.Quota, order.Payer)
		}
		if roles&rule.bind&payeeBit != 0 {
			read(rule.Quota, order.Payee)
		}
	}
}
