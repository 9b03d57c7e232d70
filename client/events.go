package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Waits between attempts to follow again.
const (
	resumeWaitMin = 200 * time.Millisecond
	resumeWaitMax = 5 * time.Second
)

// eventBytesMax bounds one event: a batch of a thousand payments fits many times.
const eventBytesMax = 16 << 20

// Events delivers every block from a height on, in order, each once and whole; 0 means from the
// next one. It resumes by itself when the connection breaks or the node drops it. It ends with
// the context, or with an error that trying again cannot mend.
func (c *Client) Events(ctx context.Context, from int64) iter.Seq2[Block, error] {
	return func(yield func(Block, error) bool) {
		f := follower{client: c, next: from, yield: yield}
		for wait := resumeWaitMin; ; wait = min(2*wait, resumeWaitMax) {
			before := f.next
			err := f.follow(ctx)
			if f.ended || ctx.Err() != nil {
				return
			}
			var refused *Error
			if errors.As(err, &refused) && !refused.Retryable() && refused.Status < 500 {
				yield(Block{}, err)
				return
			}
			if f.next > before {
				wait = resumeWaitMin
			}
			select {
			case <-time.After(wait):
			case <-ctx.Done():
				return
			}
		}
	}
}

// follower keeps the place between connections.
type follower struct {
	client *Client
	next   int64 // height to go on from; 0: wherever the node is
	yield  func(Block, error) bool
	ended  bool // by the caller
}

func (f *follower) follow(ctx context.Context) error {
	address := f.client.base + "/v1/events"
	if f.next > 0 {
		address += "?from=" + strconv.FormatInt(f.next, 10)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "text/event-stream")
	response, err := f.client.http.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }() // it was only read
	if response.StatusCode != http.StatusOK {
		body, err := io.ReadAll(io.LimitReader(response.Body, 1<<16))
		if err != nil {
			return err
		}
		return readProblem(response, body)
	}
	return f.read(response.Body)
}

// read takes events off the stream; a block counts once its own event, the last, has come.
func (f *follower) read(stream io.Reader) error {
	lines := bufio.NewScanner(stream)
	lines.Buffer(make([]byte, 0, 1<<16), eventBytesMax)
	var name, data string
	var block Block
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "event: "):
			name = line[len("event: "):]
		case strings.HasPrefix(line, "data: "):
			data = line[len("data: "):]
		case line == "":
			if err := f.event(name, data, &block); err != nil || f.ended {
				return err
			}
			name, data = "", ""
		}
	}
	return lines.Err()
}

func (f *follower) event(name, data string, block *Block) error {
	switch name {
	case "outcome":
		var o Outcome
		if err := json.Unmarshal([]byte(data), &o); err != nil {
			return err
		}
		block.Outcomes = append(block.Outcomes, o)
	case "block":
		var mark struct {
			Height   int64 `json:"height"`
			Outcomes int   `json:"outcomes"`
		}
		if err := json.Unmarshal([]byte(data), &mark); err != nil {
			return err
		}
		if mark.Outcomes != len(block.Outcomes) || f.next > 0 && mark.Height != f.next {
			return fmt.Errorf("client: block %d with %d of %d outcomes came after %d", mark.Height, len(block.Outcomes), mark.Outcomes, f.next-1)
		}
		block.Height = mark.Height
		f.ended = !f.yield(*block, nil)
		f.next, *block = mark.Height+1, Block{}
	case "dropped":
		return fmt.Errorf("client: dropped by the node: %s", data)
	}
	return nil
}
