package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"causeway/cmd/causeway/show"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/iso20022/mapping"
	"causeway/iso20022/model"
	"causeway/iso20022/write"
)

// paid is a file with what became of its payments, in the order of the file.
type paid struct {
	path      string
	file      *model.File
	proposals []wire.Hash // manifests that wait for approval: nothing was sent

	// Of a file that is too large to be kept whole, no more than keptMax that have not settled.
	results []mapping.Result
	took    time.Duration // from the first submission to the last answer
	heights []int64       // of each result; 0: not in a block
	traces  [][]step
	waiting []*outcome

	total    int
	counts   map[txn.Status]int
	worst    int // exit code
	bic      string
	reporter mapping.Reporter
	brief    []itemSummary  // of a file that is too large to be kept whole
	problems []mapping.Item // not told yet: their place is behind what is being sent
}

// Bounds of what is kept of a file.
const (
	wholeMax = 1000 // payments of a file that is kept whole, and answered by notifications
	keptMax  = 100  // of larger ones
)

func (p *paid) whole() bool { return p.file.Payments <= wholeMax }

// problem takes what cannot be sent. The payments before it may still be on their way.
func (p *paid) problem(item mapping.Item) { p.problems = append(p.problems, item) }

// rest tells the problems behind the last payment that was sent.
func (p *paid) rest() { p.problemsBefore(int(^uint(0) >> 1)) }

func (p *paid) problemsBefore(position int) {
	for len(p.problems) > 0 && p.problems[0].Payment.Position < position {
		item := p.problems[0]
		p.problems = p.problems[1:]
		p.add(mapping.Result{Item: item, Status: txn.Refused, Refusal: item.Problem}, nil)
	}
}

func (p *paid) outcome(item mapping.Item, o *outcome) {
	p.problemsBefore(item.Payment.Position)
	r := mapping.Result{Item: item, ID: o.ID, Status: o.Status, Refusal: o.Refusal, Postings: o.Postings}
	r.Because = because(&r, o.Trace)
	p.add(r, o)
}

func (p *paid) add(r mapping.Result, o *outcome) {
	if p.total == 0 {
		p.counts, p.bic = map[txn.Status]int{}, r.Item.Payment.DebtorAgent.BIC
	}
	p.total++
	p.counts[r.Status]++
	p.judge(&r)
	p.reporter.Add(&r)
	if !p.whole() {
		p.brief = append(p.brief, summarise(&r, o))
		if r.ISO() == write.ACSC || len(p.results) == keptMax {
			return
		}
	}
	p.results = append(p.results, r)
	p.waiting = append(p.waiting, o)
	if o == nil {
		p.heights, p.traces = append(p.heights, 0), append(p.traces, nil)
		return
	}
	p.heights, p.traces = append(p.heights, o.Height), append(p.traces, o.Trace)
}

// judge keeps the exit code of a file: that of its first payment of the worst kind.
func (p *paid) judge(r *mapping.Result) {
	c := codeOfStatus(r.Status, r.Refusal)
	if r.Item.Problem != nil {
		c = exitUsage // never sent: the file asks for something that cannot be
	}
	switch {
	case c == exitHeld && p.worst == exitDone, c != exitHeld && c != exitDone && (p.worst == exitDone || p.worst == exitHeld):
		p.worst = c
	}
}

func (p *paid) code() int {
	if len(p.proposals) > 0 {
		return exitHeld
	}
	return p.worst
}

