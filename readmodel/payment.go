package readmodel

import (
	"context"
	"database/sql"
	"errors"
	"reflect"
	"slices"
	"strconv"

	"causeway/core/feature/payment"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Payment is a payment from its submission to its end.
type Payment struct {
	Seq           int64            `db:"seq" json:"seq,string" doc:"place in the ledger where it began"`
	ID            string           `db:"id" json:"id" doc:"id: of its transaction, or its own within a batch"`
	Batch         string           `db:"batch" json:"batch" doc:"id of the batch that it is part of"`
	Item          int64            `db:"item" json:"item" doc:"place in that batch, from 0"`
	Party         identity.LEI     `db:"party" json:"party" doc:"LEI of the payer"`
	PayeeParty    identity.LEI     `db:"payee_party" json:"payee_party" doc:"LEI of the payee, once held or settled"`
	Payer         ledger.AccountID `db:"payer" json:"payer" doc:"account that pays"`
	Payee         ledger.AccountID `db:"payee" json:"payee" doc:"account that is paid"`
	FromSovereign string           `db:"from_sovereign" json:"from_sovereign" doc:"sovereign of the payer's account, once held or settled"`
	ToSovereign   string           `db:"to_sovereign" json:"to_sovereign" doc:"sovereign of the payee's account, once held or settled"`
	SourceAsset   ledger.AssetID   `db:"source_asset" json:"source_asset" doc:"asset that the payer gives"`
	TargetAsset   ledger.AssetID   `db:"target_asset" json:"target_asset" doc:"asset that the payee gets"`
	Amount        money.Amount     `db:"amount" json:"amount" doc:"amount asked for: of target_asset if fix_target, else of source_asset"`
	FixTarget     bool             `db:"fix_target" json:"fix_target" doc:"1: amount is what the payee gets"`
	WorstRate     string           `db:"worst_rate" json:"worst_rate" doc:"minor units of target per minor unit of source, as num/den; empty in one asset"`
	Paid          money.Amount     `db:"paid" json:"paid" doc:"what the payer gave, of source_asset"`
	Received      money.Amount     `db:"received" json:"received" doc:"what the payee got, of target_asset"`
	Returned      money.Amount     `db:"returned" json:"returned" doc:"what has come back of it, of target_asset"`
	Purpose       string           `db:"purpose" json:"purpose" doc:"purpose code"`
	UETR          string           `db:"uetr" json:"uetr" doc:"unique end-to-end transaction reference"`
	EndToEnd      string           `db:"end_to_end" json:"end_to_end" doc:"the payer's reference for the payee"`
	Reference     string           `db:"reference" json:"reference" doc:"client reference, within a batch its own"`
	Remittance    string           `db:"remittance" json:"remittance" doc:"salted hash of the remittance information"`
	Documents     string           `db:"documents" json:"documents" doc:"JSON list of documents with kind, hash and ref"`
	Status        string           `db:"status" json:"status" doc:"proposed, held, settled, refused, returned (wholly), cancelled, expired; duplicate: made before under the same reference"`
	Fault         string           `db:"fault" json:"fault" doc:"name of the refusal"`
	Height        int64            `db:"height" json:"height" doc:"height where it began"`
	TimeMs        int64            `db:"time_ms" json:"time_ms" doc:"block time where it began, Unix ms"`
	EndSeq        int64            `db:"end_seq" json:"end_seq,string" doc:"place where it settled or ended; 0 while it waits"`
	EndMs         int64            `db:"end_ms" json:"end_ms" doc:"block time there, Unix ms"`
}

// PaymentChange is a step in the life of a payment that did not settle where it began.
type PaymentChange struct {
	Payment string       `db:"payment" json:"payment" doc:"id of the payment"`
	Seq     int64        `db:"seq" json:"seq,string" doc:"place in the ledger"`
	TimeMs  int64        `db:"time_ms" json:"time_ms" doc:"block time, Unix ms"`
	Status  string       `db:"status" json:"status" doc:"proposed, held, settled, refused, cancelled, expired, or returned for each return"`
	Fault   string       `db:"fault" json:"fault" doc:"name of the refusal"`
	Amount  money.Amount `db:"amount" json:"amount" doc:"of a return: what came back"`
	Reason  string       `db:"reason" json:"reason" doc:"of a return: its ISO 20022 reason"`
	Carrier string       `db:"carrier" json:"carrier" doc:"id of the transaction that brought it about; empty: a deadline did"`
}

var (
	payments       = newTable[Payment]("payments", 1, "Payments, alone or in batches, with where they stand. A payment that settles at once has one row here and none in payment_changes.")
	paymentChanges = newTable[PaymentChange]("payment_changes", 2, "Steps in the lives of payments that waited, ended otherwise than settled, or came back.")
)

var paymentModel = &model{
	name: "payment", version: 1, tables: layouts(payments, paymentChanges),
	seed: seedPayments, apply: applyPayments,
}

// seedPayments takes over those that wait; of others nothing is known but their balances.
func seedPayments(u *unit, s state.Reader, at seedAt) {
	n := 0
	waiting := func(a act, status string) {
		a.seq = at.height << heightShift
		for i, p := range sends(&a) {
			row := newPayment(p, &a, i, at.height, at.timeMs)
			row.Seq = at.height<<heightShift + int64(n)
			if n++; status == txn.Held.String() {
				row.locate(s)
			}
			row.Status = status
			u.savePayment(row)
		}
	}
	txn.ListHeld(s, wire.Hash{}, func(h txn.HeldPayment) bool {
		if h.Status == txn.HeldOpen {
			waiting(waitedFor(h.ID, h.Party, h.Kind, h.Version, h.Payload, ""), txn.Held.String())
		}
		return true
	})
	txn.Records{Reader: s}.OpenProposals("", wire.Hash{}, func(p txn.Proposal) bool {
		waiting(waitedFor(p.ID, p.Party, p.Kind, p.Version, p.Payload, p.Reference), txn.Proposed.String())
		return true
	})
}

func applyPayments(u *unit, b *block) {
	for i := range b.acts {
		a := &b.acts[i]
		switch a.kind {
		case payment.SendKind.Name, payment.BatchKind.Name:
			u.pay(b, a)
		}
	}
	b.events(func(a *act, n int, e *txn.Event) {
		if e.Name == "payment.was_returned" {
			u.returned(b, a, n, decode[payment.Returned](e))
		}
	})
}

// sends are the payments that something is about.
func sends(a *act) []*payment.Send {
	switch p := a.payload.(type) {
	case *payment.Send:
		return []*payment.Send{p}
	case *payment.Batch:
		list := make([]*payment.Send, len(p.Payments))
		for i := range p.Payments {
			list[i] = &p.Payments[i]
		}
		return list
	}
	return nil
}

// pay writes the payments of a transaction, a part or an end.
func (u *unit) pay(b *block, a *act) {
	if a.result.Status == txn.Duplicate {
		return // the first record is the payment
	}
	_, isBatch := a.payload.(*payment.Batch)
	if isBatch && len(a.result.Items) > 0 {
		u.repeated(b, a)
		return // its parts stand for themselves
	}
	for i, p := range sends(a) {
		id := paymentID(a, i, isBatch)
		var row Payment
		known := false
		if a.late {
			row, known = u.findPayment(id)
		}
		if !known {
			row = newPayment(p, a, i, b.height, b.timeMs)
		}
		row.Status, row.Fault = a.result.Status.String(), faultName(a.result.Fault)
		if a.result.Status == txn.Held || a.result.Status == txn.Settled {
			row.locate(u.now)
		}
		row.settle(a, b.timeMs)
		u.savePayment(row)
		if known || row.Status != txn.Settled.String() {
			u.changed(b, a, i, row, PaymentChange{})
		}
	}
}

// repeated ends those payments of a batch that waited and turned out to have been made already.
func (u *unit) repeated(b *block, a *act) {
	for i, item := range a.result.Items {
		if item.Status != txn.Duplicate || !a.late {
			continue
		}
		if row, known := u.findPayment(paymentID(a, i, true)); known {
			row.Status, row.EndSeq, row.EndMs = txn.Duplicate.String(), a.seq, b.timeMs
			u.savePayment(row)
			u.changed(b, a, i, row, PaymentChange{})
		}
	}
}

func (u *unit) returned(b *block, a *act, n int, e payment.Returned) {
	row, known := u.findPayment(e.Payment.String())
	if !known {
		return // from before the history
	}
	row.Returned = e.Total
	if row.Returned == row.Received {
		row.Status = txn.Returned.String()
	}
	u.savePayment(row)
	u.changed(b, a, n, row, PaymentChange{Status: txn.Returned.String(), Amount: e.Amount, Reason: e.Reason})
}

// changed adds a step to a payment's life.
func (u *unit) changed(b *block, a *act, n int, row Payment, c PaymentChange) {
	if c.Status == "" {
		c.Status, c.Fault = row.Status, row.Fault
	}
	c.Payment, c.Seq, c.TimeMs, c.Carrier = row.ID, seqOf(b.height, a.index, n), b.timeMs, hashText(a.carrier)
	put(u, paymentChanges, c)
}

func paymentID(a *act, i int, isBatch bool) string {
	if isBatch {
		return payment.ItemID(a.id, i).String()
	}
	return a.id.String()
}

func newPayment(p *payment.Send, a *act, i int, height, timeMs int64) Payment {
	row := Payment{
		Seq: a.seq + int64(i), Party: a.party, Payer: p.From, Payee: p.To, SourceAsset: p.Asset, TargetAsset: p.TargetAsset, Amount: p.Amount,
		FixTarget: p.FixTarget, Purpose: p.Purpose, EndToEnd: p.EndToEnd, Reference: a.reference, Documents: tableText(p.Documents),
		Height: height, TimeMs: timeMs,
	}
	_, isBatch := a.payload.(*payment.Batch)
	switch row.ID = paymentID(a, i, isBatch); {
	case isBatch:
		row.Batch, row.Item, row.Reference = a.id.String(), int64(i), p.Reference
	case a.role == part:
		row.Batch, row.Item = a.batch.String(), int64(a.item)
	}
	if p.TargetAsset == "" {
		row.TargetAsset = p.Asset
	}
	if p.WorstRate != nil {
		row.WorstRate = rateText(*p.WorstRate)
	}
	if p.UETR != nil {
		row.UETR = p.UETR.String()
	}
	if p.Remittance != nil {
		row.Remittance = p.Remittance.String()
	}
	return row
}

func rateText(r money.Rate) string {
	return strconv.FormatUint(r.Num, 10) + "/" + strconv.FormatUint(r.Den, 10)
}

// settle takes over what was moved, and where it ended.
func (row *Payment) settle(a *act, timeMs int64) {
	switch a.result.Status {
	case txn.Held, txn.Proposed:
		return
	}
	row.EndSeq, row.EndMs = a.seq, timeMs
	row.Paid, row.Received = money.Zero, money.Zero
	for _, p := range a.result.Postings {
		if p.From == row.Payer && p.Asset == row.SourceAsset {
			row.Paid, _ = row.Paid.Add(p.Amount)
		}
		if p.To == row.Payee && p.Asset == row.TargetAsset {
			row.Received, _ = row.Received.Add(p.Amount)
		}
	}
}

// locate names the payee and the sovereigns. None of them ever changes, so it does not matter
// when they are read.
func (row *Payment) locate(s state.Reader) {
	place := func(id ledger.AccountID) (owner identity.LEI, sovereign string) {
		a, ok := ledger.FindAccount(s, id)
		if !ok {
			return "", ""
		}
		authority, _ := guard.FindAuthority(s, a.Authority)
		return a.Owner, authority.Sovereign
	}
	_, row.FromSovereign = place(row.Payer)
	row.PayeeParty, row.ToSovereign = place(row.Payee)
}

// savePayment writes a payment, and remembers where its id stands.
func (u *unit) savePayment(row Payment) {
	u.seqs[row.ID] = row.Seq
	put(u, payments, row)
}

// findPayment finds a payment by its id. Most are new: those that waited stand in the state as
// held or proposed, or are named by a return.
func (u *unit) findPayment(id string) (row Payment, ok bool) {
	seq, known := u.seqs[id]
	if !known && u.err == nil {
		statement, err := u.store.prepare(u.ctx, "SELECT seq FROM payments WHERE id = ?")
		if err == nil {
			err = statement.QueryRowContext(u.ctx, id).Scan(&seq)
		}
		if known = err == nil; err != nil && !errors.Is(err, sql.ErrNoRows) {
			u.fail(err)
		}
	}
	if !known {
		return row, false
	}
	return get(u, payments, seq)
}

// PaymentFilter narrows a list of payments; at most one of its fields is set, besides the span
// of time. Party is either side.
type PaymentFilter struct {
	Party, Payer, Payee identity.LEI
	Status              string
	Purpose             string
	UETR                string
	EndToEnd            string
	Batch               string
	FromMs, UntilMs     int64 // block time where it began, Unix ms; 0: open
}

// Payments lists payments, newest first.
func (s *Store) Payments(ctx context.Context, f PaymentFilter, p Page) ([]Payment, string, error) {
	if f.Party != "" {
		return s.paymentsOf(ctx, f, p)
	}
	q := query{order: []string{"seq"}, newest: true}
	q.equal("party", string(f.Payer))
	q.equal("payee_party", string(f.Payee))
	q.equal("status", f.Status)
	q.equal("purpose", f.Purpose)
	q.sparse("uetr", f.UETR)
	q.sparse("end_to_end", f.EndToEnd)
	q.sparse("batch", f.Batch)
	if err := s.within(ctx, &q, f.FromMs, f.UntilMs); err != nil {
		return nil, "", err
	}
	return list(ctx, s, payments, q, p)
}

// paymentsOf merges what a party has paid and what it was paid: each has its index.
func (s *Store) paymentsOf(ctx context.Context, f PaymentFilter, p Page) (rows []Payment, next string, err error) {
	paid, received := f, f
	paid.Party, paid.Payer, received.Party, received.Payee = "", f.Party, "", f.Party
	out, outNext, err := s.Payments(ctx, paid, p)
	if err != nil {
		return nil, "", err
	}
	in, inNext, err := s.Payments(ctx, received, p)
	if err != nil {
		return nil, "", err
	}
	rows = append(out, in...)
	slices.SortFunc(rows, func(a, b Payment) int { return int(min(max(b.Seq-a.Seq, -1), 1)) })
	rows = slices.CompactFunc(rows, func(a, b Payment) bool { return a.Seq == b.Seq })
	limit := p.Limit
	if limit == 0 {
		limit = pageDefault
	}
	if len(rows) > limit || outNext != "" || inNext != "" {
		rows = rows[:min(limit, len(rows))]
		next = payments.mark([]string{"seq"}, reflect.ValueOf(&rows[len(rows)-1]).Elem())
	}
	return rows, next, nil
}

// Payment finds a payment by its id.
func (s *Store) Payment(ctx context.Context, id string) (Payment, bool, error) {
	return find(ctx, s, payments, "id", id)
}

// PaymentLife lists the steps of a payment's life, oldest first; none if it settled at once.
func (s *Store) PaymentLife(ctx context.Context, id string, p Page) ([]PaymentChange, string, error) {
	q := query{order: []string{"seq"}}
	q.where, q.values = []string{"payment = ?"}, []any{id}
	return list(ctx, s, paymentChanges, q, p)
}
