package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"causeway/core/kernel/wire"
)

const testChain = "test-chain"

// anyPort: a lone validator is called by nobody, so tests run beside each other.
const anyPort = "127.0.0.1:0"

// home makes n homes on free ports, with fast blocks.
func newHomes(t testing.TB, n int, change func(*Config)) []string {
	t.Helper()
	config := DefaultConfig()
	config.Consensus.BlockIntervalMin = 5 * time.Millisecond
	config.Consensus.ProposeTimeout = 400 * time.Millisecond
	config.Consensus.VoteTimeout = 200 * time.Millisecond
	config.Store.CacheBytes = 16 << 20
	if change != nil {
		change(&config)
	}
	port := testPorts(n)
	homes, err := Init(t.TempDir(), Options{
		ChainID: testChain, Validators: n, Genesis: []byte(`"` + testChain + `"`), PortBase: port, Config: &config,
	})
	if err != nil {
		t.Fatal(err)
	}
	return homes
}

// nextPort keeps tests that run beside each other off each other's ports.
var nextPort atomic.Int64

func testPorts(n int) int {
	for {
		base := 30000 + (os.Getpid()*97+int(nextPort.Add(int64(n)))-n)%20000
		if portsFree(base, n) {
			return base
		}
	}
}

func newNode(t testing.TB, home string, change func(*Config)) *Node {
	t.Helper()
	config, err := LoadConfig(home)
	if err != nil {
		t.Fatal(err)
	}
	if testing.Verbose() {
		config.Logger = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})).With("node", filepath.Base(home))
	}
	if len(config.P2P.Peers) == 0 {
		config.P2P.Listen = anyPort
	}
	if change != nil {
		change(&config)
	}
	n, err := New(config, openRegister)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func startNode(t testing.TB, home string, change func(*Config)) *Node {
	t.Helper()
	n := newNode(t, home, change)
	if err := n.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Stop(); err != nil {
			t.Error("stop:", err)
		}
	})
	return n
}

func put(t testing.TB, n *Node, text string) Final {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	final, err := n.SubmitAndWait(ctx, []byte("put:"+text))
	if err != nil {
		t.Fatalf("put %s: %v (%+v)", text, err, n.Status())
	}
	return final
}

func eventually(t testing.TB, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatal("not within", limit, "-", what)
}

func TestLoneValidator(t *testing.T) {
	t.Parallel()
	home := newHomes(t, 1, nil)[0]
	n := startNode(t, home, nil)

	first := put(t, n, "one")
	if first.Height < 1 || first.Result.Code != 0 || first.Result.ID != wire.Sum([]byte("put:one")) {
		t.Fatalf("%+v", first)
	}
	again := put(t, n, "one")
	if again.Height != 0 || again.Check.Code != codeSpent {
		t.Fatalf("a spent transaction was not refused: %+v", again)
	}
	refused, err := n.Submit(context.Background(), []byte("nonsense"))
	if err != nil || refused.Code != codeMalformed {
		t.Fatalf("%+v %v", refused, err)
	}
	if _, err := n.Submit(context.Background(), make([]byte, txBytesMax+1)); !errors.Is(err, ErrTooLarge) {
		t.Fatal("an oversized transaction:", err)
	}

	// A second process must not run the same validator.
	other := newNode(t, home, nil)
	if err := other.Start(context.Background()); err == nil || !strings.Contains(err.Error(), "is in use by process") {
		t.Fatal("a second node took the same home:", err)
	}

	if err := n.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Submit(context.Background(), []byte("put:late")); !errors.Is(err, ErrStopped) {
		t.Fatal("after the stop:", err)
	}
	height, root := n.Machine().Height(), n.Machine().Root()

	n = startNode(t, home, nil)
	if n.Machine().Height() < height || (n.Machine().Height() == height && n.Machine().Root() != root) {
		t.Fatalf("after a restart: height %d root %s, before %d %s", n.Machine().Height(), n.Machine().Root(), height, root)
	}
	if again := put(t, n, "one"); again.Check.Code != codeSpent {
		t.Fatal("forgotten over the restart")
	}
	put(t, n, "two")
	checkReceipt(t, n, "put:two")
}

