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
	"causeway/cmd/causeway/fields"
	"causeway/core"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// kindCommands makes "causeway NOUN VERB" for every kind of the catalogue.
func (a *app) kindCommands() []*cobra.Command {
	nouns := map[string]*cobra.Command{}
	var list []*cobra.Command
	for _, kind := range core.Kinds.All() {
		noun, verb, _ := strings.Cut(kind.Name, ".")
		parent := nouns[noun]
		if parent == nil {
			parent = &cobra.Command{Use: noun, Short: "transactions about: " + noun}
			nouns[noun] = parent
			list = append(list, parent)
		}
		if kind.Name == "rulebook.propose" {
			parent.AddCommand(a.rulebookCheck())
		}
		parent.AddCommand(a.kindCommand(kind, strings.ReplaceAll(verb, "_", "-")))
	}
	return list
}

// sendOptions are how a transaction is sent.
type sendOptions struct {
	dryRun, wait bool
	reference    string
	expires      time.Duration
	timeout      time.Duration
}

func (o *sendOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&o.dryRun, "dry-run", false, "say what would happen, with the trace of rules, and do nothing")
	f.BoolVar(&o.wait, "wait", true, "wait until it is final")
	f.StringVar(&o.reference, "client-reference", "", "your own reference: the same again has no second effect")
	f.DurationVar(&o.expires, "expires-in", time.Hour, "the transaction is void if it is not in a block by then (at most 24h)")
	f.DurationVar(&o.timeout, "timeout", 30*time.Second, "how long to wait for it to be final")
}

func (a *app) kindCommand(kind txn.Kind, verb string) *cobra.Command {
	var options sendOptions
	var file string
	cmd := &cobra.Command{
		Use: verb, Short: firstLetter(kind.En), Args: cobra.NoArgs,
		Long:    firstLetter(kind.En) + "\n" + kind.Zh + "\n\n" + kindHelp,
		Example: "  causeway " + strings.Replace(kind.Name, ".", " ", 1) + " --json - <<'END'\n" + indent(kind.Example) + "\n  END",
	}
	if verb != strings.ReplaceAll(verb, "-", "_") {
		cmd.Aliases = []string{strings.ReplaceAll(verb, "-", "_")}
	}
	payload := fields.Of(cmd.Flags(), kind.New())
	cmd.Flags().StringVar(&file, "json", "", "file with the payload as JSON, - for standard input; flags go over it")
	options.flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		net := a.network()
		p, err := a.payload(cmd.Context(), net, kind, payload, file)
		if err != nil {
			return err
		}
		return a.send(cmd.Context(), net, kind, p, options)
	}
	return cmd
}

const kindHelp = `A flag takes an amount as people write it, in units of its asset and with no more decimals than that
has: 1000.00. The node is asked which decimals those are; nothing is rounded. Minor units are written
100000minor. In JSON amounts are minor units, as text: "100000". Times are Unix milliseconds.`

func firstLetter(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }

// payload puts the JSON file and the flags together and reads the result strictly. Amounts are
// said again as they were understood.
func (a *app) payload(ctx context.Context, net *network, kind txn.Kind, flags *fields.Flags, file string) (txn.Payload, error) {
	var base []byte
	var err error
	switch file {
	case "":
	case "-":
		base, err = io.ReadAll(a.in)
	default:
		base, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, &exit{exitUsage, err}
	}
	data, stated, err := flags.JSON(base, nil) // what is wrong without a ledger is said without one
	if err != nil {
		return nil, &exit{exitUsage, err}
	}
	canonical, err := core.Kinds.FromJSON(kind.Name, data)
	if err != nil {
		return nil, &exit{exitUsage, err}
	}
	if len(stated) > 0 {
		known := &decimals{ctx: ctx, net: net}
		if data, stated, err = flags.JSON(base, known); err != nil {
			if known.err != nil {
				return nil, known.err
			}
			return nil, &exit{exitUsage, err}
		}
		if canonical, err = core.Kinds.FromJSON(kind.Name, data); err != nil {
			return nil, &exit{exitUsage, err}
		}
	}
	for _, s := range stated {
		a.say("%s: %s %s, that is %s minor units", "%s：%s %s，即 %s 最小单位", s.Flag, s.Minor.Grouped(s.Decimals), s.Asset, s.Minor)
	}
	return core.Kinds.Payload(kind.Name, kind.Version, canonical)
}

// send signs and submits, or asks what would happen.
func (a *app) send(ctx context.Context, net *network, kind txn.Kind, p txn.Payload, o sendOptions) error {
	s, err := a.signers(ctx, net)
	if err != nil {
		return err
	}
	chain, err := net.id(ctx)
	if err != nil {
		return err
	}
	r := request{kind: kind, payload: p, reference: o.reference, expires: o.expires}
	if o.dryRun {
		return a.explain(ctx, net, s, chain, r)
	}
	raw, id, err := s.sign(chain, r)
	if err != nil {
		return err
	}
	if !o.wait {
		if _, err := net.Submit(ctx, raw, false); err != nil {
			return a.unknown(id, net.unreachable(err))
		}
		a.say("accepted; ask for the outcome with: causeway get tx %s", "已接受；查询结果：causeway get tx %s", id)
		return a.print(map[string]any{"id": id})
	}
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	result, err := net.transact(ctx, raw, id)
	if err != nil {
		return a.unknown(id, err)
	}
	known := &decimals{ctx: ctx, net: net}
	refusal := result.Refusal
	result.Refusal = a.readable(refusal, r.payload, result.Trace, known)
	if err := a.printMoney(known, result); err != nil {
		return err
	}
	result.Refusal = inUnits(refusal, r.payload, result.Trace, known.shown)
	a.sayOutcome(result)
	return said(codeOfStatus(result.Status, result.Refusal))
}

// unknown says what to do where nobody knows how a transaction ended.
func (a *app) unknown(id wire.Hash, err error) error {
	if errors.Is(err, client.ErrOutcomeUnknown) {
		return &exit{exitUnknown, fmt.Errorf("%w; ask with: causeway get tx %s", err, id)}
	}
	return err
}

func (a *app) explain(ctx context.Context, net *network, s *signing, chain string, r request) error {
	raw, err := s.ask(chain, r)
	if err != nil {
		return err
	}
	e, err := net.explain(ctx, raw)
	if err != nil {
		return err
	}
	known := &decimals{ctx: ctx, net: net}
	e.Refusal = a.readable(e.Refusal, r.payload, e.Trace, known)
	if err := a.printMoney(known, e); err != nil {
		return err
	}
	a.say("nothing was done: this is what would happen", "未执行任何操作：以上为预计结果")
	return said(codeOfStatus(e.Status, e.Refusal))
}

// sayOutcome says in a sentence what the value on standard output means.
func (a *app) sayOutcome(o *outcome) {
	switch o.Status {
	case txn.Refused:
		if o.Refusal != nil {
			a.say("refused: %s", "已拒绝：%s", a.refusal(o.Refusal))
		}
	case txn.Held:
		a.say("held for review; see: causeway get hold %s", "等待审核；查看：causeway get hold %s", o.ID)
	case txn.Proposed:
		a.say("waits for approvals: another officer signs approval approve --proposal %s", "等待审批：由另一经办人执行 approval approve --proposal %s", o.ID)
	}
}

func (a *app) refusal(f *fault.Error) string {
	if a.lang == "zh" {
		return f.Chinese()
	}
	return f.Error()
}

// clock writes an instant of the ledger for people, in UTC.
func (a *app) clock(ms int64) string {
	return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04:05 UTC")
}
