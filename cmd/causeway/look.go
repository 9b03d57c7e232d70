package main

import (
	"context"
	"encoding/json"
	"maps"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"causeway/cmd/causeway/show"
	"causeway/core"
	"causeway/core/kernel/wire"
)

// nouns are what can be looked up: the views of the catalogue, and transactions.
func nouns() []string {
	list := []string{"tx"}
	for _, v := range core.Kinds.Views() {
		list = append(list, v.Noun)
	}
	sort.Strings(list)
	return list
}

// nounsHelp lists the nouns with what they are.
func (a *app) nounsHelp() string {
	lines := []string{"  tx: a transaction's outcome, by its id"}
	for _, v := range core.Kinds.Views() {
		lines = append(lines, "  "+v.Noun+": "+v.En)
	}
	return strings.Join(lines, "\n")
}

func firstNoun(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nouns(), cobra.ShellCompDirectiveNoFileComp
}

func (a *app) getCommand() *cobra.Command {
	var proof string
	cmd := &cobra.Command{
		Use: "get NOUN ID", Short: "Look one thing up", Args: cobra.ExactArgs(2), ValidArgsFunction: firstNoun,
		Long:    "Look one thing up. Nouns:\n\n" + a.nounsHelp(),
		Example: "  causeway get balance HAILAN-CNY/e-CNY\n  causeway get rulebook CN-SH-GT -o yaml",
		RunE: func(cmd *cobra.Command, args []string) error {
			net := a.network()
			if args[0] == "tx" {
				return a.getTx(cmd.Context(), net, args[1])
			}
			if _, known := core.Kinds.View(args[0]); !known {
				return usage("there is no noun %q; there are %s", args[0], strings.Join(nouns(), ", "))
			}
			record, err := net.Get(cmd.Context(), args[0], args[1], proof != "")
			if err != nil {
				return net.unreachable(err)
			}
			if proof != "" {
				if err := writeNew(proof, record.Proof); err != nil {
					return err
				}
				a.say("check it anywhere with: causeway verify %s --of %s/%s --trust GENESIS", "可离线验证：causeway verify %s --of %s/%s --trust GENESIS", proof, args[0], args[1])
			}
			return a.printMoney(&decimals{ctx: cmd.Context(), net: net, known: record.Scales}, record.Value)
		},
	}
	cmd.Flags().StringVar(&proof, "proof", "", "also write a file that proves the record, or that there is none")
	return cmd
}

func (a *app) getTx(ctx context.Context, net *network, text string) error {
	id, err := wire.ParseHash(text)
	if err != nil {
		return usage("%q: %v", text, err)
	}
	t, err := net.Transaction(ctx, id)
	if err != nil {
		return net.unreachable(err)
	}
	return a.printMoney(&decimals{ctx: ctx, net: net}, t)
}

func (a *app) listCommand() *cobra.Command {
	var from string
	var limit int
	cmd := &cobra.Command{
		Use: "list NOUN", Short: "List things, in the order of their ids", Args: cobra.ExactArgs(1), ValidArgsFunction: firstNoun,
		Long: "List things, in the order of their ids. Nouns:\n\n" + a.nounsHelp(),
		RunE: func(cmd *cobra.Command, args []string) error {
			if v, known := core.Kinds.View(args[0]); !known || v.List == nil {
				return usage("there is no list of %q; there are %s", args[0], strings.Join(nouns(), ", "))
			}
			net := a.network()
			page, err := net.List(cmd.Context(), args[0], from, limit)
			if err != nil {
				return net.unreachable(err)
			}
			known := &decimals{ctx: cmd.Context(), net: net, known: map[string]uint8{}}
			values := make([]json.RawMessage, len(page.Records))
			for i, r := range page.Records {
				values[i] = r.Value
				maps.Copy(known.known, r.Scales)
			}
			if err := a.printMoney(known, values); err != nil {
				return err
			}
			if page.Next != "" {
				a.say("there are more; go on with --from %s", "还有更多；以 --from %s 继续", page.Next)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "begin at this id")
	cmd.Flags().IntVar(&limit, "limit", 100, "at most so many")
	return cmd
}

func (a *app) watchCommand() *cobra.Command {
	var from int64
	var names []string
	cmd := &cobra.Command{
		Use: "watch", Short: "Follow the ledger's events as they happen", Args: cobra.NoArgs,
		Long: "Follow the ledger's events, one line each, until interrupted. With --from nothing is missed.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			net := a.network()
			if _, err := net.id(cmd.Context()); err != nil {
				return err
			}
			for block, err := range net.Events(cmd.Context(), from) {
				if err != nil {
					return err
				}
				for _, o := range block.Outcomes {
					for _, e := range o.Result.Events {
						if !wanted(e.Name, names) {
							continue
						}
						one := event{block.Height, o.ID, e.Name, e.Data}
						if a.format == show.Table {
							one.Data = nil
						}
						if err := show.Line(a.out, a.format, one); err != nil {
							return err
						}
					}
				}
			}
			return nil
		},
	}
	cmd.Flags().Int64Var(&from, "from", 0, "height to begin at (default: now)")
	cmd.Flags().StringSliceVar(&names, "event", nil, "only these events, as in payment.was_held or payment.*")
	return cmd
}

// event is one event of the ledger; Data is canonical CBOR, which programs read.
type event struct {
	Height int64     `json:"height"`
	Tx     wire.Hash `json:"tx"`
	Name   string    `json:"event"`
	Data   wire.Hex  `json:"data,omitempty"`
}

func wanted(name string, patterns []string) bool {
	for _, p := range patterns {
		if p == name || strings.HasSuffix(p, ".*") && strings.HasPrefix(name, strings.TrimSuffix(p, "*")) {
			return true
		}
	}
	return len(patterns) == 0
}
