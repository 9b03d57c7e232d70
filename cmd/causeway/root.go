package main

import (
	"runtime/debug"

	"github.com/spf13/cobra"

	"causeway/cmd/causeway/show"
	"causeway/sample"
)

const (
	groupNetwork = "network"
	groupFiles   = "files"
	groupLedger  = "ledger"
	groupLook    = "look"
)

// root is the tree of all commands.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "causeway",
		Short: "Cross-border settlement inside the rules of every authority it touches",
		Long: `Causeway settles payments between jurisdictions on a ledger that knows their rules.

Start with "causeway dev": a live network on this machine with a sample pilot.

Exit codes: 0 done, 1 error, 2 usage or bad input, 3 not found, 4 refused by a rule,
5 held for approval or review, 6 outcome unknown (ask again with "causeway get tx ID").`,
		SilenceUsage: true, SilenceErrors: true, Version: version(),
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return a.prepare(cmd) },
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetVersionTemplate("causeway {{.Version}}\n")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &exit{exitUsage, err} })

	flags := root.PersistentFlags()
	flags.StringVar(&a.settings, "config", "", "settings file (default ~/.config/causeway/config.yaml)")
	flags.String("url", "", "API of a node (default "+defaultURL+")")
	flags.String("key", "", "key files to sign with, separated by commas; the maker's first")
	flags.String("as", "", "sample roles to sign with on a development network, as in hailan.maker,hailan.checker")
	flags.String("sender", "", "LEI of the acting party (default: whose key it is)")
	flags.StringP("output", "o", "", "table, json or yaml")
	flags.String("lang", "", "en or zh")
	flags.BoolVarP(&a.verbose, "verbose", "v", false, "log everything, the consensus engine too")
	complete(root, "output", show.Formats)
	complete(root, "lang", []string{"en", "zh"})
	complete(root, "as", sample.RolesOf())

	root.AddGroup(
		&cobra.Group{ID: groupNetwork, Title: "Networks and nodes:"},
		&cobra.Group{ID: groupFiles, Title: "Files and proofs:"},
		&cobra.Group{ID: groupLook, Title: "Looking things up:"},
		&cobra.Group{ID: groupLedger, Title: "What the ledger can do:"},
	)
	add := func(group string, list ...*cobra.Command) {
		for _, c := range list {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	add(groupNetwork, a.devCommand(), a.initCommand(), a.joinCommand(), a.startCommand(), a.statusCommand(), a.doctorCommand())
	add(groupFiles, a.isoCommand(), a.receiptCommand(), a.verifyCommand(), a.exportCommand(), a.keysCommand())
	add(groupLook, a.getCommand(), a.listCommand(), a.watchCommand())
	add(groupLedger, a.kindCommands()...)
	usageErrors(root)
	return root
}

// prepare puts settings together: file, environment, flags.
func (a *app) prepare(cmd *cobra.Command) error {
	if err := a.loadSettings(); err != nil {
		return err
	}
	for name, field := range map[string]*string{
		"url": &a.config.URL, "key": &a.config.Key, "as": &a.config.As, "sender": &a.config.Sender,
		"output": &a.config.Output, "lang": &a.config.Lang,
	} {
		// A command may have a flag of that name with another meaning (receipt -o FILE).
		if flag := cmd.Root().PersistentFlags().Lookup(name); flag.Changed && cmd.Flags().Lookup(name) == flag {
			*field = flag.Value.String()
		}
	}
	return a.complete()
}

// usageErrors gives wrong arguments and unknown commands their exit code.
func usageErrors(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return &exit{exitUsage, err}
			}
			return nil
		}
	} else if cmd.HasSubCommands() {
		cmd.Args = func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("%s has no command %q; see %s --help", c.CommandPath(), args[0], c.CommandPath())
			}
			return nil
		}
		if cmd.RunE == nil {
			cmd.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
		}
	}
	for _, child := range cmd.Commands() {
		usageErrors(child)
	}
}

func complete(cmd *cobra.Command, flag string, values []string) {
	// An error would mean that the flag does not exist, which the tests of completion would show.
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	text := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			text += " " + s.Value
		}
	}
	return text + " " + info.GoVersion
}
