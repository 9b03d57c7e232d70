package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"causeway/client"
	"causeway/cmd/causeway/show"
	"causeway/core/feature/payment"
	"causeway/core/kernel/fault"
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
	purpose   string
	timeout   time.Duration
	saltFile  string
	salt      salter
	reserves  reserveOptions
	lookBack  time.Duration
}

// payfile is a payment file that has been found good as a whole. It is read again as often as
// needed, so that neither it nor what it becomes has to be in memory.
type payfile struct {
	path      string
	file      *model.File
	directory *directory
	options   fileOptions
}

// openPayments checks a file to its last byte.
func openPayments(ctx context.Context, net *network, path string, o fileOptions) (*payfile, error) {
	f := &payfile{path: path, directory: newDirectory(ctx, net), options: o}
	var err error
	f.file, err = f.read(func(*iso20022.Payment) error { return nil })
	return f, err
}

func (f *payfile) read(each func(*iso20022.Payment) error) (*model.File, error) {
	in, err := os.Open(f.path)
	if err != nil {
		return nil, fileError(err)
	}
	defer in.Close() // it is only read
	file, err := iso20022.ReadPayments(in, iso20022.Options{}, each)
	var refused *iso20022.RefusedError
	if errors.As(err, &refused) {
		return nil, &exit{exitUsage, fmt.Errorf("%s: %w; see: causeway iso check", f.path, err)}
	}
	return file, err
}

// plan maps the payments, in the order of the file: what cannot be sent, and what is to be.
func (f *payfile) plan(problem func(mapping.Item), each func(mapping.Submission) error) error {
	mapper := mapping.New(f.directory, mapping.Options{WorstRate: xmltype.Decimal(f.options.worstRate), Purpose: f.options.purpose, Salt: f.options.salt.of})
	planner := mapping.NewPlanner(mapper, each)
	again, err := f.read(func(p *iso20022.Payment) error {
		item, err := planner.Add(f.file, p)
		if err == nil && item.Problem != nil {
			problem(item)
		}
		return err
	})
	if err != nil {
		return err
	}
	if again.SHA256 != f.file.SHA256 {
		return f.changed()
	}
	return planner.Close()
}

func (f *payfile) changed() error {
	return fmt.Errorf("%s, or the accounts that it names, have changed while it was read; run this again", f.path)
}

// saltedHash is under which the file would be kept beside the ledger.
func (f *payfile) saltedHash() (hash wire.Hash, err error) {
	in, err := os.Open(f.path)
	if err != nil {
		return hash, fileError(err)
	}
	defer in.Close() // it is only read
	salt := f.options.salt.of(f.file.SHA256[:])
	return salted(salt, in)
}

// paying is a payment file on its way to the ledger.
type paying struct {
	*app
	net     *network
	signers *signing
	chain   string
	file    *payfile
	planned *survey
	blocks  blockCache
	asked   int // explanations asked for
	*paid
}

// pay submits a file and waits for each of its transactions to be final. A first pass finds
// errors and what approvals are needed for; a second one sends.
func (a *app) pay(ctx context.Context, net *network, s *signing, path string, o fileOptions) (*paid, error) {
	file, err := openPayments(ctx, net, path, o)
	if err != nil {
		return nil, err
	}
	p := &paying{app: a, net: net, signers: s, file: file, paid: &paid{path: path, file: file.file}}
	if p.chain, err = net.id(ctx); err != nil {
		return nil, err
	}
	if p.planned, err = file.survey(ctx, net, s.party); err != nil {
		return nil, err
	}
	if err := p.manifests(ctx); err != nil || len(p.proposals) > 0 {
		return p.paid, err
	}
	progress := show.NewProgress(a.err, a.terminal(), a.text("payments", "付款"), int64(file.file.Payments))
	defer progress.End()
	number := 0
	err = file.plan(p.problem, func(one mapping.Submission) error {
		if err := p.planned.prepare(&one, number); err != nil {
			return err
		}
		number++
		if err := p.submit(ctx, one); err != nil {
			return err
		}
		if file.file.Payments > 1 {
			progress.Set(int64(p.total))
		}
		return nil
	})
	p.rest()
	return p.paid, err
}

// submit sends one transaction and takes note of what became of its payments.
func (p *paying) submit(ctx context.Context, one mapping.Submission) error {
	if refused := p.planned.refused(&one); refused != nil {
		for _, item := range one.Items {
			p.outcome(item, refused)
		}
		return nil
	}
	start := time.Now()
	o, err := p.deliver(ctx, one)
	if err != nil {
		return err
	}
	p.took += time.Since(start)
	if len(o.Items) > 0 {
		return p.items(ctx, one, o)
	}
	if o.Status == txn.Refused || o.Status == txn.Held {
		if err := p.why(ctx, request{kind: one.Kind, payload: one.Payload}, o); err != nil {
			return err
		}
	}
	for _, item := range one.Items {
		p.outcome(item, o) // one payment; or a batch that was refused as a whole, or waits for approval
	}
	return nil
}

