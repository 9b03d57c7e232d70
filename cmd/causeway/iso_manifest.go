package main

import (
	"context"
	"fmt"
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
			return &exit{exitRefused, fmt.Errorf("the manifest %s of this file was %s; what it asks for needs a file with another message id", o.ID, o.Status)}
		}
	}
	return nil
}

func (p *paying) manifest(ctx context.Context, d debited, m *payment.File) (*outcome, error) {
	reference := mapping.FileReference(p.planned.party, p.file.file.MsgID, d.account, d.asset)
	raw, id, err := p.signers.sign(p.chain, request{kind: fileKind, payload: m, reference: reference, expires: time.Hour})
	if err != nil {
		return nil, err
	}
	return p.send(ctx, raw, id)
}
