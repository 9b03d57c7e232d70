package mapping

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/iso20022/model"
	"causeway/iso20022/write"
	"causeway/iso20022/xmltype"
)

// Result is what has become of one payment of a file.
type Result struct {
	Item     Item
	ID       wire.Hash // on the ledger; zero if it was never sent
	Status   txn.Status
	Refusal  *fault.Error // why, of a refused one
	Postings []ledger.Posting
}

// Came is what the payer gave and the payee got, in minor units.
func (r *Result) Came() (gave, got money.Amount) {
	for _, p := range r.Postings {
		if p.From == r.Item.Send.From {
			gave, _ = gave.Add(p.Amount)
		}
		if p.To == r.Item.Send.To {
			got, _ = got.Add(p.Amount)
		}
	}
	return gave, got
}

// ISO is the status in a status report.
func (r *Result) ISO() write.Status {
	switch r.Status {
	case txn.Settled, txn.Done, txn.Duplicate:
		return write.ACSC
	case txn.Held, txn.Proposed:
		return write.PDNG
	}
	return write.RJCT
}

// Answering says who answers a file, and when.
type Answering struct {
	ID        string // of the answer
	Name, BIC string
	At        string // dateTime
}

// StatusReport answers a file: pain.002 for pain.001, pacs.002 for pacs.008 and pacs.009, in
// the version that belongs to it, with a status and reason for every payment.
func StatusReport(file *model.File, results []Result, by Answering) (*write.Message, error) {
	report := write.Report{
		ID: by.ID, CreatedAt: by.At, InitiatingParty: by.Name, InstructingBIC: by.BIC, InstructedBIC: file.InstructingAgent.BIC,
		OriginalID: file.MsgID, OriginalMessage: file.Message, OriginalCreatedAt: file.CreatedAt,
		OriginalCount: file.Declared, OriginalSum: file.ControlSum,
	}
	for i := range results {
		r := &results[i]
		outcome := write.Outcome{Reference: write.ReferenceOf(r.Item.Payment), Status: r.ISO(), StatusID: by.ID + "-" + itoa(r.Item.Payment.Position)}
		if !r.ID.IsZero() {
			outcome.LedgerRef = ledgerReference(r.ID)
		}
		if outcome.Status == write.ACSC {
			outcome.AcceptedAt = by.At
		}
		if f := r.refused(); f != nil && outcome.Status != write.ACSC {
			outcome.Reasons = []write.Reason{{Code: f.Fault.ISO, Information: information(f)}}
		}
		report.Outcomes = append(report.Outcomes, outcome)
	}
	return write.Answer(report)
}

func (r *Result) refused() *fault.Error {
	switch {
	case r.Item.Problem != nil:
		return r.Item.Problem
	case r.Refusal != nil:
		return r.Refusal
	case r.Status == txn.Held:
		return fault.RuleReview.Err()
	}
	return nil
}

// ledgerReference is the part of a ledger id that fits AcctSvcrRef (35 characters).
func ledgerReference(id wire.Hash) string { return id.String()[:32] }

// information cuts a refusal's sentence into the pieces that AddtlInf allows.
func information(f *fault.Error) (pieces []string) {
	text := []rune(f.Error())
	for len(text) > 0 && len(pieces) < 4 {
		n := min(len(text), 105)
		pieces = append(pieces, string(text[:n]))
		text = text[n:]
	}
	return pieces
}

// Side says whose notification it is.
type Side uint8

// The sides.
const (
	Debit Side = iota
	Credit
)

// Notification writes the camt.054 of settled payments from one account, or to one account.
func Notification(results []*Result, side Side, owner identity.Party, by Answering) (*write.Message, error) {
	n := write.Notification{
		MessageID: by.ID, ID: by.ID + "-N", CreatedAt: by.At,
		Account: write.Account{OwnerName: owner.Name, OwnerLEI: string(owner.LEI), ServicerBIC: by.BIC},
	}
	for _, r := range results {
		n.Account.Account = r.Item.Payment.DebtorAccount
		if side == Credit {
			n.Account.Account = r.Item.Payment.CreditorAccount
		}
		n.Bookings = append(n.Bookings, r.booking(side, by.At))
	}
	return write.DebitCreditNotification(n)
}

func (r *Result) booking(side Side, at string) write.Booking {
	gave, got := r.Came()
	p := r.Item.Payment
	amount, asset := gave, r.Item.Source
	if side == Credit {
		amount, asset = got, r.Item.Target
	}
	day := at
	if len(day) > 10 {
		day = day[:10]
	}
	return write.Booking{
		Reference: write.ReferenceOf(p), Entry: ledgerReference(r.ID), LedgerRef: ledgerReference(r.ID),
		Amount: model.Money{Value: xmltype.Decimal(amount.Format(asset.Scale)), Currency: asset.Currency},
		Credit: side == Credit, BookedAt: at, ValueDate: day,
		CrossBorder: r.Item.Source.Currency != r.Item.Target.Currency,
		Debtor:      p.Debtor.Name, Creditor: p.Creditor.Name, DebtorAccount: p.DebtorAccount, CreditorAccount: p.CreditorAccount,
		Purpose: p.Purpose.Code, Remittance: p.Remittance.Unstructured,
	}
}
