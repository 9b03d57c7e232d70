package node

import (
	"encoding/json"
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// HealthHandler answers /healthz: 200 while the process should go on living. A chain that waits
// for other validators is no reason to restart this one.
func (n *Node) HealthHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		status := n.Status()
		answer(w, !status.Stopped && n.Err() == nil, status)
	})
}

// ReadyHandler answers /readyz: 200 while this node can take and finalise transactions.
func (n *Node) ReadyHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		status := n.Status()
		answer(w, !status.Stopped && !status.Syncing && status.Reason == "", status)
	})
}

// MetricsHandler answers /metrics in Prometheus' text format.
func (n *Node) MetricsHandler() http.Handler {
	return promhttp.HandlerFor(n.stats.registry, promhttp.HandlerOpts{})
}

func answer(w http.ResponseWriter, ok bool, status Status) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if !ok {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(status) // the client may be gone; nothing depends on it
}
