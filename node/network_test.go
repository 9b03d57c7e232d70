package node

import (
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto"
)

// Four validators on loopback: one leaves and returns, two leave and return, the set changes.
func TestFourValidators(t *testing.T) {
	t.Parallel()
	homes := newHomes(t, 4, func(c *Config) {
		c.Consensus.BlockIntervalMin = 20 * time.Millisecond
		c.Consensus.EmptyBlockInterval = 300 * time.Millisecond
	})
	nodes := make([]*Node, len(homes))
	for i, home := range homes {
		nodes[i] = startNode(t, home, nil)
	}
	for i, n := range nodes { // every node takes transactions, whoever proposes
		eventually(t, 20*time.Second, "in consensus", func() bool { return !n.syncing() })
		put(t, n, fmt.Sprint("first", i))
	}
	sameRoot(t, nodes)

	stopNode(t, nodes[3])
	for i := range 5 {
		put(t, nodes[i%3], fmt.Sprint("three", i))
	}
	status := nodes[0].Status()
	if status.Reason != "" || status.Validators != 4 {
		t.Fatalf("three of four must go on: %+v", status)
	}
	eventually(t, 10*time.Second, "one missing", func() bool { return nodes[0].Status().Online == 3 })

	nodes[3] = startNode(t, homes[3], nil)
	eventually(t, 20*time.Second, "the fourth is back", func() bool { return !nodes[3].syncing() })
	put(t, nodes[3], "back")
	sameRoot(t, nodes)

	stopNode(t, nodes[2])
	stopNode(t, nodes[3])
	eventually(t, 12*time.Second, "a reason on both", func() bool {
		return strings.HasPrefix(nodes[0].Status().Reason, "2 of 4 validators online (power 20 of 40); needs more than 2/3") &&
			strings.HasPrefix(nodes[1].Status().Reason, "2 of 4 validators online")
	})
	if missing := nodes[0].Status().Missing; len(missing) != 2 {
		t.Fatalf("missing %v", missing)
	}
	nodes[2], nodes[3] = startNode(t, homes[2], nil), startNode(t, homes[3], nil)
	put(t, nodes[0], "moving again")
	eventually(t, 5*time.Second, "no reason", func() bool { return nodes[0].Status().Reason == "" })

	changeValidators(t, nodes)
	for i, n := range nodes {
		put(t, n, fmt.Sprint("last", i))
	}
	sameRoot(t, nodes)
	checkReceipt(t, nodes[1], "put:last3")
}

// changeValidators takes the power from one validator by a transaction: receipts must be
// checked against the set of their own height.
func changeValidators(t *testing.T, nodes []*Node) {
	t.Helper()
	key := publicKey(t, nodes[3])
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	final, err := nodes[0].SubmitAndWait(ctx, []byte("val:"+hex.EncodeToString(key.Bytes())+":0"))
	if err != nil || final.Height == 0 || final.Result.Code != 0 {
		t.Fatalf("%+v %v", final, err)
	}
	eventually(t, 10*time.Second, "three validators", func() bool { return nodes[0].Status().Validators == 3 })
	before, err := nodes[0].ValidatorSet(final.Height)
	if err != nil || before.Size() != 4 {
		t.Fatal(before, err)
	}
	after, err := nodes[0].ValidatorSet(final.Height + 2)
	if err != nil || after.Size() != 3 || after.HasAddress(key.Address()) {
		t.Fatal(after, err)
	}
	eventually(t, 5*time.Second, "a follower now", func() bool { return !nodes[3].Status().Validator })
}

func publicKey(t *testing.T, n *Node) crypto.PubKey {
	t.Helper()
	key, err := n.signer.GetPubKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func stopNode(t *testing.T, n *Node) {
	t.Helper()
	if err := n.Stop(); err != nil {
		t.Fatal(err)
	}
}

// sameRoot compares the headers of a height that all have reached: they carry the root before.
func sameRoot(t *testing.T, nodes []*Node) {
	t.Helper()
	height := nodes[0].Machine().Height()
	var first string
	for i, n := range nodes {
		eventually(t, 20*time.Second, fmt.Sprintf("node %d at height %d", i, height+1), func() bool { return n.Machine().Height() > height })
		header, err := n.Header(height + 1)
		if err != nil {
			t.Fatal(err)
		}
		if root := header.AppHash.String(); first == "" {
			first = root
		} else if root != first {
			t.Fatalf("node %d has root %s after height %d, node 0 has %s", i, root, height, first)
		}
	}
}

// A node without history starts from a snapshot, with the root that the validators signed.
func TestStateSync(t *testing.T) {
	t.Parallel()
	port := testPorts(3)
	rpc := fmt.Sprintf("127.0.0.1:%d", port+2)
	home := newHomes(t, 1, nil)[0]
	listen := fmt.Sprintf("127.0.0.1:%d", port)
	serve := func(c *Config) {
		c.P2P.Listen, c.Engine.RPC = listen, rpc
		c.Snapshots.Every, c.Snapshots.Keep = 25, 20 // a snapshot must outlive the joining
		c.Consensus.EmptyBlockInterval = 100 * time.Millisecond
	}
	server := startNode(t, home, serve)
	for i := range 30 {
		put(t, server, fmt.Sprint("before", i))
	}
	eventually(t, 10*time.Second, "a snapshot", func() bool { return server.Status().SnapshotAt >= 20 })

	genesis, err := os.ReadFile(filepath.Join(home, genesisFile))
	if err != nil {
		t.Fatal(err)
	}
	address, err := Address(home)
	if err != nil {
		t.Fatal(err)
	}
	id, _, _ := strings.Cut(address, "@")
	trusted, err := server.Header(5)
	if err != nil {
		t.Fatal(err)
	}
	config := DefaultConfig()
	config.StateSync.Servers = []string{"http://" + rpc}
	config.StateSync.TrustHeight, config.StateSync.TrustHash = 5, strings.ToLower(trusted.Hash().String())
	joining := filepath.Join(t.TempDir(), "follower")
	if _, err := Join(joining, JoinOptions{
		Genesis: genesis, Listen: fmt.Sprintf("127.0.0.1:%d", port+1), Peers: []string{id + "@" + listen}, Config: &config,
	}); err != nil {
		t.Fatal(err)
	}
	follower := startNode(t, joining, nil)
	eventually(t, 30*time.Second, "the follower is in step", func() bool { return !follower.syncing() })
	if final := put(t, follower, "through the follower"); final.Height == 0 {
		t.Fatalf("%+v", final)
	}
	sameRoot(t, []*Node{server, follower})
	if _, err := follower.Header(2); err == nil {
		t.Fatal("the follower has early blocks: it did not start from a snapshot")
	}
	if again := put(t, follower, "before1"); again.Check.Code != codeSpent {
		t.Fatalf("the follower does not know what happened before the snapshot: %+v", again)
	}
	stopNode(t, follower)
	follower = startNode(t, joining, nil)
	eventually(t, 20*time.Second, "the follower is back", func() bool { return !follower.syncing() })
	put(t, follower, "after a restart")
}
