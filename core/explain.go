package core

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Explanation is what would happen to a transaction if it were sent now.
type Explanation struct {
	Status   txn.Status       `json:"status"` // settled, held, proposed, refused, done, …
	Fault    string           `json:"fault,omitempty"`
	Error    *fault.Error     `json:"error,omitempty"`
	Postings []ledger.Posting `json:"postings,omitempty"`
	Steps    []guard.Step     `json:"trace,omitempty"`
	Items    []txn.Item       `json:"items,omitempty"`
	Parts    []Part           `json:"parts,omitempty"`   // of the items that would be refused or held: why
	Waiting  []guard.Waiting  `json:"waiting,omitempty"` // who would have to review, and until when
	Needs    uint8            `json:"approvals_needed"`  // of this party's own officers
	FourEyes bool             `json:"maker_checker"`     // the maker's own approval does not count
	Height   int64            `json:"height"`            // of the state this was answered on
}

// Part is what would happen to one payment of a batch.
type Part struct {
	ID      wire.Hash       `json:"id"`
	Error   *fault.Error    `json:"error,omitempty"`
	Steps   []guard.Step    `json:"trace,omitempty"`
	Waiting []guard.Waiting `json:"waiting,omitempty"`
}

// partsMax bounds an explanation: after so many payments that do not pass, more say nothing new.
const partsMax = 200

// explainWindowMs is how far the time in an explain request (its body's expiry) may be from
// the clock: an overheard request soon answers nobody.
const explainWindowMs = 120_000

// ExplainRequest answers a request signed over txn.ExplainID by an officer of the party.
// Its body's Expires is the time of the request.
func (m *Machine) ExplainRequest(raw []byte, nowMs int64) (*Explanation, error) {
	t, body, err := txn.Decode(raw)
	if err != nil {
		return nil, err
	}
	if err := t.CheckSigners(&body); err != nil {
		return nil, err
	}
	if body.Expires < nowMs-explainWindowMs || body.Expires > nowMs+explainWindowMs {
		return nil, fault.TxExpired.With("expires", itoa(int(body.Expires)), "the time of the request, "+itoa(int(nowMs)))
	}
	payload, err := Kinds.Payload(body.Kind, body.Version, body.Payload)
	if err != nil {
		return nil, err
	}
	q := &request{content: &content{id: txn.ExplainID(m.genesis.Chain, t.Body), body: body, payload: payload, signatures: t.Signatures}}
	if err := m.signers(m.store, q, nowMs); err != nil {
		return nil, err
	}
	m.mu.RLock()
	body.Expires = max(nowMs, m.timeMs.Load()) + txn.ExpiryAheadMax
	m.mu.RUnlock()
	return m.Explain(&body, q.officers[0], nowMs)
}

