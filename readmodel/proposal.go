package readmodel

import (
	"context"
	"encoding/json"
	"strings"

	"causeway/core"
	"causeway/core/feature/approval"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Proposal is a transaction that waits, or has waited, for officers' approvals.
type Proposal struct {
	ID        string       `db:"id" json:"id" doc:"id: of the transaction that proposed it"`
	Party     identity.LEI `db:"party" json:"party" doc:"LEI of the party whose officers decide"`
	Kind      string       `db:"kind" json:"kind" doc:"kind that is proposed"`
	Payload   string       `db:"payload" json:"payload" doc:"what is proposed, JSON"`
	Reference string       `db:"reference" json:"reference" doc:"client reference"`
	Status    string       `db:"status" json:"status" doc:"open, executed, rejected, recalled, expired, failed"`
	Fault     string       `db:"fault" json:"fault" doc:"of a failed one: name of the refusal"`
	Maker     string       `db:"maker" json:"maker" doc:"officer who proposed it"`
	Signed    string       `db:"signed" json:"signed" doc:"JSON list of officers who have approved"`
	Needed    int64        `db:"needed" json:"needed" doc:"how many approvals it needs"`
	FourEyes  bool         `db:"four_eyes" json:"four_eyes" doc:"1: the maker's own does not count"`
	CreatedMs int64        `db:"created_ms" json:"created_ms" doc:"block time, Unix ms"`
	ExpiresMs int64        `db:"expires_ms" json:"expires_ms" doc:"expires then, Unix ms"`
	ClosedMs  int64        `db:"closed_ms" json:"closed_ms" doc:"block time of its end, Unix ms; 0: open"`
	Seq       int64        `db:"seq" json:"seq,string" doc:"place of the last change"`
}

// Approval is an officer's answer to a proposal.
type Approval struct {
	Proposal string `db:"proposal" json:"proposal" doc:"id of the proposal"`
	Seq      int64  `db:"seq" json:"seq,string" doc:"place in the ledger"`
	Answer   string `db:"answer" json:"answer" doc:"proposed, given, rejected, recalled, expired"`
	Officers string `db:"officers" json:"officers" doc:"JSON list of the officers who signed it"`
	TimeMs   int64  `db:"time_ms" json:"time_ms" doc:"block time, Unix ms"`
}

var (
	proposals = newTable[Proposal]("proposals", 1, "Transactions that wait, or have waited, for approvals.")
	approvals = newTable[Approval]("approvals", 2, "What officers have answered to proposals.")
)

var proposalModel = &model{
	name: "proposal", version: 1, tables: layouts(proposals, approvals),
	seed: func(u *unit, s state.Reader, at seedAt) {
		txn.Records{Reader: s}.OpenProposals("", wire.Hash{}, func(p txn.Proposal) bool {
			u.proposal(p, at.height<<heightShift, 0)
			return true
		})
	},
	apply: func(u *unit, b *block) {
		b.events(func(a *act, n int, e *txn.Event) {
			answer, ours := strings.CutPrefix(e.Name, "approval.was_")
			if !ours {
				return
			}
			row := Approval{Seq: seqOf(b.height, a.index, n), Answer: answer, Officers: "[]", TimeMs: b.timeMs}
			var id wire.Hash
			switch answer {
			case "proposed":
				id = decode[txn.ProposedEvent](e).ID
			case "expired":
				id = decode[txn.ExpiredEvent](e).ID
			default:
				answered := decode[approval.Answered](e)
				id, row.Officers = answered.ID, tableText(answered.Officers)
			}
			row.Proposal = id.String()
			put(u, approvals, row)
			u.touch("proposal", string(id[:]), row.Seq, b.timeMs, func(u *unit, s state.Reader, id string, t *touch) {
				if p, ok := (txn.Records{Reader: s}).Proposal(wire.Hash([]byte(id))); ok {
					u.proposal(p, t.lastSeq, t.lastMs)
				}
			})
		})
	},
}

func (u *unit) proposal(p txn.Proposal, seq, timeMs int64) {
	row := Proposal{
		ID: p.ID.String(), Party: p.Party, Kind: p.Kind, Reference: p.Reference, Status: p.Status.String(), Fault: faultName(p.Fault), Maker: p.Maker,
		Signed: tableText(p.Signed), Needed: int64(p.Needed), FourEyes: p.FourEyes, CreatedMs: p.Created, ExpiresMs: p.Expires, Seq: seq, Payload: "{}",
	}
	if payload, err := core.Kinds.ToJSON(p.Kind, p.Version, p.Payload); err == nil {
		row.Payload = string(payload)
	}
	if p.Status != txn.ProposalOpen {
		row.ClosedMs = timeMs // nothing happens to it later
	}
	put(u, proposals, row)
}

// authoritiesIn reads the names out of a list of who has to answer.
func authoritiesIn(waiting string) (list []string) {
	var waits []txn.Waiting
	if waiting != "" && json.Unmarshal([]byte(waiting), &waits) == nil {
		list = names(waits)
	}
	return list
}

// ProposalFilter narrows a list of proposals; at most one of its fields is set, but that Party
// and Status go together.
type ProposalFilter struct {
	Party  identity.LEI
	Status string
}

// Proposals lists proposals, the oldest first.
func (s *Store) Proposals(ctx context.Context, f ProposalFilter, p Page) ([]Proposal, string, error) {
	q := query{order: []string{"created_ms", "id"}}
	q.equal("party", string(f.Party))
	q.equal("status", f.Status)
	return list(ctx, s, proposals, q, p)
}

// Proposal finds a proposal by its id.
func (s *Store) Proposal(ctx context.Context, id string) (Proposal, bool, error) {
	return find(ctx, s, proposals, "id", id)
}

// Approvals lists the answers to a proposal, oldest first.
func (s *Store) Approvals(ctx context.Context, id string, p Page) ([]Approval, string, error) {
	q := query{order: []string{"seq"}}
	q.where, q.values = []string{"proposal = ?"}, []any{id}
	return list(ctx, s, approvals, q, p)
}
