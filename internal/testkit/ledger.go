// Package testkit carries test blocks out on two machines at once, over a sample world.
package testkit

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"causeway/client/keyring"
	"causeway/core"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Ledger is one ledger on two real machines in memory. Both carry out the same blocks; one of
// them is closed and opened again from its storage now and then. After every block roots,
// results and the log must agree, and the invariants hold.
type Ledger struct {
	tb           testing.TB
	genesis      []byte
	machines     [2]*core.Machine
	backends     [2]*state.Memory
	now          int64
	drafts       int
	RestartEvery int64 // the second machine, after so many blocks; 0 = never
	CheckEvery   int64 // invariants over the whole state, after so many blocks; 0 = never
	Blocks       []core.Block
	Roots        []wire.Hash
}

// Result is how a transaction ended in its block.
type Result struct {
	ID      wire.Hash
	Fault   *fault.Fault // nil if it was not refused
	Outcome txn.Outcome
}

// New begins a ledger; with World.Assets it has money on it.
func New(tb testing.TB, w World) *Ledger {
	tb.Helper()
	l := &Ledger{tb: tb, genesis: w.Genesis(), now: startMs, RestartEvery: 2, CheckEvery: 1}
	for i := range l.machines {
		l.backends[i] = state.NewMemory()
		l.machines[i] = l.open(i)
		root, writes := l.machines[i].Genesis()
		l.backends[i].Apply(writes)
		l.machines[i].Commit()
		if got := l.machines[i].Root(); got != root {
			tb.Fatalf("root after genesis is %s, stated was %s", got, root)
		}
	}
	if w.Assets {
		l.fund()
	}
	return l
}

func (l *Ledger) open(i int) *core.Machine {
	l.tb.Helper()
	m, err := core.Open(l.genesis, l.backends[i])
	if err != nil {
		l.tb.Fatalf("machine %d: %v", i, err)
	}
	return m
}

// Under lets another test have the ledger's failures: that of one fuzz input, say.
func (l *Ledger) Under(tb testing.TB) { l.tb = tb }

// Genesis is the document that it began with.
func (l *Ledger) Genesis() []byte { return l.genesis }

// Machine is the one that is never restarted.
func (l *Ledger) Machine() *core.Machine { return l.machines[0] }

// Store is its committed state.
func (l *Ledger) Store() *state.Store { return l.machines[0].Store() }

// Now is the time of the last block, Unix ms.
func (l *Ledger) Now() int64 { return l.now }

// Advance lets time pass before the next block.
func (l *Ledger) Advance(ms int64) { l.now += ms }

// Block carries out a block on both machines and commits it.
func (l *Ledger) Block(txs ...[]byte) []Result {
	l.tb.Helper()
	l.now += 1000
	b := core.Block{Height: l.machines[0].Height() + 1, TimeMs: l.now, Txs: txs}
	check := l.CheckEvery > 0 && b.Height%l.CheckEvery == 0
	before := map[holding]money.Amount{}
	if check {
		before = totals(l.Store())
	}
	// The first machine has had all of it in its mempool, the second sees it for the first time.
	var told *core.Explanation
	var offered core.CheckResult
	for i := len(txs) - 1; i >= 0; i-- {
		offered = l.machines[0].Check(txs[i], l.now, false)
	}
	if check {
		told = l.rehearse(b)
	}
	var outcomes [2]*core.Outcome
	for i, m := range l.machines {
		var err error
		if outcomes[i], err = m.Execute(b); err != nil {
			l.tb.Fatalf("block %d on machine %d: %v", b.Height, i, err)
		}
		l.backends[i].Apply(outcomes[i].Writes)
		m.Commit()
	}
	l.compare(b, outcomes)
	l.Blocks, l.Roots = append(l.Blocks, b), append(l.Roots, outcomes[0].Root)
	if check {
		l.invariants(before)
	}
	if l.RestartEvery > 0 && b.Height%l.RestartEvery == 0 {
		l.machines[1] = l.open(1)
		if a, z := l.machines[0].Root(), l.machines[1].Root(); a != z {
			l.tb.Fatalf("root after a restart at height %d is %s, should be %s", b.Height, z, a)
		}
	}
	results := l.results(outcomes[0])
	if told != nil {
		l.keptItsWord(told, results[0])
	}
	if f := fault.Numbered(uint16(offered.Code)); f != nil && check && len(txs) == 1 && results[0].Fault != f {
		l.tb.Fatalf("the mempool would have refused with %s what ended %s", f.Name, Explain(results[0]))
	}
	return results
}