// Explain carries a transaction out on an overlay of the committed state and throws the
// overlay away: the same pipeline, the same guard, the same trace as the real thing, without
// signatures and approvals. It answers only somebody who may propose it: officer must be an
// active officer of the party, and whoever asks has to have proven that (the API does). The
// trace shows the other side's rulebooks only as code and authority.
func (m *Machine) Explain(body *txn.Body, officer string, nowMs int64) (*Explanation, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	party, ok := identity.FindParty(m.store, body.Party)
	if !ok {
		return nil, fault.PartyNotFound.With("party", string(body.Party), "a registered party")
	}
	if o := party.Officer(officer); o == nil || !o.Active {
		return nil, fault.OfficerInactive.With("officer", officer, "an active officer of "+string(body.Party))
	}
	payload, err := Kinds.Payload(body.Kind, body.Version, body.Payload)
	if err != nil {
		return nil, err
	}
	block := m.store.Begin(m.store.Height() + 1)
	run := &blockRun{Machine: m, block: block, now: max(nowMs, m.timeMs.Load()), env: m.newEnv(m.store.Height() + 1), outcome: &Outcome{}}
	id := txn.ID(m.genesis.Chain, wire.Marshal(body))
	c := txn.NewContext(run.env, block, run.now, id, body.Kind, &party, []string{officer})
	e := &Explanation{Height: m.store.Height()}
	if err := run.explain(c, &request{content: &content{id: id, body: *body, payload: payload}, party: party, officers: []string{officer}}, e); err != nil {
		c.Refuse(err)
		e.Fault = fault.In(err).Fault.Name
	}
	outcome := c.Finish()
	e.Status, e.Postings, e.Items = outcome.Result.Status, outcome.Result.Postings, outcome.Result.Items
	e.Error, e.Steps = m.Told(&outcome, party.LEI)
	if e.Error != nil { // also of what was approved or answered, and is refused when carried out
		e.Fault = e.Error.Fault.Name
	}
	if held, ok := txn.FindHeld(block, id); ok && e.Status == txn.Held {
		e.Waiting = held.PublicWaiting()
	}
	for _, item := range e.Items {
		if item.Status != txn.Refused && item.Status != txn.Held || len(e.Parts) == partsMax {
			continue
		}
		part := Part{ID: item.ID}
		if one, ok := txn.FindOutcome(block, item.ID); ok {
			part.Error, part.Steps = m.Told(&one, party.LEI)
		}
		if held, ok := txn.FindHeld(block, item.ID); ok && item.Status == txn.Held {
			part.Waiting = held.PublicWaiting()
		}
		e.Parts = append(e.Parts, part)
	}
	return e, nil
}

func (r *blockRun) explain(c *txn.Context, q *request, e *Explanation) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.InternalBug.With("explain", "a defect", "")
		}
	}()
	first, err := r.reference(q)
	if err != nil {
		return err
	}
	if !first.IsZero() {
		c.Duplicate(first)
		return nil
	}
	if err := q.payload.Validate(); err != nil {
		return err
	}
	access, err := q.payload.Access(c)
	if err != nil {
		return err
	}
	if err := c.Authorise(access, nil); err != nil {
		return err
	}
	if !access.Immediate {
		needed, fourEyes := c.Approvals(q.body.Kind, access)
		e.Needs, e.FourEyes = needed, fourEyes
		if !fourEyes {
			e.Needs-- // the maker's own counts
		}
	}
	return q.payload.Execute(c)
}

// aboutAnother tells what was measured of another party than this one, or of an account of
// another: the same authority can stand on both sides.
func (m *Machine) aboutAnother(scope string, party identity.Party) bool {
	if _, err := identity.ParseLEI(scope); err == nil {
		return scope != string(party.LEI) && scope != string(party.GroupOrSelf())
	}
	account, ok := ledger.FindAccount(m.store, ledger.AccountID(scope))
	return ok && account.Owner != party.LEI
}

// Redact gives a party the trace it may see: of its own path everything but quiet rules; of
// the other side only code and authority.
func (m *Machine) Redact(steps []guard.Step, party identity.Party) []guard.Step {
	own := map[guard.AuthorityID]bool{}
	for _, id := range guard.Path(m.store, party.Home) {
		own[id] = true
	}
	ledger.ListOwned(m.store, party.LEI, func(id ledger.AccountID) bool {
		if a, ok := ledger.FindAccount(m.store, id); ok {
			for _, up := range guard.Path(m.store, a.Authority) {
				own[up] = true
			}
		}
		return true
	})
	out := make([]guard.Step, 0, len(steps))
	for _, s := range steps {
		switch {
		case s.Quiet && (s.Verdict == guard.Allow || s.Answered):
			continue // a quiet rule that asks nothing is not there
		case s.Quiet:
			out = append(out, guard.Step{Authority: s.Authority, Rule: "review", Verdict: s.Verdict, Fault: s.Fault})
		case s.Authority != "" && (!own[s.Authority] || m.aboutAnother(s.Scope, party)):
			if s.Verdict != guard.Allow {
				out = append(out, guard.Step{Authority: s.Authority, Verdict: s.Verdict, Fault: s.Fault})
			}
		default:
			out = append(out, s)
		}
	}
	return out
}
