package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"causeway/iso20022"
)

func (a *app) isoCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "iso", Short: "Check, explain and submit ISO 20022 payment files"}
	cmd.AddCommand(a.isoCheck(), a.isoExplain(), a.isoSubmit())
	return cmd
}

// fileReport is the verdict on one file.
type fileReport struct {
	File string `json:"file"`
	iso20022.Report
}

func (a *app) isoCheck() *cobra.Command {
	var profile, today string
	cmd := &cobra.Command{
		Use: "check FILE…", Short: "Check files offline: schema, codes, business rules", Args: cobra.MinimumNArgs(1),
		Long: `Check files offline: schema, codes, business rules. Prints a verdict per file; with -o json
path, value and expectation of each fault. Exit code 2 if any file is refused.`,
		Example: "  causeway iso check payments/*.xml\n  causeway iso check --profile cbpr -o json pacs008.xml",
		RunE: func(_ *cobra.Command, args []string) error {
			if profile != "" && profile != "plain" && profile != "cbpr" {
				return usage("--profile %q: plain or cbpr", profile)
			}
			reports := make([]fileReport, 0, len(args))
			code := exitDone
			for _, path := range args {
				report, err := checkFile(path, iso20022.Options{Profile: profile, Today: today})
				if err != nil {
					return fileError(err)
				}
				if report.Verdict == iso20022.Refused {
					code = exitUsage
				}
				reports = append(reports, fileReport{path, report})
			}
			if err := a.printReports(reports); err != nil {
				return err
			}
			return said(code)
		},
	}
	cmd.Flags().StringVar(&profile, "profile", "", "plain or cbpr (default: cbpr where the header asks for it)")
	cmd.Flags().StringVar(&today, "today", "", "YYYY-MM-DD: judge execution dates as of this day")
	complete(cmd, "profile", []string{"plain", "cbpr"})
	return cmd
}

func checkFile(path string, options iso20022.Options) (iso20022.Report, error) {
	file, err := os.Open(path)
	if err != nil {
		return iso20022.Report{}, err
	}
	defer file.Close()
	return iso20022.Check(file, options)
}

// printReports writes a line per file and per finding for people, the whole reports for programs.
func (a *app) printReports(reports []fileReport) error {
	if a.format != "table" {
		for i := range reports {
			if reports[i].Findings == nil {
				reports[i].Findings = []iso20022.Finding{}
			}
		}
		return a.print(reports)
	}
	for _, r := range reports {
		color := map[iso20022.Verdict]string{iso20022.OK: green, iso20022.Warnings: yellow, iso20022.Refused: red}[r.Verdict]
		message := r.Message
		if message == "" {
			message = a.text("no known message", "无法识别的报文")
		}
		fmt.Fprintf(a.out, "%s: %s  %s, %s %d\n", r.File, a.paint(color, string(r.Verdict)), message, a.text("payments:", "付款笔数："), r.PaymentCount)
		for _, f := range r.Findings {
			a.printFinding(f)
		}
		if r.More > 0 {
			fmt.Fprintf(a.out, a.text("  and %d more\n", "  另有 %d 项\n"), r.More)
		}
	}
	return nil
}

func (a *app) printFinding(f iso20022.Finding) {
	color := yellow
	if f.Severity == "error" {
		color = red
	}
	fmt.Fprintf(a.out, "  %s %s: %s\n", a.paint(color, f.Severity), f.Code, a.text(f.En, f.Zh))
	fmt.Fprintf(a.out, "    %s (%s %d)\n", f.Path, a.text("line", "行"), f.Line)
	if f.Value != "" {
		fmt.Fprintf(a.out, "    %s %q\n", a.text("found   ", "实际为"), f.Value)
	}
	if f.Want != "" {
		fmt.Fprintf(a.out, "    %s %s\n", a.text("expected", "要求"), f.Want)
	}
}

func (a *app) isoSubmit() *cobra.Command {
	var options fileOptions
	cmd := &cobra.Command{
		Use: "submit FILE", Short: "Do what a payment file, a cancellation request or a statement of reserves asks for", Args: cobra.ExactArgs(1),
		Long: `Do what a file asks for, and write the answers beside it, or where --out says.

  pain.001, pacs.008, pacs.009   payments; answered by pain.002 or pacs.002, and camt.054
  camt.056                       cancels payments that are held; answered by camt.029
  camt.053                       attests the reserves of --asset, signed by its custodian

A file is checked whole before anything is sent. The same file again pays nothing twice, so an
interrupted run is simply run again. Where the payer's policy asks for approvals of a file with
several batches, its manifest is sent first (exit code 5): once that is approved, run it again.
If it was rejected, taken back or has expired, running it again puts it up for approval anew.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.submitCommand(cmd.Context(), a.network(), args[0], options)
		},
	}
	options.flags(cmd)
	cmd.Flags().StringVar(&options.out, "out", "", "folder for the answers (default: beside the file)")
	cmd.Flags().DurationVar(&options.timeout, "timeout", time.Minute, "how long to wait for each batch to be final")
	return cmd
}

func (a *app) isoExplain() *cobra.Command {
	var options fileOptions
	cmd := &cobra.Command{
		Use: "explain FILE", Short: "Say what would happen to each payment of a file, and do nothing", Args: cobra.ExactArgs(1),
		Long: `Say what submit would do with a file, and do nothing: for each payment whether it would settle,
be held or be refused, by which rule, what was measured and the limit.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.explainCommand(cmd.Context(), a.network(), args[0], options)
		},
	}
	options.flags(cmd)
	return cmd
}

func (o *fileOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.worstRate, "worst-rate", "", "creditor currency for one debtor currency, where the file gives none")
	f.StringVar(&o.purpose, "purpose", "", "purpose code, where the file gives none")
	f.StringVar(&o.saltFile, "salt-file", "", "secret that salts hashes, to share between machines (default: iso-salt beside the settings)")
	f.DurationVar(&o.lookBack, "look-back", 72*time.Hour, "camt.056: how far back to look for payments that are not held")
	f.StringVar(&o.reserves.asset, "asset", "", "camt.053: the asset whose reserves the statement shows")
	f.StringVar(&o.reserves.class, "class", "cash", "camt.053: class of the reserves, as the asset's approval names it")
	f.Uint16Var(&o.reserves.haircut, "haircut-bps", 0, "camt.053: haircut in basis points")
}