// rehearse asks the first machine alone what each transaction would do, and carries the block
// out on it without committing. Neither may leave a trace, not even in what it keeps decoded
// in memory: else the machines differ when they carry the block out. Of a transaction that is
// alone in its block, with nothing due before it, it returns what was told.
func (l *Ledger) rehearse(b core.Block) (told *core.Explanation) {
	l.tb.Helper()
	m := l.machines[0]
	alone := len(b.Txs) == 1 && len(txn.DueTimers(m.Store().Begin(b.Height), l.now, 1)) == 0
	for _, raw := range b.Txs {
		t, body, err := txn.Decode(raw)
		if err != nil {
			continue
		}
		p, _ := txn.Records{Reader: m.Store()}.Party(body.Party)
		for _, o := range p.Officers {
			e, err := m.Explain(&body, o.ID, l.now)
			if fault.Of(err) == fault.InternalBug {
				l.tb.Fatalf("explaining %s: %v", body.Kind, err)
			}
			if alone && err == nil && l.signedBy(&t, o.ID) {
				told = e
			}
		}
	}
	if _, err := m.Execute(b); err != nil {
		l.tb.Fatalf("rehearsing block %d: %v", b.Height, err)
	}
	return told
}

// signedBy reports whether an officer has signed first, and alone.
func (l *Ledger) signedBy(t *txn.Transaction, officer string) bool {
	if len(t.Signatures) != 1 {
		return false
	}
	k, ok := txn.Records{Reader: l.Store()}.Key(t.Signatures[0].Alg, t.Signatures[0].Key)
	return ok && k.Officer == officer
}

// keptItsWord: what the ledger says before sending is what happens, unless the signatures were
// not good enough, which an explanation does not look at.
func (l *Ledger) keptItsWord(told *core.Explanation, r Result) {
	l.tb.Helper()
	got := r.Outcome.Result
	switch {
	case got.Status == txn.Proposed, r.Fault != nil && r.Fault.Class != fault.Refused && r.Fault.Class != fault.NotFound:
		return
	case told.Status != got.Status, r.Fault != nil && told.Fault != r.Fault.Name, !slices.Equal(told.Postings, got.Postings):
		l.tb.Fatalf("the ledger said %s %s %v, and did %s %v", told.Status, told.Fault, told.Postings, Explain(r), got.Postings)
	}
}

func (l *Ledger) compare(b core.Block, outcomes [2]*core.Outcome) {
	l.tb.Helper()
	a, z := outcomes[0], outcomes[1]
	if a.Root != z.Root || a.Root != l.machines[0].Root() {
		l.tb.Fatalf("roots differ at height %d: %s and %s", b.Height, a.Root, z.Root)
	}
	same := func(x, y core.TxResult) bool { return x.ID == y.ID && x.Code == y.Code && bytes.Equal(x.Data, y.Data) }
	if !slices.EqualFunc(a.Results, z.Results, same) || !slices.Equal(a.Bugs, z.Bugs) {
		l.tb.Fatalf("results differ at height %d", b.Height)
	}
	if len(a.Results) != len(b.Txs) {
		l.tb.Fatalf("%d results for %d transactions", len(a.Results), len(b.Txs))
	}
	if len(a.Bugs) > 0 {
		l.tb.Fatalf("height %d: %v", b.Height, a.Bugs)
	}
	logs := [2][]core.Recorded{l.log(0, b.Height), l.log(1, b.Height)}
	if !slices.EqualFunc(logs[0], logs[1], func(x, y core.Recorded) bool { return x.ID == y.ID && bytes.Equal(x.Raw, y.Raw) }) {
		l.tb.Fatalf("logs differ at height %d", b.Height)
	}
}

func (l *Ledger) log(i int, height int64) (list []core.Recorded) {
	l.tb.Helper()
	if err := l.machines[i].EachOutcome(height, func(r core.Recorded) { list = append(list, r) }); err != nil {
		l.tb.Fatal(err)
	}
	return list
}

// Log is what a height has recorded: transactions, parts of batches, ends of holds, timers.
func (l *Ledger) Log(height int64) []core.Recorded { return l.log(0, height) }