// deliver sends one transaction. A batch with a reference of its own is one that people approve.
func (p *paying) deliver(ctx context.Context, one mapping.Submission) (*outcome, error) {
	r := request{kind: one.Kind, payload: one.Payload, reference: one.Reference, expires: time.Hour}
	if _, batch := one.Payload.(*payment.Batch); batch && one.Reference != "" {
		return p.propose(ctx, r)
	}
	raw, id, err := p.signers.sign(p.chain, r)
	if err != nil {
		return nil, err
	}
	return p.send(ctx, raw, id)
}

// send waits until a transaction is final, and finds what it repeats.
func (p *paying) send(ctx context.Context, raw []byte, id wire.Hash) (*outcome, error) {
	waiting, cancel := context.WithTimeout(ctx, p.file.options.timeout)
	defer cancel()
	var o *outcome
	err := patiently(waiting, func() (err error) {
		o, err = p.net.transact(waiting, raw, id)
		return err
	})
	if errors.Is(err, client.ErrOutcomeUnknown) {
		return nil, &exit{exitUnknown, fmt.Errorf("%w; run this again: nothing is paid twice (transaction %s)", err, id)}
	}
	if err != nil {
		return nil, err
	}
	return first(ctx, p.net, o)
}

// why asks for the trace of rules, which only the payer may see. It is asked without the client
// reference: of a held payment that is bound already.
func (p *paying) why(ctx context.Context, r request, o *outcome) error {
	raw, err := p.signers.ask(p.chain, r)
	if err != nil {
		return err
	}
	e, err := p.net.explain(ctx, raw)
	if err != nil {
		return err
	}
	if e.Status == o.Status { // else what decided has changed in between
		o.Trace, o.Waiting = e.Trace, e.Waiting
		if o.Refusal != nil && e.Refusal != nil && e.Refusal.Fault == o.Refusal.Fault {
			o.Refusal = e.Refusal
		}
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
func (p *paying) items(ctx context.Context, one mapping.Submission, batch *outcome) error {
	for i, item := range one.Items {
		if i >= len(batch.Items) {
			return fmt.Errorf("batch %s names %d payments of %d", batch.ID, len(batch.Items), len(one.Items))
		}
		o, err := p.blocks.ended(ctx, p.net, batch.Items[i].ID, batch.Height)
		if err != nil {
			return err
		}
		if err := p.whyItem(ctx, item, o); err != nil {
			return err
		}
		p.outcome(item, o)
	}
	return nil
}

// askedMax: after so many payments that a rule did not let pass, more explanations say nothing new.
const askedMax = 100

// whyItem asks for the trace of a payment of a batch, which by now is measured with the others.
func (p *paying) whyItem(ctx context.Context, item mapping.Item, o *outcome) error {
	ruled := o.Status == txn.Held || o.Status == txn.Refused && o.Refusal != nil && o.Refusal.Fault.Class == fault.Refused
	if !ruled || p.asked == askedMax {
		return nil
	}
	p.asked++
	send := item.Send
	send.Reference = ""
	return p.why(ctx, request{kind: payment.SendKind, payload: &send}, o)
}

// blockCache keeps the outcomes of a few blocks: the payments of a batch end in one block, also
// where the batch was sent before.
type blockCache struct {
	heights []int64
	blocks  []map[wire.Hash]*outcome
}

const blocksMax = 4

func (c *blockCache) load(ctx context.Context, net *network, height int64) (map[wire.Hash]*outcome, error) {
	for i, known := range c.heights {
		if known == height {
			return c.blocks[i], nil
		}
	}
	block, err := net.block(ctx, height)
	if err != nil {
		return nil, err
	}
	if len(c.heights) == blocksMax {
		c.heights, c.blocks = c.heights[1:], c.blocks[1:]
	}
	c.heights, c.blocks = append(c.heights, height), append(c.blocks, block)
	return block, nil
}

// ended is where a payment stands that a batch at a height names.
func (c *blockCache) ended(ctx context.Context, net *network, id wire.Hash, height int64) (*outcome, error) {
	block, err := c.load(ctx, net, height)
	if err != nil {
		return nil, err
	}
	if o, ok := block[id]; ok {
		return first(ctx, net, o)
	}
	for _, earlier := range c.blocks {
		if o, ok := earlier[id]; ok && o.Status == txn.Settled { // what waited then may have ended since
			return o, nil
		}
	}
	o, err := net.find(ctx, id)
	if err != nil || o.Status != txn.Settled {
		return o, err
	}
	_, err = c.load(ctx, net, o.Height) // its neighbours are asked for next
	return o, err
}

// salted is SHA-256(salt ‖ content).
func salted(salt wire.Hash, content io.Reader) (wire.Hash, error) {
	digest := sha256.New()
	digest.Write(salt[:])
	if _, err := io.Copy(digest, content); err != nil {
		return wire.Hash{}, err
	}
	return wire.Hash(digest.Sum(nil)), nil
}
