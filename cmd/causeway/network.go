package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"causeway/client"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// network is a node's public interface as commands use it.
type network struct {
	*client.Client
	url   string
	chain string // learnt once
}

func (a *app) network() *network { return newNetwork(a.config.URL) }

func newNetwork(url string) *network {
	return &network{Client: client.New(url, &http.Client{}), url: url}
}

// id is the chain id: part of what is signed.
func (n *network) id(ctx context.Context) (string, error) {
	if n.chain == "" {
		status, err := n.Status(ctx)
		if err != nil {
			return "", n.unreachable(err)
		}
		n.chain = status.Chain
	}
	return n.chain, nil
}

// unreachable says what to do where nobody answers.
func (n *network) unreachable(err error) error {
	var refused *client.Error
	if err == nil || errors.As(err, &refused) || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("no answer from %s: %w; is a node running there (causeway dev), or is another --url meant?", n.url, err)
}

// outcome is how a transaction ended, with the trace of rules as far as its party may see it.
type outcome struct {
	ID       wire.Hash        `json:"id"`
	Status   txn.Status       `json:"status"`
	Height   int64            `json:"height,omitempty"`
	Kind     string           `json:"kind,omitempty"`
	Party    identity.LEI     `json:"party,omitempty"`
	Fault    string           `json:"fault,omitempty"`
	Refusal  *fault.Error     `json:"refusal,omitempty"`
	Postings []ledger.Posting `json:"postings,omitempty"`
	Items    []txn.Item       `json:"items,omitempty"`
	Trace    []step           `json:"trace,omitempty"`
	Waiting  []guard.Waiting  `json:"waiting,omitempty"`
	Original *wire.Hash       `json:"original,omitempty"`
}

// transact submits and waits until the transaction is final. A refusal is an outcome here.
func (n *network) transact(ctx context.Context, raw []byte, id wire.Hash) (*outcome, error) {
	t, err := n.Submit(ctx, raw, true)
	if err == nil {
		if t.Status == client.Pending {
			return nil, fmt.Errorf("%w: it waits for a block", client.ErrOutcomeUnknown)
		}
		return n.outcome(t)
	}
	var refused *client.Error
	if errors.As(err, &refused) && refused.Stated != nil && refused.Stated.Fault.Class != fault.Unavailable {
		return &outcome{ID: id, Status: txn.Refused, Height: refused.Height, Fault: refused.Code, Refusal: refused.Stated}, nil
	}
	return nil, n.unreachable(err)
}

// find looks a transaction up, or a part of one.
func (n *network) find(ctx context.Context, id wire.Hash) (*outcome, error) {
	var t *client.Transaction
	err := patiently(ctx, func() (err error) {
		t, err = n.Transaction(ctx, id)
		return err
	})
	if err != nil {
		return nil, n.unreachable(err)
	}
	return n.outcome(t)
}

