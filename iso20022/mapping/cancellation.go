package mapping

import (
	"causeway/core/kernel/fault"
	"causeway/core/kernel/wire"
	"causeway/iso20022/model"
	"causeway/iso20022/write"
)

// Finder finds a payment that was sent before, by the ids its file gave it.
type Finder interface {
	// Payment answers with fault.PaymentNotFound where there is none, or no single one.
	Payment(uetr, endToEndID, txID string) (wire.Hash, error)
}

// CancelRequest is one payment that a camt.056 asks to cancel.
type CancelRequest struct {
	Underlying model.CancelledPayment
	Payment    wire.Hash
	Reason     string // four characters, of ExternalCancellationReason1Code
	Problem    *fault.Error
}

// Cancellations finds the payments that a request (camt.056) is about. Requests for whole
// messages are refused one by one: the ledger cancels payments.
func Cancellations(file *model.Cancellation, find Finder) []CancelRequest {
	var list []CancelRequest
	for _, u := range file.Underlying {
		r := CancelRequest{Underlying: u, Reason: u.Reason.Code}
		if u.Group {
			r.Problem = fault.PaymentNotCancellable.With(u.Path, "a whole message", "single transactions (TxInf)")
		} else if id, err := find.Payment(u.UETR, u.EndToEndID, u.TxID); err != nil {
			stated := fault.In(err)
			r.Problem = stated.Fault.With(u.Path, u.UETR+" "+u.EndToEndID, "a payment that is held on this ledger")
		} else {
			r.Payment = id
		}
		list = append(list, r)
	}
	return list
}

// Resolution answers a cancellation request (camt.029): each payment cancelled, or refused
// with the reason.
func Resolution(file *model.Cancellation, requests []CancelRequest, refusals []*fault.Error, by Answering) (*write.Message, error) {
	out := write.Resolution{
		ID: by.ID, CreatedAt: by.At, AssignerBIC: by.BIC, AssigneeBIC: file.Assigner.BIC,
	}
	for i, r := range requests {
		out.Payments = append(out.Payments, resolved(r, refusals[i]))
	}
	return write.CancellationResolution(out)
}

func resolved(r CancelRequest, refusal *fault.Error) write.ResolvedPayment {
	u := r.Underlying
	p := write.ResolvedPayment{
		Reference: write.Reference{InstrID: u.InstrID, EndToEndID: u.EndToEndID, TxID: u.TxID, UETR: u.UETR},
		ID:        u.CancellationID, OriginalID: u.OriginalMessageID, OriginalMessage: u.OriginalMessageName, Amount: u.Amount,
	}
	if refusal == nil {
		refusal = r.Problem
	}
	if refusal == nil {
		p.Cancelled = true
		return p
	}
	p.Reason = write.Reason{Code: Rejection(refusal.Fault), Information: information(refusal.Error())}
	return p
}

// Rejection is the code of ExternalPaymentCancellationRejection1Code for a refusal.
func Rejection(f *fault.Fault) string {
	switch f {
	case fault.PaymentNotFound:
		return "NOOR" // no original transaction received
	case fault.PaymentNotCancellable, fault.HoldClosed:
		return "ARDT" // already settled or returned
	}
	return "NARR"
}
