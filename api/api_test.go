package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"causeway/api"
	"causeway/client"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/internal/testkit"
)

const pay = `{"from":"IMPORT-CNY","to":"PARTS-CNY","asset":"e-CNY","amount":"1250","purpose":"CGODDR"}`

func TestAPI(t *testing.T) {
	n := start(t, nil)
	n.fund()
	t.Run("submit, read, explain", n.submit)
	t.Run("refusals", n.refusals)
	t.Run("one id twice in a block", n.twice)
	t.Run("malformed requests", n.malformed)
	t.Run("reads", n.reads)
	t.Run("reference", n.reference)
	t.Run("events", n.events)
	n.t = t
	n.receipts(t) // closes the server
}

func (n *network) submit(t *testing.T) {
	n.t = t
	done := n.do("IMPORT", "payment.send", pay)
	if done.Status != "settled" || done.Body.Kind != "payment.send" || done.Body.Party != testkit.LEI("IMPORT") || len(done.Result.Postings) != 1 {
		t.Fatalf("%+v", done)
	}
	if p := done.Result.Postings[0]; p.Amount != money.FromUint64(1250) || p.Scale == nil || *p.Scale != 2 || p.To != "PARTS-CNY" {
		t.Fatalf("%+v", p)
	}
	record, err := n.client.Get(client.AtHeight(t.Context(), done.Height), "balance", "PARTS-CNY/e-CNY", false)
	if err != nil || !strings.Contains(string(record.Value), `"1250"`) {
		t.Fatalf("%s %v", record.Value, err)
	}
	pending, err := n.client.Submit(t.Context(), n.sign("IMPORT", "payment.send", pay, "ref-1"), false)
	if err != nil || pending.Status != client.Pending {
		t.Fatalf("%+v %v", pending, err)
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		read, err := n.client.Transaction(t.Context(), pending.ID)
		if err == nil && read.Status == "settled" && read.Body.Reference == "ref-1" {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%+v %v", read, err)
		}
	}
	again, err := n.client.Submit(t.Context(), n.sign("IMPORT", "payment.send", pay, "ref-1"), true)
	if err != nil || again.Status != "duplicate" || *again.Result.Original != pending.ID {
		t.Fatalf("the same reference and content: %+v %v", again, err)
	}
	n.explain(t)
}

