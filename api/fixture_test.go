package api_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"causeway/api"
	"causeway/client"
	"causeway/client/keyring"
	"causeway/cmd/gateway"
	"causeway/core/kernel/identity"
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
	running, err := node.New(config, node.OpenCore)
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
	n := &network{t: t, node: running, server: server, client: client.New(server.URL, server.Client())}
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
