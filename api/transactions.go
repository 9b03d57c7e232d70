package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"causeway/core"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// Transaction is how something ended that was submitted, or carried out by what was: a payment
// of a batch, a proposal, a held payment.
type Transaction struct {
	ID     wire.Hash `json:"id"`
	Status string    `json:"status" doc:"where it stands now" enum:"done,settled,held,refused,proposed,duplicate,returned,cancelled,expired,partial"`
	Height int64     `json:"height" doc:"of the block it was carried out in"`
	Index  int32     `json:"index" doc:"of its outcome in the block's log"`
	Body   *Body     `json:"body,omitempty" doc:"what was signed; absent for what another transaction carried out"`
	Result Result    `json:"result"`
	End    *End      `json:"end,omitempty" doc:"how it ended, if that came later"`
}

// End is how something that waited has ended.
type End struct {
	Height int64  `json:"height"`
	Result Result `json:"result"`
}

// Body is what was signed.
type Body struct {
	Kind      string          `json:"kind"`
	Version   uint16          `json:"version"`
	Party     identity.LEI    `json:"party"`
	Reference string          `json:"reference,omitempty"`
	Expires   int64           `json:"expires" doc:"Unix ms"`
	Payload   json.RawMessage `json:"payload,omitempty"`
}

// Result is the public outcome: what its hash in the block commits to. The trace of rules is
// not public and stands there as a hash only.
type Result struct {
	Status   string       `json:"status"`
	Fault    string       `json:"fault,omitempty" doc:"name of the refusal"`
	Number   uint16       `json:"fault_number,omitempty"`
	Postings []Posting    `json:"postings,omitempty"`
	Events   []Event      `json:"events,omitempty"`
	Items    []Item       `json:"items,omitempty"`
	Original *wire.Hash   `json:"original,omitempty" doc:"the record it repeats, answers or approves"`
	Party    identity.LEI `json:"party,omitempty"`
	Hash     wire.Hash    `json:"trace_hash"`
}

// Posting moves an amount; an empty side issues or burns.
type Posting struct {
	From   ledger.AccountID `json:"from,omitempty"`
	To     ledger.AccountID `json:"to,omitempty"`
	Asset  ledger.AssetID   `json:"asset"`
	Amount money.Amount     `json:"amount" doc:"minor units"`
	Scale  *uint8           `json:"scale,omitempty" doc:"decimals of the asset"`
}

// Event says what happened, in the past tense.
type Event struct {
	Name string   `json:"name"`
	Data wire.Hex `json:"data" doc:"canonical CBOR, hexadecimal"`
}

// Item is something that was carried out under another id.
type Item struct {
	ID     wire.Hash `json:"id"`
	Status string    `json:"status"`
	Fault  string    `json:"fault,omitempty"`
	Number uint16    `json:"fault_number,omitempty"`
	Hash   wire.Hash `json:"hash"`
}

type transactionInput struct {
	Read
	ID string `path:"id" doc:"of the transaction, or of a payment of a batch"`
}

type transactionOutput struct{ Body *Transaction }

type receiptInput struct {
	Read
	ID   string `path:"id"`
	From string `query:"from" doc:"height of the checkpoint the reader trusts; default: the genesis"`
}

type fileOutput struct {
	ContentType string `header:"Content-Type"`
	Name        string `header:"Content-Disposition"`
	Body        []byte
}

func (a *API) transactions() {
	huma.Register(a.huma, huma.Operation{
		OperationID: "transaction", Method: http.MethodGet, Path: "/v1/transactions/{id}",
		Summary: "How a transaction ended", Tags: []string{"transactions"},
	}, func(_ context.Context, in *transactionInput) (*transactionOutput, error) {
		id, err := wire.ParseHash(in.ID)
		if err != nil {
			return nil, problem(fault.RequestInvalid.With("id", in.ID, "64 lower-case hexadecimal digits"))
		}
		t, err := a.transaction(id)
		if err != nil {
			return nil, problem(err)
		}
		return &transactionOutput{t}, nil
	})
	huma.Register(a.huma, huma.Operation{
		OperationID: "receipt", Method: http.MethodGet, Path: "/v1/transactions/{id}/receipt",
		Summary: "A file that proves how a transaction ended", Tags: []string{"transactions"},
		Description: "Verified offline, from the genesis alone, by `client/receipt` or `causeway receipt verify`.",
		Responses:   map[string]*huma.Response{"200": {Description: "the receipt", Content: map[string]*huma.MediaType{"application/cbor": {}}}},
	}, a.receipt)
}