// checkReceipt proves a result of the chain as a stranger would.
func checkReceipt(t *testing.T, n *Node, tx string) {
	t.Helper()
	id := wire.Sum([]byte(tx))
	for height := n.Machine().Height(); height > 0; height-- {
		results, err := n.TxResults(height)
		if err != nil {
			t.Fatal(err)
		}
		for i, result := range results {
			if result.ID != id {
				continue
			}
			eventually(t, 5*time.Second, "the next header", func() bool { return n.Machine().Height() > height })
			leaf, proof, err := n.ResultProof(height, i)
			if err != nil {
				t.Fatal(err)
			}
			next, err := n.Header(height + 1)
			if err != nil {
				t.Fatal(err)
			}
			if err := proof.Verify(next.LastResultsHash, leaf); err != nil {
				t.Fatal(err)
			}
			want, err := ResultBytes(result)
			if err != nil || string(want) != string(leaf) {
				t.Fatalf("leaf %x, want %x (%v)", leaf, want, err)
			}
			commit, err := n.Commit(height + 1)
			if err != nil {
				t.Fatal(err)
			}
			set, err := n.ValidatorSet(height + 1)
			if err != nil {
				t.Fatal(err)
			}
			if err := set.VerifyCommit(testChain, commit.BlockID, height+1, commit); err != nil {
				t.Fatal(err)
			}
			if string(commit.BlockID.Hash) != string(next.Hash()) {
				t.Fatal("the commit is for another header")
			}
			txs, err := n.BlockTxs(height)
			if err != nil || string(txs[i]) != tx {
				t.Fatalf("block %d holds %q at %d (%v)", height, txs, i, err)
			}
			return
		}
	}
	t.Fatalf("%s is in no block", tx)
}

// Idle blocks keep block time fresh, and change nothing.
func TestIdleBlocks(t *testing.T) {
	t.Parallel()
	home := newHomes(t, 1, func(c *Config) { c.Consensus.EmptyBlockInterval = 200 * time.Millisecond })[0]
	n := startNode(t, home, nil)
	put(t, n, "one")
	root, height := n.Machine().Root(), n.Machine().Height()
	eventually(t, 5*time.Second, "three idle blocks", func() bool { return n.Machine().Height() >= height+3 })
	if n.Machine().Root() != root {
		t.Fatal("an empty block changed the root")
	}
	if moved := n.Machine().Height() - height; moved > 10 {
		t.Fatalf("%d blocks while idle: an empty block must not call for another", moved)
	}
}

// After a pause longer than the limit, the first block is empty so that block time catches up.
func TestStaleClockIsMendedFirst(t *testing.T) {
	t.Parallel()
	home := newHomes(t, 1, func(c *Config) {
		c.Consensus.EmptyBlockInterval = 100 * time.Millisecond
		c.Consensus.ClockLagMax = 300 * time.Millisecond
	})[0]
	n := startNode(t, home, nil)
	put(t, n, "one")
	if err := n.Stop(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(600 * time.Millisecond)
	n = startNode(t, home, nil)
	before := n.Machine().Height()
	final := put(t, n, "two")
	header, err := n.Header(final.Height)
	if err != nil {
		t.Fatal(err)
	}
	first, err := n.BlockTxs(before + 1)
	if err != nil || len(first) != 0 {
		t.Fatalf("the first block after the pause has %d transactions (%v)", len(first), err)
	}
	if lag := time.Since(header.Time); lag > 2*time.Second {
		t.Fatal("judged by a clock that lags by", lag)
	}
}

func TestSubmitFromManyCallers(t *testing.T) {
	t.Parallel()
	home := newHomes(t, 1, nil)[0]
	n := startNode(t, home, nil)
	const callers, each = 50, 20
	var group sync.WaitGroup
	for c := range callers {
		group.Go(func() {
			for i := range each {
				if final := put(t, n, fmt.Sprintf("%d-%d", c, i)); final.Height == 0 {
					t.Errorf("%+v", final)
				}
			}
		})
	}
	group.Wait()
	if n.waiters.count() != 0 {
		t.Fatal("waiters are left over")
	}
	total := 0
	for height := int64(1); height <= n.Machine().Height(); height++ {
		results, err := n.TxResults(height)
		if err != nil {
			t.Fatal(err)
		}
		total += len(results)
	}
	if total != callers*each {
		t.Fatalf("%d transactions in blocks, %d submitted", total, callers*each)
	}
}

// The same bytes sent by two callers at once wake both.
func TestSameTransactionTwiceAtOnce(t *testing.T) {
	t.Parallel()
	home := newHomes(t, 1, nil)[0]
	n := startNode(t, home, nil)
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() {
			final := put(t, n, "same")
			if final.Height == 0 && final.Check.Code != codeSpent {
				t.Errorf("%+v", final)
			}
		})
	}
	group.Wait()
}

