package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/wire"
)

// Problem is a refusal (RFC 9457). Status, code and titles come from the fault table alone.
type Problem struct {
	Type      string `json:"type" doc:"/faults/ and the code"`
	Code      string `json:"code" doc:"stable name of the refusal: what programs match on" example:"payment.purpose_missing"`
	Number    uint16 `json:"number" doc:"its number, as hashed into block results"`
	Status    int    `json:"status"`
	Title     string `json:"title"`
	TitleZh   string `json:"title_zh"`
	Detail    string `json:"detail,omitempty"`
	Field     string `json:"field,omitempty" doc:"which input or state"`
	Found     string `json:"found,omitempty" doc:"what it was"`
	Want      string `json:"want,omitempty" doc:"what would pass"`
	Retryable bool   `json:"retryable" doc:"the same request may pass later"`

	ID     *wire.Hash `json:"id,omitempty" doc:"of the refused transaction"`
	Height int64      `json:"height,omitempty" doc:"of the block that spent its id; absent: no block did"`
	Trace  []Step     `json:"trace,omitempty" doc:"of rules, as far as the sender may see it"`
}

var (
	_ huma.StatusError       = (*Problem)(nil)
	_ huma.ContentTypeFilter = (*Problem)(nil)
	_ huma.HeadersError      = (*Problem)(nil)
)

func (p *Problem) Error() string { return p.Code + ": " + p.Title }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is RFC 9457's.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders asks callers to wait where waiting helps.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.Retryable && (p.Status == http.StatusServiceUnavailable || p.Status == http.StatusTooManyRequests) {
		h.Set("Retry-After", "1")
	}
	return h
}

// problem turns any error into its problem; what has no fault is our bug, and its text stays here.
func problem(err error) *Problem {
	var already *Problem
	if errors.As(err, &already) {
		return already
	}
	var stated *fault.Error
	switch {
	case errors.As(err, &stated):
	case fault.Of(err) != nil:
		stated = fault.Of(err).Err()
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		stated = fault.InternalUnavailable.Err()
	default:
		stated = fault.InternalBug.Err()
	}
	f := stated.Fault
	p := &Problem{
		Type: "/faults/" + f.Name, Code: f.Name, Number: f.Number, Status: f.HTTP(), Title: f.En, TitleZh: f.Zh, Retryable: f.Retryable,
		Field: stated.Field, Found: stated.Found, Want: stated.Want,
	}
	if stated.Field+stated.Found+stated.Want != "" {
		p.Detail = stated.Error()
	}
	return p
}

// The framework's own refusals (a parameter of the wrong type, a body too large) become
// problems of the same table. Its hook is a variable of its package; it is set once, here.
func init() {
	huma.NewErrorWithContext = func(_ huma.Context, status int, message string, errs ...error) huma.StatusError {
		return framework(status, message, errs)
	}
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return framework(status, message, errs)
	}
}

func framework(status int, message string, errs []error) *Problem {
	f := fault.RequestInvalid
	switch {
	case status == http.StatusRequestEntityTooLarge:
		f = fault.RequestTooLarge
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		f = fault.RequestRoute
	case status >= 500:
		return problem(fault.InternalBug.Err())
	}
	field, found := "", message
	for _, err := range errs {
		var detail huma.ErrorDetailer
		if errors.As(err, &detail) {
			field, found = detail.ErrorDetail().Location, detail.ErrorDetail().Message
			break
		}
	}
	return problem(f.With(field, found, ""))
}

// writeProblem answers where the framework does not: before and beside its routes.
func writeProblem(w http.ResponseWriter, err error) {
	p := problem(err)
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client may be gone; nothing depends on it
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
