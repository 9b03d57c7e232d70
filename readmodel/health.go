package readmodel

import (
	"time"
)

// Health is how the read models are.
type Health struct {
	Database string        `json:"database"`           // sqlite or postgresql
	Open     bool          `json:"open"`               // the database answers
	Height   int64         `json:"height"`             // all models have taken this block in
	Lag      int64         `json:"lag_blocks"`         // blocks that the node has and not all models
	Error    string        `json:"error,omitempty"`    // what kept the last step from being done
	Failures int64         `json:"failures"`           // steps that failed since the start
	Models   []ModelHealth `json:"models"`             // in the order of the list
	Compared *Comparison   `json:"compared,omitempty"` // the last comparison with the state
}

// ModelHealth is how one model is.
type ModelHealth struct {
	Name    string `json:"name"`
	Version int64  `json:"version"`
	Height  int64  `json:"height"`
	Since   int64  `json:"since"`           // its history begins after this height
	Error   string `json:"error,omitempty"` // it panicked, and rests
}

// Comparison is what comparing the tables with the state of their height has found.
type Comparison struct {
	Height    int64  `json:"height"`
	TimeMs    int64  `json:"time_ms"` // by the local clock, Unix ms
	Checked   int64  `json:"checked"`
	Different int64  `json:"different"`
	Detail    string `json:"detail,omitempty"` // the first difference
}

// OK says that the tables can be relied on, as of their height.
func (h *Health) OK() bool {
	for _, m := range h.Models {
		if m.Error != "" {
			return false
		}
	}
	return h.Open && h.Error == "" && (h.Compared == nil || h.Compared.Different == 0)
}

// Health is how the read models are now.
func (r *Reader) Health() Health {
	r.lock.Lock()
	defer r.lock.Unlock()
	h := r.health
	h.Lag = max(0, r.source.Ledger().Height()-h.Height)
	return h
}

// report notes how a step ended.
func (r *Reader) report(err error) {
	r.lock.Lock()
	defer r.lock.Unlock()
	h := &r.health
	h.Open, h.Error, h.Models = r.store != nil && r.places != nil, "", nil
	if err != nil {
		h.Error = err.Error()
		h.Failures++
	}
	if r.store != nil {
		h.Database = "sqlite"
		if r.store.postgres {
			h.Database = "postgresql"
		}
	}
	for i, m := range r.models {
		p := r.places[m.name]
		one := ModelHealth{Name: m.name, Version: m.version, Height: p.height, Since: p.since}
		if f, ok := r.failed[m.name]; ok {
			one.Error = f.text
		}
		h.Models = append(h.Models, one)
		if i == 0 || p.height < h.Height {
			h.Height = p.height
		}
	}
}

// compared notes what a comparison has found.
func (r *Reader) compared(c Comparison) {
	r.lock.Lock()
	defer r.lock.Unlock()
	c.TimeMs = time.Now().UnixMilli()
	r.health.Compared = &c
}
