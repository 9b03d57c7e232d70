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
		if strings.HasPrefix(lines.Text(), "id: ") {
			blocks++
		}
	}
	if blocks < 5 {
		t.Fatal(blocks, "blocks")
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
