package client

import (
	"encoding/json"

	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/wire"
)

// Transaction is how something ended that was submitted, or carried out by what was.
type Transaction struct {
	ID     wire.Hash `json:"id"`
	Status string    `json:"status"` // where it stands now; "pending": no block has it yet
	Height int64     `json:"height"`
	Index  int32     `json:"index"`
	Body   *Body     `json:"body,omitempty"`
	Result Result    `json:"result"`
	End    *End      `json:"end,omitempty"` // if it ended later than it was carried out
}

// Pending is the status of what waits for a block.
const Pending = "pending"

// End is how something that waited has ended.
type End struct {
	Height int64  `json:"height"`
	Result Result `json:"result"`
}

// Body is what was signed.
type Body struct {
	Kind      string          `json:"kind"`
	Version   uint16          `json:"version"`
	Party     identity.LEI    `json:"party,omitempty"`
	Reference string          `json:"reference,omitempty"`
	Expires   int64           `json:"expires"` // Unix ms
	Payload   json.RawMessage `json:"payload,omitempty"`
}

// Result is the public outcome.
type Result struct {
	Status   string       `json:"status"`
	Fault    string       `json:"fault,omitempty"`
	Number   uint16       `json:"fault_number,omitempty"`
	Postings []Posting    `json:"postings,omitempty"`
	Events   []Event      `json:"events,omitempty"`
	Items    []Item       `json:"items,omitempty"`
	Original *wire.Hash   `json:"original,omitempty"`
	Party    identity.LEI `json:"party,omitempty"`
}

// Posting moves an amount in minor units; Scale is the asset's decimals.
type Posting struct {
	From   ledger.AccountID `json:"from,omitempty"`
	To     ledger.AccountID `json:"to,omitempty"`
	Asset  ledger.AssetID   `json:"asset"`
	Amount money.Amount     `json:"amount"`
	Scale  *uint8           `json:"scale,omitempty"`
}

// Event says what happened; Data is canonical CBOR.
type Event struct {
	Name string   `json:"name"`
	Data wire.Hex `json:"data"`
}

// Item is something carried out under another id.
type Item struct {
	ID     wire.Hash `json:"id"`
	Status string    `json:"status"`
	Fault  string    `json:"fault,omitempty"`
	Number uint16    `json:"fault_number,omitempty"`
	Hash   wire.Hash `json:"hash"`
}

// Explanation is what would happen to a transaction now.
type Explanation struct {
	Status   string          `json:"status"`
	Fault    string          `json:"fault,omitempty"`
	Postings []Posting       `json:"postings,omitempty"`
	Trace    json.RawMessage `json:"trace,omitempty"`
	Items    []Item          `json:"items,omitempty"`
	Parts    []Part          `json:"parts,omitempty"` // of the items that would be refused or held: why
	Waiting  json.RawMessage `json:"waiting,omitempty"`
	Needs    uint8           `json:"approvals_needed"`
	FourEyes bool            `json:"maker_checker"`
	Height   int64           `json:"height"`
	Problem  json.RawMessage `json:"problem,omitempty"`
}

// Part is what would happen to one payment of a batch.
type Part struct {
	ID      wire.Hash       `json:"id"`
	Problem json.RawMessage `json:"problem,omitempty"`
	Trace   json.RawMessage `json:"trace,omitempty"`
	Waiting json.RawMessage `json:"waiting,omitempty"`
}

// Record is one thing that can be looked up. Proof, if asked for, is a file for
// receipt.VerifyState.
type Record struct {
	Noun   string           `json:"noun"`
	ID     string           `json:"id"`
	Value  json.RawMessage  `json:"value"`
	Scales map[string]uint8 `json:"scales,omitempty"`
	Proof  []byte           `json:"proof,omitempty"`
}

// Page is a part of a list; Next is the id to ask from for the following one.
type Page struct {
	Records []Record `json:"records"`
	Next    string   `json:"next,omitempty"`
}

// Status is the chain and the node.
type Status struct {
	Chain   string          `json:"chain"`
	Height  int64           `json:"height"`
	Root    wire.Hash       `json:"root"`
	Genesis wire.Hash       `json:"genesis"`
	Node    json.RawMessage `json:"node"`
}

// Block is the outcomes of one height, as Events delivers them.
type Block struct {
	Height   int64
	Outcomes []Outcome
}

// Outcome is one entry of a block's log.
type Outcome struct {
	ID     wire.Hash `json:"id"`
	Height int64     `json:"height"`
	Index  int32     `json:"index"`
	Tx     uint32    `json:"transaction"` // from 1; 0: carried out besides
	Result Result    `json:"result"`
}
