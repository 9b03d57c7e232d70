package node

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cryptoproto "github.com/cometbft/cometbft/proto/tendermint/crypto"

	"causeway/core/kernel/fault"
	"causeway/core/kernel/wire"
	"causeway/node/store"
)

// Points at which the crash tests end the process.
const (
	crashAfterSign   = "after-sign"
	crashBeforeWrite = "before-write"
	crashAfterApply  = "after-apply"
	crashAfterWrite  = "after-write"
)

// application answers the consensus engine with the machine's word and puts each block on disk
// as one batch. It decides nothing about a transaction.
type application struct {
	abci.BaseApplication

	ledger    *store.Ledger
	open      func() (Machine, error)
	machine   atomic.Pointer[Machine]
	snapshots *snapshots
	durable   *durable
	settings  Config

	halt      func(error)
	failed    func() error // what halted the node, if something did
	alarm     func(bug string)
	restored  func(height int64, blockTime time.Time)   // after a snapshot
	committed func(*Outcome)                            // after the block is durable, in their order
	dropped   func(txs [][]byte, results []CheckResult) // these leave the mempool without a block

	own      []byte // address of this node's validator
	verified wire.Hash
	ahead    *ahead // the engine's calls for blocks, one after the other, alone touch these
	pending  *pendingBlock
	lagging  atomic.Int64 // milliseconds block time was behind when transactions were last withheld; 0: not
	stats    *metrics
}

type pendingBlock struct {
	outcome *Outcome
	block   *store.Block
}

func (a *application) current() Machine { return *a.machine.Load() }

// reopen reads the machine's state from disk, at the start and after a snapshot is restored.
func (a *application) reopen() error {
	machine, err := a.open()
	if err != nil {
		return err
	}
	machine.Warm()
	a.machine.Store(&machine)
	return nil
}

// guard turns a panic into a stop with a name: a storage failure, or a bug in the machine.
// Whatever the cause, nothing of the block has reached the disk.
func (a *application) guard(doing string, err *error) {
	recovered := recover()
	if recovered == nil {
		return
	}
	if failure := store.AsFailure(recovered); failure != nil {
		*err = failure
	} else {
		*err = fmt.Errorf("%s: panic: %v\n%s", doing, recovered, debug.Stack())
	}
	a.halt(*err)
}

func (a *application) Info(context.Context, *abci.RequestInfo) (*abci.ResponseInfo, error) {
	machine := a.current()
	response := &abci.ResponseInfo{Data: "causeway", LastBlockHeight: machine.Height()}
	if response.LastBlockHeight > 0 {
		root := machine.Root()
		response.LastBlockAppHash = root[:]
	}
	return response, nil
}

func (a *application) InitChain(_ context.Context, request *abci.RequestInitChain) (response *abci.ResponseInitChain, err error) {
	defer a.guard("genesis", &err)
	machine := a.current()
	if request.ChainId != machine.ChainID() {
		return nil, fmt.Errorf("the genesis of the engine is for chain %q, that of the machine for %q", request.ChainId, machine.ChainID())
	}
	// The engine repeats InitChain when it died before block 1: the state may be there already.
	if _, written, err := a.ledger.Mark(); err != nil || written {
		root := machine.Root()
		return &abci.ResponseInitChain{AppHash: root[:]}, err
	}
	root, writes := machine.Genesis()
	block, err := a.ledger.Prepare(store.Mark{TimeMs: request.Time.UnixMilli(), Root: root}, writes)
	if err != nil {
		return nil, err
	}
	if err := block.Commit(); err != nil {
		return nil, err
	}
	machine.Commit()
	return &abci.ResponseInitChain{AppHash: root[:]}, nil
}

func (a *application) CheckTx(_ context.Context, request *abci.RequestCheckTx) (response *abci.ResponseCheckTx, err error) {
	defer a.guard("check", &err)
	result := a.check(request.Tx, time.Now().UnixMilli(), request.Type == abci.CheckTxType_Recheck)
	return &abci.ResponseCheckTx{Code: result.Code, Data: result.ID[:], Info: result.Name, Log: result.Log}, nil
}

