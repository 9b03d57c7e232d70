// Package approval lets officers answer each other's proposals: m of n, maker and checker
// apart, as their party's policy asks.
//
// A proposal is a transaction that waits on the ledger, with an expiry and a clear list of who
// has signed. Most come about by themselves, where a transaction carries fewer approvals than
// the policy wants. The last approval carries it out, under the rules then in force. Nothing
// here decides what is enough: that is the party's policy.
package approval

import (
	"strings"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Feature is what officers can do with proposals.
var Feature = txn.Feature{
	Name:   "approval",
	Kinds:  []txn.Kind{proposeKind, approveKind, rejectKind, recallKind},
	Timers: []txn.TimerKind{{Name: txn.ProposalTimer, Fire: txn.ExpireProposal}},
	Views:  []txn.View{proposalView},
}

var proposalView = txn.View{
	Noun: "proposal", En: "Proposals, by id; the list has the open ones, as LEI/ID.", Zh: "审批提案，按编号；列表仅含未结提案，形如“LEI/编号”。",
	Get: func(r txn.Reader, id string) (any, bool) {
		hash, err := wire.ParseHash(lastPart(id))
		if err != nil {
			return nil, false
		}
		p, ok := txn.Records{Reader: r}.Proposal(hash)
		if !ok {
			return nil, false
		}
		return p, true
	},
	List: func(r txn.Reader, from string, visit func(string, any) bool) {
		lei, rest, _ := strings.Cut(from, "/")
		least, _ := wire.ParseHash(rest) // none: from the party's first
		txn.Records{Reader: r}.OpenProposals(identity.LEI(lei), least, func(p txn.Proposal) bool {
			return visit(string(p.Party)+"/"+p.ID.String(), p)
		})
	},
	Key: func(id string) []byte {
		hash, err := wire.ParseHash(lastPart(id))
		if err != nil {
			return nil
		}
		return txn.ProposalKey(hash)
	},
}

func lastPart(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }

// answers is the access of whoever answers a proposal: a checker where maker and checker must
// be apart, any officer where officers only count; with a key whose scope covers what is
// proposed.
func answers(c *txn.Context, id wire.Hash) (txn.Proposal, txn.Access, error) {
	p, err := c.Proposal(id)
	if err != nil {
		return p, txn.Access{}, err
	}
	access := txn.Access{Officer: txn.AnyOfficer, Kind: p.Kind, Immediate: true}
	if p.FourEyes {
		access.Officer = identity.RoleChecker
	}
	return p, access, nil
}

func checkProposal(id wire.Hash) error {
	if id.IsZero() {
		return fault.TxFieldMissing.With("proposal", "", "the id of a proposal")
	}
	return nil
}

// Answered says what an officer has answered to a proposal.
type Answered struct {
	ID       wire.Hash    `cbor:"1,keyasint" json:"id"`
	Party    identity.LEI `cbor:"2,keyasint" json:"party"`
	Kind     string       `cbor:"3,keyasint" json:"kind"`
	Officers []string     `cbor:"4,keyasint" json:"officers"`
}

func answered(c *txn.Context, p *txn.Proposal) Answered {
	return Answered{ID: p.ID, Party: p.Party, Kind: p.Kind, Officers: c.Signers()}
}
