package api_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"causeway/api"
	"causeway/client"
	"causeway/client/keyring"
	"causeway/cmd/gateway"
	"causeway/core"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/state"
	"causeway/internal/testkit"
	"causeway/node"
)

// network is a real node with consensus and disk, its public interface, and a client of it.
type network struct {
	t       testing.TB
	node    *node.Node
	server  *httptest.Server
	client  *client.Client
	genesis []byte
	drafts  int
	gate    *gate
}

// gate holds blocks back before they are executed, while the mempool goes on taking transactions.
type gate struct {
	closed  sync.Mutex
	waiting atomic.Int32 // blocks before the gate: what is submitted now goes into the next
}

// close returns once a block stands before the gate; from then on nothing changes until open.
func (g *gate) close(t *testing.T) (open func()) {
	t.Helper()
	g.closed.Lock()
	for end := time.Now().Add(20 * time.Second); g.waiting.Load() == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			g.closed.Unlock()
			t.Fatal("no block comes to the gate")
		}
	}
	return g.closed.Unlock
}

// gated is the real machine behind a gate.
type gated struct {
	*core.Machine
	gate *gate
}

func (m gated) Core() *core.Machine { return m.Machine }

func (m gated) Execute(b core.Block) (*core.Outcome, error) {
	m.gate.waiting.Add(1)
	m.gate.closed.Lock()
	m.gate.waiting.Add(-1)
	defer m.gate.closed.Unlock()
	return m.Machine.Execute(b)
}

func start(t testing.TB, change func(*api.Config)) *network {
	t.Helper()
	config := node.DefaultConfig()
	config.Consensus.BlockIntervalMin = 5 * time.Millisecond
	config.Consensus.EmptyBlockInterval = 100 * time.Millisecond
	config.Store.CacheBytes = 16 << 20
	homes, err := node.Init(t.TempDir(), node.Options{ChainID: testkit.Chain, Genesis: testkit.NewWorld().Genesis(), Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	if config, err = node.LoadConfig(homes[0]); err != nil {
		t.Fatal(err)
	}
	config.P2P.Listen = "127.0.0.1:0"
	held := &gate{}
	running, err := node.New(config, func(genesis []byte, backend state.Backend, limits state.Limits) (node.Machine, error) {
		machine, err := core.OpenLimited(genesis, backend, limits)
		return gated{machine, held}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := running.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	g := gateway.New(running)
	settings := api.Config{ReadWait: 300 * time.Millisecond, Rate: -1}
	if change != nil {
		change(&settings)
	}
	public := api.New(g, g, settings)
	server := httptest.NewUnstartedServer(public)
	server.Config = public.Server("")
	server.Config.ReadTimeout, server.Config.WriteTimeout = time.Second, time.Second // streams must outlive them
	server.Start()
	n := &network{t: t, node: running, server: server, client: client.New(server.URL, server.Client()), gate: held}
	if n.genesis, err = os.ReadFile(filepath.Join(homes[0], "genesis.json")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		if err := running.Stop(); err != nil {
			t.Error("stop:", err)
		}
	})
	return n
}

// sign makes a transaction of a party; each draft differs from every other.
func (n *network) sign(party, kind, payload, reference string, officers ...string) []byte {
	n.t.Helper()
	n.drafts++
	body, err := client.Build(kind, json.RawMessage(payload), testkit.LEI(party), reference, time.Now().Add(time.Hour+time.Duration(n.drafts)*time.Millisecond))
	if err != nil {
		n.t.Fatalf("%s: %v", kind, err)
	}
	tx, err := client.Sign(testkit.Chain, body, signers(party, officers)...)
	if err != nil {
		n.t.Fatal(err)
	}
	return tx
}

func signers(party string, officers []string) (keys []keyring.Signer) {
	if len(officers) == 0 {
		officers = []string{"maker"}
	}
	for _, o := range officers {
		keys = append(keys, testkit.KeyFor(identity.Ed25519, party+"."+o))
	}
	return keys
}

// do submits and waits; it must pass.
func (n *network) do(party, kind, payload string, officers ...string) *client.Transaction {
	n.t.Helper()
	done, err := n.client.Submit(n.t.Context(), n.sign(party, kind, payload, "", officers...), true)
	if err != nil {
		n.t.Fatalf("%s by %s: %v", kind, party, err)
	}
	return done
}

// fund gives IMPORT-CNY ten thousand yuan.
func (n *network) fund() {
	n.t.Helper()
	shanghai := `"type":"resident","authority":"CN-SH"`
	n.do("SHANGHAI", "account.open", `{"id":"IMPORT-CNY","owner":"`+string(testkit.LEI("IMPORT"))+`",`+shanghai+`}`)
	n.do("SHANGHAI", "account.open", `{"id":"PARTS-CNY","owner":"`+string(testkit.LEI("PARTS"))+`",`+shanghai+`}`)
	expires, err := json.Marshal(time.Now().Add(365 * 24 * time.Hour).UnixMilli())
	if err != nil {
		n.t.Fatal(err)
	}
	pboc := string(testkit.LEI("PBOC"))
	n.do("PBOC", "asset.register", `{"id":"e-CNY","name":"Digital yuan","kind":"cbdc","scale":2,"currency":"CNY","authority":"CN","issuer":"`+pboc+
		`","approval":"PBOC-2026-1","expires":`+string(expires)+`,"cap":"10000000000","redeem_in":1,"calendar":"CN"}`)
	n.do("PBOC", "allowance.raise", `{"asset":"e-CNY","minter":"`+pboc+`","amount":"5000000000"}`, "admin")
	n.do("PBOC", "issuance.mint", `{"asset":"e-CNY","to":"IMPORT-CNY","amount":"1000000"}`)
}