func (a *API) receipt(_ context.Context, in *receiptInput) (*fileOutput, error) {
	id, err := wire.ParseHash(in.ID)
	if err != nil {
		return nil, problem(fault.RequestInvalid.With("id", in.ID, "64 lower-case hexadecimal digits"))
	}
	from, err := height("from", in.From, 1)
	if err != nil {
		return nil, problem(err)
	}
	file, err := a.receipts.Receipt(id, from)
	if err != nil {
		return nil, problem(err)
	}
	return &fileOutput{ContentType: "application/cbor", Name: `attachment; filename="receipt-` + in.ID[:16] + `.cbor"`, Body: file}, nil
}

// height reads a parameter.
func height(name, text string, missing int64) (int64, error) {
	if text == "" {
		return missing, nil
	}
	h, err := strconv.ParseInt(text, 10, 64)
	if err != nil || h < 1 {
		return 0, fault.RequestInvalid.With(name, text, "a height from 1 on")
	}
	return h, nil
}

func (a *API) transaction(id wire.Hash) (*Transaction, error) {
	own, end, ok := a.node.Ledger().FindOutcome(id)
	if !ok {
		return nil, fault.TransactionUnknown.With("id", id.String(), "the id of a transaction in a block")
	}
	t := &Transaction{
		ID: id, Status: own.Outcome.Result.Status.String(), Height: own.At.Height, Index: own.At.Index, Result: a.result(&own.Outcome.Result),
	}
	if own.Outcome.Tx > 0 {
		body, err := a.bodyOf(own)
		switch f := fault.Of(err); {
		case err == nil:
			t.Body = a.body(&body)
		case f == fault.ReadNotKept, f == fault.TxMalformed: // a pruned block, bytes that are no transaction: the outcome is known
		default:
			return nil, err
		}
	}
	if end != nil {
		t.Status = end.Outcome.Result.Status.String()
		t.End = &End{Height: end.At.Height, Result: a.result(&end.Outcome.Result)}
	}
	return t, nil
}

// bodyOf reads what was signed from the block of a transaction's outcome.
func (a *API) bodyOf(own core.Recorded) (body txn.Body, err error) {
	block, err := a.node.Block(own.At.Height)
	if err != nil {
		return body, err
	}
	if int(own.Outcome.Tx) > len(block.Txs) || own.Outcome.Tx == 0 {
		return body, fault.InternalBug.With("outcome "+own.ID.String(), "beyond its block", "")
	}
	_, body, err = txn.Decode(block.Txs[own.Outcome.Tx-1])
	return body, err
}

func (a *API) body(b *txn.Body) *Body {
	out := &Body{Kind: b.Kind, Version: b.Version, Party: b.Party, Reference: b.Reference, Expires: b.Expires}
	if payload, err := core.Kinds.ToJSON(b.Kind, b.Version, b.Payload); err == nil {
		out.Payload = payload
	}
	return out
}

func (a *API) result(r *txn.Result) Result {
	out := Result{Status: r.Status.String(), Fault: faultName(r.Fault), Number: r.Fault, Party: r.Party, Hash: r.Trace}
	out.Postings = a.postings(r.Postings)
	for _, e := range r.Events {
		out.Events = append(out.Events, Event{Name: e.Name, Data: wire.Hex(e.Data)})
	}
	out.Items = items(r.Items)
	if !r.Original.IsZero() {
		original := r.Original
		out.Original = &original
	}
	return out
}

func (a *API) postings(list []ledger.Posting) (out []Posting) {
	for _, p := range list {
		posting := Posting{From: p.From, To: p.To, Asset: p.Asset, Amount: p.Amount}
		if asset, ok := ledger.FindAsset(a.node.Ledger().Store(), p.Asset); ok {
			posting.Scale = &asset.Scale
		}
		out = append(out, posting)
	}
	return out
}

func items(list []txn.Item) (out []Item) {
	for _, i := range list {
		out = append(out, Item{ID: i.ID, Status: i.Status.String(), Fault: faultName(i.Fault), Number: i.Fault, Hash: i.Hash})
	}
	return out
}

func faultName(number uint16) string {
	if f := fault.Numbered(number); f != nil {
		return f.Name
	}
	return ""
}