func (n *network) explain(t *testing.T) {
	ask := func(party, payload, signer string, at time.Time) (*client.Explanation, error) {
		body, err := client.Build("payment.send", json.RawMessage(payload), testkit.LEI(party), "", time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		request, err := client.SignExplain(testkit.Chain, body, at, testkit.Key(signer))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := n.client.Submit(t.Context(), request, true); err == nil {
			t.Fatal("a request to explain was submitted as a payment")
		}
		return n.client.Explain(t.Context(), request)
	}
	before := n.balance(t, "IMPORT-CNY")
	e, err := ask("IMPORT", pay, "IMPORT.maker", time.Now())
	if err != nil || e.Status != "settled" || len(e.Postings) != 1 || e.Problem != nil {
		t.Fatalf("%+v %v", e, err)
	}
	e, err = ask("IMPORT", strings.Replace(pay, "1250", "999999999", 1), "IMPORT.maker", time.Now())
	if err != nil || e.Status != "refused" || e.Fault != fault.FundsInsufficient.Name || !bytes.Contains(e.Problem, []byte(`"want":"999999999"`)) {
		t.Fatalf("%+v %v", e, err)
	}
	if _, err := ask("IMPORT", pay, "PARTS.maker", time.Now()); !errors.Is(err, fault.KeyUnknown) {
		t.Fatal("a stranger was told:", err)
	}
	if _, err := ask("IMPORT", pay, "IMPORT.maker", time.Now().Add(-time.Hour)); !errors.Is(err, fault.TxExpired) {
		t.Fatal("an old request was answered:", err)
	}
	if after := n.balance(t, "IMPORT-CNY"); after != before {
		t.Fatalf("explaining moved money: %s, then %s", before, after)
	}
}

func (n *network) balance(t *testing.T, account string) string {
	t.Helper()
	record, err := n.client.Get(t.Context(), "balance", account+"/e-CNY", false)
	if err != nil {
		t.Fatal(err)
	}
	return string(record.Value)
}

func (n *network) refusals(t *testing.T) {
	n.t = t
	// In a block: status, code and the stated fields from the table.
	_, err := n.client.Submit(t.Context(), n.sign("IMPORT", "payment.send", strings.Replace(pay, "1250", "999999999", 1), ""), true)
	var refused *client.Error
	if !errors.As(err, &refused) || !errors.Is(err, fault.FundsInsufficient) || refused.Status != 422 || refused.Height == 0 || refused.Stated.Want != "999999999" {
		t.Fatalf("%+v", err)
	}
	shown, err := n.client.Transaction(t.Context(), *refused.ID)
	if err != nil || shown.Status != "refused" || shown.Result.Fault != fault.FundsInsufficient.Name {
		t.Fatalf("%+v %v", shown, err)
	}
	_, public := n.request(t, "GET", "/v1/transactions/"+refused.ID.String(), nil, nil)
	if bytes.Contains(public, []byte("999999999,")) || bytes.Contains(public, []byte(`"want"`)) || bytes.Contains(public, []byte(`"trace":`)) {
		t.Fatalf("everybody is told why: %s", public)
	}
	// Before any block.
	stranger, err := client.Sign(testkit.Chain, n.body(t, "IMPORT"), testkit.Key("PARTS.maker"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.client.Submit(t.Context(), stranger, true); !errors.Is(err, fault.KeyUnknown) || !errors.As(err, &refused) || refused.Status != 401 || refused.Height != 0 {
		t.Fatalf("%v", err)
	}
	// Replay: raw, a conflict; through the SDK, how it ended.
	tx := n.sign("IMPORT", "payment.send", pay, "once")
	first, err := n.client.Submit(t.Context(), tx, true)
	if err != nil {
		t.Fatal(err)
	}
	response, body := n.request(t, "POST", "/v1/transactions?wait=commit", tx, map[string]string{"Content-Type": "application/cbor"})
	if response.StatusCode != 409 || !bytes.Contains(body, []byte(`"code":"tx.replayed"`)) {
		t.Fatalf("%d %s", response.StatusCode, body)
	}
	if again, err := n.client.Submit(t.Context(), tx, true); err != nil || again.ID != first.ID || again.Height != first.Height {
		t.Fatalf("%+v %v", again, err)
	}
	// Another content under a used reference.
	if _, err := n.client.Submit(t.Context(), n.sign("IMPORT", "payment.send", strings.Replace(pay, "1250", "1", 1), "once"), true); !errors.Is(err, fault.TxReferenceClash) {
		t.Fatal(err)
	}
}

func (n *network) body(t *testing.T, party string) txn.Body {
	body, err := client.Build("payment.send", json.RawMessage(pay), testkit.LEI(party), "", time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func (n *network) request(t *testing.T, method, path string, body []byte, headers map[string]string) (*http.Response, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, n.server.URL+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := n.server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, data
}

// One body signed by two officers has one id. If both reach one block, the second is refused
// under an id of its own, which can be read but proves nothing.
func (n *network) twice(t *testing.T) {
	n.t = t
	body := n.body(t, "IMPORT")
	open := n.gate.close(t)
	for _, officer := range []string{"maker", "admin"} {
		tx, err := client.Sign(testkit.Chain, body, testkit.Key("IMPORT."+officer))
		if err == nil {
			_, err = n.client.Submit(t.Context(), tx, false)
		}
		if err != nil {
			open()
			t.Fatal(officer, err)
		}
	}
	open()
	id := client.ID(testkit.Chain, &body)
	n.reach(t, n.node.Machine().Height()+2)
	first, err := n.client.Transaction(t.Context(), id)
	if err != nil || first.Status != "settled" {
		t.Fatalf("%+v %v", first, err)
	}
	var block api.BlockView
	_, data := n.request(t, "GET", "/v1/blocks/"+strconv.FormatInt(first.Height, 10), nil, nil)
	if err := json.Unmarshal(data, &block); err != nil {
		t.Fatal(err)
	}
	repeated := 0
	for _, o := range block.Outcomes {
		if o.Result.Fault != fault.TxReplayed.Name {
			continue
		}
		repeated++
		second, err := n.client.Transaction(t.Context(), o.ID)
		if err != nil || second.Status != "refused" || second.ID == id || len(second.Result.Postings) > 0 {
			t.Fatalf("%+v %v", second, err)
		}
		if _, err := n.client.Receipt(t.Context(), o.ID, 1); !errors.Is(err, fault.ReceiptNone) {
			t.Fatal("a receipt for a repetition:", err)
		}
	}
	if repeated != 1 {
		t.Fatalf("%d repetitions in a block of %d outcomes", repeated, len(block.Outcomes))
	}
}

func (n *network) malformed(t *testing.T) {
	n.t = t
	signed := n.sign("IMPORT", "payment.send", pay, "keyed")
	envelope, err := json.Marshal(map[string][]byte{"transaction": signed})
	if err != nil {
		t.Fatal(err)
	}
	big := bytes.Repeat([]byte{0x40}, 600<<10)
	for _, test := range []struct {
		name, method, path, kind, key string
		body                          []byte
		status                        int
		code                          string
	}{
		{"nothing", "POST", "/v1/transactions", "application/cbor", "", nil, 400, ""},
		{"no CBOR", "POST", "/v1/transactions", "application/cbor", "", []byte("hello"), 400, "tx.malformed"},
		{"a byte too many", "POST", "/v1/transactions", "application/cbor", "", append(bytes.Clone(signed), 0), 400, "tx.malformed"},
		{"a text", "POST", "/v1/transactions", "text/plain", "", signed, 400, "request.invalid"},
		{"no type", "POST", "/v1/transactions", "", "", signed, 400, "request.invalid"},
		{"another JSON", "POST", "/v1/transactions", "application/json", "", []byte(`{"tx":"AA=="}`), 400, "request.invalid"},
		{"no base64", "POST", "/v1/transactions", "application/json", "", []byte(`{"transaction":"%%"}`), 400, "request.invalid"},
		{"too large", "POST", "/v1/transactions", "application/cbor", "", big, 413, "request.too_large"},
		{"far too large", "POST", "/v1/transactions", "application/cbor", "", append(big, big...), 413, "request.too_large"},
		{"too large to explain", "POST", "/v1/explain", "application/cbor", "", append(big, big...), 413, "request.too_large"},
		{"another key", "POST", "/v1/transactions", "application/cbor", "other", signed, 400, "request.idempotency_key_mismatch"},
		{"another wait", "POST", "/v1/transactions?wait=forever", "application/cbor", "", signed, 400, "request.invalid"},
		{"the right key in JSON", "POST", "/v1/transactions?wait=commit", "application/json", "keyed", envelope, 200, ""},
		{"no such route", "GET", "/v2/x", "", "", nil, 404, "request.no_such_route"},
		{"another method", "DELETE", "/v1/status", "", "", nil, 404, "request.no_such_route"},
		{"no such noun", "GET", "/v1/dragon/1", "", "", nil, 404, "read.noun_unknown"},
		{"no such noun to list", "GET", "/v1/dragon", "", "", nil, 404, "read.noun_unknown"},
		{"no such record", "GET", "/v1/account/NOWHERE", "", "", nil, 404, "read.not_found"},
		{"no hash", "GET", "/v1/transactions/xyz", "", "", nil, 400, "request.invalid"},
		{"no such transaction", "GET", "/v1/transactions/" + strings.Repeat("ab", 32), "", "", nil, 404, "transaction.not_found"},
		{"no such receipt", "GET", "/v1/transactions/" + strings.Repeat("ab", 32) + "/receipt", "", "", nil, 404, "transaction.not_found"},
		{"a limit that is none", "GET", "/v1/account?limit=many", "", "", nil, 400, "request.invalid"},
		{"a limit too high", "GET", "/v1/account?limit=100000", "", "", nil, 400, "request.invalid"},
		{"a future block", "GET", "/v1/blocks/99999999", "", "", nil, 404, "read.not_kept"},
		{"no height", "GET", "/v1/blocks/one", "", "", nil, 400, "request.invalid"},
		{"a future height", "GET", "/v1/account?min_height=99999999", "", "", nil, 503, "read.behind"},
		{"no height to wait for", "GET", "/v1/account?min_height=-1", "", "", nil, 400, "request.invalid"},
		{"events of the future", "GET", "/v1/events?from=99999999", "", "", nil, 503, "read.behind"},
	} {
		headers := map[string]string{}
		if test.kind != "" {
			headers["Content-Type"] = test.kind
		}
		if test.key != "" {
			headers["Idempotency-Key"] = test.key
		}
		response, body := n.request(t, test.method, test.path, test.body, headers)
		if response.StatusCode != test.status {
			t.Errorf("%s: HTTP %d, want %d: %s", test.name, response.StatusCode, test.status, body)
			continue
		}
		if test.status < 300 {
			continue
		}
		var p api.Problem
		if err := json.Unmarshal(body, &p); err != nil || response.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: no problem: %s", test.name, body)
			continue
		}
		f := fault.Numbered(p.Number)
		if f == nil || f.Name != p.Code || f.HTTP() != p.Status || p.Title != f.En || p.TitleZh != f.Zh || p.Type != "/faults/"+p.Code || test.code != "" && p.Code != test.code {
			t.Errorf("%s: want %s: %s", test.name, test.code, body)
		}
		if p.Status == 503 && response.Header.Get("Retry-After") == "" {
			t.Errorf("%s: no Retry-After", test.name)
		}
	}
}

func (n *network) reads(t *testing.T) {
	n.t = t
	response, _ := n.request(t, "GET", "/v1/account?min_height=3", nil, nil)
	if response.StatusCode != 200 || response.Header.Get("X-Ledger-Height") == "" || response.Header.Get("X-Ledger-Height") == "0" {
		t.Fatalf("%d %v", response.StatusCode, response.Header)
	}
	var all []string
	for from := ""; ; {
		page, err := n.client.List(t.Context(), "account", from, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Records {
			all = append(all, r.ID)
		}
		if from = page.Next; from == "" {
			break
		}
	}
	if strings.Join(all, " ") != "IMPORT-CNY PARTS-CNY" {
		t.Fatal(all)
	}
	record, err := n.client.Get(t.Context(), "balance", "IMPORT-CNY/e-CNY", false)
	if err != nil || record.Scales["e-CNY"] != 2 {
		t.Fatalf("%+v %v", record, err)
	}
	status, err := n.client.Status(t.Context())
	if err != nil || status.Chain != testkit.Chain || status.Height < 5 {
		t.Fatalf("%+v %v", status, err)
	}
	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/v1/blocks/1"} {
		if response, body := n.request(t, "GET", path, nil, nil); response.StatusCode != 200 {
			t.Errorf("%s: %d %s", path, response.StatusCode, body)
		}
	}
}

func (n *network) reference(t *testing.T) {
	_, body := n.request(t, "GET", "/openapi.json", nil, nil)
	var description struct {
		OpenAPI string                                `json:"openapi"`
		Paths   map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(body, &description); err != nil || !strings.HasPrefix(description.OpenAPI, "3.1") {
		t.Fatalf("%v: %.200s", err, body)
	}
	for _, path := range []string{"/v1/transactions", "/v1/explain", "/v1/transactions/{id}", "/v1/transactions/{id}/receipt", "/v1/{noun}/{id}", "/v1/{noun}", "/v1/status", "/v1/blocks/{height}", "/v1/catalog", "/v1/faults", "/v1/events"} {
		if len(description.Paths[path]) == 0 {
			t.Errorf("%s is not described", path)
		}
	}
	_, page := n.request(t, "GET", "/docs", nil, nil)
	if !bytes.Contains(page, []byte("/v1/explain")) || bytes.Contains(page, []byte("https://")) || bytes.Contains(page, []byte("<script")) {
		t.Errorf("%s", page)
	}
	_, body = n.request(t, "GET", "/v1/catalog", nil, nil)
	var catalog api.Catalog
	if err := json.Unmarshal(body, &catalog); err != nil {
		t.Fatal(err)
	}
	for _, k := range catalog.Kinds {
		if k.Name != "payment.send" {
			continue
		}
		types := map[string]string{}
		for _, f := range k.Fields {
			types[f.Name] = f.Type
		}
		if types["amount"] != "amount" || types["from"] != "string" {
			t.Errorf("%+v", k.Fields)
		}
	}
	_, body = n.request(t, "GET", "/v1/faults", nil, nil)
	var rows []api.FaultRow
	if err := json.Unmarshal(body, &rows); err != nil || len(rows) != len(fault.All()) {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

func (n *network) events(t *testing.T) {
	n.t = t
	// From the beginning through history into what happens now.
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	newest, err := n.client.Status(ctx)
	if err != nil {
		t.Fatal(err)
	}
	tx := n.sign("IMPORT", "payment.send", pay, "followed")
	var next, seen int64 = 1, 0
	for block, err := range n.client.Events(ctx, 1) {
		if err != nil || block.Height != next {
			t.Fatalf("block %d, want %d: %v", block.Height, next, err)
		}
		next++
		for _, o := range block.Outcomes {
			if o.Height != block.Height {
				t.Fatalf("%+v in block %d", o, block.Height)
			}
			if o.ID == txn.ID(testkit.Chain, bodyBytes(t, tx)) {
				seen = block.Height
			}
		}
		if block.Height == newest.Height {
			if _, err := n.client.Submit(ctx, tx, false); err != nil {
				t.Fatal(err)
			}
		}
		if seen > 0 {
			break
		}
	}
	if seen <= newest.Height {
		t.Fatalf("the payment was not seen: %d after %d", seen, newest.Height)
	}
	// A reader that lost its connection in the middle goes on after the last whole block, also
	// when every connection breaks after a while.
	n.cutEvents(ctx, t, seen)
}

// cutEvents follows through a transport that ends each stream after some bytes.
func (n *network) cutEvents(ctx context.Context, t *testing.T, until int64) {
	cutting := &http.Client{Transport: cutter{n.server.Client().Transport, 6000}}
	next := int64(1)
	for block, err := range client.New(n.server.URL, cutting).Events(ctx, 1) {
		if err != nil || block.Height != next {
			t.Fatalf("block %d, want %d: %v", block.Height, next, err)
		}
		direct, err := n.node.TxResults(block.Height)
		if err != nil {
			t.Fatal(err)
		}
		carried := 0
		for _, o := range block.Outcomes {
			if o.Tx > 0 {
				carried++
			}
		}
		if carried != len(direct) {
			t.Fatalf("block %d has %d transactions, %d were delivered", block.Height, len(direct), carried)
		}
		if next++; block.Height == until {
			break
		}
	}
	if next != until+1 {
		t.Fatalf("followed up to %d of %d", next-1, until)
	}
	response, body := n.firstEvent(t, map[string]string{"Last-Event-ID": "3"})
	if response.Header.Get("Content-Type") != "text/event-stream" || !strings.Contains(body, "id: 4\n") {
		t.Fatalf("after block 3 came: %s", body)
	}
}

func (n *network) firstEvent(t *testing.T, headers map[string]string) (*http.Response, string) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, "GET", n.server.URL+"/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := n.server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var read strings.Builder
	buffer := make([]byte, 4096)
	for !strings.Contains(read.String(), "id: ") {
		count, err := response.Body.Read(buffer)
		read.Write(buffer[:count])
		if err != nil {
			t.Fatal(err)
		}
	}
	return response, read.String()
}

type cutter struct {
	http.RoundTripper
	bytes int64
}

func (c cutter) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := c.RoundTripper.RoundTrip(r)
	if err == nil {
		response.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(response.Body, c.bytes), response.Body}
	}
	return response, err
}

func bodyBytes(t *testing.T, tx []byte) []byte {
	decoded, _, err := txn.Decode(tx)
	if err != nil {
		t.Fatal(err)
	}
	return decoded.Body
}

func TestRateLimitIsPerConnection(t *testing.T) {
	n := start(t, func(c *api.Config) { c.Rate, c.Burst = 0.001, 3 })
	for range 3 {
		if response, _ := n.request(t, "GET", "/v1/faults", nil, nil); response.StatusCode != 200 {
			t.Fatal(response.Status)
		}
	}
	response, body := n.request(t, "GET", "/v1/faults", nil, nil)
	if response.StatusCode != 429 || !bytes.Contains(body, []byte(`"code":"request.too_many"`)) || response.Header.Get("Retry-After") == "" {
		t.Fatalf("%s %s", response.Status, body)
	}
	n.server.Client().CloseIdleConnections()
	if response, _ := n.request(t, "GET", "/v1/faults", nil, nil); response.StatusCode != 200 {
		t.Fatal("a new connection pays for the old one:", response.Status)
	}
}
