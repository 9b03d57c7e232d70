package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"causeway/cmd/causeway/show"
	"causeway/core"
	"causeway/core/feature/payment"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/iso20022"
	"causeway/iso20022/mapping"
	"causeway/iso20022/model"
)

// cancelled is the answer on one payment for programs.
type cancelled struct {
	EndToEndID string       `json:"end_to_end_id,omitempty"`
	UETR       string       `json:"uetr,omitempty"`
	Payment    wire.Hash    `json:"payment,omitzero"`
	Status     string       `json:"status"` // cancelled, or refused
	ISO        string       `json:"iso_reason,omitempty"`
	Refusal    *fault.Error `json:"refusal,omitempty"`
}

type cancellationSummary struct {
	File     string      `json:"file"`
	Message  string      `json:"message"`
	ID       string      `json:"assignment_id"`
	Payments []cancelled `json:"payments"`
	Written  []string    `json:"written,omitempty"`
}

// cancelPayments asks the ledger to cancel what a camt.056 names, and answers by a camt.029.
func (a *app) cancelPayments(ctx context.Context, net *network, s *signing, path string, o fileOptions, dry bool) error {
	file, err := readCancellation(path)
	if err != nil {
		return err
	}
	finder := newFinder(ctx, net, s.party, o.lookBack, file)
	requests := mapping.Cancellations(file, finder)
	if finder.err != nil {
		return finder.err
	}
	summary := cancellationSummary{File: path, Message: file.Message, ID: file.ID}
	refusals, code := make([]*fault.Error, len(requests)), exitDone
	for i := range requests {
		r := &requests[i]
		if refusals[i] = r.Problem; r.Problem == nil {
			if refusals[i], err = cancel(ctx, net, s, file, r, o.timeout, dry); err != nil {
				return err
			}
		}
		one := cancelled{EndToEndID: r.Underlying.EndToEndID, UETR: r.Underlying.UETR, Payment: r.Payment, Status: txn.Cancelled.String(), Refusal: refusals[i]}
		if refusals[i] != nil {
			one.Status, one.ISO = txn.Refused.String(), mapping.Rejection(refusals[i].Fault)
			if code == exitDone {
				code = codeOfFault(refusals[i].Fault)
			}
		}
		summary.Payments = append(summary.Payments, one)
	}
	if !dry {
		resolution, err := mapping.Resolution(file, requests, refusals, answering(file.ID, file.Assignee.BIC, time.Now()))
		if err != nil {
			return err
		}
		summary.Written = []string{beside(path, o.out, "camt.029")}
		if err := putAnswer(summary.Written[0], resolution); err != nil {
			return err
		}
	}
	if err := a.tellCancelled(&summary); err != nil {
		return err
	}
	a.tellOlder(finder, refusals)
	return said(code)
}

func readCancellation(path string) (*model.Cancellation, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, fileError(err)
	}
	defer in.Close() // it is only read
	file, err := iso20022.ReadCancellation(in, iso20022.Options{})
	if err != nil {
		return nil, &exit{exitUsage, fmt.Errorf("%s: %w; see: causeway iso check", path, err)}
	}
	return file, nil
}

// cancel ends one held payment, or asks whether that would pass.
func cancel(ctx context.Context, net *network, s *signing, file *model.Cancellation, r *mapping.CancelRequest, timeout time.Duration, dry bool) (*fault.Error, error) {
	kind, _ := core.Kinds.Kind("payment.cancel")
	chain, err := net.id(ctx)
	if err != nil {
		return nil, err
	}
	asked := request{kind: kind, payload: &payment.Cancel{Payment: r.Payment, Reason: r.Reason}, expires: time.Hour}
	asked.reference = referenceTo("causeway/iso-cancel/1", string(s.party), file.ID, r.Underlying.CancellationID, r.Payment.String())
	if dry {
		raw, err := s.ask(chain, asked)
		if err != nil {
			return nil, err
		}
		e, err := net.explain(ctx, raw)
		if err != nil {
			return nil, err
		}
		return e.Refusal, nil
	}
	raw, id, err := s.sign(chain, asked)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	o, err := net.transact(ctx, raw, id)
	if err != nil {
		return nil, err
	}
	if o, err = first(ctx, net, o); err != nil {
		return nil, err
	}
	return o.Refusal, nil
}

// tellOlder says that a payment that was not found may have settled before what was looked at.
func (a *app) tellOlder(f *finder, refusals []*fault.Error) {
	if !f.older || !slices.ContainsFunc(refusals, func(r *fault.Error) bool { return r != nil && r.Fault == fault.PaymentNotFound }) {
		return
	}
	a.say("NOOR (no original): besides what is or was held, only the last %[1]s of the ledger were searched. If the payment may be older, search further back: --look-back 2160h (90 days). What has settled is never cancelled: ask the payee for a payment.return",
		"NOOR（无原交易）：除待审核付款外，仅查找了账本最近 %[1]s。若付款更早，请扩大范围：--look-back 2160h（90 天）。已结算的付款不能撤销：请收款人以 payment.return 退回", f.back)
}

func (a *app) tellCancelled(s *cancellationSummary) error {
	if a.format != show.Table {
		return a.print(s)
	}
	for i := range s.Payments {
		one := &s.Payments[i]
		name := one.EndToEndID
		if name == "" {
			name = one.UETR
		}
		if one.Refusal == nil {
			fmt.Fprintf(a.out, "%s  %s  %s%s\n", a.paint(bold, name), a.status(txn.Cancelled), a.text("payment ", "付款 "), one.Payment)
			continue
		}
		fmt.Fprintf(a.out, "%s  %s  %s: %s\n", a.paint(bold, name), a.status(txn.Refused), one.ISO, a.refusal(one.Refusal))
	}
	for _, file := range s.Written {
		fmt.Fprintf(a.out, "    %s %s\n", pad(a.text("written", "已写入"), 12), file)
	}
	return nil
}