// patiently asks again where the node says that this was too much at once. It is for reading.
func patiently(ctx context.Context, ask func() error) error {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		err := ask()
		if !errors.Is(err, fault.RequestTooMany) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// block reads the outcomes of one height by their ids.
func (n *network) block(ctx context.Context, height int64) (map[wire.Hash]*outcome, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	found := map[wire.Hash]*outcome{}
	for block, err := range n.Events(ctx, height) {
		if err != nil {
			return nil, n.unreachable(err)
		}
		for i := range block.Outcomes {
			o := &block.Outcomes[i]
			one, err := n.outcome(&client.Transaction{ID: o.ID, Status: o.Result.Status, Height: o.Height, Result: o.Result})
			if err != nil {
				return nil, err
			}
			found[o.ID] = one
		}
		return found, nil
	}
	return nil, ctx.Err()
}

func (n *network) outcome(t *client.Transaction) (*outcome, error) {
	status, err := statusOf(t.Status)
	if err != nil {
		return nil, err
	}
	result, height := &t.Result, t.Height
	if t.End != nil {
		result, height = &t.End.Result, t.End.Height
	}
	o := &outcome{ID: t.ID, Status: status, Height: height, Party: result.Party, Fault: result.Fault, Original: result.Original}
	if t.Body != nil {
		o.Kind, o.Party = t.Body.Kind, t.Body.Party
	}
	if f := fault.Numbered(result.Number); f != nil {
		o.Refusal = f.Err()
	}
	for _, p := range result.Postings {
		o.Postings = append(o.Postings, ledger.Posting{From: p.From, To: p.To, Asset: p.Asset, Amount: p.Amount})
	}
	items := result.Items // of an approved batch they stand at its end
	if len(items) == 0 {
		items = t.Result.Items
	}
	for _, i := range items {
		s, err := statusOf(i.Status)
		if err != nil {
			return nil, err
		}
		o.Items = append(o.Items, txn.Item{ID: i.ID, Status: s, Hash: i.Hash})
	}
	return o, nil
}

var statuses = []txn.Status{
	txn.Done, txn.Settled, txn.Held, txn.Refused, txn.Proposed, txn.Duplicate, txn.Returned, txn.Cancelled, txn.Expired, txn.Partial,
}

func statusOf(word string) (txn.Status, error) {
	for _, s := range statuses {
		if s.String() == word {
			return s, nil
		}
	}
	return 0, fmt.Errorf("the node answers with the status %q, which this version does not know", word)
}

// step is one measurement or objection of a rule.
type step struct {
	Authority guard.AuthorityID `json:"authority,omitempty"` // empty: the ledger itself
	Version   uint32            `json:"version,omitempty"`
	Rule      string            `json:"rule"`
	Verdict   string            `json:"verdict"`
	Fault     string            `json:"fault,omitempty"`
	Scope     string            `json:"scope,omitempty"`
	Unit      string            `json:"unit,omitempty"`
	Measured  *money.Amount     `json:"measured,omitempty"` // minor units
	Limit     *money.Amount     `json:"limit,omitempty"`
	Found     string            `json:"found,omitempty"`
	Want      string            `json:"want,omitempty"`
	PassesAt  int64             `json:"passes_at,omitempty"` // Unix ms
	Headroom  *money.Amount     `json:"headroom,omitempty"`
}

// The verdicts that stand in a payment's way.
const (
	holds   = "hold"
	refuses = "refuse"
)

// explained is what would happen to a transaction now.
type explained struct {
	Status    txn.Status       `json:"status"`
	Fault     string           `json:"fault,omitempty"`
	Refusal   *fault.Error     `json:"refusal,omitempty"`
	Postings  []client.Posting `json:"postings,omitempty"`
	Trace     []step           `json:"trace,omitempty"`
	Items     []client.Item    `json:"items,omitempty"`
	Parts     []explainedPart  `json:"parts,omitempty"`
	Waiting   []guard.Waiting  `json:"waiting,omitempty"`
	Approvals uint8            `json:"approvals_needed"`
	FourEyes  bool             `json:"maker_checker"`
	Height    int64            `json:"height"`
}

// explain asks what would happen, and reads the trace.
func (n *network) explain(ctx context.Context, raw []byte) (*explained, error) {
	e, err := n.Explain(ctx, raw)
	if err != nil {
		return nil, n.unreachable(err)
	}
	out := &explained{Fault: e.Fault, Postings: e.Postings, Items: e.Items, Approvals: e.Needs, FourEyes: e.FourEyes, Height: e.Height}
	if out.Status, err = statusOf(e.Status); err != nil {
		return nil, err
	}
	if out.Refusal, err = readExplanation(e.Problem, e.Trace, e.Waiting, &out.Trace, &out.Waiting); err != nil {
		return nil, err
	}
	for _, part := range e.Parts {
		one := explainedPart{ID: part.ID}
		if one.Refusal, err = readExplanation(part.Problem, part.Trace, part.Waiting, &one.Trace, &one.Waiting); err != nil {
			return nil, err
		}
		out.Parts = append(out.Parts, one)
	}
	return out, nil
}

// explainedPart says why a payment of a batch would be refused or held.
type explainedPart struct {
	ID      wire.Hash       `json:"id"`
	Refusal *fault.Error    `json:"refusal,omitempty"`
	Trace   []step          `json:"trace,omitempty"`
	Waiting []guard.Waiting `json:"waiting,omitempty"`
}

func readExplanation(problem, trace, waiting json.RawMessage, steps *[]step, reviews *[]guard.Waiting) (*fault.Error, error) {
	var stated struct {
		Number             uint16
		Field, Found, Want string
	}
	for _, part := range []struct {
		data json.RawMessage
		into any
	}{{trace, steps}, {waiting, reviews}, {problem, &stated}} {
		if len(part.data) == 0 {
			continue
		}
		if err := json.Unmarshal(part.data, part.into); err != nil {
			return nil, fmt.Errorf("the node's explanation cannot be read: %w", err)
		}
	}
	if f := fault.Numbered(stated.Number); f != nil {
		return f.With(stated.Field, stated.Found, stated.Want), nil
	}
	return nil, nil
}

// value looks a record up.
func (n *network) value(ctx context.Context, noun, id string, into any) error {
	var r *client.Record
	err := patiently(ctx, func() (err error) {
		r, err = n.Get(ctx, noun, id, false)
		return err
	})
	if err != nil {
		return n.unreachable(err)
	}
	return json.Unmarshal(r.Value, into)
}

// owner is the party that a public key is registered for.
func (n *network) owner(ctx context.Context, algorithm identity.Algorithm, public []byte) (identity.LEI, error) {
	var key struct {
		Party identity.LEI `json:"party"`
	}
	return key.Party, n.value(ctx, "key", algorithm.String()+":"+hex.EncodeToString(public), &key)
}

// ready waits until the node answers.
func (n *network) ready(ctx context.Context) error {
	for {
		_, err := n.id(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}
