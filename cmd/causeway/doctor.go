package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/cometbft/cometbft/types"
	"github.com/spf13/cobra"

	"causeway/core"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/node"
	"causeway/node/store"
)

// finding is what the doctor says of one thing.
type finding struct {
	Check  string `json:"check"`
	Result string `json:"result"` // ok, warning, bad
	Detail string `json:"detail,omitempty"`
}

const (
	fine    = "ok"
	warning = "warning"
	bad     = "bad"
)

func (a *app) doctorCommand() *cobra.Command {
	var home string
	cmd := &cobra.Command{
		Use: "doctor", Short: "Examine a stopped node's home from the ground", Args: cobra.NoArgs,
		Long: `Examine a stopped node's home: settings, keys and their permissions, disk space, and the whole
ledger: its root is computed anew from the values, the tree and the log are compared with it.`,
		RunE: func(*cobra.Command, []string) error {
			if home == "" {
				return usage("which home? --home DIR")
			}
			if _, err := os.Stat(home); err != nil {
				return fileError(err)
			}
			findings := examine(home, a.examining)
			if err := a.print(findings); err != nil {
				return err
			}
			for _, f := range findings {
				if f.Result == bad {
					return fmt.Errorf("%s: %s", f.Check, f.Detail)
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&home, "home", "", "the node's home")
	return cmd
}

// examining tells what takes long.
func (a *app) examining(what string) { a.say("examining %s …", "正在检查 %s …", what) }

func examine(home string, begin func(string)) (list []finding) {
	add := func(check string, err error, good string) bool {
		if err != nil {
			list = append(list, finding{check, bad, err.Error()})
			return false
		}
		list = append(list, finding{check, fine, good})
		return true
	}
	config, err := node.LoadConfig(home)
	if !add("settings", err, config.Name) {
		return list
	}
	genesis, err := types.GenesisDocFromFile(homeFile(home, "genesis.json"))
	if err == nil {
		_, err = core.ParseGenesis(genesis.AppState)
	}
	if !add("genesis", err, "") {
		return list
	}
	list[len(list)-1].Detail = genesis.ChainID
	list = append(list, permissions(home)...)
	list = append(list, disk(home))
	release, err := holdLock(home)
	if !add("lock", err, "no node runs here") {
		return append(list, finding{"ledger", warning, "not examined: the node is running"})
	}
	defer release()
	begin("ledger")
	height, protocol, err := examineLedger(home, genesis.AppState)
	if add("ledger", err, fmt.Sprintf("height %d: root, tree, log and indexes agree", height)) {
		err = nil
		if protocol > core.ProtocolVersion {
			err = fmt.Errorf("the next height needs protocol %d, this binary has %d", protocol, core.ProtocolVersion)
		}
		add("version", err, fmt.Sprintf("protocol %d, %s", protocol, version()))
	}
	return list
}

// permissions: secrets are for their owner alone.
func permissions(home string) (list []finding) {
	for _, name := range []string{"keys/validator.json", "keys/node.json", "data/signer.json", "config.yaml"} {
		info, err := os.Stat(homeFile(home, name))
		switch {
		case err != nil:
			list = append(list, finding{name, bad, err.Error()})
		case info.Mode().Perm()&0o077 != 0:
			list = append(list, finding{name, warning, fmt.Sprintf("mode %o: others can read it; run chmod 600 %s", info.Mode().Perm(), homeFile(home, name))})
		default:
			list = append(list, finding{name, fine, ""})
		}
	}
	return list
}

// diskFreeMin is what a node needs to go on for a while.
const diskFreeMin = 2 << 30

func disk(home string) finding {
	var s syscall.Statfs_t
	if err := syscall.Statfs(home, &s); err != nil {
		return finding{"disk", warning, err.Error()}
	}
	free := s.Bavail * uint64(s.Bsize)
	used := int64(0)
	err := filepath.WalkDir(home, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if info, err := d.Info(); err == nil {
				used += info.Size()
			}
		}
		return err
	})
	text := fmt.Sprintf("%d MB used, %d MB free", used>>20, free>>20)
	switch {
	case err != nil:
		return finding{"disk", warning, err.Error()}
	case free < diskFreeMin:
		return finding{"disk", warning, text + ": less than 2 GB is left"}
	}
	return finding{"disk", fine, text}
}

// holdLock takes the home's lock, so that no node starts while it is examined.
func holdLock(home string) (release func(), err error) {
	file, err := os.OpenFile(homeFile(home, "data/lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, _ := os.ReadFile(file.Name())
		return nil, errors.Join(fmt.Errorf("a node runs here (process %s)", strings.TrimSpace(string(holder))), file.Close())
	}
	return func() { _ = file.Close() }, nil // closing frees the lock; nothing was written
}

// examineLedger checks the state from the ground and says which protocol comes next.
func examineLedger(home string, genesis []byte) (height int64, protocol uint32, err error) {
	var failure error
	ledger, err := store.OpenLedger(homeFile(home, "data/ledger"), store.Options{
		CacheBytes: 64 << 20, OnFailure: func(err error) { failure = err }, Warn: func(string) {},
	})
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, failure, ledger.Close()) }()
	mark, written, err := ledger.Mark()
	if err != nil || !written {
		return 0, core.ProtocolVersion, err // never started: nothing to examine
	}
	if err := state.Check(ledger); err != nil {
		return mark.Height, 0, err
	}
	m, err := core.Open(genesis, ledger)
	if err != nil {
		return mark.Height, 0, err
	}
	if m.Height() != mark.Height || m.Root() != mark.Root {
		return mark.Height, 0, fmt.Errorf("marked height %d root %x, the machine reads height %d root %s", mark.Height, mark.Root, m.Height(), m.Root())
	}
	return mark.Height, txn.ProtocolAt(m.Store(), mark.Height+1), nil
}
