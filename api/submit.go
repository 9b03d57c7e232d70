package api

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"causeway/core"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// submitInput is signed bytes, as they are or in JSON.
type submitInput struct {
	Wait           string `query:"wait" doc:"commit: answer when the transaction is durable in a block"`
	ContentType    string `header:"Content-Type"`
	IdempotencyKey string `header:"Idempotency-Key" doc:"if given it must equal the client reference in the signed bytes"`
	RawBody        []byte `contentType:"application/cbor"`
}

// envelope is the JSON form of signed bytes.
type envelope struct {
	Transaction []byte `json:"transaction" doc:"the signed transaction in canonical CBOR, base64"`
}

type submitOutput struct {
	Status int
	Height string `header:"X-Ledger-Height"`
	Body   any
}

// Accepted answers a transaction that waits for a block.
type Accepted struct {
	ID     wire.Hash `json:"id"`
	Status string    `json:"status" doc:"pending: ask for the transaction later"`
}

func (a *API) submissions() {
	limit := a.bodyBytesMax()
	huma.Register(a.huma, huma.Operation{
		OperationID: "submit", Method: http.MethodPost, Path: "/v1/transactions", MaxBodyBytes: limit, BodyReadTimeout: 20 * time.Second,
		Summary: "Submit a signed transaction", Tags: []string{"transactions"}, DefaultStatus: http.StatusOK,
		Description: "Body: canonical CBOR, or JSON with the same bytes in base64. Without wait the answer is 202 and the transaction waits for a block. " +
			"With wait=commit it is the transaction as committed, or the problem that refused it. A connection that breaks leaves the outcome unknown: send the same bytes again.",
		Responses: map[string]*huma.Response{
			"200": a.response("committed", Transaction{}), "202": a.response("waits for a block", Accepted{}),
		},
	}, a.submit)
	huma.Register(a.huma, huma.Operation{
		OperationID: "explain", Method: http.MethodPost, Path: "/v1/explain", MaxBodyBytes: limit, BodyReadTimeout: 20 * time.Second,
		Summary: "Say what would happen to a transaction", Tags: []string{"transactions"},
		Description: "A transaction signed for explaining (another domain than submitting, so that it can never be submitted) by an active officer of its party; " +
			"its expiry is the time of the request. Nothing is changed.",
	}, a.explain)
	for _, path := range []string{"/v1/transactions", "/v1/explain"} {
		body := a.huma.OpenAPI().Paths[path].Post.RequestBody
		body.Content["application/json"] = &huma.MediaType{Schema: a.schema(envelope{})}
		body.Required = true
	}
}

// bodyBytesMax leaves room for base64 around the largest transaction.
func (a *API) bodyBytesMax() int64 {
	return int64(a.node.Ledger().Params().TxBytesMax)*4/3 + 4096
}

// signedBytes reads the body in either form. They are copied: the framework reuses its buffer.
func signedBytes(contentType string, raw []byte) ([]byte, error) {
	media, _, err := mime.ParseMediaType(contentType)
	switch {
	case err == nil && (media == "application/cbor" || media == "application/octet-stream"):
		return bytes.Clone(raw), nil
	case err != nil || media != "application/json":
		return nil, fault.RequestInvalid.With("Content-Type", contentType, "application/cbor or application/json")
	}
	var e struct {
		Transaction *string `json:"transaction"`
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&e); err != nil || decoder.More() || e.Transaction == nil {
		return nil, fault.RequestInvalid.With("body", "another JSON", `{"transaction": base64 of the signed bytes}`)
	}
	tx, err := base64.StdEncoding.DecodeString(*e.Transaction)
	if err != nil {
		return nil, fault.RequestInvalid.With("transaction", err.Error(), "base64")
	}
	return tx, nil
}

func (a *API) submit(ctx context.Context, in *submitInput) (*submitOutput, error) {
	if in.Wait != "" && in.Wait != "commit" {
		return nil, problem(fault.RequestInvalid.With("wait", in.Wait, "commit, or nothing"))
	}
	tx, err := signedBytes(in.ContentType, in.RawBody)
	if err != nil {
		return nil, problem(err)
	}
	if most := int(a.node.Ledger().Params().TxBytesMax); len(tx) > most {
		return nil, problem(fault.RequestTooLarge.With("transaction", number(int64(len(tx)))+" bytes", "at most "+number(int64(most))))
	}
	t, body, err := txn.Decode(tx)
	if err != nil {
		return nil, problem(err)
	}
	if in.IdempotencyKey != "" && in.IdempotencyKey != body.Reference {
		return nil, problem(fault.RequestIdempotency.With("Idempotency-Key", in.IdempotencyKey, body.Reference))
	}
	id := txn.ID(a.node.Ledger().ChainID(), t.Body)
	if in.Wait == "" {
		check, err := a.node.Submit(ctx, tx)
		if err != nil {
			return nil, problem(err)
		}
		if check.Code != 0 {
			return nil, a.refused(id, check, tx)
		}
		return a.answer(http.StatusAccepted, Accepted{ID: id, Status: "pending"}), nil
	}
	return a.submitAndWait(ctx, id, tx)
}

func (a *API) submitAndWait(ctx context.Context, id wire.Hash, tx []byte) (*submitOutput, error) {
	ctx, cancel := context.WithTimeout(ctx, a.config.WaitMax)
	defer cancel()
	final, err := a.node.SubmitAndWait(ctx, tx)
	switch {
	case err != nil && ctx.Err() != nil:
		return a.answer(http.StatusAccepted, Accepted{ID: id, Status: "pending"}), nil
	case err != nil:
		return nil, problem(err)
	case final.Height == 0:
		return nil, a.refused(id, final.Check, tx)
	}
	own, _, ok := a.node.Ledger().FindOutcome(id)
	if !ok || own.At.Height != final.Height {
		// The id was not this transaction's to spend: its outcome stands under another.
		return nil, a.refused(id, a.node.Ledger().Check(tx, time.Now().UnixMilli(), false), tx)
	}
	if own.Outcome.Result.Status == txn.Refused {
		return nil, a.refusedInBlock(own)
	}
	shown, err := a.transaction(id)
	if err != nil {
		return nil, problem(err)
	}
	return a.answer(http.StatusOK, shown), nil
}

func (a *API) answer(status int, body any) *submitOutput {
	return &submitOutput{Status: status, Height: number(a.node.Ledger().Height()), Body: body}
}

// refused answers what the mempool refuses. Its result has no fields, so the machine is asked
// once more for the stated refusal.
func (a *API) refused(id wire.Hash, check core.CheckResult, tx []byte) *Problem {
	f := fault.Numbered(uint16(check.Code))
	if f == nil {
		f = fault.InternalUnavailable
	}
	p := problem(f.Err())
	if stated := a.node.Ledger().CheckError(tx, time.Now().UnixMilli()); fault.Of(stated) == f {
		p = problem(stated)
	}
	p.ID = &id
	if own, _, ok := a.node.Ledger().FindOutcome(id); ok && f == fault.TxReplayed {
		p.Height = own.At.Height
	}
	return p
}

// refusedInBlock answers a refusal that has spent the id. Whoever sends the signed bytes and
// waits for them acts for the party, so they may know what the party may.
func (a *API) refusedInBlock(own core.Recorded) *Problem {
	body, err := a.bodyOf(own)
	if err != nil {
		return problem(err)
	}
	told, steps := a.node.Ledger().Told(&own.Outcome, body.Party)
	p := problem(told)
	p.ID, p.Height = &own.ID, own.At.Height
	p.Trace = trace(steps)
	return p
}
