package main

import (
	"context"
	"encoding/json"
	"sort"
	"time"

	"causeway/client"
	"causeway/core/feature/payment"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/iso20022/model"
)

// finder finds a party's payments by the ids that their files gave them: among those that are or
// were held, and else in the log of the last days.
type finder struct {
	ctx     context.Context
	net     *network
	party   identity.LEI
	back    time.Duration
	wanted  map[string]bool // UETRs and end-to-end ids
	holds   []known
	history []known
	read    [2]bool // holds, history
	older   bool    // there is history that was not read
	err     error   // of the network: then nothing that was found counts
}

// known is a payment of the party's.
type known struct {
	id             wire.Hash
	uetr, endToEnd string
	open           bool // held now
	status         string
}

func newFinder(ctx context.Context, net *network, party identity.LEI, back time.Duration, file *model.Cancellation) *finder {
	f := &finder{ctx: ctx, net: net, party: party, back: back, wanted: map[string]bool{}}
	for _, u := range file.Underlying {
		f.wanted[u.UETR], f.wanted[u.EndToEndID] = true, true
	}
	delete(f.wanted, "")
	return f
}

// Payment answers with the payment that is held, or with why there is none to cancel.
func (f *finder) Payment(uetr, endToEndID, _ string) (wire.Hash, error) {
	if f.err == nil && !f.read[0] {
		f.read[0] = true
		f.err = f.readHolds()
	}
	found := matching(f.holds, uetr, endToEndID)
	var open []known
	for _, k := range found {
		if k.open {
			open = append(open, k)
		}
	}
	switch {
	case len(open) == 1:
		return open[0].id, nil
	case len(open) > 1:
		return wire.Hash{}, fault.PaymentNotFound.With("payment", "several are held", "ids that name one of them")
	case len(found) > 0:
		return found[len(found)-1].id, nil // the ledger says how it has ended
	}
	if f.err == nil && !f.read[1] {
		f.read[1] = true
		f.err = f.readHistory()
	}
	for _, k := range matching(f.history, uetr, endToEndID) {
		switch k.status {
		case txn.Settled.String(), txn.Returned.String(), txn.Cancelled.String():
			return wire.Hash{}, fault.PaymentNotCancellable.With("payment", k.status, "a held payment")
		case txn.Proposed.String():
			return wire.Hash{}, fault.HoldNotFound.With("payment", "waits for its own officers", "approval.recall")
		}
	}
	return wire.Hash{}, fault.PaymentNotFound.With("payment", "none", "a payment of "+string(f.party))
}

// matching finds payments by UETR where the request has one, else by end-to-end id.
func matching(list []known, uetr, endToEndID string) (found []known) {
	for _, k := range list {
		same := uetr != "" && k.uetr == uetr
		if uetr == "" || k.uetr == "" {
			same = endToEndID != "" && k.endToEnd == endToEndID
		}
		if same {
			found = append(found, k)
		}
	}
	return found
}

func (f *finder) wants(uetr, endToEnd string) bool { return f.wanted[uetr] || f.wanted[endToEnd] }

func (f *finder) readHolds() error {
	for from := ""; ; {
		var page *client.Page
		err := patiently(f.ctx, func() (err error) {
			page, err = f.net.List(f.ctx, "hold", from, 1000)
			return err
		})
		if err != nil {
			return f.net.unreachable(err)
		}
		for _, r := range page.Records {
			var h struct { // of payment.Hold, with its status as a word
				ID       wire.Hash     `json:"id"`
				Party    identity.LEI  `json:"party"`
				UETR     *payment.UETR `json:"uetr"`
				EndToEnd string        `json:"end_to_end"`
				Status   string        `json:"status"`
			}
			if err := json.Unmarshal(r.Value, &h); err != nil {
				return err
			}
			k := known{id: h.ID, endToEnd: h.EndToEnd, open: h.Status == txn.HeldOpen.String(), status: h.Status}
			if h.UETR != nil {
				k.uetr = h.UETR.String()
			}
			if h.Party == f.party && f.wants(k.uetr, k.endToEnd) {
				f.holds = append(f.holds, k)
			}
		}
		if from = page.Next; from == "" {
			return nil
		}
	}
}

// readHistory goes through what the party has sent in the last days.
func (f *finder) readHistory() error {
	status, err := f.net.Status(f.ctx)
	if err != nil {
		return f.net.unreachable(err)
	}
	since := time.Now().Add(-f.back)
	first := 1 + sort.Search(int(status.Height-1), func(i int) bool {
		at, failed := f.net.Time(f.ctx, int64(i)+1)
		if failed != nil {
			err = failed
		}
		return failed == nil && at.After(since)
	})
	if err != nil {
		return f.net.unreachable(err)
	}
	f.older = first > 1
	ctx, stop := context.WithCancel(f.ctx)
	defer stop()
	for block, err := range f.net.Events(ctx, int64(first)) {
		if err != nil {
			return f.net.unreachable(err)
		}
		for i := range block.Outcomes {
			if err := f.look(&block.Outcomes[i]); err != nil {
				return err
			}
		}
		if block.Height >= status.Height {
			return nil
		}
	}
	return ctx.Err()
}

// look takes note of the payments of a transaction.
func (f *finder) look(o *client.Outcome) error {
	if o.Tx == 0 || o.Result.Party != "" && o.Result.Party != f.party {
		return nil
	}
	var t *client.Transaction
	err := patiently(f.ctx, func() (err error) {
		t, err = f.net.Transaction(f.ctx, o.ID)
		return err
	})
	if err != nil {
		return f.net.unreachable(err)
	}
	if t.Body == nil || t.Body.Party != f.party {
		return nil
	}
	switch t.Body.Kind {
	case payment.SendKind.Name:
		var sent payment.Send
		if err := json.Unmarshal(t.Body.Payload, &sent); err != nil {
			return err
		}
		f.note(t.ID, &sent, t.Status)
	case payment.BatchKind.Name:
		var batch payment.Batch
		if err := json.Unmarshal(t.Body.Payload, &batch); err != nil {
			return err
		}
		items := t.Result.Items
		if t.End != nil && len(t.End.Result.Items) > 0 {
			items = t.End.Result.Items
		}
		for i := range min(len(items), len(batch.Payments)) {
			f.note(items[i].ID, &batch.Payments[i], items[i].Status)
		}
	}
	return nil
}

func (f *finder) note(id wire.Hash, sent *payment.Send, status string) {
	k := known{id: id, endToEnd: sent.EndToEnd, status: status}
	if sent.UETR != nil {
		k.uetr = sent.UETR.String()
	}
	if f.wants(k.uetr, k.endToEnd) {
		f.history = append(f.history, k)
	}
}