// check asks the machine about one transaction. A defect of the machine that it hits refuses the
// transaction and raises an alarm: whoever sent it must not be able to stop the node with it.
func (a *application) check(tx []byte, nowMs int64, recheck bool) (result CheckResult) {
	defer a.survive("check", func() {
		result = CheckResult{Code: uint32(fault.InternalBug.Number), Name: fault.InternalBug.Name, ID: wire.Sum(tx), Log: fault.InternalBug.En}
	})
	return a.current().Check(tx, nowMs, recheck)
}

// verify fills the machine's cache; what it misses for a defect is verified again one by one.
func (a *application) verify(txs [][]byte) {
	defer a.survive("verification", func() {})
	a.current().Preverify(txs)
}

// survive ends a panic of the machine, except a storage failure, which is for guard.
func (a *application) survive(doing string, instead func()) {
	recovered := recover()
	if recovered == nil {
		return
	}
	if store.AsFailure(recovered) != nil {
		panic(recovered)
	}
	a.alarm(fmt.Sprintf("%s: panic: %v\n%s", doing, recovered, debug.Stack()))
	instead()
}

// PrepareProposal offers what is still good. The mempool itself is never rechecked: with a
// long queue that would cost every block as much as the block. Instead only what is about to
// be offered is looked at again, and what is stale leaves the mempool.
func (a *application) PrepareProposal(_ context.Context, request *abci.RequestPrepareProposal) (response *abci.ResponsePrepareProposal, err error) {
	defer a.guard("proposal", &err)
	// Block time is the median of the previous commit (BFT time), so after idling it is old, and
	// a payment's expiry and date would be judged by a wrong clock. An empty block mends it.
	if lag := time.Since(request.Time); lag > a.settings.Consensus.ClockLagMax {
		a.lagging.Store(lag.Milliseconds())
		return &abci.ResponsePrepareProposal{}, nil
	}
	a.lagging.Store(0)
	return &abci.ResponsePrepareProposal{Txs: a.fresh(request.Txs, request.Time.UnixMilli())}, nil
}

// fresh drops transactions that can no longer pass, in their order, over all cores.
func (a *application) fresh(txs [][]byte, nowMs int64) [][]byte {
	results := make([]CheckResult, len(txs))
	overCores(len(txs), 256, func(from, to int) {
		for i := from; i < to; i++ {
			results[i] = a.check(txs[i], nowMs, true)
		}
	})
	kept := make([][]byte, 0, len(txs))
	var stale [][]byte
	var reasons []CheckResult
	for i := range txs {
		if results[i].Code == 0 {
			kept = append(kept, txs[i])
		} else {
			stale, reasons = append(stale, txs[i]), append(reasons, results[i])
		}
	}
	if len(stale) > 0 {
		a.dropped(stale, reasons)
	}
	return kept
}

// ProcessProposal accepts every well-formed block: a bad transaction in it is refused by
// Execute, alike on all nodes, so refusing the block could only cost liveness. Its signatures
// are verified here, unless they came through our own mempool, and it is carried out while votes
// are still under way.
func (a *application) ProcessProposal(_ context.Context, request *abci.RequestProcessProposal) (response *abci.ResponseProcessProposal, err error) {
	defer a.guard("proposal", &err)
	if string(request.ProposerAddress) != string(a.own) {
		a.preverify(request.Txs)
	}
	copy(a.verified[:], request.Hash)
	a.start(request.Hash, Block{Height: request.Height, TimeMs: request.Time.UnixMilli(), Txs: request.Txs})
	return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_ACCEPT}, nil
}

func (a *application) preverify(txs [][]byte) {
	overCores(len(txs), 64, func(from, to int) { a.verify(txs[from:to]) })
}

// overCores splits n items into runs of at least least, one per core at most.
func overCores(n, least int, work func(from, to int)) {
	workers := min(runtime.GOMAXPROCS(0), (n+least-1)/least)
	if workers <= 1 {
		if n > 0 {
			work(0, n)
		}
		return
	}
	var group sync.WaitGroup
	panics := make([]any, workers)
	for w := range workers {
		group.Go(func() {
			defer func() { panics[w] = recover() }()
			work(w*n/workers, (w+1)*n/workers)
		})
	}
	group.Wait()
	for _, recovered := range panics {
		if recovered != nil { // on the caller's goroutine, where it is guarded
			panic(recovered)
		}
	}
}

