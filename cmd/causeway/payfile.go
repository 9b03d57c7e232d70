package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
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
	mapper := mapping.New(newDirectory(ctx, net), mapping.Options{Today: today, WorstRate: xmltype.Decimal(o.worstRate), Salt: o.salt.of})
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
		done := func(n int) {
			if file.Payments > 1 {
				progress.Set(int64(n))
			}
		}
		if err := p.submit(ctx, net, s, chain, one, o.timeout, done); err != nil {
			return p, err
		}
	}
	sort.Stable(byPosition{p})
	return p, nil
}

// byPosition sorts what became of payments into the order of the file.
type byPosition struct{ *paid }

func (b byPosition) Len() int { return len(b.results) }
func (b byPosition) Less(i, j int) bool {
	return b.results[i].Item.Payment.Position < b.results[j].Item.Payment.Position
}
func (b byPosition) Swap(i, j int) {
	b.results[i], b.results[j] = b.results[j], b.results[i]
	b.heights[i], b.heights[j] = b.heights[j], b.heights[i]
	b.traces[i], b.traces[j] = b.traces[j], b.traces[i]
	b.waiting[i], b.waiting[j] = b.waiting[j], b.waiting[i]
}

func (p *paid) submit(ctx context.Context, net *network, s *signing, chain string, one mapping.Submission, timeout time.Duration, done func(int)) error {
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
	return p.items(ctx, net, one, o, done)
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

// items looks up what became of each payment of a batch: in the block of the batch, and what it
// repeats where that happened before.
func (p *paid) items(ctx context.Context, net *network, one mapping.Submission, batch *outcome, done func(int)) error {
	inBlock := map[wire.Hash]*outcome{}
	if len(batch.Items) > 0 {
		var err error
		if inBlock, err = net.block(ctx, batch.Height); err != nil {
			return err
		}
	}
	for i, item := range one.Items {
		if i >= len(batch.Items) {
			p.outcome(item, batch) // the batch as a whole was refused, or waits for approval
			continue
		}
		o := inBlock[batch.Items[i].ID]
		var err error
		if o == nil {
			o, err = net.find(ctx, batch.Items[i].ID)
		}
		if err == nil {
			o, err = first(ctx, net, o)
		}
		if err != nil {
			return err
		}
		p.outcome(item, o)
		done(len(p.results))
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

// directory finds accounts and assets through a network, each once per file.
type directory struct {
	ctx      context.Context
	net      *network
	accounts map[string]mapping.Account
	assets   map[txn.AssetID]txn.Asset
}

func newDirectory(ctx context.Context, net *network) *directory {
	return &directory{ctx, net, map[string]mapping.Account{}, map[txn.AssetID]txn.Asset{}}
}

// remembered bounds what is kept of a file with very many creditors.
const remembered = 100_000

func (d *directory) External(scheme, id, agent string) (mapping.Account, error) {
	name := strings.TrimSuffix(scheme+"/"+id+"/"+agent, "/")
	if known, ok := d.accounts[name]; ok {
		return known, nil
	}
	var found party.ExternalRecord
	err := d.net.value(d.ctx, "external", name, &found)
	if codeOf(err) == exitNotFound {
		return mapping.Account{}, fault.AccountNotFound.With("account", scheme+" "+id, "a registered external id")
	}
	account := mapping.Account{ID: found.Account, Owner: found.Owner, Asset: txn.AssetID(found.Asset)}
	if err == nil && len(d.accounts) < remembered {
		d.accounts[name] = account
	}
	return account, err
}

func (d *directory) Asset(id txn.AssetID) (txn.Asset, error) {
	if known, ok := d.assets[id]; ok {
		return known, nil
	}
	var found txn.Asset
	err := d.net.value(d.ctx, "asset", string(id), &found)
	if codeOf(err) == exitNotFound {
		return found, fault.AssetNotFound.With("asset", string(id), "a registered asset")
	}
	if err == nil {
		d.assets[id] = found
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

// toldMax: of a file with more payments, those that have settled are only counted.
const toldMax = 20

// tellFile says what became of all payments of a file.
func (a *app) tellFile(p *paid, files []string) {
	counts := map[txn.Status]int{}
	for i := range p.results {
		r := &p.results[i]
		counts[r.Status]++
		if len(p.results) > toldMax && r.Status == txn.Settled {
			continue
		}
		sent := a.text("transaction ", "交易 ") + r.ID.String()
		if r.ID.IsZero() {
			sent = a.text("not sent", "未提交")
		}
		fmt.Fprintf(a.out, "%s  %s\n", a.paint(bold, r.Item.Payment.EndToEndID), sent)
		a.tell(p, i)
	}
	if len(p.results) > 1 {
		var parts []string
		for _, s := range statuses {
			if counts[s] > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", counts[s], a.status(s)))
			}
		}
		fmt.Fprintf(a.out, "%s %d (%s)\n", a.text("payments:", "付款笔数："), len(p.results), strings.Join(parts, ", "))
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
		c := codeOfStatus(p.results[i].Status, p.results[i].Refusal)
		if p.results[i].ID.IsZero() {
			c = exitUsage // never sent: the file asks for something that cannot be
		}
		switch {
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
