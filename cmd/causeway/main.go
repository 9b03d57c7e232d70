// Command causeway is the whole of Causeway in one binary: a node, a development network with
// the sample pilot, and a client for everything the ledger can do.
//
// Commands on the ledger are made from the catalogue of kinds, so none is missing. Data goes to
// standard output, talk to standard error, and the exit code says how it ended (see exit.go).
// Keys stay in the files that --key names; nothing here asks a server to sign.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a := newApp(os.Stdin, os.Stdout, os.Stderr, os.LookupEnv)
	root := a.root()
	root.SetArgs(os.Args[1:])
	err := root.ExecuteContext(ctx)
	if err != nil {
		a.complain(err)
	}
	return codeOf(err)
}
