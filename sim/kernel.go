// Package sim runs random work on the ledger and on a naive model of it, and compares them.
//
// The work comes from a seed, which is printed, so that every failure can be had again. A
// million operations go straight to the kernel (context, guard, ledger, features), since
// signatures would take most of the time and are tested elsewhere; fewer go through the whole
// machine, signed and encoded.
package sim

import (
	"encoding/binary"
	"fmt"
	"slices"

	"causeway/core"
	"causeway/core/feature/fx"
	"causeway/core/feature/issuance"
	"causeway/core/feature/supervision"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// executor carries operations out: the kernel alone, or the whole machine.
type executor interface {
	// begin starts a block at that time.
	begin(now int64) error
	// do carries out one operation of a party under the given id and tells how it ended.
	do(party, kind string, payload txn.Payload) (result, error)
	// end commits the block.
	end() error
	reader() state.Reader
}

// result is how an operation ended.
type result struct {
	id     wire.Hash
	status txn.Status
	fault  *fault.Fault
	items  []txn.Item
	why    string // of a refusal, for people
}

// kernel drives contexts without signatures, on a state of its own.
type kernel struct {
	store   *state.Store
	backend *state.Memory
	guard   *guard.Guard
	block   *state.Block
	env     *txn.Env
	timers  map[string]func(*txn.Context, []byte) error
	now     int64
	count   uint64
	lei     func(string) identity.LEI
}

func newKernel(backend *state.Memory, lei func(string) identity.LEI) (*kernel, error) {
	store, err := state.Open(backend)
	if err != nil {
		return nil, err
	}
	k := &kernel{store: store, backend: backend, guard: guard.New(), timers: map[string]func(*txn.Context, []byte) error{}, lei: lei}
	for _, f := range []txn.Feature{fx.Feature, issuance.Feature, supervision.Feature} {
		for _, t := range f.Timers {
			k.timers[t.Name] = t.Fire
		}
	}
	return k, nil
}

func (k *kernel) reader() state.Reader { return k.store }

func (k *kernel) begin(now int64) error {
	k.now = now
	height := k.store.Height() + 1
	k.block = k.store.Begin(height)
	k.env = &txn.Env{Chain: "sim", Guard: k.guard, Params: txn.DefaultParams(), Payload: core.Kinds.Payload, Height: height}
	for _, t := range txn.DueTimers(k.block, now, 1_000_000) {
		t.Remove(k.block)
		c := txn.NewContext(k.env, k.block, now, wire.Hash{}, t.Name, &identity.Party{}, nil)
		if err := k.timers[t.Name](c, t.ID); err != nil {
			return fmt.Errorf("timer %s: %w", t.Name, err)
		}
	}
	return nil
}

func (k *kernel) do(name, kind string, payload txn.Payload) (result, error) {
	k.count++
	id := wire.Sum(binary.BigEndian.AppendUint64(nil, k.count))
	party, ok := identity.FindParty(k.block, k.lei(name))
	if !ok {
		return result{}, fmt.Errorf("no party %s", name)
	}
	c := txn.NewContext(k.env, k.block, k.now, id, kind, &party, []string{"maker"})
	mark := k.block.Mark()
	if err := carryOut(c, payload); err != nil {
		c.Refuse(err)
		if !c.Keeps() {
			k.block.Rollback(mark)
		}
	}
	o := c.Finish()
	r := result{id: id, status: o.Result.Status, fault: fault.Numbered(o.Result.Fault), items: slices.Clone(o.Result.Items)}
	if r.fault == fault.InternalBug {
		return r, fmt.Errorf("%s: %s %s", kind, r.fault.Name, o.Private.Found)
	}
	if r.fault != nil {
		r.why = fmt.Sprint(o.Private.Found, o.Private.Steps)
	}
	if kind == "payment.send" && k.count%8 == 0 { // those that may come back are remembered
		k.block.Append(state.Entry{ID: id, Outcome: wire.Marshal(o)})
	}
	return r, nil
}

func carryOut(c *txn.Context, p txn.Payload) error {
	if err := p.Validate(); err != nil {
		return err
	}
	if _, err := p.Access(c); err != nil {
		return err
	}
	return p.Execute(c)
}

func (k *kernel) end() error {
	_, writes := k.block.Seal()
	k.backend.Apply(writes)
	k.store.Adopt(k.block)
	return nil
}
