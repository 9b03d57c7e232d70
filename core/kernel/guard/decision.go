package guard

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard/quota"
	"causeway/core/kernel/money"
)

// Verdict orders decisions by severity.
type Verdict uint8

// The verdicts, least severe first.
const (
	Allow Verdict = iota + 1
	Hold
	Refuse
)

func (v Verdict) String() string { return [...]string{"", "allow", "hold", "refuse"}[v] }

// Step is one measurement or objection in a trace. Rules that passed without measuring
// anything are implied by the rulebook they stand in.
type Step struct {
	Authority AuthorityID   `cbor:"1,keyasint,omitempty" json:"authority,omitempty"` // empty: the ledger itself
	Version   uint32        `cbor:"2,keyasint,omitempty" json:"version,omitempty"`
	Rule      string        `cbor:"3,keyasint" json:"rule"`
	Verdict   Verdict       `cbor:"4,keyasint" json:"verdict"`
	Fault     uint16        `cbor:"5,keyasint,omitempty" json:"fault,omitempty"`
	Scope     string        `cbor:"6,keyasint,omitempty" json:"scope,omitempty"`
	Unit      string        `cbor:"7,keyasint,omitempty" json:"unit,omitempty"` // asset or unit that Measured and Limit count
	Measured  *money.Amount `cbor:"8,keyasint,omitempty" json:"measured,omitempty"`
	Limit     *money.Amount `cbor:"9,keyasint,omitempty" json:"limit,omitempty"`
	Found     string        `cbor:"10,keyasint,omitempty" json:"found,omitempty"`
	Want      string        `cbor:"11,keyasint,omitempty" json:"want,omitempty"`
	PassesAt  int64         `cbor:"12,keyasint,omitempty" json:"passes_at,omitempty"` // Unix ms, 0 = not by waiting
	Headroom  *money.Amount `cbor:"13,keyasint,omitempty" json:"headroom,omitempty"`  // the most that would pass now
	Quiet     bool          `cbor:"14,keyasint,omitempty" json:"quiet,omitempty"`
	Answered  bool          `cbor:"15,keyasint,omitempty" json:"answered,omitempty"` // a reviewer has already said yes
}

// Waiting is an authority that has to review, the rules that ask for it, and until when.
type Waiting struct {
	Authority AuthorityID `cbor:"1,keyasint" json:"authority"`
	Rules     []string    `cbor:"2,keyasint" json:"rules"`
	Deadline  int64       `cbor:"3,keyasint" json:"deadline"` // Unix ms
	// Hidden are quiet rules that ask too: nobody outside the authority may learn of them.
	Hidden []string `cbor:"4,keyasint,omitempty" json:"-"`
}

// ask adds a rule that wants a review.
func (w *Waiting) ask(rule string, quiet bool, deadline int64) {
	if quiet {
		w.Hidden = append(w.Hidden, rule)
	} else {
		w.Rules = append(w.Rules, rule)
	}
	if w.Deadline == 0 || deadline < w.Deadline {
		w.Deadline = deadline
	}
}

// Decision is the guard's answer, always with its trace.
type Decision struct {
	Verdict  Verdict
	Refusal  *fault.Error // of the first refusing step
	Steps    []Step
	Waiting  []Waiting
	subjects []subject
	planned  []plannedCharge
	kept     Charges // of a hold, lowered to what the payment came to
	room     *Room
}

// plannedCharge is a charge that an allowed decision would book. A rule is asked once in a
// judgement, so no two are to the same counter.
type plannedCharge struct {
	subject   int
	authority AuthorityID
	rule      string
	at        quota.Moment
	out, in   money.Amount
}

// Held reports that a review is wanted and nothing has moved.
func (d *Decision) Held() bool { return d.Verdict == Hold }

// refuse records a refusing step.
func (d *Decision) refuse(step Step, f *fault.Error) {
	step.Verdict, step.Fault = Refuse, f.Fault.Number
	if step.Found == "" && step.Measured == nil {
		step.Found, step.Want = f.Found, f.Want
	}
	d.Steps = append(d.Steps, step)
	if d.Verdict < Refuse {
		d.Verdict, d.Refusal = Refuse, f
	}
}

// hold records a step that wants a review.
func (d *Decision) hold(step Step, deadline int64) {
	step.Verdict, step.Fault = Hold, fault.RuleReview.Number
	d.Steps = append(d.Steps, step)
	d.Verdict = max(d.Verdict, Hold)
	for i := range d.Waiting {
		if w := &d.Waiting[i]; w.Authority == step.Authority {
			w.ask(step.Rule, step.Quiet, deadline)
			return
		}
	}
	w := Waiting{Authority: step.Authority}
	w.ask(step.Rule, step.Quiet, deadline)
	d.Waiting = append(d.Waiting, w)
}
