package node

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Config is a node's settings, read from config.yaml in its home; each value may be replaced
// by an environment variable (see environment).
type Config struct {
	Name      string          `yaml:"name"`
	API       APIConfig       `yaml:"api"`
	P2P       P2PConfig       `yaml:"p2p"`
	Engine    EngineConfig    `yaml:"engine"`
	Consensus ConsensusConfig `yaml:"consensus"`
	Mempool   MempoolConfig   `yaml:"mempool"`
	Store     StoreConfig     `yaml:"store"`
	Snapshots SnapshotConfig  `yaml:"snapshots"`
	StateSync StateSyncConfig `yaml:"state_sync"`

	Home   string       `yaml:"-"`
	Logger *slog.Logger `yaml:"-"` // nil: silent

	fs    vfs.FS             // tests put a failing disk here
	crash func(point string) // tests die here
}

// APIConfig says where whoever runs the node serves the public interface; the node itself
// does not.
type APIConfig struct {
	Listen string `yaml:"listen"` // host:port, or off
}

// P2PConfig is how validators reach each other. A lone validator listens on loopback only.
type P2PConfig struct {
	Listen string   `yaml:"listen"` // host:port
	Peers  []string `yaml:"peers"`  // node-id@host:port, all validators of the network
}

// EngineConfig opens CometBFT's own RPC, which is off unless an address is given: it shows
// everything to everyone. A node that serves state sync needs it, on a private address.
type EngineConfig struct {
	RPC string `yaml:"rpc"` // host:port; empty: off
}

// ConsensusConfig is local timing; it decides how soon, never what.
type ConsensusConfig struct {
	BlockIntervalMin   time.Duration `yaml:"block_interval_min"`   // between commits at low load
	EmptyBlockInterval time.Duration `yaml:"empty_block_interval"` // idle block, so that block time moves
	ProposeTimeout     time.Duration `yaml:"propose_timeout"`
	VoteTimeout        time.Duration `yaml:"vote_timeout"`
	ClockLagMax        time.Duration `yaml:"clock_lag_max"` // block time behind the clock by more: an empty block first
}

// MempoolConfig bounds what waits for a block.
type MempoolConfig struct {
	Txs   int   `yaml:"txs"`
	Bytes int64 `yaml:"bytes"`
}

// StoreConfig is the local database.
type StoreConfig struct {
	CacheBytes int64 `yaml:"cache_bytes"` // of the storage engine
	// StateBytes bounds the state in memory, values and tree; 0, the default, is a quarter of the
	// memory there is. What does not fit is read from disk when a payment needs it.
	StateBytes int64 `yaml:"state_bytes"`
	// RetainBlocks keeps that many of the newest blocks; 0, the default, keeps all (an archive).
	RetainBlocks int64 `yaml:"retain_blocks"`
}

// SnapshotConfig is how often a snapshot is written for others to start from; 0: never.
type SnapshotConfig struct {
	Every int64 `yaml:"every"`
	Keep  int   `yaml:"keep"`
}

// StateSyncConfig makes an empty node start from a peer's snapshot instead of block 1. The
// operator must have learned the trusted height and hash elsewhere than from these servers.
type StateSyncConfig struct {
	Servers     []string      `yaml:"servers"` // engine RPC addresses; empty: off
	TrustHeight int64         `yaml:"trust_height"`
	TrustHash   string        `yaml:"trust_hash"`
	TrustPeriod time.Duration `yaml:"trust_period"`
}

// DefaultConfig suits one validator on one machine.
func DefaultConfig() Config {
	return Config{
		Name: "causeway",
		API:  APIConfig{Listen: "127.0.0.1:8480"},
		P2P:  P2PConfig{Listen: "127.0.0.1:26656"},
		Consensus: ConsensusConfig{
			BlockIntervalMin:   20 * time.Millisecond,
			EmptyBlockInterval: time.Second,
			ProposeTimeout:     800 * time.Millisecond,
			VoteTimeout:        400 * time.Millisecond,
			ClockLagMax:        2 * time.Second,
		},
		Mempool:   MempoolConfig{Txs: 200_000, Bytes: 256 << 20},
		Store:     StoreConfig{CacheBytes: 256 << 20},
		Snapshots: SnapshotConfig{Every: 0, Keep: 2},
		StateSync: StateSyncConfig{TrustPeriod: 7 * 24 * time.Hour},
	}
}

// LoadConfig reads a home's settings and the environment over them.
func LoadConfig(home string) (Config, error) {
	config := DefaultConfig()
	path := filepath.Join(home, configFile)
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return config, fmt.Errorf("%s is no node's home: it has no %s", home, configFile)
	case err != nil:
		return config, err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true) // a misspelt setting must not be silently ignored
	if err := decoder.Decode(&config); err != nil {
		return config, fmt.Errorf("%s: %w", path, err)
	}
	config.Home = home
	if err := config.environment(os.LookupEnv); err != nil {
		return config, err
	}
	return config, config.Validate()
}

