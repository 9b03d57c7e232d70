package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/wire"
)

// ErrOutcomeUnknown says that the connection broke after a transaction was sent: it may be in a
// block or not. Send the same bytes again, or ask for the transaction.
var ErrOutcomeUnknown = errors.New("the transaction was sent, but its outcome is unknown")

// Error is a refusal by the ledger or its interface. It unwraps to a *fault.Error, so errors.Is
// matches faults: errors.Is(err, fault.FundsInsufficient).
type Error struct {
	Status int    // HTTP
	Code   string // name of the fault, also one that this version does not know yet
	Title  string
	ID     *wire.Hash // of the refused transaction
	Height int64      // of the block that refused it; 0: none did
	Stated *fault.Error
}

func (e *Error) Error() string {
	if e.Stated != nil {
		return e.Stated.Error()
	}
	return fmt.Sprintf("%s: %s (HTTP %d)", e.Code, e.Title, e.Status)
}

// Unwrap gives the stated fault.
func (e *Error) Unwrap() error {
	if e.Stated == nil {
		return nil
	}
	return e.Stated
}

// Retryable reports whether the same request may pass later.
func (e *Error) Retryable() bool { return e.Stated != nil && e.Stated.Fault.Retryable }

// problem is RFC 9457's document with our members.
type problem struct {
	Code   string     `json:"code"`
	Number uint16     `json:"number"`
	Title  string     `json:"title"`
	Field  string     `json:"field"`
	Found  string     `json:"found"`
	Want   string     `json:"want"`
	ID     *wire.Hash `json:"id"`
	Height int64      `json:"height"`
}

// errNoProblem says that an error did not come from the ledger: a proxy's, say.
var errNoProblem = errors.New("the answer is not the ledger's")

func readProblem(response *http.Response, body []byte) error {
	media, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	var p problem
	if media != "application/problem+json" || json.Unmarshal(body, &p) != nil || p.Code == "" {
		return fmt.Errorf("%w: HTTP %d %s", errNoProblem, response.StatusCode, media)
	}
	e := &Error{Status: response.StatusCode, Code: p.Code, Title: p.Title, ID: p.ID, Height: p.Height}
	if f := fault.Numbered(p.Number); f != nil && f.Name == p.Code {
		e.Stated = f.With(p.Field, p.Found, p.Want)
	}
	return e
}
