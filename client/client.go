package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Client talks to one node.
type Client struct {
	base string
	http *http.Client
}

// New makes a client of a node at an address such as http://127.0.0.1:8080. A nil HTTP client
// means the default one; time limits come from the contexts.
func New(base string, http *http.Client) *Client {
	if http == nil {
		http = defaultHTTP
	}
	return &Client{base: strings.TrimRight(base, "/"), http: http}
}

var defaultHTTP = &http.Client{}

// answerBytesMax bounds what is read of an answer.
const answerBytesMax = 64 << 20

// Submit sends a signed transaction. With wait it returns how it ended in its block, else a
// transaction whose status is Pending. A refusal is an *Error. Sending bytes again that are in
// a block already returns how they ended there.
func (c *Client) Submit(ctx context.Context, tx []byte, wait bool) (*Transaction, error) {
	path := "/v1/transactions"
	if wait {
		path += "?wait=commit"
	}
	t := &Transaction{}
	err := c.post(ctx, path, tx, t)
	var refused *Error
	if errors.As(err, &refused) && errors.Is(err, fault.TxReplayed) && refused.Height > 0 && refused.ID != nil {
		return c.ended(ctx, *refused.ID)
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

// ended reads how a transaction that is in a block has ended; a refusal is an error again.
func (c *Client) ended(ctx context.Context, id wire.Hash) (*Transaction, error) {
	t, err := c.Transaction(ctx, id)
	if err != nil {
		return nil, err
	}
	if t.Result.Status == txn.Refused.String() {
		e := &Error{Code: t.Result.Fault, ID: &t.ID, Height: t.Height, Title: "refused in its block"}
		if f := fault.Numbered(t.Result.Number); f != nil && f.Name == e.Code {
			e.Stated, e.Status, e.Title = f.Err(), f.HTTP(), f.En
		}
		return nil, e
	}
	return t, nil
}

// Explain asks what would happen to a transaction that SignExplain has signed.
func (c *Client) Explain(ctx context.Context, request []byte) (*Explanation, error) {
	e := &Explanation{}
	if err := c.post(ctx, "/v1/explain", request, e); err != nil {
		return nil, err
	}
	return e, nil
}

// Transaction reads how a transaction ended, or a payment of a batch, a proposal, a hold.
func (c *Client) Transaction(ctx context.Context, id wire.Hash) (*Transaction, error) {
	t := &Transaction{}
	if err := c.get(ctx, "/v1/transactions/"+id.String(), nil, t); err != nil {
		return nil, err
	}
	return t, nil
}

// Receipt fetches the file that proves how a transaction ended, for receipt.Verify. Trusted is
// the height of the checkpoint that the verifier trusts; 1: the genesis. The proof stands in the
// block after the transaction's, so right after a payment it waits for that.
func (c *Client) Receipt(ctx context.Context, id wire.Hash, trusted int64) ([]byte, error) {
	query := url.Values{"from": {strconv.FormatInt(max(trusted, 1), 10)}}
	for {
		var file []byte
		err := c.get(ctx, "/v1/transactions/"+id.String()+"/receipt", query, &file)
		if !errors.Is(err, fault.ReceiptNotYet) {
			return file, err
		}
		select {
		case <-time.After(receiptWait):
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), err)
		}
	}
}

// receiptWait is how soon a receipt that does not exist yet is asked for again.
const receiptWait = 200 * time.Millisecond

// Get looks something up: Get(ctx, "balance", "SH-IMPORT-CNY/e-CNY", false). With proof, a
// record that does not exist is an answer with an empty value, not an error.
func (c *Client) Get(ctx context.Context, noun, id string, proof bool) (*Record, error) {
	query := url.Values{}
	if proof {
		query.Set("proof", "true")
	}
	r := &Record{}
	if err := c.get(ctx, "/v1/"+url.PathEscape(noun)+"/"+url.PathEscape(id), query, r); err != nil {
		return nil, err
	}
	return r, nil
}

// List reads a page of a noun's records, from an id on.
func (c *Client) List(ctx context.Context, noun, from string, limit int) (*Page, error) {
	query := url.Values{"from": {from}, "limit": {strconv.Itoa(limit)}}
	p := &Page{}
	if err := c.get(ctx, "/v1/"+url.PathEscape(noun), query, p); err != nil {
		return nil, err
	}
	return p, nil
}

// Status reads the chain's and the node's status.
func (c *Client) Status(ctx context.Context) (*Status, error) {
	s := &Status{}
	if err := c.get(ctx, "/v1/status", nil, s); err != nil {
		return nil, err
	}
	return s, nil
}

// Time is that of the block of a height.
func (c *Client) Time(ctx context.Context, height int64) (time.Time, error) {
	var block struct {
		Time time.Time `json:"time"`
	}
	err := c.get(ctx, "/v1/blocks/"+strconv.FormatInt(height, 10), nil, &block)
	return block.Time, err
}

// AtHeight makes the reads with a context answer from a height or a later one: that of one's own
// payment, say.
func AtHeight(ctx context.Context, height int64) context.Context {
	return context.WithValue(ctx, minHeight{}, height)
}

type minHeight struct{}

func (c *Client) get(ctx context.Context, path string, query url.Values, into any) error {
	if height, ok := ctx.Value(minHeight{}).(int64); ok {
		if query == nil {
			query = url.Values{}
		}
		query.Set("min_height", strconv.FormatInt(height, 10))
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return err
	}
	return c.do(request, into)
}

// post sends signed bytes. What fails before anything was written has changed nothing; what
// fails afterwards leaves the outcome unknown.
func (c *Client) post(ctx context.Context, path string, body []byte, into any) error {
	var written atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { written.Store(true) }})
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/cbor")
	err = c.do(request, into)
	var refused *Error
	if err != nil && written.Load() && !errors.As(err, &refused) {
		return fmt.Errorf("%w: %w", ErrOutcomeUnknown, err)
	}
	return err
}

func (c *Client) do(request *http.Request, into any) error {
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }() // it was only read
	body, err := io.ReadAll(io.LimitReader(response.Body, answerBytesMax+1))
	if err != nil {
		return err
	}
	if len(body) > answerBytesMax {
		return fmt.Errorf("client: the answer has more than %d bytes", answerBytesMax)
	}
	if response.StatusCode >= 300 {
		return readProblem(response, body)
	}
	if file, ok := into.(*[]byte); ok {
		*file = body
		return nil
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%w: %w", errNoProblem, err)
	}
	return nil
}
