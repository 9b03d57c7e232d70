package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/iso20022/mapping"
	"causeway/iso20022/model"
	"causeway/iso20022/write"
)

// answer writes the ISO 20022 answers to a file: the customer's status report, the interbank
// one, and, unless it is large, a camt.054 for each account that settled payments left or
// reached. It returns their paths.
func (a *app) answer(ctx context.Context, net *network, p *paid, folder string) ([]string, error) {
	by := answering(p.file.MsgID, p.bic, time.Now())
	var paths []string
	put := func(m *write.Message, err error, suffix string) error {
		if err != nil {
			return err
		}
		path := beside(p.path, folder, suffix)
		paths = append(paths, path)
		return putAnswer(path, m)
	}
	report, err := p.reporter.Report(p.file, by)
	if err := put(report, err, family(report)); err != nil {
		return paths, err
	}
	if strings.HasPrefix(p.file.Message, "pain.") {
		// The ledger settles what would be a pacs.008 between the two agents; this is its answer,
		// under the ids that the customer's file gave.
		interbank := *p.file
		interbank.Message = "pacs.008.001.08"
		report, err := p.reporter.Report(&interbank, by)
		if err := put(report, err, "pacs.002"); err != nil {
			return paths, err
		}
	}
	if !p.whole() {
		return paths, nil // the status report names what settled; notifications of so many fill a folder
	}
	for side, suffix := range [...]string{mapping.Debit: "debit", mapping.Credit: "credit"} {
		side := mapping.Side(side)
		accounts := settled(p, side)
		for n, results := range accounts {
			owner, err := ownerOf(ctx, net, results[0], side)
			if err != nil {
				return paths, err
			}
			one := by
			one.ID = fmt.Sprintf("%.28s-%s%d", by.ID, suffix[:1], n+1)
			one.BIC = agentOf(results[0].Item.Payment, side)
			name := "camt.054." + suffix
			if len(accounts) > 1 {
				name += fmt.Sprintf(".%d", n+1)
			}
			note, err := mapping.Notification(results, side, owner, one)
			if err := put(note, err, name); err != nil {
				return paths, err
			}
		}
	}
	return paths, nil
}

// settled gathers the settled payments by the account that they left or reached.
func settled(p *paid, side mapping.Side) (accounts [][]*mapping.Result) {
	place := map[string]int{}
	for i := range p.results {
		r := &p.results[i]
		if r.ISO() != write.ACSC {
			continue
		}
		account := string(r.Item.Send.From) + " " + string(r.Item.Source.ID)
		if side == mapping.Credit {
			account = string(r.Item.Send.To) + " " + string(r.Item.Target.ID)
		}
		at, known := place[account]
		if !known {
			at = len(accounts)
			place[account] = at
			accounts = append(accounts, nil)
		}
		accounts[at] = append(accounts[at], r)
	}
	return accounts
}

func family(m *write.Message) string {
	if m == nil {
		return ""
	}
	return m.Version[:8]
}

// answerID names an answer after the message it answers, and leaves room for a suffix in 35 characters.
func answerID(id string, now time.Time) string {
	return fmt.Sprintf("%.8s-%s", id, now.UTC().Format("060102150405000"))
}

func agentOf(p *model.Payment, side mapping.Side) string {
	if side == mapping.Credit {
		return p.CreditorAgent.BIC
	}
	return p.DebtorAgent.BIC
}

func ownerOf(ctx context.Context, net *network, r *mapping.Result, side mapping.Side) (owner identity.Party, err error) {
	id := r.Item.Send.From
	if side == mapping.Credit {
		id = r.Item.Send.To
	}
	var account txn.Account
	if err := net.value(ctx, "account", string(id), &account); err != nil {
		return owner, err
	}
	return owner, net.value(ctx, "party", string(account.Owner), &owner)
}

