package api

import (
	"context"
	"time"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/money"
	"causeway/core/kernel/wire"
)

type explainInput struct {
	ContentType string `header:"Content-Type"`
	RawBody     []byte `contentType:"application/cbor"`
}

type explainOutput struct {
	Height string `header:"X-Ledger-Height"`
	Body   *Explanation
}

// Explanation is what would happen to a transaction now.
type Explanation struct {
	Status   string    `json:"status"`
	Fault    string    `json:"fault,omitempty"`
	Problem  *Problem  `json:"problem,omitempty" doc:"why it would be refused"`
	Postings []Posting `json:"postings,omitempty"`
	Trace    []Step    `json:"trace,omitempty" doc:"of the party's own path in full; of the other side only authority and code"`
	Items    []Item    `json:"items,omitempty"`
	Parts    []Part    `json:"parts,omitempty" doc:"of the items that would be refused or held, up to 200 of them: why"`
	Waiting  []Waiting `json:"waiting,omitempty" doc:"who would have to review it, and until when"`
	Needs    uint8     `json:"approvals_needed" doc:"of the party's own officers"`
	FourEyes bool      `json:"maker_checker" doc:"the maker's own approval does not count"`
	Height   int64     `json:"height" doc:"of the state this was answered on"`
}

// Part is what would happen to one payment of a batch.
type Part struct {
	ID      wire.Hash `json:"id" doc:"as in items"`
	Problem *Problem  `json:"problem,omitempty"`
	Trace   []Step    `json:"trace,omitempty"`
	Waiting []Waiting `json:"waiting,omitempty"`
}

// Step is one rule that was asked.
type Step struct {
	Authority guard.AuthorityID `json:"authority,omitempty" doc:"empty: the ledger itself"`
	Version   uint32            `json:"version,omitempty"`
	Rule      string            `json:"rule,omitempty"`
	Verdict   string            `json:"verdict" doc:"allow, hold or refuse"`
	Fault     string            `json:"fault,omitempty"`
	Scope     string            `json:"scope,omitempty"`
	Unit      string            `json:"unit,omitempty" doc:"what measured, limit and headroom count"`
	Measured  *money.Amount     `json:"measured,omitempty"`
	Limit     *money.Amount     `json:"limit,omitempty"`
	Headroom  *money.Amount     `json:"headroom,omitempty" doc:"the most that would pass now"`
	Found     string            `json:"found,omitempty"`
	Want      string            `json:"want,omitempty"`
	PassesAt  int64             `json:"passes_at,omitempty" doc:"Unix ms; absent: not by waiting"`
}

// Waiting is an authority that would have to review a payment.
type Waiting struct {
	Authority guard.AuthorityID `json:"authority"`
	Rules     []string          `json:"rules,omitempty"`
	Deadline  int64             `json:"deadline" doc:"Unix ms"`
}

func (a *API) explain(_ context.Context, in *explainInput) (*explainOutput, error) {
	request, err := signedBytes(in.ContentType, in.RawBody)
	if err != nil {
		return nil, problem(err)
	}
	if most := int(a.node.Ledger().Params().TxBytesMax); len(request) > most {
		return nil, problem(fault.RequestTooLarge.With("transaction", number(int64(len(request)))+" bytes", "at most "+number(int64(most))))
	}
	e, err := a.node.Ledger().ExplainRequest(request, time.Now().UnixMilli())
	if err != nil {
		return nil, problem(err)
	}
	out := &Explanation{
		Status: e.Status.String(), Fault: e.Fault, Postings: a.postings(e.Postings), Trace: trace(e.Steps), Items: items(e.Items),
		Needs: e.Needs, FourEyes: e.FourEyes, Height: e.Height,
	}
	if e.Error != nil {
		out.Problem = problem(e.Error)
	}
	out.Waiting = waiting(e.Waiting)
	for _, p := range e.Parts {
		part := Part{ID: p.ID, Trace: trace(p.Steps), Waiting: waiting(p.Waiting)}
		if p.Error != nil {
			part.Problem = problem(p.Error)
		}
		out.Parts = append(out.Parts, part)
	}
	return &explainOutput{Height: number(e.Height), Body: out}, nil
}

func waiting(list []guard.Waiting) (out []Waiting) {
	for _, w := range list {
		out = append(out, Waiting{Authority: w.Authority, Rules: w.Rules, Deadline: w.Deadline})
	}
	return out
}

func trace(steps []guard.Step) (out []Step) {
	for _, s := range steps {
		out = append(out, Step{
			Authority: s.Authority, Version: s.Version, Rule: s.Rule, Verdict: s.Verdict.String(), Fault: faultName(s.Fault), Scope: s.Scope,
			Unit: s.Unit, Measured: s.Measured, Limit: s.Limit, Headroom: s.Headroom, Found: s.Found, Want: s.Want, PassesAt: s.PassesAt,
		})
	}
	return out
}
