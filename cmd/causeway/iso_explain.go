package main

import (
	"context"

	"causeway/client"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/iso20022/mapping"
)

// explainCommand asks for each submission of a file what would happen to it.
func (a *app) explainCommand(ctx context.Context, net *network, path string, o fileOptions) error {
	s, err := a.signers(ctx, net)
	if err != nil {
		return err
	}
	if o.salt, err = a.salter(o.saltFile); err != nil {
		return err
	}
	file, err := openPayments(ctx, net, path, o)
	if other := otherMessage(err); other != "" {
		return a.explainOther(ctx, net, s, path, other, o)
	}
	if err != nil {
		return err
	}
	p := &paying{app: a, net: net, signers: s, file: file, paid: &paid{path: path, file: file.file}}
	if p.chain, err = net.id(ctx); err != nil {
		return err
	}
	if p.planned, err = file.survey(ctx, net, s.party); err != nil {
		return err
	}
	if err := file.plan(p.problem, func(one mapping.Submission) error { return p.foretell(ctx, one) }); err != nil {
		return err
	}
	p.rest()
	if err := a.report(p.paid, nil); err != nil {
		return err
	}
	if p.planned.approval {
		a.say("the payer's policy asks for approvals", "按付款人的制度须经审批")
	}
	a.say("nothing was done: this is what would happen", "未执行任何操作：以上为预计结果")
	return said(p.code())
}

// foretell notes what would become of the payments of a submission.
func (p *paying) foretell(ctx context.Context, one mapping.Submission) error {
	raw, err := p.signers.ask(p.chain, request{kind: one.Kind, payload: one.Payload, reference: one.Reference})
	if err != nil {
		return err
	}
	e, err := p.net.explain(ctx, raw)
	if err != nil {
		return err
	}
	parts := map[wire.Hash]explainedPart{}
	for _, part := range e.Parts {
		parts[part.ID] = part
	}
	for i, item := range one.Items {
		o := &outcome{Status: e.Status, Fault: e.Fault, Refusal: e.Refusal, Trace: e.Trace, Waiting: e.Waiting}
		if i < len(e.Items) {
			if o, err = foretold(&e.Items[i], parts[e.Items[i].ID]); err != nil {
				return err
			}
		} else if len(one.Items) == 1 {
			for _, moved := range e.Postings {
				o.Postings = append(o.Postings, ledger.Posting{From: moved.From, To: moved.To, Asset: moved.Asset, Amount: moved.Amount})
			}
		}
		p.outcome(item, o)
	}
	return nil
}

func foretold(item *client.Item, part explainedPart) (*outcome, error) {
	s, err := statusOf(item.Status)
	if err != nil {
		return nil, err
	}
	o := &outcome{Status: s, Fault: item.Fault, Refusal: part.Refusal, Trace: part.Trace, Waiting: part.Waiting}
	if f := fault.Numbered(item.Number); s == txn.Refused && o.Refusal == nil && f != nil {
		o.Refusal = f.Err() // one of so many that the node said no more about it
	}
	return o, nil
}
