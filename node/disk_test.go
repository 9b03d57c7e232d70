package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"causeway/node/store"
)

var errDisk = errors.New("the disk is broken")

// A write or a sync of a database fails: the node stops and names it, acknowledges nothing more,
// and a restart over what had been synced has the acknowledged state.
func TestDiskFailure(t *testing.T) {
	t.Parallel()
	for _, kind := range []struct {
		name   string
		op     errorfs.OpKind
		folder string
	}{
		{"ledger write", errorfs.OpFileWrite, ledgerDir}, {"ledger sync", errorfs.OpFileSyncData, ledgerDir},
		{"chain write", errorfs.OpFileWrite, chainDir}, {"chain sync", errorfs.OpFileSyncData, chainDir},
	} {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			home := newHomes(t, 1, nil)[0]
			disk := vfs.NewCrashableMem() // remembers what was synced
			var broken atomic.Bool
			failing := errorfs.Wrap(disk, errorfs.InjectorFunc(func(op errorfs.Op) error {
				if broken.Load() && op.Kind == kind.op && strings.Contains(op.Path, kind.folder) && strings.HasSuffix(op.Path, ".log") {
					return errDisk
				}
				return nil
			}))
			n := newNode(t, home, func(c *Config) { c.fs = failing })
			if err := n.Start(context.Background()); err != nil {
				t.Fatal(err)
			}
			acknowledged := int64(0)
			for i := range 5 {
				acknowledged = put(t, n, fmt.Sprint(i)).Height
			}
			broken.Store(true)
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			defer cancel()
			if final, err := n.SubmitAndWait(ctx, []byte("put:lost")); err == nil {
				t.Fatalf("acknowledged on a broken disk: %+v", final)
			}
			var failure *store.Failure
			select {
			case <-n.Done():
			case <-ctx.Done():
				t.Fatal("the node goes on with a broken disk")
			}
			if err := n.Err(); !errors.As(err, &failure) {
				t.Fatal(err)
			}
			if reason := n.Status().Reason; !strings.HasPrefix(reason, "stopped: store error: ") || !strings.Contains(reason, errDisk.Error()) {
				t.Fatal(reason)
			}
			if err := n.Stop(); err != nil {
				t.Fatal(err)
			}

			after := disk.CrashClone(vfs.CrashCloneCfg{}) // only what was synced
			n = startNode(t, home, func(c *Config) { c.fs = after })
			if n.Machine().Height() < acknowledged {
				t.Fatalf("height %d after the restart, %d was acknowledged", n.Machine().Height(), acknowledged)
			}
			for i := range 5 {
				if again := put(t, n, fmt.Sprint(i)); again.Check.Code != codeSpent {
					t.Fatalf("%d was acknowledged and is lost: %+v", i, again)
				}
			}
			put(t, n, "on a new disk")
			if err := verifyReplay(n); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// The consensus log stays small while the node runs, and is cut to its tail by a clean stop.
func TestConsensusLogIsBounded(t *testing.T) {
	t.Parallel()
	home := newHomes(t, 1, nil)[0]
	n := startNode(t, home, nil)
	for i := range 40 {
		put(t, n, fmt.Sprint(i, strings.Repeat("x", 10_000)))
	}
	before, err := os.Stat(n.wal.path)
	if err != nil || before.Size() < 400_000 {
		t.Fatal("the log should repeat the blocks: ", before.Size(), err)
	}
	stopNode(t, n)
	after, err := os.Stat(n.wal.path)
	if err != nil || after.Size() > 20_000 {
		t.Fatal("not cut: ", after.Size(), err)
	}
	n = startNode(t, home, nil)
	put(t, n, "and on")
	stopNode(t, n)

	// Rotated files go once two more heights have ended after they were seen.
	keeper := &walKeeper{path: n.wal.path}
	for number := range 3 {
		if err := os.WriteFile(keeper.file(number), []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		height int64
		left   int
	}{{10, 3}, {11, 3}, {12, 0}} {
		if err := keeper.prune(step.height); err != nil {
			t.Fatal(err)
		}
		if numbers, err := keeper.rotated(); err != nil || len(numbers) != step.left {
			t.Fatalf("at height %d: %v left (%v)", step.height, numbers, err)
		}
	}
}
