package api_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"causeway/api"
	"causeway/cmd/gateway"
	"causeway/core/kernel/fault"
)

func TestStreamsOutliveTheServersDeadlines(t *testing.T) {
	n := start(t, nil) // with deadlines of one second
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	lines := stream(ctx, t, n.server.URL)
	begin, blocks := time.Now(), 0
	for time.Since(begin) < 2500*time.Millisecond {
		if !lines.Scan() {
			t.Fatalf("the stream ended after %s and %d blocks: %v", time.Since(begin), blocks, lines.Err())
		}
		if strings.HasPrefix(lines.Text(), "id: ") && time.Since(begin) > 1500*time.Millisecond {
			blocks++
		}
	}
	if blocks == 0 {
		t.Fatal("no block came after the deadlines")
	}
}

func stream(ctx context.Context, t *testing.T, base string) *bufio.Scanner {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, "GET", base+"/v1/events?from=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return bufio.NewScanner(response.Body)
}

// slow is a node that drops every reader after its first block.
type slow struct{ *gateway.Gateway }

func (s slow) Follow(ctx context.Context, from int64, visit func(int64) error) error {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	_ = s.Gateway.Follow(inner, from, func(height int64) error {
		defer cancel()
		return visit(height)
	})
	return fault.ReadTooSlow.Err()
}

func TestASlowReaderIsToldWhyItIsDropped(t *testing.T) {
	n := start(t, nil)
	n.reach(t, 2)
	g := gateway.New(n.node)
	server := httptest.NewServer(api.New(slow{g}, g, api.Config{}))
	defer server.Close()
	var text strings.Builder
	for lines := stream(t.Context(), t, server.URL); lines.Scan(); {
		text.WriteString(lines.Text() + "\n")
	}
	if got := text.String(); !strings.Contains(got, "id: 1\nevent: block\n") || !strings.Contains(got, "event: dropped\n") || !strings.Contains(got, `"code":"read.too_slow"`) {
		t.Fatal(got)
	}
}

func TestStreamsAreBounded(t *testing.T) {
	n := start(t, func(c *api.Config) { c.Streams = 1 })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n.reach(t, 1)
	if lines := stream(ctx, t, n.server.URL); !lines.Scan() {
		t.Fatal(lines.Err())
	}
	response, body := n.request(t, "GET", "/v1/events", nil, nil)
	if response.StatusCode != http.StatusTooManyRequests || !strings.Contains(string(body), `"code":"request.too_many"`) {
		t.Fatalf("%s %s", response.Status, body)
	}
	cancel() // the place is free again once the node has seen that the reader is gone
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		again, stop := context.WithCancel(t.Context())
		lines := stream(again, t, n.server.URL)
		free := lines.Scan() && !strings.HasPrefix(lines.Text(), "{") // a refusal is JSON
		stop()
		if free {
			return
		}
		if time.Now().After(end) {
			t.Fatal("a place was never freed")
		}
	}
}

// broken is a node with a defect.
type broken struct{ *gateway.Gateway }

func (broken) Status() any { panic("a defect, with a secret in it") }

func TestADefectIsAnsweredWithItsCode(t *testing.T) {
	n := start(t, nil)
	g := gateway.New(n.node)
	answer := httptest.NewRecorder()
	api.New(broken{g}, g, api.Config{}).ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), "GET", "/v1/status", nil))
	if text := answer.Body.String(); answer.Code != http.StatusInternalServerError || !strings.Contains(text, `"code":"internal.bug"`) || strings.Contains(text, "secret") {
		t.Fatalf("%d %s", answer.Code, text)
	}
}
