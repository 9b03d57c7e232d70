package testkit

import (
	"fmt"
	"strings"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
)

// statement tells how a transaction ended: status, reason, what moved, which rules measured
// what, and what would pass.
func (s *Script) statement(label string, o txn.Outcome) string {
	var out strings.Builder
	if label != "" {
		out.WriteString(label + ": ")
	}
	out.WriteString(o.Result.Status.String())
	if f := fault.Numbered(o.Result.Fault); f != nil {
		fmt.Fprintf(&out, " %s", tidy(f.With(o.Private.Field, o.Private.Found, o.Private.Want)))
	}
	out.WriteString("\n")
	s.postings(&out, "  ", o.Result.Postings)
	for _, step := range o.Private.Steps {
		s.step(&out, step)
	}
	for i, item := range o.Result.Items {
		fmt.Fprintf(&out, "  %d: %s%s\n", i, item.Status, name(item.Fault))
		if part, ok := s.ledger.Find(item.ID); ok {
			s.postings(&out, "     ", part.Result.Postings)
		}
	}
	if len(o.Result.Postings)+len(o.Result.Items) == 0 {
		for _, e := range o.Result.Events {
			fmt.Fprintf(&out, "  event %s\n", e.Name)
		}
	}
	return out.String()
}

func name(number uint16) string {
	if f := fault.Numbered(number); f != nil {
		return " " + f.Name
	}
	return ""
}

// tidy writes the LEIs of the fixture as names.
func tidy(err error) string { return unLEI(err.Error()) }

func unLEI(text string) string {
	for _, e := range NewWorld().Entities {
		text = strings.ReplaceAll(text, string(LEI(e.Name)), e.Name)
	}
	return text
}

func (s *Script) postings(out *strings.Builder, indent string, list []ledger.Posting) {
	for _, p := range list {
		from, to := string(p.From), string(p.To)
		if from == "" {
			from = "(issued)"
		}
		if to == "" {
			to = "(burned)"
		}
		fmt.Fprintf(out, "%s%s -> %s  %s %s\n", indent, from, to, p.Amount.Grouped(scale), p.Asset)
	}
}

func (s *Script) step(out *strings.Builder, step guard.Step) {
	who := string(step.Authority)
	if step.Version > 0 {
		who += fmt.Sprintf(" v%d", step.Version)
	}
	fmt.Fprintf(out, "  [%s] %s %s", step.Verdict, strings.TrimSpace(who), step.Rule)
	if step.Scope != "" {
		fmt.Fprintf(out, " (%s)", scopeText(unLEI(step.Scope)))
	}
	if step.Measured != nil && step.Limit != nil {
		fmt.Fprintf(out, ": %s of %s %s", step.Measured.Grouped(scale), step.Limit.Grouped(scale), step.Unit)
	} else if step.Found != "" {
		fmt.Fprintf(out, ": found %s, want %s", unLEI(step.Found), unLEI(step.Want))
	}
	if step.Headroom != nil {
		fmt.Fprintf(out, "; would pass: at most %s", step.Headroom.Grouped(scale))
	}
	if step.PassesAt != 0 {
		fmt.Fprintf(out, "; would pass: from %s", clock(step.PassesAt))
	}
	if step.Answered {
		out.WriteString("; answered yes")
	}
	out.WriteString("\n")
}

// scopeText leaves out the id of a quote, which says nothing to a reader.
func scopeText(text string) string {
	account, rest, ok := strings.Cut(text, " ")
	if ok && len(rest) == 16 {
		return account
	}
	return text
}

func (s *Script) balances(names []string) string {
	var out strings.Builder
	records := txn.Records{Reader: s.ledger.Store()}
	records.Accounts("", func(a txn.Account) bool {
		owner := unLEI(string(a.Owner))
		listed := len(names) == 0
		for _, n := range names {
			listed = listed || n == string(a.ID) || n == owner
		}
		if !listed {
			return true
		}
		fmt.Fprintf(&out, "%s\n", a.ID)
		records.Balances(a.ID, func(asset txn.AssetID, b txn.Balance) bool {
			fmt.Fprintf(&out, "  %s %s", b.Total.Grouped(scale), asset)
			if b.Reserved != (money.Amount{}) {
				fmt.Fprintf(&out, ", of which reserved %s", b.Reserved.Grouped(scale))
			}
			out.WriteString("\n")
			return true
		})
		return true
	})
	return out.String()
}

func (s *Script) show(label string) (string, error) {
	id, err := s.label(label)
	if err != nil {
		return "", err
	}
	o, ok := s.ledger.Find(id)
	if !ok {
		return "unknown\n", nil
	}
	return s.statement("", o) + s.waiting(label), nil
}

func (s *Script) waiting(label string) string {
	id, _ := s.label(label)
	h, ok := txn.FindHeld(s.ledger.Store(), id)
	if !ok || h.Status != txn.HeldOpen {
		return ""
	}
	var out strings.Builder
	for _, w := range h.Waiting {
		fmt.Fprintf(&out, "  waits for %s until %s\n", w.Authority, clock(w.Deadline))
	}
	return out.String()
}

// ask prints what Explain answers to the maker.
func (s *Script) ask(body *txn.Body, a args) (string, error) {
	_, officer, _ := strings.Cut(a.one("as"), ".")
	if officer == "" {
		officer = "maker"
	}
	e, err := s.ledger.Machine().Explain(body, officer, s.ledger.now)
	if err != nil {
		return "no answer: " + unLEI(err.Error()) + "\n", nil
	}
	var out strings.Builder
	fmt.Fprintf(&out, "would be %s", e.Status)
	if e.Error != nil {
		fmt.Fprintf(&out, " %s", unLEI(e.Error.Error()))
	}
	fmt.Fprintf(&out, "; needs %d approvals\n", e.Needs)
	s.postings(&out, "  ", e.Postings)
	for _, step := range e.Steps {
		s.step(&out, step)
	}
	for _, w := range e.Waiting {
		fmt.Fprintf(&out, "  would wait for %s until %s\n", w.Authority, clock(w.Deadline))
	}
	return out.String(), nil
}
