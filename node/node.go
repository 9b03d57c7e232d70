// Package node runs the pure machine under CometBFT consensus, in one process, on one disk.
//
// It holds adapters only and no business rule: bytes go into the machine, and each outcome goes
// to disk as one synced batch before anyone is told of it. It survives kill -9 at any moment;
// on a storage error or a broken invariant it stops and says which. A node that cannot make
// progress says why (Status.Reason).
package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/consensus"
	cmtnode "github.com/cometbft/cometbft/node"
	"github.com/cometbft/cometbft/types"

	"causeway/node/store"
)

// Node is one validator or follower.
type Node struct {
	config  Config
	open    OpenMachine
	genesis *types.GenesisDoc
	log     *slog.Logger

	lock    *homeLock
	ledger  *store.Ledger
	chain   *store.Chain
	signer  *signer
	app     *application
	wal     *walKeeper
	waiters *waiters
	hub     *hub
	ingress *ingress
	stats   *metrics
	engine  atomic.Pointer[cmtnode.Node]
	rounds  *consensus.State // set before engine is

	stopping context.Context // ends the background work
	cancel   context.CancelFunc
	work     sync.WaitGroup

	halting sync.Once
	halted  atomic.Pointer[error]
	done    chan struct{}
	ending  sync.Once
	stop    sync.Once
	stopErr error
}

// New reads a home; nothing is opened or started yet.
func New(config Config, open OpenMachine) (*Node, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	genesis, err := types.GenesisDocFromFile(filepath.Join(config.Home, genesisFile))
	if err != nil {
		return nil, err
	}
	log := config.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	n := &Node{
		config: config, open: open, genesis: genesis, log: log,
		waiters: newWaiters(), stats: newMetrics(), done: make(chan struct{}),
	}
	n.stopping, n.cancel = context.WithCancel(context.Background())
	return n, nil
}

// Start opens the home, lets the machine catch up with the blocks on disk, and joins consensus.
func (n *Node) Start(ctx context.Context) error {
	if err := n.start(ctx); err != nil {
		return errors.Join(err, n.Stop())
	}
	return nil
}

func (n *Node) start(ctx context.Context) error {
	var err error
	if n.lock, err = lockHome(n.config.Home); err != nil {
		return err
	}
	if n.signer, err = openSigner(n.config.Home, n.config.die); err != nil {
		return err
	}
	if err = n.openStores(); err != nil {
		return err
	}
	if err = n.openMachine(); err != nil {
		return err
	}
	n.wal = &walKeeper{path: filepath.Join(n.config.Home, walFile)}
	if err = n.wal.mend(n.chain); err != nil {
		return fmt.Errorf("consensus log: %w", err)
	}
	n.ingress = &ingress{
		app: n.app, waiters: n.waiters, stats: n.stats, syncing: n.syncing,
		blockBytes: n.genesis.ConsensusParams.Block.MaxBytes,
		queue:      make(chan *submission, 4*batchTxs), stop: make(chan struct{}),
	}
	engine, err := n.startEngine(ctx)
	if err != nil {
		if cause := n.Err(); cause != nil {
			err = errors.Join(cause, err)
		}
		return err
	}
	n.ingress.pool = engine.Mempool()
	n.engine.Store(engine)
	n.stats.attach(n)
	n.ingress.start(runtime.GOMAXPROCS(0))
	n.work.Go(n.keepWAL)
	return nil
}

func (n *Node) openStores() error {
	options := store.Options{
		FS: n.config.fs, CacheBytes: n.config.Store.CacheBytes, OnFailure: n.halt,
		Warn: func(text string) { n.log.Warn("storage engine", "text", text) },
	}
	var err error
	if n.ledger, err = store.OpenLedger(filepath.Join(n.config.Home, ledgerDir), options); err != nil {
		return err
	}
	options.CacheBytes = max(8<<20, n.config.Store.CacheBytes/8) // blocks are read when they are new, or never
	n.chain, err = store.OpenChain(filepath.Join(n.config.Home, chainDir), options)
	return err
}

func (n *Node) openMachine() error {
	key, err := n.signer.GetPubKey()
	if err != nil {
		return err
	}
	n.app = &application{
		ledger:   n.ledger,
		open:     func() (Machine, error) { return n.open(n.genesis.AppState, n.ledger, n.config.stateLimits()) },
		settings: n.config, halt: n.halt, failed: n.Err, own: key.Address(), stats: n.stats,
		committed: n.committed, dropped: n.dropped, alarm: n.alarm, restored: n.restored,
	}
	n.app.snapshots = newSnapshots(n)
	n.app.durable = newDurable(n.app)
	mark, written, err := n.ledger.Mark()
	if err != nil {
		return err
	}
	if !written { // empty, or a restore that did not finish
		if err := n.ledger.Clear(); err != nil {
			return err
		}
	}
	if err := n.app.reopen(); err != nil {
		return fmt.Errorf("the machine cannot open the ledger: %w", err)
	}
	machine := n.app.current()
	if written && (mark.Height != machine.Height() || mark.Root != machine.Root()) {
		return fmt.Errorf("the ledger is damaged: it is marked height %d root %x, the machine reads height %d root %s",
			mark.Height, mark.Root, machine.Height(), machine.Root())
	}
	n.hub = newHub(machine.Height())
	n.stats.moved(machine.Height(), time.UnixMilli(mark.TimeMs))
	return nil
}