func (a *application) FinalizeBlock(_ context.Context, request *abci.RequestFinalizeBlock) (response *abci.ResponseFinalizeBlock, err error) {
	defer a.guard(fmt.Sprintf("block %d", request.Height), &err)
	// A failure elsewhere, such as a background write of the store, ends the chain here as well.
	if err := a.failed(); err != nil {
		return nil, err
	}
	if string(a.verified[:]) != string(request.Hash) { // replayed or fetched, never proposed to us
		a.preverify(request.Txs)
	}
	if a.pending != nil { // the engine asks again for a height it did not commit
		if err := a.pending.block.Discard(); err != nil {
			return nil, err
		}
		a.pending = nil
	}
	e, err := a.decided(request.Hash, Block{Height: request.Height, TimeMs: request.Time.UnixMilli(), Txs: request.Txs})
	if err != nil {
		a.halt(err)
		return nil, err
	}
	a.pending = &pendingBlock{outcome: e.outcome, block: e.block}
	response, err = finalized(e.outcome)
	if err != nil {
		a.halt(err)
	}
	return response, err
}

func finalized(outcome *Outcome) (*abci.ResponseFinalizeBlock, error) {
	results := execResults(outcome.Results)
	updates := make([]abci.ValidatorUpdate, 0, len(outcome.Validators))
	seen := make(map[string]bool, len(outcome.Validators))
	for _, update := range outcome.Validators {
		// The same key twice would halt the chain in the engine; say so before anything is written.
		if len(update.PublicKey) != ed25519.PubKeySize || update.Power < 0 || seen[string(update.PublicKey)] {
			return nil, fmt.Errorf("block %d: validator update %x → %d is malformed or repeated", outcome.Height, update.PublicKey, update.Power)
		}
		seen[string(update.PublicKey)] = true
		updates = append(updates, abci.ValidatorUpdate{
			PubKey: cryptoproto.PublicKey{Sum: &cryptoproto.PublicKey_Ed25519{Ed25519: update.PublicKey}},
			Power:  update.Power,
		})
	}
	return &abci.ResponseFinalizeBlock{TxResults: results, ValidatorUpdates: updates, AppHash: outcome.Root[:]}, nil
}

func execResults(results []TxResult) []*abci.ExecTxResult {
	slab := make([]abci.ExecTxResult, len(results)) // one allocation for the block
	out := make([]*abci.ExecTxResult, len(results))
	for i := range results {
		slab[i].Code, slab[i].Data = results[i].Code, results[i].Data
		out[i] = &slab[i]
	}
	return out
}

// Commit is where the block is written, and nowhere else: written earlier, a crash before the
// engine saved its own record of the block would leave it unable to catch up. It is durable a
// moment later, see durable; then readers and those who wait are told.
func (a *application) Commit(context.Context, *abci.RequestCommit) (response *abci.ResponseCommit, err error) {
	defer a.guard("commit", &err)
	pending := a.pending
	if pending == nil {
		return nil, errors.New("commit without a block")
	}
	a.settings.die(crashBeforeWrite)
	if err := pending.block.Apply(); err != nil {
		a.halt(err)
		return nil, err
	}
	a.pending = nil
	a.current().Commit()
	a.settings.die(crashAfterApply)
	a.snapshots.consider(pending.outcome.Height)
	a.durable.queue <- pending
	response = &abci.ResponseCommit{}
	if retain := a.settings.Store.RetainBlocks; retain > 0 && a.durable.height.Load() > retain {
		response.RetainHeight = a.durable.height.Load() - retain
	}
	return response, nil
}

// die ends the process where a crash test asked for it.
func (c *Config) die(point string) {
	if c.crash != nil {
		c.crash(point)
	}
}

// Query serves state proofs through nothing: readers have their own interface.
func (a *application) Query(context.Context, *abci.RequestQuery) (*abci.ResponseQuery, error) {
	return &abci.ResponseQuery{Code: 1, Log: "queries are answered by the public interface"}, nil
}
