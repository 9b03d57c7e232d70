package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"causeway/client/receipt"
	"causeway/core"
	"causeway/core/kernel/wire"
)

func (a *app) receiptCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use: "receipt TX", Short: "Write the receipt of a transaction: a file that proves it offline", Args: cobra.ExactArgs(1),
		Example: "  causeway receipt 5f1d… -o payment.receipt\n  causeway verify payment.receipt --trust genesis.json",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := wire.ParseHash(args[0])
			if err != nil {
				return usage("%q: %v", args[0], err)
			}
			net := a.network()
			data, err := net.Receipt(cmd.Context(), id, 1)
			if err != nil {
				return net.unreachable(err)
			}
			if file == "-" {
				_, err := a.out.Write(data)
				return err
			}
			if file == "" {
				file = id.String()[:16] + ".receipt"
			}
			if err := writeNew(file, data); err != nil {
				return err
			}
			a.say("%d bytes; check it anywhere with: causeway verify %s --trust GENESIS", "%d 字节；可离线验证：causeway verify %s --trust GENESIS", len(data), file)
			_, err = fmt.Fprintln(a.out, file)
			return err
		},
	}
	// The output flag of all other commands names a format; a receipt has but one.
	cmd.Flags().StringVarP(&file, "output", "o", "", "file to write, - for standard output (default TX.receipt)")
	return cmd
}

// writeNew writes a file whole or not at all.
func writeNew(path string, data []byte) error {
	part := path + ".part"
	if err := os.WriteFile(part, data, 0o644); err != nil {
		return err
	}
	return os.Rename(part, path)
}

func (a *app) verifyCommand() *cobra.Command {
	var trust, of string
	cmd := &cobra.Command{
		Use: "verify FILE", Short: "Verify a receipt, or the proof of a record, without any network", Args: cobra.ExactArgs(1),
		Long: `Verify a receipt, or with --of the proof of a record, without any network, against what you
trust: the genesis.json of the network, which you have from elsewhere than whoever gave you the
file, or a checkpoint.`,
		Example: "  causeway verify payment.receipt --trust genesis.json\n  causeway verify balance.proof --of balance/KOWLOON-HKD/HKDX --trust genesis.json",
		RunE: func(_ *cobra.Command, args []string) error {
			if trust == "" {
				return usage("say what you trust: --trust genesis.json, or a checkpoint")
			}
			anchor, err := readTrust(trust)
			if err != nil {
				return &exit{exitUsage, err}
			}
			data, err := os.ReadFile(args[0])
			if err != nil {
				return fileError(err)
			}
			if of != "" {
				err = a.verifyRecord(data, anchor, of)
			} else {
				err = a.verifyReceipt(data, anchor)
			}
			if errors.Is(err, receipt.ErrInvalid) {
				return &exit{exitUsage, fmt.Errorf("%s: %w", args[0], err)}
			}
			return err
		},
	}
	cmd.Flags().StringVar(&trust, "trust", "", "genesis.json of the network, or a checkpoint as JSON")
	cmd.Flags().StringVar(&of, "of", "", "NOUN/ID of the record that the file is to prove (get --proof)")
	return cmd
}

func (a *app) verifyReceipt(data []byte, trust receipt.Trust) error {
	v, err := receipt.Verify(data, trust)
	if err != nil {
		return err
	}
	a.say(a.paint(green, "verified")+": %s of %s was %s in block %d", a.paint(green, "验证通过")+"：%[2]s 的 %[1]s 在区块 %[4]d 中状态为 %[3]s", v.Kind, v.Party, v.Status, v.Height)
	return a.printMoney(&decimals{}, v) // without any network, decimals are not known
}

// verifyRecord also compares the key: a proof of absence holds for many.
func (a *app) verifyRecord(data []byte, trust receipt.Trust, of string) error {
	noun, id, _ := strings.Cut(of, "/")
	view, known := core.Kinds.View(noun)
	if !known || view.Key == nil {
		return usage("--of %s: there is no provable noun %q", of, noun)
	}
	key := view.Key(id)
	if key == nil {
		return usage("--of %s: %q is no id of a %s", of, id, noun)
	}
	v, err := receipt.VerifyState(data, trust)
	if err != nil {
		return err
	}
	if !bytes.Equal(key, v.Key) {
		return fmt.Errorf("%w about %s: its key is %s", receipt.ErrInvalid, of, v.Key)
	}
	if len(v.Value) == 0 {
		a.say(a.paint(green, "verified")+": after block %d there was no %s", a.paint(green, "验证通过")+"：区块 %d 之后没有 %s", v.Height, of)
	} else {
		a.say(a.paint(green, "verified")+": after block %d the ledger held this %s", a.paint(green, "验证通过")+"：区块 %d 之后账本中有此 %s", v.Height, of)
	}
	return a.print(v)
}

func fileError(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return &exit{exitNotFound, err}
	}
	return &exit{exitUsage, err}
}

// readTrust tells a checkpoint from a genesis by what it has.
func readTrust(path string) (t receipt.Trust, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return t, err
	}
	var c receipt.Checkpoint
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.DisallowUnknownFields()
	if decoder.Decode(&c) == nil {
		return receipt.Trust{Checkpoint: c}, nil
	}
	return receipt.Trust{Genesis: data}, nil
}
