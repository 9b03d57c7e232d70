package main

import (
	"os"

	"github.com/spf13/cobra"

	"causeway/cmd/causeway/show"
	"causeway/core/feature/authority"
	"causeway/rulebooks"
)

// rulebookCheck reads rulebooks as people write them. What it prints is the payload of
// rulebook.propose, so that the two can be piped together.
func (a *app) rulebookCheck() *cobra.Command {
	return &cobra.Command{
		Use: "check FILE", Short: "Check a rulebook in YAML offline, and print it as rulebook propose takes it", Args: cobra.ExactArgs(1),
		Example: "  causeway rulebook check rulebooks/CN-SH/rulebook.yaml -o json | causeway rulebook propose --as shanghai --json -",
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := os.ReadFile(args[0])
			if err != nil {
				return fileError(err)
			}
			book, err := rulebooks.Parse(data)
			if err != nil {
				return &exit{exitUsage, err}
			}
			payload := &authority.ProposeRulebook{Authority: book.Authority, Title: book.Title, Rules: book.Rules}
			if err := payload.Validate(); err != nil {
				return &exit{exitUsage, err}
			}
			a.say("%d rules of %s are well formed; whether they are tighter than those above, the ledger checks", "%[2]s 的 %[1]d 条规则格式正确；是否严于上级由账本核对", len(book.Rules), book.Authority)
			return show.Value(a.out, a.format, payload)
		},
	}
}
