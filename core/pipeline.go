package core

import (
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"

	"causeway/core/kernel/approval"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// blockRun is one block while it is carried out.
type blockRun struct {
	*Machine
	block   *state.Block
	now     int64
	env     *txn.Env
	outcome *Outcome

	panicked string // what the transaction at hand panicked with
}

// transaction carries out one transaction in the order of checks: decode, authenticate,
// replay, expiry, reference, validate, authorise, approve, then the feature executes and
// every movement of value passes the guard. The first failure wins. A refusal leaves
// nothing but the spent id.
func (r *blockRun) transaction(raw []byte) {
	mark := r.block.Mark()
	r.panicked = ""
	entry, c := r.attempt(raw)
	outcome := c.Finish()
	if outcome.Result.Fault == fault.InternalBug.Number {
		r.outcome.Bugs = append(r.outcome.Bugs, entry.ID.String()+": "+outcome.Private.Found+r.panicked)
	}
	if outcome.Result.Status == txn.Refused && !c.Keeps() {
		r.block.Rollback(mark)
	}
	r.outcome.Validators = append(r.outcome.Validators, c.Validators()...)
	outcome.Tx = uint32(len(r.outcome.Results)) + 1
	var hash wire.Hash
	entry.Outcome, hash = outcome.Encode(entry.ID)
	r.block.Append(entry)
	r.outcome.Results = append(r.outcome.Results, TxResult{ID: entry.ID, Code: uint32(outcome.Result.Fault), Data: hash[:]})
	c.Close()
}

func (r *blockRun) attempt(raw []byte) (entry state.Entry, c *txn.Context) {
	nobody := func() *txn.Context {
		return txn.NewContext(r.env, r.block, r.now, wire.Hash{}, "", &identity.Party{}, nil)
	}
	request := new(request)
	var err error
	if request.content, err = r.decode(raw); err == nil {
		err = r.authenticate(request)
	}
	if err != nil {
		// Nobody known stands behind these bytes, so they spend no id: else whoever alters a
		// signature could spend the id of somebody else's transaction.
		entry.ID = wire.Sum([]byte("causeway/unauthenticated/1"), raw)
		if _, again := r.block.EntryByID(entry.ID); again {
			entry.ID = r.unique(entry.ID)
		}
		c = nobody()
		c.Refuse(err)
		return entry, c
	}
	entry.ID = request.id
	if _, spent := r.block.EntryByID(request.id); spent {
		entry.ID = r.unique(request.id)
		c = nobody()
		c.Refuse(fault.TxReplayed.With("transaction", request.id.String(), "a transaction that was not in a block before"))
		return entry, c
	}
	c = txn.NewContext(r.env, r.block, r.now, request.id, request.body.Kind, &request.party, request.officers)
	first, err := r.reference(request)
	switch {
	case err != nil:
		c.Refuse(err)
	case !first.IsZero():
		c.Duplicate(first)
	default:
		if err := r.guarded(c, request); err != nil {
			c.Refuse(err)
		}
	}
	if c.Effective() && request.body.Reference != "" {
		key, bound := request.binds()
		c.Bind(bound)
		entry.Ref = key
	}
	return entry, c
}

// unique is the log id of something that repeats an id already spent.
func (r *blockRun) unique(id wire.Hash) wire.Hash {
	at := fmt.Sprintf("%d/%d", r.outcome.Height, len(r.outcome.Results))
	return wire.Sum([]byte("causeway/repeated/1"), id[:], []byte(at))
}

// guarded runs the feature; a panic inside one transaction is our bug and ends as
// internal.bug, with nothing of it left.
func (r *blockRun) guarded(c *txn.Context, q *request) (err error) {
	defer func() {
		if p := recover(); p != nil {
			stopIfFatal(p)
			r.panicked = fmt.Sprint(p) // for the alarm: the texts of a toolchain are not consensus
			err = fault.InternalBug.With("panic", "", "")
		}
	}()
	return r.carryOut(c, q)
}

// stopIfFatal passes on a panic that is about the storage and not about the transaction:
// those are errors that are not the runtime's, and the state's own. The node has to stop.
func stopIfFatal(p any) {
	if err, ok := p.(error); ok {
		if _, runtimeError := err.(runtime.Error); !runtimeError {
			panic(p)
		}
	}
	if text, ok := p.(string); ok && strings.HasPrefix(text, "state: ") {
		panic(p)
	}
}

// request is a decoded and authenticated transaction.
type request struct {
	*content
	party    identity.Party
	officers []string
	keys     []identity.Key
}

// content is what the bytes of a transaction say, whoever asks and whenever.
type content struct {
	id         wire.Hash
	body       txn.Body
	payload    txn.Payload
	raw        []byte // the bytes
	signatures []identity.Signature
	checked    checked
	standing   atomic.Pointer[standing]

	key   wire.Hash // of the client reference, and what it binds to; see binds
	bound [16]byte
}

// binds gives the key of the client reference and what it binds to, worked out once.
func (q *content) binds() (key wire.Hash, bound [16]byte) {
	if q.key.IsZero() && q.body.Reference != "" {
		q.key, q.bound = q.body.ReferenceKey(), q.body.Bound()
	}
	return q.key, q.bound
}

func (m *Machine) decode(raw []byte) (*content, error) {
	if len(raw) > int(m.params.TxBytesMax) {
		return nil, fault.TxTooLarge.With("transaction", itoa(len(raw))+" bytes", "at most "+itoa(int(m.params.TxBytesMax)))
	}
	hash := m.decoded.hash(raw)
	if known := m.decoded.find(hash, raw); known != nil {
		return known, nil
	}
	t, body, err := txn.Decode(raw)
	if err != nil {
		return nil, err
	}
	if n := len(t.Signatures); n == 0 {
		return nil, fault.TxUnsigned.Err()
	} else if n > txn.SignaturesMax {
		return nil, fault.TxTooManySigners.With("signatures", itoa(n), "at most "+itoa(txn.SignaturesMax))
	}
	if err := t.CheckSigners(&body); err != nil {
		return nil, err
	}
	payload, err := Kinds.Payload(body.Kind, body.Version, body.Payload)
	if err != nil {
		return nil, err
	}
	known := &content{raw: raw, id: txn.ID(m.genesis.Chain, t.Body), body: body, payload: payload, signatures: t.Signatures}
	known.binds()
	m.decoded.keep(hash, known)
	return known, nil
}

// authenticate: every signature is valid and by a key of an active officer of the party,
// each officer once. Registration and revocation are asked every time; only the bare
// validity of a signature is remembered, and who stands behind it for as long as no party and
// no key has changed at all.
func (r *blockRun) authenticate(q *request) error {
	if known := q.standing.Load(); known != nil && identity.SameSince(r.block, known.moment) {
		return r.stands(q, known)
	}
	return r.signers(r.block, q, r.now)
}

func (m *Machine) signers(reader state.Reader, q *request, now int64) error {
	party, ok := identity.FindParty(reader, q.body.Party)
	if !ok {
		return fault.PartyNotFound.With("party", string(q.body.Party), "a registered party")
	}
	q.party = party
	for i := range q.signatures {
		s := &q.signatures[i]
		key, ok := identity.FindKey(reader, s.Alg, s.Key)
		if !ok || key.Party != party.LEI {
			if m.provesNewKey(q, i) {
				continue
			}
			return fault.KeyUnknown.With("signatures["+itoa(i)+"]", "an unregistered key", "a key of "+string(party.LEI))
		}
		if err := key.Usable(now); err != nil {
			return err
		}
		if err := m.valid(q.content, i, key.RPIDHash); err != nil {
			return err
		}
		if officer := party.Officer(key.Officer); officer == nil || !officer.Active {
			return fault.OfficerInactive.With("officer", key.Officer, "an active officer")
		}
		for _, earlier := range q.officers {
			if earlier == key.Officer {
				return fault.TxSignerTwice.With("officer", key.Officer, "each officer once")
			}
		}
		q.officers = append(q.officers, key.Officer)
		q.keys = append(q.keys, key)
	}
	if len(q.officers) == 0 {
		return fault.TxUnsigned.Err()
	}
	return nil
}

// provesNewKey: whoever registers a key lets it sign the registration itself (proof of
// possession). Such a signature is nobody's yet and counts for nothing else.
func (m *Machine) provesNewKey(q *request, i int) bool {
	registers, ok := q.payload.(txn.RegistersKeys)
	if !ok {
		return false
	}
	for _, key := range registers.NewKeys() {
		if s := &q.signatures[i]; key.Is(s.Alg, s.Key) {
			return m.valid(q.content, i, key.RPIDHash) == nil
		}
	}
	return false
}

// possession refuses a registration that a new key has not signed itself.
func possession(q *request) error {
	registers, ok := q.payload.(txn.RegistersKeys)
	if !ok {
		return nil
	}
	for _, key := range registers.NewKeys() {
		signed := false
		for i := range q.signatures {
			signed = signed || key.Is(q.signatures[i].Alg, q.signatures[i].Key)
		}
		if !signed {
			return fault.KeyPossession.With("new key of officer "+key.Officer, "no signature by it", "a signature by the new key over this transaction")
		}
	}
	return nil
}

// expiry: not past, and at most 24 hours ahead.
func expiry(body *txn.Body, now int64) error {
	if body.Expires <= now {
		return fault.TxExpired.With("expires", itoa(int(body.Expires)), "later than "+itoa(int(now)))
	}
	if body.Expires > now+txn.ExpiryAheadMax {
		return fault.TxExpiryTooFar.With("expires", itoa(int(body.Expires)), "at most "+itoa(int(now+txn.ExpiryAheadMax)))
	}
	return nil
}

// reference: the same reference with the same body is the first record again, with another
// body a conflict.
func (r *blockRun) reference(q *request) (first wire.Hash, err error) {
	if err := expiry(&q.body, r.now); err != nil {
		return wire.Hash{}, err
	}
	if q.body.Reference == "" {
		return wire.Hash{}, nil
	}
	key, bound := q.binds()
	return txn.FindReference(r.block, key, q.body.Reference, bound)
}

func (r *blockRun) carryOut(c *txn.Context, q *request) error {
	payload := q.payload
	if err := payload.Validate(); err != nil {
		return err
	}
	if err := possession(q); err != nil {
		return err
	}
	access, err := payload.Access(c)
	if err != nil {
		return err
	}
	if err := c.Authorise(access, q.keys); err != nil {
		return err
	}
	if !access.Immediate {
		needed, fourEyes := c.Approvals(q.body.Kind, access)
		if !approval.Enough(&q.party, c.Maker(), q.officers, needed, fourEyes) {
			return c.Propose(q.body.Kind, q.body.Version, q.body.Payload, needed, fourEyes, q.body.Reference)
		}
	}
	return payload.Execute(c)
}

// timers fires what is due, the oldest first, bounded per block. A timer that fails is our
// bug: it is dropped with an alarm, since retrying it for ever would stop all others.
func (r *blockRun) timers() {
	for _, t := range txn.DueTimers(r.block, r.now, int(r.params.TimersPerBlock)) {
		t.Remove(r.block)
		mark := r.block.Mark()
		c := txn.NewContext(r.env, r.block, r.now, wire.Sum([]byte("causeway/timer/1"), []byte(t.Name), t.ID), t.Name, &identity.Party{}, nil)
		if err := r.fire(c, t); err != nil {
			r.block.Rollback(mark)
			r.outcome.Bugs = append(r.outcome.Bugs, "timer "+t.Name+": "+err.Error())
			continue
		}
		c.CloseTimer(wire.Sum([]byte("causeway/timer/1"), []byte(t.Name), t.ID, []byte(itoa(int(r.outcome.Height)))))
		c.Close()
	}
}

func (r *blockRun) fire(c *txn.Context, t txn.Timer) (err error) {
	defer func() {
		if p := recover(); p != nil {
			stopIfFatal(p)
			err = fault.InternalBug.With("panic", fmt.Sprint(p), "")
		}
	}()
	kind, ok := Kinds.timers[t.Name]
	if !ok {
		return fault.InternalBug.With("timer", t.Name, "a timer of the catalogue")
	}
	return kind.Fire(c, t.ID)
}