// because says for people which rule refuses or holds, in units of assets.
func because(r *mapping.Result, trace []step) string {
	blocking := holds
	if r.Refusal != nil {
		blocking = refuses
	}
	var parts []string
	for _, s := range trace {
		if s.Verdict != blocking {
			continue
		}
		part := "rule " + s.Rule
		if s.Authority != "" {
			part += " of " + string(s.Authority)
		}
		amount := amountsOf(r, s.Unit)
		switch {
		case s.Measured != nil && s.Limit != nil:
			part += ": measured " + amount(*s.Measured) + ", limit " + amount(*s.Limit)
		case s.Want != "":
			part += ": expected " + s.Want
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 && r.Refusal != nil {
		return counted(r)
	}
	return strings.Join(parts, "; ")
}

// amountsOf writes amounts in a unit: an asset of the payment, or else a unit of account, which
// counts in the same decimals as the payer's asset.
func amountsOf(r *mapping.Result, unit string) func(money.Amount) string {
	scale := r.Item.Source.Scale
	if unit == string(r.Item.Target.ID) {
		scale = r.Item.Target.Scale
	}
	if unit == "" {
		unit = string(r.Item.Source.ID)
	}
	return func(m money.Amount) string { return m.Grouped(scale) + " " + unit }
}

// counted says what is there and what is needed where the ledger itself compares amounts of the
// payer's asset.
func counted(r *mapping.Result) string {
	if r.Refusal.Fault != fault.FundsInsufficient || r.Item.Problem != nil {
		return ""
	}
	found, err := money.Parse(r.Refusal.Found, 0)
	want, bad := money.Parse(r.Refusal.Want, 0)
	if err != nil || bad != nil {
		return ""
	}
	amount := amountsOf(r, string(r.Item.Source.ID))
	return "account " + r.Refusal.Field + " has " + amount(found) + " free, needs " + amount(want)
}

// itemSummary is one payment for programs.
type itemSummary struct {
	Position   int             `json:"position"`
	EndToEndID string          `json:"end_to_end_id,omitempty"`
	ID         wire.Hash       `json:"id,omitzero"`
	Status     txn.Status      `json:"status"`
	ISO        string          `json:"iso_status"`
	Fault      string          `json:"fault,omitempty"`
	Refusal    *fault.Error    `json:"refusal,omitempty"`
	Because    string          `json:"because,omitempty"`
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
	File      string        `json:"file"`
	Message   string        `json:"message"`
	ID        string        `json:"message_id"`
	Proposals []wire.Hash   `json:"proposals,omitempty"`
	Payments  []itemSummary `json:"payments"`
	Written   []string      `json:"written,omitempty"`
}

func summarise(r *mapping.Result, o *outcome) itemSummary {
	one := itemSummary{
		Position: r.Item.Payment.Position, EndToEndID: r.Item.Payment.EndToEndID, ID: r.ID, Status: r.Status, ISO: string(r.ISO()),
		Refusal: r.Refusal, Because: r.Because, Source: r.Item.Source.ID, Target: r.Item.Target.ID, Notes: r.Item.Notes,
	}
	if r.Refusal != nil {
		one.Fault = r.Refusal.Fault.Name
	}
	one.Gave, one.Got = r.Came()
	if o != nil {
		one.Waiting, one.Trace, one.Height = o.Waiting, o.Trace, o.Height
	}
	return one
}

func (p *paid) summary(files []string) fileSummary {
	s := fileSummary{File: p.path, Message: p.file.Message, ID: p.file.MsgID, Proposals: p.proposals, Payments: p.brief, Written: files}
	if p.whole() {
		for i := range p.results {
			s.Payments = append(s.Payments, summarise(&p.results[i], p.waiting[i]))
		}
	}
	return s
}

// submitCommand pays a file, writes the answers, and says what happened.
func (a *app) submitCommand(ctx context.Context, net *network, path string, o fileOptions) error {
	s, err := a.signers(ctx, net)
	if err != nil {
		return err
	}
	if o.salt, err = a.salter(o.saltFile); err != nil {
		return err
	}
	p, err := a.pay(ctx, net, s, path, o)
	if other := otherMessage(err); other != "" {
		return a.submitOther(ctx, net, s, path, other, o)
	}
	if err != nil {
		return err
	}
	var files []string
	if len(p.proposals) == 0 {
		if files, err = a.answer(ctx, net, p, o.out); err != nil {
			return err
		}
	}
	if err := a.report(p, files); err != nil {
		return err
	}
	for _, id := range p.proposals {
		a.say("nothing was paid: the file waits for approvals; another officer signs approval approve --proposal %s, then run this again",
			"尚未付款：文件待审批；由另一经办人执行 approval approve --proposal %s，然后重新运行", id)
	}
	if len(p.proposals) == 0 && !p.whole() {
		a.say("no camt.054 is written for a file of more than %d payments: its status report names every payment. Where notifications are needed, split the file, each part with its own message id",
			"付款超过 %d 笔的文件不生成 camt.054：状态报告列明每笔付款。如需入账通知，请拆分文件，各部分使用各自的报文标识号", wholeMax)
	}
	if p.counts[txn.Cancelled]+p.counts[txn.Expired] > 0 {
		a.say("what was rejected, taken back, cancelled or has expired is not paid by this file any more: send such a payment in a file with another message id",
			"已被否决、撤回、撤销或过期的付款不会再由本文件支付：请以新的报文标识号另行提交")
	}
	return said(p.code())
}

func (a *app) report(p *paid, files []string) error {
	if a.format != show.Table {
		return a.print(p.summary(files))
	}
	a.tellFile(p, files)
	return nil
}

// toldMax: of a file with more payments, those that have settled are only counted.
const toldMax = 20

// tellFile says what became of all payments of a file.
func (a *app) tellFile(p *paid, files []string) {
	for i := range p.results {
		r := &p.results[i]
		if p.total > toldMax && r.Status == txn.Settled {
			continue
		}
		sent := ""
		switch {
		case r.Item.Problem != nil:
			sent = a.text("not sent", "未提交")
		case !r.ID.IsZero():
			sent = a.text("transaction ", "交易 ") + r.ID.String()
		}
		fmt.Fprintf(a.out, "%s  %s\n", a.paint(bold, r.Item.Payment.EndToEndID), sent)
		a.tell(p, i)
	}
	if p.total > 1 {
		var parts []string
		for _, s := range statuses {
			if p.counts[s] > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", p.counts[s], a.status(s)))
			}
		}
		fmt.Fprintf(a.out, "%s %d (%s)\n", a.text("payments:", "付款笔数："), p.total, strings.Join(parts, ", "))
	}
	for _, file := range files {
		fmt.Fprintf(a.out, "    %s %s\n", pad(a.text("written", "已写入"), 12), file)
	}
}
