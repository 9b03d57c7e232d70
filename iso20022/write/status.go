package write

import (
	"fmt"
	"strings"

	"causeway/iso20022/xmltype"
)

// Outcome is what has become of one payment.
type Outcome struct {
	Reference
	Status     Status
	Reasons    []Reason
	StatusID   string
	AcceptedAt string // when it was accepted, a dateTime
	LedgerRef  string // AcctSvcrRef: the ledger's own id
}

// Report is a status report, before its version is known.
type Report struct {
	ID, CreatedAt     string
	InitiatingParty   string // name of who answers, pain.002 only
	InstructingBIC    string // pacs.002 only
	InstructedBIC     string
	OriginalID        string
	OriginalMessage   string // pain.001.001.09
	OriginalCreatedAt string
	OriginalCount     string
	OriginalSum       xmltype.Decimal
	Status            Status   // of the group; empty: it follows from the outcomes
	Reasons           []Reason // of the group, when the whole file was refused
	Outcomes          []Outcome
}

func (r *Report) statuses() []Status {
	all := make([]Status, len(r.Outcomes))
	for i, o := range r.Outcomes {
		all[i] = o.Status
	}
	return all
}

func (r *Report) group() Status {
	if r.Status != "" {
		return r.Status
	}
	return GroupStatus(r.statuses())
}

// batch is the outcomes of one PmtInf.
type batch struct {
	id       string
	outcomes []Outcome
}

func (b batch) statuses() []Status { return (&Report{Outcomes: b.outcomes}).statuses() }

// batches groups the outcomes by PmtInf in the order of the file.
func (r *Report) batches() []batch {
	var list []batch
	places := map[string]int{}
	for _, o := range r.Outcomes {
		at, known := places[o.PmtInfID]
		if !known {
			at = len(list)
			places[o.PmtInfID] = at
			list = append(list, batch{id: o.PmtInfID})
		}
		list[at].outcomes = append(list[at].outcomes, o)
	}
	return list
}

// Answer writes the status report in the version that belongs to the original message: pain.002
// v03 for pain.001 v03, v10 for v09; pacs.002 v12 for pacs.008 v10 and v12, else v10.
func Answer(r Report) (*Message, error) {
	switch m := r.OriginalMessage; {
	case m == "pain.001.001.03":
		return customerReport3(&r)
	case strings.HasPrefix(m, "pain.001."):
		return customerReport10(&r)
	case m == "pacs.008.001.10" || m == "pacs.008.001.12":
		return interbankReport12(&r)
	case strings.HasPrefix(m, "pacs."):
		return interbankReport10(&r)
	}
	return nil, fmt.Errorf("no status report answers %q", r.OriginalMessage)
}
