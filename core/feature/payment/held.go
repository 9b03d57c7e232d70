package payment

import (
	"strings"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Hold is what may be seen of a held payment: whose it is, by which of its sender's ids it is
// known, for whom it waits and until when. Neither payload nor charges, and of a quiet rule not
// even that it was the one that asked.
type Hold struct {
	ID       wire.Hash         `json:"id"`
	Party    identity.LEI      `json:"party"`
	Kind     string            `json:"kind"`
	UETR     *UETR             `json:"uetr,omitempty"`
	EndToEnd string            `json:"end_to_end,omitempty"`
	Waiting  []Review          `json:"waiting"`
	Answered []txn.AuthorityID `json:"answered,omitempty"`
	Reserved []txn.Reservation `json:"reserved,omitempty"`
	Since    int64             `json:"since"`    // Unix ms
	Deadline int64             `json:"deadline"` // Unix ms
	Status   txn.HeldStatus    `json:"status"`
	Fault    string            `json:"fault,omitempty"` // name of the refusal, if it ended so
}

// Review is one authority that has to answer.
type Review struct {
	Authority txn.AuthorityID `json:"authority"`
	Rules     []string        `json:"rules,omitempty"` // none of a quiet rule
	Deadline  int64           `json:"deadline"`        // Unix ms
}

func public(h txn.HeldPayment) Hold {
	v := Hold{
		ID: h.ID, Party: h.Party, Kind: h.Kind, Waiting: []Review{}, Reserved: h.Reserved,
		Since: h.Since, Deadline: h.Deadline, Status: h.Status,
	}
	if f := fault.Numbered(h.Fault); f != nil {
		v.Fault = f.Name
	}
	if h.Kind == SendKind.Name {
		// The request to cancel it (camt.056) knows it by these.
		var sent Send
		if wire.UnmarshalStored(h.Payload, &sent) == nil {
			v.UETR, v.EndToEnd = sent.UETR, sent.EndToEnd
		}
	}
	if h.Status == txn.HeldOpen {
		for _, w := range h.Waiting {
			// Quiet rules stand apart (Hidden) and are nobody's business here.
			v.Waiting = append(v.Waiting, Review{Authority: w.Authority, Rules: w.Rules, Deadline: w.Deadline})
		}
	}
	for _, w := range h.Answered {
		v.Answered = append(v.Answered, w.Authority)
	}
	return v
}

var holdView = txn.View{
	Noun: "hold",
	En:   "a held payment, open or ended",
	Zh:   "待审付款（未结或已结）",
	Get: func(r txn.Reader, id string) (any, bool) {
		hash, err := wire.ParseHash(id)
		if err != nil {
			return nil, false
		}
		h, ok := txn.FindHeld(r, hash)
		return public(h), ok
	},
	List: func(r txn.Reader, from string, visit func(id string, v any) bool) {
		txn.ListHeld(r, hashFrom(from), func(h txn.HeldPayment) bool { return visit(h.ID.String(), public(h)) })
	},
	Key: func(id string) []byte {
		hash, err := wire.ParseHash(id)
		if err != nil {
			return nil
		}
		return txn.HeldKey(hash)
	},
}

// queueView lists by authority: AUTHORITY/HOLD. From "CN-SH/" on come those of CN-SH.
var queueView = txn.View{
	Noun: "queue",
	En:   "held payments that wait for an authority, as AUTHORITY/HOLD",
	Zh:   "等待某监管机构审核的付款（机构/编号）",
	Get: func(r txn.Reader, id string) (any, bool) {
		authority, rest, _ := strings.Cut(id, "/")
		hash, err := wire.ParseHash(rest)
		if err != nil || !txn.Queued(r, txn.AuthorityID(authority), hash) {
			return nil, false
		}
		h, ok := txn.FindHeld(r, hash)
		return public(h), ok
	},
	List: func(r txn.Reader, from string, visit func(id string, v any) bool) {
		authority, rest, _ := strings.Cut(from, "/")
		txn.ListQueues(r, txn.AuthorityID(authority), hashFrom(rest), func(id txn.AuthorityID, h txn.HeldPayment) bool {
			return visit(string(id)+"/"+h.ID.String(), public(h))
		})
	},
}

// hashFrom is the first id that a list may show: text may be the beginning of one.
func hashFrom(text string) wire.Hash {
	if len(text) < 64 {
		text += strings.Repeat("0", 64-len(text))
	}
	hash, err := wire.ParseHash(text)
	if err != nil {
		return wire.Hash{}
	}
	return hash
}