func TestReaders(t *testing.T) {
	t.Parallel()
	home := newHomes(t, 1, func(c *Config) { c.Consensus.EmptyBlockInterval = 100 * time.Millisecond })[0]
	n := startNode(t, home, nil)
	put(t, n, "one")
	slow, err := n.Subscribe(0)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := n.Subscribe(1)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	// Drive blocks until the slow reader's room is used up; the other reader and the chain go on.
	for i := range subscriptionBlocks + 10 {
		put(t, n, fmt.Sprint("more", i))
		if got, err := reader.Next(ctx); err != nil || got.Height != int64(i+1) {
			t.Fatalf("block %d came as %d: %v", i+1, got.Height, err)
		}
	}
	delivered := 0
	for {
		if _, err := slow.Next(ctx); err != nil {
			if !errors.Is(err, ErrSlowReader) {
				t.Fatal(err)
			}
			break
		}
		delivered++
	}
	if delivered != subscriptionBlocks {
		t.Fatalf("the slow reader got %d blocks before it was dropped", delivered)
	}
	reader.Close()
	reader.Close()
	if err := n.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Subscribe(0); !errors.Is(err, ErrStopped) {
		t.Fatal(err)
	}
}

// A broken invariant stops the node, which names it and keeps the last good block.
func TestBrokenInvariantStops(t *testing.T) {
	t.Parallel()
	home := newHomes(t, 1, nil)[0]
	n := startNode(t, home, nil)
	put(t, n, "good")
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_, err := n.SubmitAndWait(ctx, []byte("bug:1"))
	if !errors.Is(err, ErrStopped) || !strings.Contains(err.Error(), "supply does not equal the sum of balances") {
		t.Fatal(err)
	}
	<-n.Done()
	if reason := n.Status().Reason; !strings.HasPrefix(reason, "stopped: ") || !strings.Contains(reason, "supply does not equal") {
		t.Fatal(reason)
	}
	recorder := httptest.NewRecorder()
	n.HealthHandler().ServeHTTP(recorder, httptest.NewRequest("GET", "/healthz", nil))
	if recorder.Code != 503 || !strings.Contains(recorder.Body.String(), "supply does not equal") {
		t.Fatal(recorder.Code, recorder.Body)
	}
}

// A defect that a transaction hits before any block refuses it and leaves the node running.
func TestDefectRefusesTheTransaction(t *testing.T) {
	t.Parallel()
	n := startNode(t, newHomes(t, 1, nil)[0], nil)
	result, err := n.Submit(context.Background(), []byte("ill:"))
	if err != nil || result.Name != "internal.bug" {
		t.Fatalf("%+v %v", result, err)
	}
	put(t, n, "and on")
	recorder := httptest.NewRecorder()
	n.MetricsHandler().ServeHTTP(recorder, httptest.NewRequest("GET", "/metrics", nil))
	if want := "causeway_internal_bugs_total 2"; !strings.Contains(recorder.Body.String(), want) {
		t.Fatalf("no %q in\n%s", want, recorder.Body)
	}
}