// committed runs once a block is durable, before the next one is: it must not block.
func (n *Node) committed(outcome *Outcome) {
	n.stats.moved(outcome.Height, time.UnixMilli(outcome.TimeMs))
	n.stats.carried(len(outcome.Results))
	for _, bug := range outcome.Bugs {
		n.alarm(fmt.Sprintf("height %d: %s", outcome.Height, bug))
	}
	n.waiters.committed(outcome)
	n.hub.committed(outcome)
}

// alarm: the machine refused a transaction for a defect of its own. Nothing is lost, but people
// must know.
func (n *Node) alarm(bug string) {
	n.stats.bug()
	n.log.Error("internal bug", "bug", bug)
}

func (n *Node) restored(height int64, blockTime time.Time) {
	n.stats.moved(height, blockTime)
	n.hub.restart(height)
}

// dropped takes transactions out of the mempool, by the only way
// the engine offers: as if a block had refused them.
func (n *Node) dropped(txs [][]byte, checks []CheckResult) {
	refused := make([]*abci.ExecTxResult, len(txs))
	gone := make(types.Txs, len(txs))
	for i := range txs {
		gone[i] = txs[i]
		refused[i] = &abci.ExecTxResult{Code: checks[i].Code}
	}
	if engine := n.engine.Load(); engine != nil {
		pool := engine.Mempool()
		pool.Lock()
		err := pool.Update(n.app.current().Height(), gone, refused, nil, nil)
		pool.Unlock()
		if err != nil {
			n.log.Error("stale transactions stay in the mempool", "error", err)
		}
	}
	n.stats.stale(len(txs))
	n.waiters.dropped(checks)
}

// halt records why the node can do no more. It may be called from any goroutine, also the
// engine's, so it only signals; whoever owns the node sees Done and calls Stop.
func (n *Node) halt(err error) {
	n.halting.Do(func() {
		n.halted.Store(&err)
		n.log.Error("the node has stopped", "reason", err)
		n.finish()
	})
}

func (n *Node) finish() { n.ending.Do(func() { close(n.done) }) }

// Done is closed when the node has stopped, by Stop or by itself; Err then says why.
func (n *Node) Done() <-chan struct{} { return n.done }

// Err is the reason the node stopped by itself; nil after a plain Stop.
func (n *Node) Err() error {
	if err := n.halted.Load(); err != nil {
		return *err
	}
	return nil
}

func (n *Node) stopReason() error {
	if err := n.Err(); err != nil {
		return errors.Join(ErrStopped, err)
	}
	return ErrStopped
}

func (n *Node) running() (*cmtnode.Node, error) {
	engine := n.engine.Load()
	if engine == nil {
		return nil, ErrStopped
	}
	return engine, nil
}

// Machine is the core, for readers, once the node has started. Stop whatever uses it before the node.
func (n *Node) Machine() Machine { return n.app.current() }

// Subscribe delivers blocks from a height on; 0 or a future height: from the next one.
func (n *Node) Subscribe(from int64) (*Subscription, error) { return n.hub.subscribe(from) }

// Stop finishes the block under way, closes the stores and frees the home. It may be called
// again and from several goroutines.
func (n *Node) Stop() error {
	n.stop.Do(func() { n.stopErr = n.shutdown() })
	return n.stopErr
}

func (n *Node) shutdown() error {
	n.cancel()
	var problems []error
	if engine := n.engine.Swap(nil); engine != nil {
		n.ingress.close()
		problems = append(problems, engine.Stop())
		engine.Wait()
	}
	if n.app != nil {
		problems = append(problems, n.app.abandon())
		n.app.durable.close()
	}
	n.finish()
	n.work.Wait()
	if n.hub != nil {
		n.hub.stop()
	}
	if n.app != nil {
		n.app.snapshots.wait()
	}
	var failure *store.Failure
	if err := n.Err(); errors.As(err, &failure) {
		// A failed engine must not be asked to write more; the next start recovers from its log.
		return errors.Join(append(problems, n.unlock())...)
	}
	if n.wal != nil && n.app != nil && n.Err() == nil {
		problems = append(problems, n.wal.trim(n.app.current().Height()))
	}
	if n.chain != nil {
		problems = append(problems, n.chain.Close())
	}
	if n.ledger != nil {
		problems = append(problems, n.ledger.Close())
	}
	return errors.Join(append(problems, n.unlock())...)
}

func (n *Node) unlock() error {
	if n.lock == nil {
		return nil
	}
	return n.lock.release()
}

// keepWAL bounds the consensus log on disk while the node runs.
func (n *Node) keepWAL() {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if err := n.wal.prune(n.app.current().Height()); err != nil && !errors.Is(err, os.ErrNotExist) {
				n.log.Warn("the consensus log was not pruned", "error", err)
			}
		case <-n.stopping.Done():
			return
		}
	}
}
