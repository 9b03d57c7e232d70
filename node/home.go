package node

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
	"github.com/cometbft/cometbft/types"

	"causeway/core/kernel/txn"
	"gopkg.in/yaml.v3"
)

// A home holds everything of one node:
//
//	config.yaml           settings
//	genesis.json          the network's genesis, the same on all nodes
//	keys/validator.json   signs votes; keys/node.json names the node to its peers
//	data/signer.json      the last vote signed: losing it risks double signing
//	data/ledger data/chain data/wal data/snapshots
const (
	configFile       = "config.yaml"
	genesisFile      = "genesis.json"
	validatorKeyFile = "keys/validator.json"
	nodeKeyFile      = "keys/node.json"
	signerFile       = "data/signer.json"
	ledgerDir        = "data/ledger"
	chainDir         = "data/chain"
	walFile          = "data/wal/wal"
	snapshotDir      = "data/snapshots"
	addressBookFile  = "data/addresses.json"
	lockFile         = "data/lock"
)

// Options describe a new network.
type Options struct {
	ChainID     string
	Validators  int    // 1: the home is dir itself; more: dir/node0, dir/node1, …
	Genesis     []byte // the machine's genesis, JSON
	GenesisTime time.Time
	// BlockBytesMax bounds a block; 0: 4 MiB, some 8,000 payments of 500 bytes: under full load
	// the ten syncs of a block are shared by many, and a payment is still final within a second.
	BlockBytesMax int64
	PortBase      int     // first loopback port; 0: 26656. Node i uses PortBase + i.
	Config        *Config // nil: DefaultConfig
}

// Init writes the homes of a new network's validators and returns their paths. It never
// overwrites a home.
func Init(dir string, options Options) ([]string, error) {
	if err := options.complete(); err != nil {
		return nil, err
	}
	homes := []string{dir}
	if options.Validators > 1 {
		homes = homes[:0]
		for i := range options.Validators {
			homes = append(homes, filepath.Join(dir, "node"+strconv.Itoa(i)))
		}
	}
	members := make([]member, len(homes))
	for i, home := range homes {
		var err error
		if members[i], err = newMember(home, "127.0.0.1:"+strconv.Itoa(options.PortBase+i)); err != nil {
			return nil, err
		}
	}
	genesis, err := options.genesisDoc(members)
	if err != nil {
		return nil, err
	}
	for i := range members {
		config := *options.Config
		config.API.Listen = "127.0.0.1:" + strconv.Itoa(apiPort+i)
		config.P2P = P2PConfig{Listen: members[i].listen}
		for j := range members {
			if j != i {
				config.P2P.Peers = append(config.P2P.Peers, members[j].address())
			}
		}
		if err := members[i].write(config, genesis); err != nil {
			return nil, err
		}
	}
	return homes, nil
}

func (o *Options) complete() error {
	if o.ChainID == "" || len(o.ChainID) > types.MaxChainIDLen {
		return fmt.Errorf("a chain id has 1 to %d characters", types.MaxChainIDLen)
	}
	if o.Validators == 0 {
		o.Validators = 1
	}
	if o.Validators < 0 || o.Validators > 100 {
		return fmt.Errorf("%d validators: 1 to 100 are possible", o.Validators)
	}
	if !json.Valid(o.Genesis) {
		return errors.New("the genesis is not JSON")
	}
	if o.GenesisTime.IsZero() {
		o.GenesisTime = time.Now()
	}
	if o.BlockBytesMax == 0 {
		o.BlockBytesMax = 4 << 20
	}
	if o.PortBase == 0 {
		o.PortBase = 26656
	}
	if o.Config == nil {
		config := DefaultConfig()
		o.Config = &config
	}
	return nil
}

// apiPort is the loopback port of the first home's public interface; the others follow.
const apiPort = 8480

// member is one validator while its network is being made.
type member struct {
	home    string
	listen  string
	signing *privval.FilePV
	node    *p2p.NodeKey
}

func newMember(home, listen string) (member, error) {
	if _, err := os.Stat(filepath.Join(home, configFile)); err == nil {
		return member{}, fmt.Errorf("%s is a node's home already", home)
	}
	for _, folder := range []string{"keys", "data", filepath.Dir(walFile), snapshotDir} {
		if err := os.MkdirAll(filepath.Join(home, folder), 0o700); err != nil {
			return member{}, err
		}
	}
	signing := privval.NewFilePV(ed25519.GenPrivKey(), filepath.Join(home, validatorKeyFile), filepath.Join(home, signerFile))
	return member{home: home, listen: listen, signing: signing, node: &p2p.NodeKey{PrivKey: ed25519.GenPrivKey()}}, nil
}

func (m member) address() string { return string(m.node.ID()) + "@" + m.listen }