func (l *Ledger) results(o *core.Outcome) []Result {
	l.tb.Helper()
	results := make([]Result, len(o.Results))
	for i, r := range o.Results {
		at, ok := l.Store().EntryByID(r.ID)
		if !ok {
			l.tb.Fatalf("height %d: transaction %s is not in the log", o.Height, r.ID)
		}
		entry, _ := l.Store().Entry(at)
		results[i] = Result{ID: r.ID, Fault: fault.Numbered(uint16(r.Code))}
		if err := wire.UnmarshalStored(entry.Outcome, &results[i].Outcome); err != nil {
			l.tb.Fatal(err)
		}
		if hash := results[i].Outcome.Result.Hash(r.ID); !bytes.Equal(hash[:], r.Data) {
			l.tb.Fatalf("transaction %s: the hash of its result is not that of the block", r.ID)
		}
	}
	return results
}

// Find reads how something ended by now: a payment of a batch, a held or proposed payment too.
func (l *Ledger) Find(id wire.Hash) (txn.Outcome, bool) { return txn.FindOutcome(l.Store(), id) }

// Draft is a transaction of a party that is not yet signed. Each draft differs from every
// other, so that the same payment can be made twice.
func (l *Ledger) Draft(party, kind string, payload txn.Payload) txn.Body {
	l.drafts++
	k, ok := core.Kinds.Kind(kind)
	if !ok {
		l.tb.Fatalf("no kind %s", kind)
	}
	return txn.Body{
		Kind: kind, Version: k.Version, Party: LEI(party), Payload: wire.Marshal(payload),
		Expires: l.now + txn.ExpiryAheadMax - 600_000 + int64(l.drafts%300_000),
	}
}

// Sign signs a body with keys.
func Sign(body *txn.Body, keys ...keyring.Signer) []byte {
	raw, _, err := keyring.SignTransaction(Chain, *body, keys...)
	if err != nil {
		panic(err)
	}
	return raw
}

// Do carries out one transaction of a party in a block of its own; officers sign in order,
// "maker" alone where none is named.
func (l *Ledger) Do(party, kind string, payload txn.Payload, officers ...string) Result {
	l.tb.Helper()
	return l.Block(l.Signed(party, kind, payload, officers...))[0]
}

// Must is Do for what has to pass.
func (l *Ledger) Must(party, kind string, payload txn.Payload, officers ...string) Result {
	l.tb.Helper()
	r := l.Do(party, kind, payload, officers...)
	if r.Fault != nil {
		l.tb.Fatalf("%s by %s: %s", kind, party, Explain(r))
	}
	return r
}

// Signed is a transaction ready for a block.
func (l *Ledger) Signed(party, kind string, payload txn.Payload, officers ...string) []byte {
	body := l.Draft(party, kind, payload)
	return Sign(&body, l.Signers(party, officers...)...)
}

// Signers are the keys of officers; "maker" if none is named.
func (l *Ledger) Signers(party string, officers ...string) (keys []keyring.Signer) {
	if len(officers) == 0 {
		officers = []string{"maker"}
	}
	for _, o := range officers {
		keys = append(keys, Key(party+"."+o))
	}
	return keys
}

// Explain says why a transaction was refused.
func Explain(r Result) string {
	if r.Fault == nil {
		return r.Outcome.Result.Status.String()
	}
	p := r.Outcome.Private
	return fmt.Sprint(r.Fault.With(p.Field, p.Found, p.Want))
}

// Inject writes into the state of both machines past everything that could refuse it, in a
// block of its own: for what must not matter even if it got there.
func (l *Ledger) Inject(write func(b *state.Block)) {
	l.tb.Helper()
	for i, m := range l.machines {
		b := m.Store().Begin(m.Height() + 1)
		write(b)
		_, writes := b.Seal()
		l.backends[i].Apply(writes)
		m.Store().Adopt(b)
	}
	if a, z := l.machines[0].Root(), l.machines[1].Root(); a != z {
		l.tb.Fatalf("roots differ after an injection: %s and %s", a, z)
	}
}

// Totals are all balances by account and asset, to be compared.
func (l *Ledger) Totals() map[string]string {
	all := map[string]string{}
	eachBalance(l.Store(), func(h holding, b txn.Balance) {
		all[string(h.account)+" "+string(h.asset)] = b.Total.String() + " reserved " + b.Reserved.String()
	})
	return all
}
