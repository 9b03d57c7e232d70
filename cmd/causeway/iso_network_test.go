package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"causeway/core/feature/issuance"
	"causeway/core/feature/party"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/sample"
)

// isoNetwork is a development network in this process, with two accounts in Shanghai besides
// those of the sample: MACHINERY-DOM pays SH-SUPPLIER in e-CNY.
type isoNetwork struct {
	t    *testing.T
	url  string
	env  map[string]string
	home string
}

const testAgent = "SPDZCNSHXXX"

func startIsoNetwork(t *testing.T) *isoNetwork {
	n := &isoNetwork{t: t, home: t.TempDir()}
	n.env = map[string]string{"HOME": n.home}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	d := &dev{app: newApp(strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{}, n.lookup), home: filepath.Join(n.home, "net")}
	go func() { ended <- d.run(ctx, "127.0.0.1:0", true) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	played := filepath.Join(n.home, "net", "out", "KPC-INV-2025-0119.receipt")
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(played); err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the network has not played its sample")
		}
	}
	address, err := os.ReadFile(filepath.Join(n.home, "net", "data", "api.url"))
	if err != nil {
		t.Fatal(err)
	}
	n.url = strings.TrimSpace(string(address))
	n.furnish()
	return n
}

func (n *isoNetwork) lookup(name string) (string, bool) { v, ok := n.env[name]; return v, ok }

// furnish opens and funds the accounts.
func (n *isoNetwork) furnish() {
	machinery, _ := sample.Find("machinery")
	hailan, _ := sample.Find("hailan")
	account := func(id txn.AccountID, owner identity.LEI, external ...txn.ExternalID) sample.Step {
		return sample.Step{Kind: "account.open", Party: "shanghai", Signers: []string{"shanghai.maker"}, Payload: &party.OpenAccount{
			ID: id, Owner: owner, Type: txn.ResidentAccount, Authority: "CN-SH", External: external,
		}}
	}
	cny := func(scheme, id, agent string) txn.ExternalID {
		return txn.ExternalID{Scheme: scheme, ID: id, Agent: agent, Asset: string(sample.CNY)}
	}
	steps := []sample.Step{
		account("MACHINERY-DOM", machinery.LEI, cny("BBAN", "31000010026000000001", testAgent), cny("OTHR", "31000010026000000001", "")),
		account("SH-SUPPLIER", hailan.LEI, cny("BBAN", "31000010026000000002", testAgent), cny("OTHR", "31000010026000000002", "")),
		{Kind: "issuance.mint", Party: "ecny", Signers: []string{"ecny.maker"}, Payload: &issuance.Mint{Asset: sample.CNY, To: "MACHINERY-DOM", Amount: money.FromUint64(30_000_000_00)}},
	}
	net := newNetwork(n.url)
	for _, step := range steps {
		raw, id, err := step.Sign(sample.Chain, time.Now())
		if err != nil {
			n.t.Fatal(err)
		}
		o, err := net.transact(n.t.Context(), raw, id)
		if err != nil || o.Refusal != nil {
			n.t.Fatalf("%s: %v %+v", step.Kind, err, o)
		}
	}
}

// run is a command in this process; it returns what it printed and its exit code.
func (n *isoNetwork) run(args ...string) (out, talk string, code int) {
	n.t.Helper()
	var stdout, stderr bytes.Buffer
	a := newApp(strings.NewReader(""), &stdout, &stderr, n.lookup)
	root := a.root()
	root.SetArgs(append(args, "--url", n.url))
	err := root.ExecuteContext(n.t.Context())
	if err != nil {
		a.complain(err)
	}
	return stdout.String(), stderr.String(), codeOf(err)
}

// start is a command in a process of its own, which can be killed; through is how it reaches the network.
func (n *isoNetwork) start(through string, args ...string) *exec.Cmd {
	n.t.Helper()
	cmd := exec.Command("causeway", append(args, "--url", through)...)
	cmd.Env = append(os.Environ(), "HOME="+n.home)
	cmd.Stderr = &bytes.Buffer{}
	if err := cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	return cmd
}

// answersOnly is a way to the network on which so many submissions are answered. The next one
// still arrives, its answer never comes back; lost is closed once it would have.
func (n *isoNetwork) answersOnly(submissions int32) (address string, lost <-chan struct{}) {
	n.t.Helper()
	node, err := url.Parse(n.url)
	if err != nil {
		n.t.Fatal(err)
	}
	reached, over := make(chan struct{}), make(chan struct{})
	var count atomic.Int32
	proxy := httputil.NewSingleHostReverseProxy(node)
	proxy.FlushInterval = -1
	proxy.ModifyResponse = func(r *http.Response) error {
		if r.Request.Method != http.MethodPost || r.Request.URL.Path != "/v1/transactions" || count.Add(1) <= submissions {
			return nil
		}
		close(reached)
		select {
		case <-r.Request.Context().Done():
		case <-over:
		}
		return errors.New("the answer is lost")
	}
	proxy.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }
	server := httptest.NewServer(proxy)
	n.t.Cleanup(func() {
		close(over)
		server.Close()
	})
	return server.URL, reached
}

func (n *isoNetwork) balance(id string) money.Amount {
	n.t.Helper()
	var b party.BalanceRecord
	if err := newNetwork(n.url).value(n.t.Context(), "balance", id, &b); err != nil {
		n.t.Fatal(err)
	}
	return b.Total
}

// write puts a file beside nothing else.
func (n *isoNetwork) write(name, content string) string {
	n.t.Helper()
	path := filepath.Join(n.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		n.t.Fatal(err)
	}
	return path
}

// submit submits a file as a role, wants an exit code and reads the summary.
func (n *isoNetwork) submit(path, as string, want int, more ...string) fileSummary {
	n.t.Helper()
	out, talk, code := n.run(append([]string{"iso", "submit", path, "--as", as, "-o", "json"}, more...)...)
	if code != want {
		n.t.Fatalf("%s: exit code %d, want %d\n%s%s", filepath.Base(path), code, want, out, talk)
	}
	var s fileSummary
	if code != exitUsage || out != "" {
		// Statuses are words there, which only programs of others read back.
		var raw struct {
			Proposals []string `json:"proposals"`
			Written   []string `json:"written"`
		}
		if err := json.Unmarshal([]byte(out), &raw); err != nil {
			n.t.Fatalf("%v\n%s", err, out)
		}
		s.Written = raw.Written
		for range raw.Proposals {
			s.Proposals = append(s.Proposals, [32]byte{})
		}
	}
	n.judge(s.Written)
	return s
}

// judge checks answers as their receivers would: by this program and by xmllint, if it is there.
func (n *isoNetwork) judge(paths []string) {
	n.t.Helper()
	lint, err := exec.LookPath("xmllint")
	for _, path := range paths {
		if out, talk, code := n.run("iso", "check", path); code != exitDone {
			n.t.Errorf("%s: %s%s", path, out, talk)
		}
		if err != nil {
			continue
		}
		if text, err := exec.Command(lint, "--noout", "--nonet", path).CombinedOutput(); err != nil {
			n.t.Errorf("%s: %s", path, text)
		}
	}
}
