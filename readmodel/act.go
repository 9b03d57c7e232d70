package readmodel

import (
	"fmt"

	"causeway/core"
	"causeway/core/feature/payment"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// A place in the ledger is one number: height × 2^30 + place in the block's log × 2^10 + a
// number within that outcome. It orders everything that has happened.
const (
	heightShift = 30
	indexShift  = 10
)

func seqOf(height int64, index, n int) int64 {
	if index >= 1<<(heightShift-indexShift) || n >= 1<<indexShift {
		panic(fmt.Sprintf("outcome %d, part %d of height %d has no place", index, n, height))
	}
	return height<<heightShift | int64(index)<<indexShift | int64(n)
}

// role is how an outcome came into the log.
type role uint8

const (
	transaction role = iota + 1
	part             // a payment of a batch
	end              // of what was held or proposed
	again            // of what was proposed or held, and is now held (afresh)
	timer
)

// act is one outcome of the log with what brought it about.
type act struct {
	role      role
	seq       int64
	index     int
	id        wire.Hash // what it is about: a transaction, a payment of a batch, a held payment, a proposal
	carrier   wire.Hash // the transaction that it stands under; zero for timers
	kind      string    // empty: not authenticated, or a timer
	version   uint16
	payload   txn.Payload // nil if it is not known
	party     identity.LEI
	reference string
	batch     wire.Hash // of a part
	item      int
	late      bool // what it is about may have begun in an earlier outcome
	result    *txn.Result
}

// block is a committed block as models see it.
type block struct {
	height int64
	timeMs int64
	hash   []byte
	txs    int
	acts   []act
}

// decode reads an event's data; what this binary has written it can read.
func decode[E any](e *txn.Event) (data E) {
	if err := wire.UnmarshalStored(e.Data, &data); err != nil {
		panic(fmt.Sprintf("event %s: %v", e.Name, err))
	}
	return data
}

// read puts a block together. Payloads of what was held or proposed are read from records that
// never change and are never deleted, so that they are the same whenever the block is read.
func read(source Source, height int64) (*block, error) {
	ledger := source.Ledger()
	from, err := source.Block(height)
	if err != nil {
		return nil, err
	}
	b := &block{height: height, timeMs: from.TimeMs, hash: from.Hash, txs: len(from.Txs)}
	var log []core.Recorded
	if err := ledger.EachOutcome(height, func(r core.Recorded) { log = append(log, r) }); err != nil {
		return nil, err
	}
	r := &reading{block: b, log: log, byLog: make(map[wire.Hash]int, len(log)), state: ledger.Store(), chain: ledger.ChainID()}
	b.acts = make([]act, len(log))
	for i := range log {
		r.byLog[log[i].ID] = i
		b.acts[i] = act{role: timer, seq: seqOf(height, i, 0), index: i, id: log[i].ID, result: &log[i].Outcome.Result}
	}
	for i := range log {
		if place := log[i].Outcome.Tx; place > 0 {
			if int(place) > len(from.Txs) {
				return nil, fmt.Errorf("height %d: outcome %d is of transaction %d of %d", height, i, place, len(from.Txs))
			}
			r.transaction(i, from.Txs[place-1])
		}
	}
	for i := range log {
		if a := &b.acts[i]; log[i].Outcome.Tx > 0 || a.role == timer && a.result.Party == "" {
			r.items(a, a.id)
		}
	}
	return b, nil
}

type reading struct {
	block *block
	log   []core.Recorded
	byLog map[wire.Hash]int
	state state.Reader
	chain string
}

// transaction says what was signed. What nobody known has signed says nothing about anybody:
// its outcome stands under another id than the body has.
func (r *reading) transaction(i int, raw []byte) {
	a := &r.block.acts[i]
	a.role, a.carrier = transaction, a.id
	t, body, err := txn.Decode(raw)
	if err != nil || txn.ID(r.chain, t.Body) != a.id {
		return
	}
	a.kind, a.version, a.party, a.reference = body.Kind, body.Version, body.Party, body.Reference
	a.payload, _ = core.Kinds.Payload(body.Kind, body.Version, body.Payload) // what cannot be read was refused
}

// items finds what an outcome names as carried out under other ids, and what that names in turn.
func (r *reading) items(of *act, context wire.Hash) {
	batch, _ := of.payload.(*payment.Batch)
	for k := range of.result.Items {
		item := &of.result.Items[k]
		for _, log := range [...]wire.Hash{item.ID, txn.FinalID(item.ID), txn.HeldAgainID(item.ID, context), txn.HeldAgainID(item.ID, of.carrier)} {
			i, ok := r.byLog[log]
			if !ok || i >= of.index || r.block.acts[i].role != timer {
				continue
			}
			a := &r.block.acts[i]
			if a.result.Hash(log) != item.Hash {
				continue
			}
			a.id, a.carrier, a.late = item.ID, of.carrier, of.late || log != item.ID
			switch {
			case log == item.ID:
				a.role, a.batch, a.item, a.party, a.kind = part, of.id, k, of.party, payment.SendKind.Name
				if batch != nil && k < len(batch.Payments) {
					a.payload, a.reference, a.version = &batch.Payments[k], batch.Payments[k].Reference, payment.SendKind.Version
				}
			default:
				a.role = end
				if log != txn.FinalID(item.ID) {
					a.role = again
				}
				r.waited(a)
			}
			r.items(a, a.id)
			break
		}
	}
}

// waited finds what had been held or proposed.
func (r *reading) waited(a *act) {
	var from act
	if p, ok := (txn.Records{Reader: r.state}).Proposal(a.id); ok {
		from = waitedFor(a.id, p.Party, p.Kind, p.Version, p.Payload, p.Reference)
	} else if h, ok := txn.FindHeld(r.state, a.id); ok {
		from = waitedFor(a.id, h.Party, h.Kind, h.Version, h.Payload, "")
	}
	a.kind, a.version, a.party, a.reference, a.payload = from.kind, from.version, from.party, from.reference, from.payload
}

// waitedFor is what a hold or a proposal will carry out.
func waitedFor(id wire.Hash, party identity.LEI, kind string, version uint16, data []byte, reference string) act {
	a := act{id: id, party: party, kind: kind, version: version, reference: reference}
	a.payload, _ = core.Kinds.Payload(kind, version, data) // it could be read when it was put there
	return a
}

// events visits all events of a block in their order; n counts those of one outcome.
func (b *block) events(visit func(a *act, n int, e *txn.Event)) {
	for i := range b.acts {
		a := &b.acts[i]
		for n := range a.result.Events {
			visit(a, n, &a.result.Events[n])
		}
	}
}
