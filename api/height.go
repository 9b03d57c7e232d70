package api

import (
	"context"
	"strconv"
	"time"

	"causeway/core/kernel/fault"
)

// Read is what every question may say: the height it must at least be answered from, so that
// whoever has just paid reads what the payment did.
type Read struct {
	MinHeight string `query:"min_height" doc:"answer from this height or a later one; waits up to 5 s, then 503 read.behind"`
}

// heightPoll is how often a waiting read looks again: a tenth of a busy network's block time.
const heightPoll = 10 * time.Millisecond

func (a *API) waitFor(ctx context.Context, text string) error {
	if text == "" {
		return nil
	}
	height, err := strconv.ParseInt(text, 10, 64)
	if err != nil || height < 0 {
		return fault.RequestInvalid.With("min_height", text, "a height")
	}
	ctx, cancel := context.WithTimeout(ctx, a.config.ReadWait)
	defer cancel()
	for a.node.Ledger().Height() < height {
		select {
		case <-time.After(heightPoll):
		case <-ctx.Done():
			return fault.ReadBehind.With("height", number(a.node.Ledger().Height()), number(height))
		}
	}
	return nil
}
