package main

import (
	"context"
	"net/http"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"causeway/cmd/gateway"
	"causeway/node"
	"causeway/readmodel"
)

// readModelsFile is the default database, in the home of a node.
const readModelsFile = "data/readmodel.db"

// readModelsUsage explains the setting where a flag takes it.
const readModelsUsage = "database of the read models: a file for SQLite, postgres://… for PostgreSQL, off for none (default: " + readModelsFile + " in the home)"

// readModels are the read models of a running node. The node does not know of them: they pull,
// and their end or their failure is nothing to it.
type readModels struct {
	*readmodel.Reader
	registry *prometheus.Registry
	cancel   context.CancelFunc
	done     sync.WaitGroup
}

// followNode starts the read models of a node; nil if they are off.
func (a *app) followNode(n *node.Node, config node.Config, setting string) *readModels {
	if setting == "" {
		if env, set := a.env("CAUSEWAY_READMODEL_DSN"); set {
			setting = env
		} else {
			setting = homeFile(config.Home, readModelsFile)
		}
	}
	if setting == "off" {
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	m := &readModels{
		Reader:   readmodel.NewReader(gateway.NewSource(n, config.Home, nil), setting, readmodel.Config{Logger: config.Logger}),
		registry: prometheus.NewRegistry(), cancel: cancel,
	}
	m.measure()
	m.done.Go(func() { m.Run(ctx) })
	return m
}

// stop ends the reader; what it has not committed it reads again.
func (m *readModels) stop() {
	if m != nil {
		m.cancel()
		m.done.Wait()
	}
}

// measure registers the gauges, which ask whenever somebody looks.
func (m *readModels) measure() {
	gauge := func(name, help string, read func(readmodel.Health) float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{Namespace: "causeway", Subsystem: "readmodel", Name: name, Help: help}, func() float64 { return read(m.Health()) }))
	}
	one := func(is bool) float64 {
		if is {
			return 1
		}
		return 0
	}
	gauge("height", "Height that all read models have taken in.", func(h readmodel.Health) float64 { return float64(h.Height) })
	gauge("lag_blocks", "Committed blocks that not all read models have taken in.", func(h readmodel.Health) float64 { return float64(h.Lag) })
	gauge("failures_total", "Steps of the reader that failed: it tries again.", func(h readmodel.Health) float64 { return float64(h.Failures) })
	gauge("ok", "1 if the read models can be relied on, as of their height.", func(h readmodel.Health) float64 { return one(h.OK()) })
	gauge("differences", "Differences from the state that the last comparison has found.", func(h readmodel.Health) float64 {
		if h.Compared == nil {
			return 0
		}
		return float64(h.Compared.Different)
	})
}

// backend is a node and its read models as the public interface sees them.
type backend struct {
	*gateway.Gateway
	node   *node.Node
	models *readModels
}

// nodeStatus is what the node says of itself, with its read models.
type nodeStatus struct {
	node.Status
	ReadModels *readmodel.Health `json:"read_models,omitempty"`
}

// Status is the node's own, with the read models'.
func (b *backend) Status() any {
	s := nodeStatus{Status: b.node.Status()}
	if b.models != nil {
		h := b.models.Health()
		s.ReadModels = &h
	}
	return s
}

// Metrics are the node's, then the read models': plain text, one after the other.
func (b *backend) Metrics() http.Handler {
	own := b.Gateway.Metrics()
	if b.models == nil {
		return own
	}
	more := promhttp.HandlerFor(b.models.registry, promhttp.HandlerOpts{DisableCompression: true})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		plain := r.Clone(r.Context())
		plain.Header.Del("Accept")
		plain.Header.Del("Accept-Encoding")
		own.ServeHTTP(w, plain)
		more.ServeHTTP(w, plain)
	})
}

// sayReadModels tells how the read models are, where there are any.
func (a *app) sayReadModels(h *readmodel.Health) {
	switch {
	case h == nil:
	case h.OK():
		a.say("the read models (%s) are at height %d, %d blocks behind", "读模型（%s）高度 %d，落后 %d 个区块", h.Database, h.Height, h.Lag)
	default:
		why := h.Error
		for _, m := range h.Models {
			if why == "" && m.Error != "" {
				why = m.Name + ": " + m.Error
			}
		}
		if c := h.Compared; why == "" && c != nil && c.Different > 0 {
			why = c.Detail
		}
		a.say("the read models cannot be relied on, at height %d: %s", "读模型不可依赖，高度 %d：%s", h.Height, why)
	}
}
