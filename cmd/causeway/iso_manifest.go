package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"causeway/core"
	"causeway/core/feature/payment"
	"causeway/core/kernel/approval"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/iso20022/mapping"
)

// debited is what one manifest is about.
type debited struct {
	account txn.AccountID
	asset   txn.AssetID
}

// portion is what a file debits from one account.
type portion struct {
	manifest payment.File
	id       *wire.Hash // of the approved manifest
	refused  *outcome   // of the manifest
}

// survey is what the first pass over a file finds: so much that the second can tell whether it
// sees the same, and what people have to approve.
type survey struct {
	party    identity.LEI
	payments int
	hashes   []wire.Hash // of what is to be sent, in order
	portions map[debited]*portion
	order    []debited
	approval bool // the payer's policy asks for approvals of it
}

// survey maps the whole file. Nothing has been sent when it finds something that cannot be.
func (f *payfile) survey(ctx context.Context, net *network, signer identity.LEI) (*survey, error) {
	s := &survey{party: signer, portions: map[debited]*portion{}}
	var payer identity.Party
	if err := net.value(ctx, "party", string(signer), &payer); err != nil {
		return nil, err
	}
	err := f.plan(func(mapping.Item) { s.payments++ }, func(one mapping.Submission) error {
		if one.Party != signer {
			return usage("the file debits an account of %s, the signing keys are of %s", one.Party, signer)
		}
		return s.add(&one, &payer)
	})
	if err != nil {
		return nil, err
	}
	for d, p := range s.portions {
		s.approval = s.approval || asks(&payer, fileKind.Name, d.asset, p.manifest.Sum)
	}
	return s, nil
}

var fileKind, _ = core.Kinds.Kind("payment.file")

func asks(payer *identity.Party, kind string, asset txn.AssetID, amount money.Amount) bool {
	needed, fourEyes := approval.Need(payer, kind, string(asset), amount)
	return needed > 1 || fourEyes
}

func (s *survey) add(one *mapping.Submission, payer *identity.Party) error {
	most, ok := one.Most()
	if !ok {
		return fault.AmountOverflow.With("sum", "overflow", "a sum up to 2^127-1")
	}
	s.payments += len(one.Items)
	hash := contentOf(one)
	s.hashes = append(s.hashes, hash)
	first := &one.Items[0].Send
	d := debited{first.From, first.Asset}
	p := s.portions[d]
	if p == nil {
		p = &portion{manifest: payment.File{Account: d.account, Asset: d.asset}}
		s.portions[d], s.order = p, append(s.order, d)
	}
	m := &p.manifest
	m.Batches, m.Count = append(m.Batches, hash), m.Count+uint32(len(one.Items))
	if m.Sum, ok = m.Sum.Add(most); !ok {
		return fault.AmountOverflow.With("sum", "overflow", "a sum up to 2^127-1")
	}
	s.approval = s.approval || asks(payer, one.Kind.Name, d.asset, most)
	return nil
}

// contentOf is a hash of what a submission pays.
func contentOf(one *mapping.Submission) wire.Hash {
	if batch, ok := one.Payload.(*payment.Batch); ok {
		return batch.ContentHash()
	}
	return wire.Sum(wire.Marshal(one.Payload))
}

// manifested reports whether people approve the file before its batches are sent. They approve
// one transaction alone as it is.
func (s *survey) manifested() bool { return s.approval && len(s.hashes) > 1 }

// prepare completes a submission of the second pass, and sees to it that it is that of the first.
func (s *survey) prepare(one *mapping.Submission, number int) error {
	hash := contentOf(one)
	if number >= len(s.hashes) || s.hashes[number] != hash {
		return fmt.Errorf("the file, or the accounts that it names, have changed while it was read; run this again")
	}
	batch, ok := one.Payload.(*payment.Batch)
	if !ok || !s.approval {
		return nil
	}
	if !s.manifested() {
		// Its items have references; with one of its own it is not proposed twice either.
		one.Reference = hash.String()
		return nil
	}
	p := s.portions[debited{batch.Payments[0].From, batch.Payments[0].Asset}]
	batch.File = p.id
	for part, known := range p.manifest.Batches {
		if known == hash {
			batch.Part = uint16(part)
		}
	}
	return nil
}

// refused is how the manifest ended that a submission belongs to, if it was refused.
func (s *survey) refused(one *mapping.Submission) *outcome {
	return s.portions[debited{one.Items[0].Send.From, one.Items[0].Send.Asset}].refused
}

// manifests puts what people have to approve on the ledger, one for each debited account. As long
// as one of them waits, nothing is paid.
func (p *paying) manifests(ctx context.Context) error {
	if !p.planned.manifested() {
		return nil
	}
	hash, err := p.file.saltedHash()
	if err != nil {
		return err
	}
	for _, d := range p.planned.order {
		portion := p.planned.portions[d]
		portion.manifest.Hash = hash
		o, err := p.manifest(ctx, d, &portion.manifest)
		if err != nil {
			return err
		}
		switch o.Status {
		case txn.Done:
			portion.id = &o.ID
		case txn.Proposed:
			p.proposals = append(p.proposals, o.ID)
		case txn.Refused:
			portion.refused = o
		default:
			return &exit{exitRefused, fmt.Errorf("the manifest %s of this file was %s", o.ID, o.Status)}
		}
	}
	return nil
}

func (p *paying) manifest(ctx context.Context, d debited, m *payment.File) (*outcome, error) {
	reference := mapping.FileReference(p.planned.party, p.file.file.MsgID, d.account, d.asset)
	return p.propose(ctx, request{kind: fileKind, payload: m, reference: reference, expires: time.Hour})
}

// attemptsMax bounds how often one file is put up for approval.
const attemptsMax = 100

// propose sends what people may have to approve as a whole: a manifest, or a batch. What they
// rejected, took back or let expire is closed and can never pay, so the same file may ask again,
// under the reference of the next attempt. Whatever the attempt, each payment in it has its own
// reference by the ids of the file, and is made once.
func (p *paying) propose(ctx context.Context, r request) (*outcome, error) {
	first := r.reference
	for attempt := 2; ; attempt++ {
		raw, id, err := p.signers.sign(p.chain, r)
		if err != nil {
			return nil, err
		}
		o, err := p.send(ctx, raw, id)
		if err != nil || o.ID == id || !closed(o) {
			return o, err
		}
		if attempt > attemptsMax {
			return nil, &exit{exitRefused, fmt.Errorf("this file was put up for approval %d times, last as %s (%s); give it another message id", attemptsMax, o.ID, o.Status)}
		}
		p.say("%s was put up for approval before as %s, and is closed: %s; it is put up again", "%s 曾以 %s 提交审批，已关闭（%s）；现重新提交", p.path, o.ID, p.status(o.Status))
		r.reference = referenceTo("causeway/iso-again/1", first, strconv.Itoa(attempt))
	}
}

// closed reports whether a former transaction was a proposal that ended without being carried out.
func closed(o *outcome) bool {
	return len(o.Items) == 0 && (o.Status == txn.Cancelled || o.Status == txn.Expired || o.Status == txn.Refused)
}
