package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"causeway/core"
	"causeway/core/kernel/fault"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/txn"
)

// Record is one thing that can be looked up.
type Record struct {
	Noun   string           `json:"noun"`
	ID     string           `json:"id"`
	Value  any              `json:"value"`
	Scales map[string]uint8 `json:"scales,omitempty" doc:"decimals of the assets that the value names"`
	Proof  string           `json:"proof,omitempty" doc:"file that proves the stored record, or its absence, after the newest provable block: base64"`
}

// Page is a part of a list, in the order of ids.
type Page struct {
	Noun    string   `json:"noun"`
	Records []Record `json:"records"`
	Next    string   `json:"next,omitempty" doc:"ask from this id for the next page"`
}

type recordInput struct {
	Read
	Noun  string `path:"noun" doc:"one of the nouns of /v1/catalog"`
	ID    string `path:"id" doc:"may contain slashes"`
	Proof string `query:"proof" doc:"true: with a file that proves it" enum:"true,false"`
	From  string `query:"from" doc:"height of the checkpoint the reader of the proof trusts; default: the genesis"`
}

type recordOutput struct{ Body *Record }

type listInput struct {
	Read
	Noun  string `path:"noun"`
	From  string `query:"from" doc:"first id"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type listOutput struct{ Body *Page }

func (a *API) records() {
	huma.Register(a.huma, huma.Operation{
		OperationID: "get", Method: http.MethodGet, Path: "/v1/{noun}/{id}", Summary: "Look something up", Tags: []string{"records"},
		Description: "The value is that of the answer's height. A proof is of the newest block whose root a signed header states, one or two earlier, and also proves that there is no such record.",
	}, a.get)
	huma.Register(a.huma, huma.Operation{
		OperationID: "list", Method: http.MethodGet, Path: "/v1/{noun}", Summary: "List", Tags: []string{"records"},
	}, a.list)
}

func (a *API) view(noun string) (txn.View, error) {
	view, ok := core.Kinds.View(noun)
	if !ok {
		return view, fault.ReadNounUnknown.With("noun", noun, "a noun of /v1/catalog")
	}
	return view, nil
}

func (a *API) get(_ context.Context, in *recordInput) (*recordOutput, error) {
	view, err := a.view(in.Noun)
	if err != nil {
		return nil, problem(err)
	}
	r := &Record{Noun: in.Noun, ID: in.ID}
	value, found := view.Get(a.node.Ledger().Store(), in.ID)
	if in.Proof == "true" {
		if r.Proof, err = a.proof(view, in); err != nil {
			return nil, problem(err)
		}
	}
	switch {
	case found:
		r.Value, r.Scales = value, a.scales(value)
	case r.Proof == "":
		return nil, problem(fault.ReadNotFound.With(in.Noun, in.ID, "an id of /v1/"+in.Noun))
	}
	return &recordOutput{r}, nil
}

func (a *API) proof(view txn.View, in *recordInput) (string, error) {
	from, err := height("from", in.From, 1)
	if err != nil {
		return "", err
	}
	var key []byte
	if view.Key != nil {
		key = view.Key(in.ID)
	}
	if key == nil {
		return "", fault.ReadNotProvable.With(in.Noun, in.ID, "an id of a noun that /v1/catalog calls provable")
	}
	file, err := a.receipts.State(key, from)
	return base64.StdEncoding.EncodeToString(file), err
}

func (a *API) list(_ context.Context, in *listInput) (*listOutput, error) {
	view, err := a.view(in.Noun)
	if err != nil {
		return nil, problem(err)
	}
	page := &Page{Noun: in.Noun, Records: []Record{}}
	view.List(a.node.Ledger().Store(), in.From, func(id string, v any) bool {
		if len(page.Records) == in.Limit {
			page.Next = id
			return false
		}
		page.Records = append(page.Records, Record{Noun: in.Noun, ID: id, Value: v, Scales: a.scales(v)})
		return true
	})
	return &listOutput{page}, nil
}

// scales finds the assets a value names and how many decimals they have, so that whoever shows
// its amounts need not ask again.
func (a *API) scales(value any) map[string]uint8 {
	data, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	var tree any
	if json.Unmarshal(data, &tree) != nil {
		return nil
	}
	scales := map[string]uint8{}
	a.collect(tree, "", scales)
	return scales
}

// assetFields are the JSON fields that name assets.
var assetFields = map[string]bool{"asset": true, "source": true, "target": true, "assets": true, "unit": true}

func (a *API) collect(tree any, field string, scales map[string]uint8) {
	switch v := tree.(type) {
	case string:
		if !assetFields[field] {
			return
		}
		if asset, ok := ledger.FindAsset(a.node.Ledger().Store(), ledger.AssetID(v)); ok {
			scales[v] = asset.Scale
		}
	case []any:
		for _, inner := range v {
			a.collect(inner, field, scales)
		}
	case map[string]any:
		for name, inner := range v {
			a.collect(inner, name, scales)
		}
	}
}
