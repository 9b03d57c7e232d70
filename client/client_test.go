package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"causeway/client/keyring"
	"causeway/core/feature/payment"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
)

const lei = identity.LEI("529900T8BM49AURSDO55")

func TestBuildAndSign(t *testing.T) {
	typed := &payment.Send{From: "A", To: "B", Asset: "e-CNY", Amount: money.FromUint64(5), Purpose: "CGODDR"}
	when := time.UnixMilli(1_760_000_000_000)
	want, err := Build("payment.send", typed, lei, "r", when)
	if err != nil {
		t.Fatal(err)
	}
	for _, same := range []any{
		json.RawMessage(`{"from":"A","to":"B","asset":"e-CNY","amount":"5","purpose":"CGODDR"}`),
		[]byte(`{"amount":"5","purpose":"CGODDR","from":"A","to":"B","asset":"e-CNY"}`),
		map[string]string{"from": "A", "to": "B", "asset": "e-CNY", "amount": "5", "purpose": "CGODDR"},
	} {
		got, err := Build("payment.send", same, lei, "r", when)
		if err != nil || ID("chain", &got) != ID("chain", &want) {
			t.Fatalf("%s: %v", same, err)
		}
	}
	for name, bad := range map[string]any{
		"unknown field": json.RawMessage(`{"from":"A","fee":"1"}`), "no object": json.RawMessage(`7`), "cut": []byte(`{"from"`),
		"refused by the kind": &payment.Send{From: "A", To: "A"}, "a channel": make(chan int),
	} {
		if _, err := Build("payment.send", bad, lei, "r", when); err == nil {
			t.Errorf("%s: built", name)
		}
	}
	if _, err := Build("payment.burn", typed, lei, "r", when); !errors.Is(err, fault.TxKindUnknown) {
		t.Fatal(err)
	}
	maker, err := keyring.FromSeed([]byte("client"), "maker")
	if err != nil {
		t.Fatal(err)
	}
	checker, err := keyring.FromSeedFor(identity.SM2, []byte("client"), "checker", "")
	if err != nil {
		t.Fatal(err)
	}
	data, err := Sign("chain", want, maker, checker)
	if err != nil {
		t.Fatal(err)
	}
	decoded, body, err := txn.Decode(data)
	if body.Signers == nil {
		t.Fatal("two signatures that the body does not bind")
	}
	want.Signers = body.Signers
	if err != nil || ID("chain", &body) != ID("chain", &want) || len(decoded.Signatures) != 2 {
		t.Fatalf("%+v %v", body, err)
	}
	for i := range decoded.Signatures {
		if err := identity.Verify(ID("chain", &body), &decoded.Signatures[i], [32]byte{}); err != nil {
			t.Error(err)
		}
		if identity.Verify(ID("other", &body), &decoded.Signatures[i], [32]byte{}) == nil {
			t.Error("a signature for one chain is good on another")
		}
	}
	question, err := SignExplain("chain", want, when, maker)
	if err != nil {
		t.Fatal(err)
	}
	asked, body, err := txn.Decode(question)
	if err != nil || identity.Verify(ID("chain", &body), &asked.Signatures[0], [32]byte{}) == nil {
		t.Fatal("a question can be submitted", err)
	}
}

// Whether anything was sent decides whether the outcome is known.
func TestUnknownOutcomes(t *testing.T) {
	hang := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		connection, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = connection.Close()
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		unknown bool
		is      error
	}{
		"cut before the answer": {hang, true, nil},
		"cut within the answer": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"id":`)
		}, true, nil},
		"a proxy's 502":    {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "bad gateway", http.StatusBadGateway) }, true, nil},
		"not the ledger's": {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }, true, nil},
		"a refusal": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(422)
			_, _ = fmt.Fprintf(w, `{"code":%q,"number":%d,"want":"7"}`, fault.FundsInsufficient.Name, fault.FundsInsufficient.Number)
		}, false, fault.FundsInsufficient},
		"a refusal of a later version": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(422)
			_, _ = io.WriteString(w, `{"code":"dragon.asleep","number":60000,"title":"the dragon sleeps"}`)
		}, false, nil},
	} {
		server := httptest.NewServer(test.handler)
		_, err := New(server.URL, nil).Submit(t.Context(), []byte{1}, true)
		server.Close()
		var refused *Error
		if err == nil || errors.Is(err, ErrOutcomeUnknown) != test.unknown || errors.As(err, &refused) == test.unknown || test.is != nil && !errors.Is(err, test.is) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(closed, nil).Submit(t.Context(), []byte{1}, true); err == nil || errors.Is(err, ErrOutcomeUnknown) {
		t.Error("nobody listened, so nothing was sent:", err)
	}
}