func (o *Options) genesisDoc(members []member) (*types.GenesisDoc, error) {
	params := types.DefaultConsensusParams()
	params.Block.MaxBytes = o.BlockBytesMax
	params.Evidence.MaxBytes = min(params.Evidence.MaxBytes, o.BlockBytesMax/4)
	doc := &types.GenesisDoc{
		GenesisTime:     o.GenesisTime.UTC().Truncate(time.Millisecond),
		ChainID:         o.ChainID,
		InitialHeight:   1,
		ConsensusParams: params,
		AppState:        o.Genesis,
	}
	for i, member := range members {
		doc.Validators = append(doc.Validators, types.GenesisValidator{
			Address: member.signing.Key.Address,
			PubKey:  member.signing.Key.PubKey,
			Power:   10,
			Name:    "validator" + strconv.Itoa(i),
		})
	}
	if err := tellLedger(doc); err != nil {
		return nil, err
	}
	return doc, doc.ValidateAndComplete()
}

// tellLedger names the first validators in the ledger's own genesis, so that it can measure
// later changes by them. A machine whose genesis is no object keeps no validators.
func tellLedger(doc *types.GenesisDoc) error {
	fields := map[string]json.RawMessage{}
	if json.Unmarshal(doc.AppState, &fields) != nil || fields["validators"] != nil {
		return nil //nolint:nilerr // not an object: nothing to tell
	}
	var list []txn.ValidatorChange
	for _, v := range doc.Validators {
		list = append(list, txn.ValidatorChange{PublicKey: v.PubKey.Bytes(), Power: v.Power})
	}
	told, err := json.Marshal(list)
	if err != nil {
		return err
	}
	fields["validators"] = told
	doc.AppState, err = json.Marshal(fields)
	return err
}

func (m member) write(config Config, genesis *types.GenesisDoc) error {
	config.Name = filepath.Base(m.home)
	if err := config.Validate(); err != nil {
		return err
	}
	m.signing.Save()
	if err := m.node.SaveAs(filepath.Join(m.home, nodeKeyFile)); err != nil {
		return err
	}
	if err := genesis.SaveAs(filepath.Join(m.home, genesisFile)); err != nil {
		return err
	}
	text, err := yaml.Marshal(config)
	if err != nil {
		return err
	}
	// Written last: a home is one once it has its settings.
	return os.WriteFile(filepath.Join(m.home, configFile), text, 0o600)
}

// JoinOptions describe a node that joins a network as a follower. It becomes a validator when the
// charter gives its key power.
type JoinOptions struct {
	Genesis []byte   // the network's genesis.json, as it stands in any home
	Listen  string   // host:port for peers
	Peers   []string // node-id@host:port
	Config  *Config  // nil: DefaultConfig
}

// Join writes the home of a node with keys of its own, and returns the address peers reach it at.
func Join(home string, options JoinOptions) (address string, err error) {
	genesis, err := types.GenesisDocFromJSON(options.Genesis)
	if err != nil {
		return "", fmt.Errorf("genesis: %w", err)
	}
	if len(options.Peers) == 0 {
		return "", errors.New("a joining node needs at least one peer")
	}
	m, err := newMember(home, options.Listen)
	if err != nil {
		return "", err
	}
	config := DefaultConfig()
	if options.Config != nil {
		config = *options.Config
	}
	config.P2P = P2PConfig{Listen: options.Listen, Peers: options.Peers}
	return m.address(), m.write(config, genesis)
}

// Address is how peers reach the node of a home: node-id@host:port.
func Address(home string) (string, error) {
	config, err := LoadConfig(home)
	if err != nil {
		return "", err
	}
	key, err := p2p.LoadNodeKey(filepath.Join(home, nodeKeyFile))
	if err != nil {
		return "", err
	}
	return string(key.ID()) + "@" + config.P2P.Listen, nil
}

// ValidatorKey is the public key that the node of a home signs votes with, once it has power.
func ValidatorKey(home string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(home, validatorKeyFile))
	if err != nil {
		return nil, err
	}
	var key struct {
		Public struct {
			Value []byte `json:"value"`
		} `json:"pub_key"`
	}
	if err := json.Unmarshal(data, &key); err != nil {
		return nil, fmt.Errorf("%s: %w", validatorKeyFile, err)
	}
	if len(key.Public.Value) != ed25519.PubKeySize {
		return nil, fmt.Errorf("%s has no Ed25519 key", validatorKeyFile)
	}
	return key.Public.Value, nil
}

// FreePorts finds n consecutive loopback ports that nothing listens on, for a local network.
func FreePorts(n int) (int, error) {
	for base := 27000; base < 60000; base += n {
		if portsFree(base, n) {
			return base, nil
		}
	}
	return 0, fmt.Errorf("no %d consecutive free ports on loopback", n)
}

func portsFree(base, n int) bool {
	for i := range n {
		listener, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(base+i))
		if err != nil {
			return false
		}
		if listener.Close() != nil {
			return false
		}
	}
	return true
}
