package node

import (
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are this node's numbers, in a registry of its own: several nodes may live in one
// process, and the process-wide registry belongs to none of them.
type metrics struct {
	registry *prometheus.Registry

	txs      prometheus.Counter
	bugs     prometheus.Counter
	stales   prometheus.Counter
	batches  prometheus.Histogram
	execute  prometheus.Histogram
	write    prometheus.Histogram
	final    prometheus.Histogram
	blockTxs prometheus.Histogram

	height    atomic.Int64
	blockTime atomic.Int64 // ms
	movedAt   atomic.Int64 // local clock, ms: when the last block was committed here, or the node started
}

func newMetrics() *metrics {
	m := &metrics{registry: prometheus.NewRegistry()}
	m.txs = counter("transactions_total", "Transactions in committed blocks, settled or refused.")
	m.bugs = counter("internal_bugs_total", "Transactions that ended as internal.bug: raise an alarm.")
	m.stales = counter("transactions_stale_total", "Transactions that became invalid while they waited.")
	m.batches = histogram("verify_batch_size", "Transactions verified together on arrival.", prometheus.ExponentialBuckets(1, 2, 8))
	m.execute = histogram("execute_seconds", "Time to execute a block.", prometheus.ExponentialBuckets(0.0005, 2, 14))
	m.write = histogram("write_seconds", "Time to write and sync a block.", prometheus.ExponentialBuckets(0.0002, 2, 14))
	m.final = histogram("finality_seconds", "Time from submission to durable commit.", prometheus.ExponentialBuckets(0.002, 2, 14))
	m.blockTxs = histogram("block_transactions", "Transactions per block.", prometheus.ExponentialBuckets(1, 4, 9))
	m.registry.MustRegister(m.txs, m.bugs, m.stales, m.batches, m.execute, m.write, m.final, m.blockTxs)
	return m
}

const metricsNamespace = "causeway"

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Namespace: metricsNamespace, Name: name, Help: help})
}

func histogram(name, help string, buckets []float64) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: metricsNamespace, Name: name, Help: help, Buckets: buckets})
}

// attach adds what is read from the running node whenever someone asks.
func (m *metrics) attach(n *Node) {
	gauge := func(name, help string, read func() float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{Namespace: metricsNamespace, Name: name, Help: help}, read))
	}
	status := func(pick func(Status) float64) func() float64 { return func() float64 { return pick(n.Status()) } }
	gauge("height", "Height of the last committed block.", func() float64 { return float64(m.height.Load()) })
	gauge("block_age_seconds", "Age of the last committed block by the local clock.", status(func(s Status) float64 { return s.BlockAge.Seconds() }))
	gauge("peers", "Connected peers.", status(func(s Status) float64 { return float64(s.Peers) }))
	gauge("validators", "Validators of the present height.", status(func(s Status) float64 { return float64(s.Validators) }))
	gauge("power_online_ratio", "Share of the voting power that takes part.", status(func(s Status) float64 {
		if s.PowerTotal == 0 {
			return 0
		}
		return float64(s.PowerOnline) / float64(s.PowerTotal)
	}))
	gauge("stuck", "1 if the chain does not move; the status gives the reason.", status(func(s Status) float64 {
		if s.Reason != "" {
			return 1
		}
		return 0
	}))
	gauge("syncing", "1 while the node catches up.", status(func(s Status) float64 {
		if s.Syncing {
			return 1
		}
		return 0
	}))
	gauge("mempool_transactions", "Transactions waiting for a block.", status(func(s Status) float64 { return float64(s.MempoolTxs) }))
	gauge("mempool_bytes", "Bytes waiting for a block.", status(func(s Status) float64 { return float64(s.MempoolBytes) }))
	gauge("waiting_submitters", "Callers waiting for a commit.", func() float64 { return float64(n.waiters.count()) })
	gauge("subscribers", "Readers that follow the blocks.", func() float64 { count, _ := n.hub.counts(); return float64(count) })
	gauge("subscribers_dropped", "Readers dropped for being slow.", func() float64 { _, slow := n.hub.counts(); return float64(slow) })
	gauge("snapshot_height", "Height of the newest snapshot.", func() float64 { return float64(n.app.snapshots.newest()) })
	gauge("ledger_bytes", "Disk used by the ledger.", func() float64 { return n.diskBytes(n.ledger) })
	gauge("chain_bytes", "Disk used by the blocks.", func() float64 { return n.diskBytes(n.chain) })
}

// diskBytes is 0 once the node has stopped, when its stores must not be asked any more.
func (n *Node) diskBytes(of interface{ DiskBytes() uint64 }) float64 {
	if n.engine.Load() == nil {
		return 0
	}
	return float64(of.DiskBytes())
}

// moved notes a new last block, which a restart or a snapshot may also bring.
func (m *metrics) moved(height int64, blockTime time.Time) {
	m.height.Store(height)
	m.blockTime.Store(blockTime.UnixMilli())
	m.movedAt.Store(time.Now().UnixMilli())
}

func (m *metrics) carried(txs int) {
	m.txs.Add(float64(txs))
	m.blockTxs.Observe(float64(txs))
}

func (m *metrics) bug()                        { m.bugs.Inc() }
func (m *metrics) executed(took time.Duration) { m.execute.Observe(took.Seconds()) }
func (m *metrics) wrote(took time.Duration)    { m.write.Observe(took.Seconds()) }
func (m *metrics) finality(took time.Duration) { m.final.Observe(took.Seconds()) }
func (m *metrics) batch(size int)              { m.batches.Observe(float64(size)) }
func (m *metrics) stale(count int)             { m.stales.Add(float64(count)) }
