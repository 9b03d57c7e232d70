package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"causeway/core/kernel/fault"
)

// eventDeadline is how long one block's events may take to be taken by the reader.
const eventDeadline = 10 * time.Second

type eventsInput struct {
	From string `query:"from" doc:"first height; default: the next block"`
	Last string `header:"Last-Event-ID" doc:"height of the last block event seen; goes before from"`
}

// Mark ends the events of one block.
type Mark struct {
	Height   int64 `json:"height"`
	Outcomes int   `json:"outcomes"`
}

func (a *API) events() {
	huma.Register(a.huma, huma.Operation{
		OperationID: "events", Method: http.MethodGet, Path: "/v1/events", Summary: "Outcomes as they are committed", Tags: []string{"ledger"},
		Description: "Server-sent events. One `outcome` event for each outcome, then one `block` event, whose id is the height: only it carries an id, " +
			"so that a reader that resumes with Last-Event-ID gets a block it had read in part once more, whole, and misses none. " +
			"A reader that is too slow gets a `dropped` event with the reason and is disconnected; it may resume.",
		Responses: map[string]*huma.Response{"200": {Description: "the stream", Content: map[string]*huma.MediaType{"text/event-stream": {}}}},
	}, func(_ context.Context, in *eventsInput) (*huma.StreamResponse, error) {
		from, err := height("from", in.From, 0)
		if err == nil && in.Last != "" {
			if from, err = strconv.ParseInt(in.Last, 10, 64); err != nil || from < 0 {
				err = fault.RequestInvalid.With("Last-Event-ID", in.Last, "a height")
			}
			from++
		}
		if err != nil {
			return nil, problem(err)
		}
		if newest := a.node.Ledger().Height(); from > newest+1 {
			return nil, problem(fault.ReadBehind.With("height", number(newest), number(from-1)))
		}
		if a.streams.Add(1) > a.config.Streams {
			a.streams.Add(-1)
			return nil, problem(fault.RequestTooMany.With("streams", number(a.config.Streams)+" are open", "fewer"))
		}
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			defer a.streams.Add(-1)
			a.stream(ctx, from)
		}}, nil
	})
}

func (a *API) stream(ctx huma.Context, from int64) {
	r, w := humago.Unwrap(ctx)
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // proxies must not collect events
	w.WriteHeader(http.StatusOK)
	deadline := func() error { return out.SetWriteDeadline(time.Now().Add(eventDeadline)) }
	// A server without deadlines of its own (a test's recorder) just writes.
	_ = deadline()
	if err := out.Flush(); err != nil {
		return
	}
	err := a.node.Follow(r.Context(), from, func(height int64) error {
		_ = deadline()
		list, err := a.outcomes(height)
		if err != nil {
			return err
		}
		for i := range list {
			if err := send(w, "outcome", "", list[i]); err != nil {
				return err
			}
		}
		if err := send(w, "block", number(height), Mark{Height: height, Outcomes: len(list)}); err != nil {
			return err
		}
		return out.Flush()
	})
	if r.Context().Err() != nil {
		return
	}
	_ = deadline()
	if send(w, "dropped", "", problem(err)) == nil {
		_ = out.Flush() // the last words; the reader may be gone
	}
}

func send(w http.ResponseWriter, name, id string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	if id != "" {
		id = "id: " + id + "\n"
	}
	_, err = fmt.Fprintf(w, "%sevent: %s\ndata: %s\n\n", id, name, text)
	return err
}