// environment applies CAUSEWAY_<SECTION>_<NAME>, the upper-case form of the names in the file.
func (c *Config) environment(lookup func(string) (string, bool)) error {
	texts := map[string]*string{
		"NAME": &c.Name, "P2P_LISTEN": &c.P2P.Listen, "ENGINE_RPC": &c.Engine.RPC,
		"STATE_SYNC_TRUST_HASH": &c.StateSync.TrustHash,
	}
	lists := map[string]*[]string{"P2P_PEERS": &c.P2P.Peers, "STATE_SYNC_SERVERS": &c.StateSync.Servers}
	numbers := map[string]*int64{
		"MEMPOOL_BYTES": &c.Mempool.Bytes, "STORE_CACHE_BYTES": &c.Store.CacheBytes, "STORE_STATE_BYTES": &c.Store.StateBytes,
		"STORE_RETAIN_BLOCKS": &c.Store.RetainBlocks, "SNAPSHOTS_EVERY": &c.Snapshots.Every,
		"STATE_SYNC_TRUST_HEIGHT": &c.StateSync.TrustHeight,
	}
	counts := map[string]*int{"MEMPOOL_TXS": &c.Mempool.Txs, "SNAPSHOTS_KEEP": &c.Snapshots.Keep}
	spans := map[string]*time.Duration{
		"CONSENSUS_BLOCK_INTERVAL_MIN":   &c.Consensus.BlockIntervalMin,
		"CONSENSUS_EMPTY_BLOCK_INTERVAL": &c.Consensus.EmptyBlockInterval,
		"CONSENSUS_PROPOSE_TIMEOUT":      &c.Consensus.ProposeTimeout,
		"CONSENSUS_VOTE_TIMEOUT":         &c.Consensus.VoteTimeout,
		"CONSENSUS_CLOCK_LAG_MAX":        &c.Consensus.ClockLagMax,
		"STATE_SYNC_TRUST_PERIOD":        &c.StateSync.TrustPeriod,
	}
	var problems []error
	each(lookup, texts, &problems, func(text string) (string, error) { return text, nil })
	each(lookup, lists, &problems, func(text string) ([]string, error) { return strings.Split(text, ","), nil })
	each(lookup, numbers, &problems, func(text string) (int64, error) { return strconv.ParseInt(text, 10, 64) })
	each(lookup, counts, &problems, strconv.Atoi)
	each(lookup, spans, &problems, time.ParseDuration)
	return errors.Join(problems...)
}

func each[T any](lookup func(string) (string, bool), fields map[string]*T, problems *[]error, parse func(string) (T, error)) {
	for name, field := range fields {
		text, ok := lookup("CAUSEWAY_" + name)
		if !ok {
			continue
		}
		value, err := parse(text)
		if err != nil {
			*problems = append(*problems, fmt.Errorf("CAUSEWAY_%s: %w", name, err))
			continue
		}
		*field = value
	}
}

// Validate refuses settings that cannot work, naming them.
func (c *Config) Validate() error {
	var problems []error
	require := func(ok bool, text string) {
		if !ok {
			problems = append(problems, errors.New(text))
		}
	}
	require(c.API.Listen != "", "api.listen is empty: host:port, or off")
	require(c.P2P.Listen != "", "p2p.listen is empty")
	require(c.Consensus.BlockIntervalMin >= 0, "consensus.block_interval_min is negative")
	require(c.Consensus.EmptyBlockInterval > 0, "consensus.empty_block_interval must be positive")
	require(c.Consensus.ProposeTimeout > 0, "consensus.propose_timeout must be positive")
	require(c.Consensus.VoteTimeout > 0, "consensus.vote_timeout must be positive")
	// A limit below the idle interval would refuse transactions for ever.
	require(c.Consensus.ClockLagMax > c.Consensus.EmptyBlockInterval,
		"consensus.clock_lag_max must exceed consensus.empty_block_interval")
	require(c.Mempool.Txs > 0 && c.Mempool.Bytes > 0, "mempool.txs and mempool.bytes must be positive")
	require(c.Store.RetainBlocks == 0 || c.Store.RetainBlocks >= 1000, "store.retain_blocks must be 0 or at least 1000")
	require(c.Snapshots.Every >= 0 && c.Snapshots.Keep >= 1, "snapshots.every must not be negative, snapshots.keep at least 1")
	if len(c.StateSync.Servers) > 0 {
		require(c.StateSync.TrustHeight > 0 && len(c.StateSync.TrustHash) == 64,
			"state_sync needs trust_height and trust_hash (64 hexadecimal digits)")
	}
	return errors.Join(problems...)
}
