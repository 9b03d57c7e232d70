package node

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	dbm "github.com/cometbft/cometbft-db"
	"github.com/cometbft/cometbft/blocksync"
	cmtconfig "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/consensus"
	"github.com/cometbft/cometbft/mempool"
	cmtnode "github.com/cometbft/cometbft/node"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/proxy"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/statesync"
	"github.com/cometbft/cometbft/types"
)

// txBytesMax bounds one transaction; the largest kind is a batch of 512 kB.
const txBytesMax = 1 << 20

// engineConfig translates our settings; what is not ours to choose is fixed here.
func engineConfig(c Config) *cmtconfig.Config {
	e := cmtconfig.DefaultConfig().SetRoot(c.Home)
	e.Moniker = c.Name
	e.Genesis = genesisFile
	e.PrivValidatorKey, e.PrivValidatorState, e.NodeKey = validatorKeyFile, signerFile, nodeKeyFile
	e.Storage.DiscardABCIResponses = true // the machine keeps its outcomes
	e.TxIndex.Indexer = "null"
	e.Instrumentation.Prometheus = false // its registry is global; see metrics.go
	e.RPC.ListenAddress, e.RPC.PprofListenAddress = "", ""
	if c.Engine.RPC != "" {
		e.RPC.ListenAddress = "tcp://" + c.Engine.RPC
	}

	e.P2P.ListenAddress = "tcp://" + c.P2P.Listen
	e.P2P.PersistentPeers = strings.Join(c.P2P.Peers, ",")
	e.P2P.PexReactor = false // the validators know each other; nothing is discovered
	e.P2P.AddrBook = addressBookFile
	e.P2P.AddrBookStrict = false // private and loopback addresses are real here
	e.P2P.AllowDuplicateIP = true
	e.P2P.PersistentPeersMaxDialPeriod = 5 * time.Second // a validator that returns is found soon
	e.P2P.FlushThrottleTimeout = 5 * time.Millisecond
	e.P2P.SendRate, e.P2P.RecvRate = 50<<20, 50<<20

	e.Mempool.Size, e.Mempool.MaxTxsBytes = c.Mempool.Txs, c.Mempool.Bytes
	e.Mempool.CacheSize = 0 // what it would spare, the machine's own check and the mempool's index find too
	e.Mempool.MaxTxBytes = txBytesMax
	e.Mempool.Recheck = false  // PrepareProposal looks again at what it offers
	e.Mempool.Broadcast = true // costs nothing without peers

	e.Consensus.WalPath = walFile
	e.Consensus.TimeoutPropose = c.Consensus.ProposeTimeout
	e.Consensus.TimeoutProposeDelta = c.Consensus.ProposeTimeout / 2
	e.Consensus.TimeoutPrevote, e.Consensus.TimeoutPrevoteDelta = c.Consensus.VoteTimeout, c.Consensus.VoteTimeout/2
	e.Consensus.TimeoutPrecommit, e.Consensus.TimeoutPrecommitDelta = c.Consensus.VoteTimeout, c.Consensus.VoteTimeout/2
	// Counted from the last commit, so a block that took longer to execute is followed at once:
	// the pause exists at low load only, where it gathers payments that would otherwise each
	// have a block of their own (1.5 kB). Skipping it when all votes are in would undo that.
	e.Consensus.TimeoutCommit = c.Consensus.BlockIntervalMin
	e.Consensus.SkipTimeoutCommit = false
	e.Consensus.CreateEmptyBlocks = true
	e.Consensus.CreateEmptyBlocksInterval = c.Consensus.EmptyBlockInterval
	e.Consensus.PeerGossipSleepDuration = 5 * time.Millisecond // the default alone would add 100 ms per step
	e.Consensus.DoubleSignCheckHeight = 0                      // more makes a lone validator refuse every restart
	e.BlockSync.AdaptiveSync = false                           // a validator could equivocate (cometbft #5953)

	if s := c.StateSync; len(s.Servers) > 0 {
		e.StateSync.Enable = true
		e.StateSync.RPCServers = s.Servers
		if len(s.Servers) == 1 { // the engine asks for a witness; with one server it is its own
			e.StateSync.RPCServers = []string{s.Servers[0], s.Servers[0]}
		}
		e.StateSync.TrustHeight, e.StateSync.TrustHash, e.StateSync.TrustPeriod = s.TrustHeight, s.TrustHash, s.TrustPeriod
		e.StateSync.DiscoveryTime = 5 * time.Second
		e.StateSync.TempDir = filepath.Join(c.Home, "data")
	}
	return e
}

// noEngineMetrics: the engine can only register with the process-wide registry, where a second
// node in one process would collide.
func noEngineMetrics(string) (*consensus.Metrics, *p2p.Metrics, *mempool.Metrics, *sm.Metrics, *proxy.Metrics, *blocksync.Metrics, *statesync.Metrics) {
	return consensus.NopMetrics(), p2p.NopMetrics(), mempool.NopMetrics(), sm.NopMetrics(), proxy.NopMetrics(), blocksync.NopMetrics(), statesync.NopMetrics()
}

// startEngine builds the engine, which replays what the machine has not seen, and starts it.
func (n *Node) startEngine(ctx context.Context) (*cmtnode.Node, error) {
	key, err := p2p.LoadNodeKey(filepath.Join(n.config.Home, nodeKeyFile))
	if err != nil {
		return nil, err
	}
	engine, err := cmtnode.NewNodeWithContext(ctx,
		engineConfig(n.config), n.signer, key, n.app,
		func() (*types.GenesisDoc, error) { return n.genesis, nil },
		func(context *cmtconfig.DBContext) (dbm.DB, error) { return n.chain.DB(context.ID) },
		noEngineMetrics, engineLogger{to: n.log})
	if err != nil {
		return nil, fmt.Errorf("consensus engine: %w", err)
	}
	// The engine hands its consensus state out only through the environment of its RPC.
	environment, err := engine.ConfigureRPC()
	if err != nil {
		return nil, fmt.Errorf("consensus engine: %w", err)
	}
	rounds, ok := environment.ConsensusState.(*consensus.State)
	if !ok {
		return nil, fmt.Errorf("consensus engine: its state is a %T", environment.ConsensusState)
	}
	n.rounds = rounds
	if err := engine.Start(); err != nil {
		return nil, fmt.Errorf("consensus engine: %w", err)
	}
	return engine, nil
}
