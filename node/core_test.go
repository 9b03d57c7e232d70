package node

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"
	"time"

	"causeway/core"
	"causeway/core/kernel/calendar"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
)

// charter is the least a real ledger can begin with: one authority and someone to act for it.
func charter(t *testing.T) []byte {
	t.Helper()
	const supervisor = identity.LEI("549300CAUSEWAYTEST03")
	data, err := json.Marshal(core.Genesis{
		Chain: testChain, TimeMs: time.Now().Add(-time.Hour).UnixMilli(), Params: txn.DefaultParams(),
		Calendars: []calendar.Calendar{{ID: "SH", Zone: calendar.Zone{ID: "SH", Transitions: []calendar.Transition{{OffsetSeconds: 8 * 3600}}}}},
		Authorities: []guard.Authority{
			{ID: "CHARTER", Name: "Charter", Party: supervisor, Calendar: "SH"},
		},
		Parties: []identity.Party{{LEI: supervisor, Name: "Supervisor", Home: "CHARTER", Residency: "CN", Class: "supervisor",
			Officers: []identity.Officer{{ID: "head", Roles: []string{identity.RoleMaker, identity.RoleAdmin}, Active: true}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The real machine: its genesis becomes height 0, idle blocks change nothing, a restart and a
// snapshot keep it whole.
func TestRealMachine(t *testing.T) {
	t.Parallel()
	config := DefaultConfig()
	config.Consensus.EmptyBlockInterval = 50 * time.Millisecond
	config.Snapshots.Every = 5
	homes, err := Init(t.TempDir(), Options{ChainID: testChain, Genesis: charter(t), Config: &config, PortBase: testPorts(1)})
	if err != nil {
		t.Fatal(err)
	}
	start := func() *Node {
		config, err := LoadConfig(homes[0])
		if err != nil {
			t.Fatal(err)
		}
		config.P2P.Listen = anyPort
		n, err := New(config, OpenCore)
		if err != nil {
			t.Fatal(err)
		}
		if err := n.Start(context.Background()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { stopNode(t, n) })
		return n
	}
	n := start()
	root := n.Machine().Root()
	if root.IsZero() || Ledger(n.Machine()) == nil {
		t.Fatal("the genesis is not in the root")
	}
	if result, err := n.Submit(context.Background(), []byte("no transaction")); err != nil || result.Code == 0 || result.Name == "" {
		t.Fatalf("%+v %v", result, err)
	}
	eventually(t, 10*time.Second, "a snapshot", func() bool { return n.Status().SnapshotAt >= 5 })
	if n.Machine().Root() != root {
		t.Fatal("idle blocks changed the root")
	}
	stopNode(t, n)
	n = start()
	height := n.Machine().Height()
	eventually(t, 10*time.Second, "blocks after the restart", func() bool { return n.Machine().Height() > height+2 })
	if n.Machine().Root() != root {
		t.Fatal("the restart changed the root")
	}
	snapshot, err := n.app.snapshots.chunk(n.Status().SnapshotAt, 0)
	if err != nil {
		t.Fatal(err)
	}
	copied := state.NewMemory()
	_, restored, err := importState(bytes.NewReader(snapshot), copied, func(writes []state.Write) error {
		copied.Apply(writes)
		return nil
	})
	if err != nil || restored != root {
		t.Fatal(restored, err)
	}
	stopNode(t, n)
	// With the node stopped, the ledger on disk is examined from the ground.
	if err := n.openStores(); err != nil {
		t.Fatal(err)
	}
	if err := state.Check(n.ledger); err != nil {
		t.Fatal(err)
	}
	if err := n.ledger.Close(); err != nil {
		t.Fatal(err)
	}
	if err := n.chain.Close(); err != nil {
		t.Fatal(err)
	}
}
