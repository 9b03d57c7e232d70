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
	Because  string       // the same for people: which rule, with amounts in units of their assets
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

// Reporter gathers what became of the payments of a file, one after the other: of each it keeps
// no more than a status report says.
type Reporter struct{ outcomes []reported }

type reported struct {
	outcome  write.Outcome
	position int
}

// Add takes what became of the next payment.
func (p *Reporter) Add(r *Result) {
	o := write.Outcome{Reference: write.ReferenceOf(r.Item.Payment), Status: r.ISO()}
	if !r.ID.IsZero() {
		o.LedgerRef = ledgerReference(r.ID)
	}
	if f := r.refused(); f != nil && o.Status != write.ACSC {
		text := f.Error()
		if r.Because != "" {
			text = f.Fault.En + ": " + r.Because
		}
		o.Reasons = []write.Reason{{Code: f.Fault.ISO, Information: information(text)}}
	}
	p.outcomes = append(p.outcomes, reported{o, r.Item.Payment.Position})
}

// Report answers a file: pain.002 for pain.001, pacs.002 for pacs.008 and pacs.009, in the
// version that belongs to it, with a status and reason for every payment.
func (p *Reporter) Report(file *model.File, by Answering) (*write.Message, error) {
	report := write.Report{
		ID: by.ID, CreatedAt: by.At, InitiatingParty: by.Name, InstructingBIC: by.BIC, InstructedBIC: file.InstructingAgent.BIC,
		OriginalID: file.MsgID, OriginalMessage: file.Message, OriginalCreatedAt: file.CreatedAt,
		OriginalCount: file.Declared, OriginalSum: file.ControlSum, Outcomes: make([]write.Outcome, 0, len(p.outcomes)),
	}
	for _, one := range p.outcomes {
		o := one.outcome
		o.StatusID = by.ID + "-" + itoa(one.position)
		if o.Status == write.ACSC {
			o.AcceptedAt = by.At
		}
		report.Outcomes = append(report.Outcomes, o)
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

// information cuts a sentence into the pieces that AddtlInf allows.
func information(sentence string) (pieces []string) {
	text := []rune(sentence)
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
