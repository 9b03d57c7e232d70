package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"causeway/client"
	"causeway/cmd/causeway/show"
	"causeway/core/feature/party"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/iso20022"
	"causeway/iso20022/mapping"
	"causeway/iso20022/model"
	"causeway/iso20022/xmltype"
)

// fileOptions are how a payment file is handled.
type fileOptions struct {
	out       string
	worstRate string
	timeout   time.Duration
	salt      salter
}

func (o *fileOptions) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.worstRate, "worst-rate", "", "creditor currency for one debtor currency, where the file gives none")
}

// paid is a file with what became of its payments.
type paid struct {
	path    string
	file    *model.File
	results []mapping.Result
	took    time.Duration // from the first submission to the last answer
	heights []int64       // of each result; 0: not in a block
	traces  [][]step
	waiting []*outcome
}

// plan checks a file whole and turns it into submissions. Only after the last byte has been
// judged is the first one handed out.
func plan(ctx context.Context, net *network, path string, o fileOptions, each func(mapping.Submission) error) (*model.File, []mapping.Item, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, nil, fileError(err)
	}
	defer in.Close()
	today := time.Now().UTC().Format("2006-01-02")
	checked, err := iso20022.ReadPayments(in, iso20022.Options{Today: today}, func(*iso20022.Payment) error { return nil })
	if err != nil {
		return nil, nil, &exit{exitUsage, fmt.Errorf("%s: %w", path, err)}
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return nil, nil, err
	}
	mapper := mapping.New(directory{ctx, net}, mapping.Options{Today: today, WorstRate: xmltype.Decimal(o.worstRate), Salt: o.salt.of})
	planner := mapping.NewPlanner(mapper, each)
	var problems []mapping.Item
	file, err := iso20022.ReadPayments(in, iso20022.Options{Today: today}, func(p *iso20022.Payment) error {
		one := *p
		item, err := planner.Add(checked, &one)
		if err == nil && item.Problem != nil {
			problems = append(problems, item)
		}
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	if file.SHA256 != checked.SHA256 {
		return nil, nil, fmt.Errorf("%s has changed while it was read", path)
	}
	return file, problems, planner.Close()
}

// pay submits a file and waits for each of its transactions to be final.
func (a *app) pay(ctx context.Context, net *network, s *signing, path string, o fileOptions) (*paid, error) {
	chain, err := net.id(ctx)
	if err != nil {
		return nil, err
	}
	p := &paid{path: path}
	var submissions []mapping.Submission
	file, problems, err := plan(ctx, net, path, o, func(one mapping.Submission) error {
		submissions = append(submissions, one)
		return nil
	})
	if err != nil {
		return nil, err
	}
	p.file = file
	for _, item := range problems {
		p.add(mapping.Result{Item: item, Status: txn.Refused, Refusal: item.Problem}, nil)
	}
	progress := show.NewProgress(a.err, a.terminal(), a.text("payments", "付款"), int64(file.Payments))
	defer progress.End()
	for _, one := range submissions {
		if err := p.submit(ctx, net, s, chain, one, o.timeout); err != nil {
			return p, err
		}
		if len(submissions) > 1 {
			progress.Set(int64(len(p.results)))
		}
	}
	return p, nil
}

func (p *paid) submit(ctx context.Context, net *network, s *signing, chain string, one mapping.Submission, timeout time.Duration) error {
	if s.party != one.Party {
		return usage("the file debits an account of %s, the signing keys are of %s", one.Party, s.party)
	}
	raw, id, err := s.sign(chain, request{kind: one.Kind, payload: one.Payload, reference: one.Reference, expires: time.Hour})
	if err != nil {
		return err
	}
	waiting, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	start := time.Now()
	o, err := net.transact(waiting, raw, id)
	if errors.Is(err, client.ErrOutcomeUnknown) {
		return &exit{exitUnknown, fmt.Errorf("%w; run this again: nothing is paid twice (transaction %s)", err, id)}
	}
	if err != nil {
		return err
	}
	p.took += time.Since(start)
	if o, err = first(ctx, net, o); err != nil {
		return err
	}
	if o.Status == txn.Refused || o.Status == txn.Held {
		if err := why(ctx, net, s, chain, one, o); err != nil {
			return err
		}
	}
	if len(one.Items) == 1 && len(o.Items) == 0 {
		p.outcome(one.Items[0], o)
		return nil
	}
	return p.items(ctx, net, one, o)
}

// why asks for the trace of rules, which only the payer may see. It is asked without the client
// reference: of a held payment that is bound already.
func why(ctx context.Context, net *network, s *signing, chain string, one mapping.Submission, o *outcome) error {
	raw, err := s.ask(chain, request{kind: one.Kind, payload: one.Payload})
	if err != nil {
		return err
	}
	e, err := net.explain(ctx, raw)
	if err != nil {
		return err
	}
	if e.Status == o.Status { // else what decided has changed in between
		o.Trace, o.Waiting = e.Trace, e.Waiting
	}
	return nil
}

// first finds the record that a repetition stands for.
func first(ctx context.Context, net *network, o *outcome) (*outcome, error) {
	if o.Status == txn.Duplicate && o.Original != nil {
		return net.find(ctx, *o.Original)
	}
	return o, nil
}

// items looks up what became of each payment of a batch.
func (p *paid) items(ctx context.Context, net *network, one mapping.Submission, batch *outcome) error {
	for i, item := range one.Items {
		if i >= len(batch.Items) {
			p.outcome(item, batch) // the batch as a whole was refused, or waits for approval
			continue
		}
		o, err := net.find(ctx, batch.Items[i].ID)
		if err != nil {
			return err
		}
		if o, err = first(ctx, net, o); err != nil {
			return err
		}
		p.outcome(item, o)
	}
	return nil
}

func (p *paid) outcome(item mapping.Item, o *outcome) {
	p.add(mapping.Result{Item: item, ID: o.ID, Status: o.Status, Refusal: o.Refusal, Postings: o.Postings}, o)
}

func (p *paid) add(r mapping.Result, o *outcome) {
	p.results = append(p.results, r)
	p.waiting = append(p.waiting, o)
	if o == nil {
		p.heights, p.traces = append(p.heights, 0), append(p.traces, nil)
		return
	}
	p.heights, p.traces = append(p.heights, o.Height), append(p.traces, o.Trace)
}

// directory finds accounts and assets through a network.
type directory struct {
	ctx context.Context
	net *network
}

func (d directory) External(scheme, id, agent string) (mapping.Account, error) {
	var found party.ExternalRecord
	err := d.net.value(d.ctx, "external", strings.TrimSuffix(scheme+"/"+id+"/"+agent, "/"), &found)
	if codeOf(err) == exitNotFound {
		return mapping.Account{}, fault.AccountNotFound.With("account", scheme+" "+id, "a registered external id")
	}
	return mapping.Account{ID: found.Account, Owner: found.Owner, Asset: txn.AssetID(found.Asset)}, err
}

func (d directory) Asset(id txn.AssetID) (found txn.Asset, err error) {
	err = d.net.value(d.ctx, "asset", string(id), &found)
	if codeOf(err) == exitNotFound {
		return found, fault.AssetNotFound.With("asset", string(id), "a registered asset")
	}
	return found, err
}

// submitCommand pays a file, writes the answers, and says what happened.
func (a *app) submitCommand(ctx context.Context, net *network, path string, o fileOptions) error {
	s, err := a.signers(ctx, net)
	if err != nil {
		return err
	}
	if o.salt, err = a.salter(); err != nil {
		return err
	}
	p, err := a.pay(ctx, net, s, path, o)
	if err != nil {
		return err
	}
	files, err := a.answer(ctx, net, p, o.out)
	if err != nil {
		return err
	}
	if a.format != show.Table {
		err = a.print(p.summary(files))
	} else {
		a.tellFile(p, files)
	}
	if err != nil {
		return err
	}
	return said(p.code())
}

// tellFile says what became of all payments of a file.
func (a *app) tellFile(p *paid, files []string) {
	for i := range p.results {
		r := &p.results[i]
		fmt.Fprintf(a.out, "%s  %s\n", a.paint(bold, r.Item.Payment.EndToEndID), a.text("transaction ", "交易 ")+r.ID.String())
		a.tell(p, i)
	}
	for _, file := range files {
		fmt.Fprintf(a.out, "    %s %s\n", pad(a.text("written", "已写入"), 12), file)
	}
}

// itemSummary is one payment for programs.
type itemSummary struct {
	Position   int             `json:"position"`
	EndToEndID string          `json:"end_to_end_id,omitempty"`
	ID         wire.Hash       `json:"id"`
	Status     txn.Status      `json:"status"`
	ISO        string          `json:"iso_status"`
	Fault      string          `json:"fault,omitempty"`
	Refusal    *fault.Error    `json:"refusal,omitempty"`
	Height     int64           `json:"height,omitempty"`
	Gave       money.Amount    `json:"gave"`
	Got        money.Amount    `json:"got"`
	Source     txn.AssetID     `json:"source_asset,omitempty"`
	Target     txn.AssetID     `json:"target_asset,omitempty"`
	Trace      []step          `json:"trace,omitempty"`
	Waiting    []guard.Waiting `json:"waiting,omitempty"`
	Notes      []string        `json:"notes,omitempty"`
}

type fileSummary struct {
	File     string        `json:"file"`
	Message  string        `json:"message"`
	ID       string        `json:"message_id"`
	Payments []itemSummary `json:"payments"`
	Written  []string      `json:"written"`
}

func (p *paid) summary(files []string) fileSummary {
	s := fileSummary{File: p.path, Message: p.file.Message, ID: p.file.MsgID, Written: files}
	for i := range p.results {
		r := &p.results[i]
		one := itemSummary{
			Position: r.Item.Payment.Position, EndToEndID: r.Item.Payment.EndToEndID, ID: r.ID, Status: r.Status, ISO: string(r.ISO()),
			Refusal: r.Refusal, Height: p.heights[i], Source: r.Item.Source.ID, Target: r.Item.Target.ID, Trace: p.traces[i], Notes: r.Item.Notes,
		}
		if r.Refusal != nil {
			one.Fault = r.Refusal.Fault.Name
		}
		one.Gave, one.Got = r.Came()
		if o := p.waiting[i]; o != nil {
			one.Waiting = o.Waiting
		}
		s.Payments = append(s.Payments, one)
	}
	return s
}

// code is the exit code of a file: that of its worst payment.
func (p *paid) code() int {
	code := exitDone
	for i := range p.results {
		switch c := codeOfStatus(p.results[i].Status, p.results[i].Refusal); {
		case c == exitHeld && code == exitDone, c != exitHeld && c != exitDone && (code == exitDone || code == exitHeld):
			code = c
		}
	}
	return code
}

// explainFile asks for each submission of a file what would happen to it.
func (a *app) explainFile(ctx context.Context, net *network, path string, o fileOptions) error {
	s, err := a.signers(ctx, net)
	if err != nil {
		return err
	}
	chain, err := net.id(ctx)
	if err != nil {
		return err
	}
	if o.salt, err = a.salter(); err != nil {
		return err
	}
	type answered struct {
		Payments []string     `json:"payments"` // end-to-end ids
		Answer   *explained   `json:"answer,omitempty"`
		Problem  *fault.Error `json:"problem,omitempty"`
	}
	var list []answered
	code := exitDone
	_, problems, err := plan(ctx, net, path, o, func(one mapping.Submission) error {
		if s.party != one.Party {
			return usage("the file debits an account of %s, the signing keys are of %s", one.Party, s.party)
		}
		raw, err := s.ask(chain, request{kind: one.Kind, payload: one.Payload, reference: one.Reference})
		if err != nil {
			return err
		}
		e := answered{}
		for _, item := range one.Items {
			e.Payments = append(e.Payments, item.Payment.EndToEndID)
		}
		if e.Answer, err = net.explain(ctx, raw); err != nil {
			return err
		}
		if c := codeOfStatus(e.Answer.Status, e.Answer.Refusal); code == exitDone {
			code = c
		}
		list = append(list, e)
		return nil
	})
	if err != nil {
		return err
	}
	for _, item := range problems {
		list = append(list, answered{Payments: []string{item.Payment.EndToEndID}, Problem: item.Problem})
		code = exitUsage
	}
	if err := a.print(list); err != nil {
		return err
	}
	a.say("nothing was done: this is what would happen", "未执行任何操作：以上为预计结果")
	return said(code)
}
