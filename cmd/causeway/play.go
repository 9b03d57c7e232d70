package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"causeway/client/receipt"
	"causeway/core"
	"causeway/core/feature/party"
	"causeway/core/feature/supervision"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/iso20022"
	"causeway/sample"
)

// play submits the sample's files, lets Shanghai approve what it holds, proves a payment
// offline, and notes whatever is not as it should be.
func (d *dev) play(ctx context.Context) error {
	folder := homeFile(d.home, "out")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	titles := []struct{ en, zh string }{
		{"1. A payment for goods, CNY against HKD, payment versus payment", "一、货物贸易付款：人民币兑港元，同步交收"},
		{"2. The enterprise's annual quota would be exceeded", "二、将超出企业年度额度"},
		{"3. Shanghai reviews what is large", "三、大额付款须经上海审核"},
	}
	var files []*paid
	for i, name := range sample.Files {
		fmt.Fprintf(d.out, "\n%s\n", d.paint(bold, d.text(titles[i].en, titles[i].zh)))
		p, err := d.submitSample(ctx, folder, name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		files = append(files, p)
	}
	approved, err := d.approve(ctx, folder, files[2])
	if err != nil {
		return fmt.Errorf("approving the held payment: %w", err)
	}
	d.expect(files, approved)
	if err := d.balances(ctx); err != nil {
		return err
	}
	fmt.Fprintf(d.out, "\n%s\n", d.paint(bold, d.text("Receipts, verified offline against genesis.json alone", "凭证：仅凭 genesis.json 离线验证")))
	for _, p := range []*paid{files[0], approved} {
		if err := d.prove(ctx, folder, p); err != nil {
			return err
		}
	}
	return nil
}

// submitSample pays one of the sample's files as the enterprise would: iso submit.
func (d *dev) submitSample(ctx context.Context, folder, name string) (*paid, error) {
	data, err := sample.File(name)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return nil, err
	}
	s, err := d.sampleSigners(sample.Maker, sample.Checker)
	if err != nil {
		return nil, err
	}
	p, err := d.pay(ctx, d.net, s, path, fileOptions{timeout: 20 * time.Second, salt: sampleSalter()})
	if err != nil {
		return nil, err
	}
	written, err := d.answer(ctx, d.net, p, folder)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(d.out, "    %s %s\n", pad(d.text("file", "文件"), 12), path)
	d.tellFile(p, written)
	d.checkFiles(written)
	return p, nil
}

func (d *dev) sampleSigners(officers ...string) (*signing, error) {
	payer, _ := sample.Find("hailan")
	s := &signing{party: payer.LEI}
	for _, officer := range officers {
		key, err := sample.Key("hailan." + officer)
		if err != nil {
			return nil, err
		}
		s.keys = append(s.keys, key)
	}
	return s, nil
}

// approve is the Shanghai supervisor's yes, after which the payment settles.
func (d *dev) approve(ctx context.Context, folder string, held *paid) (*paid, error) {
	if len(held.results) != 1 || held.results[0].Status != txn.Held {
		d.wrong = append(d.wrong, "there is no held payment to approve")
		return held, nil
	}
	kind, _ := core.Kinds.Kind("hold.approve")
	supervisor, _ := sample.Find("shanghai")
	key, err := sample.Key("shanghai." + sample.Maker)
	if err != nil {
		return nil, err
	}
	s := &signing{party: supervisor.LEI}
	s.keys = append(s.keys, key)
	raw, id, err := s.sign(d.chain, request{kind: kind, payload: &supervision.ApproveHold{Hold: held.results[0].ID, Authority: "CN-SH"}, expires: time.Hour})
	if err != nil {
		return nil, err
	}
	start := time.Now()
	answer, err := d.net.transact(ctx, raw, id)
	if err != nil {
		return nil, err
	}
	took := time.Since(start)
	if answer.Refusal != nil {
		return nil, answer.Refusal
	}
	o, err := d.net.find(ctx, held.results[0].ID)
	if err != nil {
		return nil, err
	}
	p := &paid{path: held.path, file: held.file, took: took}
	p.outcome(held.results[0].Item, o)
	fmt.Fprintf(d.out, "  %s\n", fmt.Sprintf(d.text("%s (for CN-SH) approves:", "%s（代表 CN-SH）批准："), d.text(supervisor.Name, supervisor.Zh)))
	written, err := d.answer(ctx, d.net, p, filepath.Join(folder, "approved"))
	if err != nil {
		return nil, err
	}
	d.tellFile(p, written)
	d.checkFiles(written)
	return p, nil
}

// prove fetches a receipt and verifies it without the network.
func (d *dev) prove(ctx context.Context, folder string, p *paid) error {
	if len(p.results) != 1 || p.results[0].Status != txn.Settled {
		return nil // said already
	}
	id := p.results[0].ID
	data, err := d.net.Receipt(ctx, id, 1)
	if err != nil {
		return fmt.Errorf("receipt of %s: %w", id, err)
	}
	path := filepath.Join(folder, p.results[0].Item.Payment.EndToEndID+".receipt")
	if err := writeNew(path, data); err != nil {
		return err
	}
	genesis := homeFile(d.home, "genesis.json")
	trust, err := readTrust(genesis)
	if err != nil {
		return err
	}
	verified, err := receipt.Verify(data, trust)
	if err != nil {
		d.wrong = append(d.wrong, "the receipt of "+id.String()+" does not verify: "+err.Error())
		return nil
	}
	d.match(verified, id, p)
	fmt.Fprintf(d.out, "    %s\n", path)
	fmt.Fprintf(d.out, d.text("    %s: %s in block %d, signed by more than two thirds of the validators\n", "    %s：%s，区块 %d，由超过三分之二的验证节点签名\n"),
		d.paint(green, d.text("verified", "验证通过")), verified.Kind, verified.Height)
	fmt.Fprintf(d.out, "    causeway verify %s --trust %s\n", path, genesis)
	return nil
}