// tell says what became of a payment, as a bank clerk would want to read it.
func (a *app) tell(p *paid, i int) {
	r := &p.results[i]
	send, payment := &r.Item.Send, r.Item.Payment
	line := func(en, zh, format string, arguments ...any) {
		fmt.Fprintf(a.out, "    %s %s\n", pad(a.text(en, zh), 12), fmt.Sprintf(format, arguments...))
	}
	named := func(name, account string) string {
		if account != "" {
			name += "  (" + account + ")"
		}
		return name
	}
	line("payer", "付款人", "%s", named(payment.Debtor.Name, string(send.From)))
	line("payee", "收款人", "%s", named(payment.Creditor.Name, string(send.To)))
	asked := string(payment.Amount.Value) + " " + payment.Amount.Currency
	if !send.Amount.IsZero() {
		fixed := r.Item.Source
		if send.FixTarget {
			fixed = r.Item.Target
		}
		asked = send.Amount.Grouped(fixed.Scale) + " " + fixed.Currency + ", " + a.text("purpose ", "用途 ") + send.Purpose
	}
	line("asked for", "指示金额", "%s", asked)
	if gave, got := r.Came(); !got.IsZero() {
		line("paid", "实付", "%s %s → %s %s%s", gave.Grouped(r.Item.Source.Scale), r.Item.Source.ID, got.Grouped(r.Item.Target.Scale), r.Item.Target.ID, a.rateText(r))
	}
	status := a.status(r.Status)
	if p.heights[i] > 0 {
		status += fmt.Sprintf(a.text(", block %d", "，区块 %d"), p.heights[i])
		if r.Status == txn.Settled {
			status += fmt.Sprintf(a.text(", final after %d ms", "，%d 毫秒内最终确认"), p.took.Milliseconds())
		}
	}
	line("status", "状态", "%s", status)
	blocking := holds // what refuses counts more than what wants a review besides
	if r.Refusal != nil {
		blocking = refuses
		if r.Because == "" {
			line("why", "原因", "%s", a.refusal(r.Refusal))
		} else { // with amounts as people write them
			line("why", "原因", "%s: %s", r.Refusal.Fault.Name, a.text(r.Refusal.Fault.En, r.Refusal.Fault.Zh))
		}
	}
	ruled := false
	for _, s := range p.traces[i] {
		if s.Verdict == blocking {
			ruled = true
			a.tellStep(s, amountsOf(r, s.Unit), line)
		}
	}
	if !ruled && r.Because != "" {
		line("measured", "计量值", "%s", r.Because)
	}
	if o := p.waiting[i]; o != nil {
		for _, w := range o.Waiting {
			line("waits for", "等待", "%s, %s", w.Authority, a.text("until ", "截止 ")+a.clock(w.Deadline))
		}
	}
	for _, note := range r.Item.Notes {
		line("note", "备注", "%s", note)
	}
}

// tellStep says which rule, what was measured, the limit, and what would pass.
func (a *app) tellStep(s step, amount func(money.Amount) string, line func(en, zh, format string, arguments ...any)) {
	line("rule", "规则", "%s, %s %d: %s (%s)", s.Authority, a.text("rulebook version", "规则手册版本"), s.Version, s.Rule, a.verdict(s.Verdict))
	if s.Measured != nil && s.Limit != nil {
		line("measured", "计量值", "%s; %s %s", amount(*s.Measured), a.text("limit", "限额"), amount(*s.Limit))
	}
	var passes []string
	if s.Headroom != nil {
		passes = append(passes, fmt.Sprintf(a.text("at most %s now", "现在至多 %s"), amount(*s.Headroom)))
	}
	if s.PassesAt > 0 {
		passes = append(passes, a.text("unchanged from ", "原样可于此时起通过 ")+a.clock(s.PassesAt))
	}
	if s.Measured == nil && s.Want != "" {
		passes = append(passes, s.Want)
	}
	if len(passes) > 0 {
		line("would pass", "可通过", "%s", strings.Join(passes, a.text("; or ", "；或 ")))
	}
}

func (a *app) verdict(v string) string {
	switch v {
	case refuses:
		return a.text("refuses", "拒绝")
	case holds:
		return a.text("wants a review", "须审核")
	}
	return v
}

func (a *app) status(s txn.Status) string {
	zh := map[txn.Status]string{txn.Settled: "已结算", txn.Held: "待审核", txn.Refused: "已拒绝", txn.Proposed: "待审批", txn.Cancelled: "已撤销", txn.Expired: "已过期", txn.Done: "已完成"}[s]
	color := yellow
	switch s {
	case txn.Settled, txn.Done:
		color = green
	case txn.Refused, txn.Expired:
		color = red
	}
	if zh == "" {
		zh = s.String()
	}
	return a.paint(color, a.text(s.String(), zh))
}

// rateText is the rate that the payment came to, in units of both currencies.
func (a *app) rateText(r *mapping.Result) string {
	if r.Item.Send.TargetAsset == "" {
		return ""
	}
	gave, got := r.Came()
	const decimals = 6
	high, low := gave.Parts()
	if high != 0 || low == 0 {
		return ""
	}
	// One decimal more, then rounded half up: for people only.
	rate, ok := got.MulDivFloor(power(decimals+1+int(r.Item.Source.Scale)), low)
	if !ok {
		return ""
	}
	rate, _ = rate.MulDivFloor(1, power(int(r.Item.Target.Scale)))
	if rate, ok = rate.Add(money.FromUint64(5)); !ok {
		return ""
	}
	rate, _ = rate.MulDivFloor(1, 10)
	return fmt.Sprintf("  (1 %s = %s %s)", r.Item.Source.Currency, rate.Format(decimals), r.Item.Target.Currency)
}

func power(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}

// pad fills up to a width, counting Chinese characters as two columns.
func pad(text string, width int) string {
	columns := 0
	for _, r := range text {
		if r > 0x2e80 {
			columns++
		}
		columns++
	}
	return text + strings.Repeat(" ", max(0, width-columns))
}