// Every reason that a chain can stand for has its words.
func TestReasons(t *testing.T) {
	t.Parallel()
	n := newNode(t, newHomes(t, 1, nil)[0], nil)
	n.app = &application{}
	old := stuckAfter + time.Second
	for want, s := range map[string]Status{
		"":                                      {BlockAge: stuckAfter, PowerTotal: 4, PowerOnline: 1},
		"catching up, but no peer is connected": {BlockAge: old, Syncing: true},
		"catching up from 3 peers":              {BlockAge: old, Syncing: true, Peers: 3},
		"2 of 3 validators online (power 6 of 9)":      {BlockAge: old, Validators: 3, Online: 2, PowerTotal: 9, PowerOnline: 6},
		"no block for 5s at height 8 round 2, with 3 ": {BlockAge: old, Height: 7, Round: 2, Validators: 3, Online: 3, PowerTotal: 9, PowerOnline: 9},
	} {
		if got := n.reason(&s); !strings.HasPrefix(got, want) || (want == "") != (got == "") {
			t.Errorf("%q, want %q", got, want)
		}
	}
	n.app.lagging.Store(2500)
	if got := n.reason(&Status{BlockAge: old}); !strings.HasPrefix(got, "block time lags the clock by 2.5s") {
		t.Error(got)
	}
	n.halt(errors.New("invariant protocol_known: height 9 needs protocol version 2"))
	if got := n.reason(&Status{}); got != "stopped: invariant protocol_known: height 9 needs protocol version 2" {
		t.Error(got)
	}
}

func TestHealthAndMetrics(t *testing.T) {
	t.Parallel()
	home := newHomes(t, 1, nil)[0]
	n := startNode(t, home, nil)
	put(t, n, "one")
	recorder := httptest.NewRecorder()
	n.ReadyHandler().ServeHTTP(recorder, httptest.NewRequest("GET", "/readyz", nil))
	if recorder.Code != 200 {
		t.Fatal(recorder.Code, recorder.Body)
	}
	recorder = httptest.NewRecorder()
	n.MetricsHandler().ServeHTTP(recorder, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{"causeway_height ", "causeway_transactions_total 1", "causeway_power_online_ratio 1", "causeway_stuck 0", "causeway_finality_seconds_count 1"} {
		if !strings.Contains(recorder.Body.String(), want) {
			t.Errorf("no %q in\n%s", want, recorder.Body)
		}
	}
	status := n.Status()
	if !status.Validator || status.Validators != 1 || status.PowerOnline != 10 || status.Syncing {
		t.Fatalf("%+v", status)
	}
}

func TestInitNeverOverwrites(t *testing.T) {
	t.Parallel()
	home := newHomes(t, 1, nil)[0]
	if _, err := Init(home, Options{ChainID: testChain, Genesis: []byte(`{}`)}); err == nil || !strings.Contains(err.Error(), "home already") {
		t.Fatal(err)
	}
	if _, err := LoadConfig(t.TempDir()); err == nil || !strings.Contains(err.Error(), "is no node's home") {
		t.Fatal(err)
	}
	// Without the record of its last vote a validator might sign twice: it must not start.
	if err := os.Remove(filepath.Join(home, signerFile)); err != nil {
		t.Fatal(err)
	}
	if err := newNode(t, home, nil).Start(context.Background()); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "sign twice") {
		t.Fatal(err)
	}
}

func TestConfigEnvironment(t *testing.T) {
	t.Parallel()
	config := DefaultConfig()
	values := map[string]string{
		"CAUSEWAY_P2P_PEERS": "a@h:1,b@h:2", "CAUSEWAY_CONSENSUS_EMPTY_BLOCK_INTERVAL": "250ms", "CAUSEWAY_MEMPOOL_TXS": "7",
		"CAUSEWAY_SNAPSHOTS_EVERY": "x",
	}
	err := config.environment(func(name string) (string, bool) { value, ok := values[name]; return value, ok })
	if err == nil || !strings.Contains(err.Error(), "CAUSEWAY_SNAPSHOTS_EVERY") {
		t.Fatal(err)
	}
	if len(config.P2P.Peers) != 2 || config.Consensus.EmptyBlockInterval != 250*time.Millisecond || config.Mempool.Txs != 7 {
		t.Fatalf("%+v", config)
	}
	config.Consensus.ClockLagMax = time.Millisecond
	if err := config.Validate(); err == nil || !strings.Contains(err.Error(), "clock_lag_max") {
		t.Fatal(err)
	}
}