// match compares what a receipt proves with what the payer was told.
func (d *dev) match(v *receipt.Verified, id wire.Hash, p *paid) {
	postings := v.Postings
	for _, item := range v.Items {
		if item.ID == id {
			postings = item.Postings
		}
	}
	same := len(postings) == len(p.results[0].Postings)
	for i := range postings {
		same = same && postings[i] == p.results[0].Postings[i]
	}
	if !same {
		d.wrong = append(d.wrong, "the receipt of "+id.String()+" proves other postings than were told")
	}
}

// What the sample comes to. The rate is that of the better quote, 1.0874 HKD for one CNY; the
// payer's side is rounded up to the next fen.
const (
	firstHKD   = 1_250_000_00
	firstCNY   = 1_149_531_00  // ⌈1,250,000.00 / 1.0874⌉
	secondCNY  = 18_944_270_74 // ⌈20,600,000.00 / 1.0874⌉
	thirdHKD   = 6_600_000_00
	thirdCNY   = 6_069_523_64 // ⌈6,600,000.00 / 1.0874⌉
	annualCNY  = 20_000_000_00
	hailanCNY  = 40_000_000_00
	finalLimit = time.Second
)

func (d *dev) check(ok bool, format string, arguments ...any) {
	if !ok {
		d.wrong = append(d.wrong, fmt.Sprintf(format, arguments...))
	}
}

// expect compares the three payments with what they should come to.
func (d *dev) expect(files []*paid, approved *paid) {
	for i, p := range append(files[:len(files):len(files)], approved) {
		if len(p.results) != 1 {
			d.wrong = append(d.wrong, fmt.Sprintf("file %d has %d payments", i+1, len(p.results)))
			return
		}
	}
	d.expectPaid("the first payment", files[0], firstCNY, firstHKD)
	d.check(files[0].took < finalLimit, "the first payment was final after %s, not within %s", files[0].took, finalLimit)

	second := &files[1].results[0]
	d.check(second.Status == txn.Refused && second.Refusal != nil && second.Refusal.Fault == fault.RuleQuota, "the second payment was %s, not refused by a quota", second.Status)
	step := stepOf(files[1], "cn.annual-out")
	d.check(step != nil && step.Authority == "CN" && step.Verdict == refuses, "the second payment's trace does not name rule cn.annual-out of CN")
	if step != nil && step.Measured != nil && step.Limit != nil && step.Headroom != nil {
		d.check(*step.Measured == money.FromUint64(firstCNY+secondCNY), "the annual quota measured %s, not %d", step.Measured, firstCNY+secondCNY)
		d.check(*step.Limit == money.FromUint64(annualCNY), "the annual quota's limit is %s", step.Limit)
		d.check(*step.Headroom == money.FromUint64(annualCNY-firstCNY), "the annual quota leaves %s", step.Headroom)
		d.check(step.PassesAt > time.Now().UnixMilli(), "the annual quota does not say when the payment would pass")
	} else {
		d.wrong = append(d.wrong, "the annual quota does not say what it measured, its limit and what would pass")
	}

	third := &files[2].results[0]
	d.check(third.Status == txn.Held, "the third payment was %s, not held", third.Status)
	if o := files[2].waiting[0]; o != nil {
		d.check(len(o.Waiting) == 1 && o.Waiting[0].Authority == "CN-SH", "the third payment waits for %+v, not for CN-SH alone", o.Waiting)
	}
	d.expectPaid("the approved payment", approved, thirdCNY, thirdHKD)
}

func (d *dev) expectPaid(which string, p *paid, gave, got uint64) {
	r := &p.results[0]
	d.check(r.Status == txn.Settled, "%s was %s, not settled", which, r.Status)
	source, target := r.Came()
	d.check(source == money.FromUint64(gave), "%s cost %s, not %d", which, source, gave)
	d.check(target == money.FromUint64(got), "%s brought %s, not %d", which, target, got)
}

func stepOf(p *paid, rule string) *step {
	for i := range p.traces[0] {
		if p.traces[0][i].Rule == rule {
			return &p.traces[0][i]
		}
	}
	return nil
}

// balances compares what the accounts hold with the payments.
func (d *dev) balances(ctx context.Context) error {
	for id, want := range map[string]uint64{
		"HAILAN-CNY/e-CNY": hailanCNY - firstCNY - thirdCNY,
		"HUIHAI-FX/e-CNY":  firstCNY + thirdCNY,
		"KOWLOON-HKD/HKDX": firstHKD + thirdHKD,
	} {
		var b party.BalanceRecord
		if err := d.net.value(ctx, "balance", id, &b); err != nil {
			return fmt.Errorf("balance %s: %w", id, err)
		}
		d.check(b.Total == money.FromUint64(want) && b.Reserved.IsZero(), "balance %s is %s with %s reserved, not %d", id, b.Total, b.Reserved, want)
	}
	return nil
}

// checkFiles checks the answers as whoever receives them would.
func (d *dev) checkFiles(paths []string) {
	for _, path := range paths {
		report, err := checkFile(path, iso20022.Options{})
		if err != nil || report.Verdict == iso20022.Refused {
			findings, _ := json.Marshal(report.Findings)
			d.wrong = append(d.wrong, fmt.Sprintf("%s is not a good file: %v %s", path, err, findings))
		}
	}
}
