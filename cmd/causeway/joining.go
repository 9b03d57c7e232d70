package main

import (
	"encoding/hex"
	"net"
	"os"

	"github.com/spf13/cobra"

	"causeway/core/kernel/wire"
	"causeway/node"
)

// joined is a home of a node of a network, as its peers and whoever gives it power need it.
type joined struct {
	Home      string   `json:"home"`
	Address   string   `json:"address"` // for peers
	API       string   `json:"api"`
	Validator wire.Hex `json:"validator_key"` // public: what the charter gives power to
}

func answersAt(listen string) string {
	if listen == "off" {
		return listen
	}
	return "http://" + listen
}

func (a *app) joinCommand() *cobra.Command {
	var home, genesis, listen, api string
	var peers []string
	var sync node.StateSyncConfig
	cmd := &cobra.Command{
		Use: "join", Short: "Write the home of a node that joins a network", Args: cobra.NoArgs,
		Long: `Write the home of a node that joins a network, with keys of its own; nothing that exists is
overwritten. The node follows the network once it is started. It votes once the charter has given
its validator key power: causeway validator set.

Without --state-sync it takes every block from its peers. With it, it begins at a snapshot of those
servers (engine.rpc of nodes with snapshots.every), and proves it by the header of --trust-height:
learn that header's hash from somebody else than those servers.`,
		Example: "  causeway join --home node4 --genesis genesis.json --peers 0a…@10.0.0.1:26656,1b…@10.0.0.2:26656 --listen 10.0.0.5:26656",
		RunE: func(*cobra.Command, []string) error {
			if home == "" || genesis == "" || len(peers) == 0 {
				return usage("a joining node needs --home DIR, --genesis FILE of the network, and --peers")
			}
			if len(sync.Servers) == 0 != (sync.TrustHash == "") {
				return usage("--state-sync goes with --trust-height and --trust-hash")
			}
			document, err := os.ReadFile(genesis)
			if err != nil {
				return fileError(err)
			}
			config := node.DefaultConfig()
			config.API.Listen = api
			sync.TrustPeriod = config.StateSync.TrustPeriod
			config.StateSync = sync
			for _, address := range []string{listen, api} {
				if _, _, err := net.SplitHostPort(address); err != nil && address != "off" {
					return usage("%v: host:port", err)
				}
			}
			address, err := node.Join(home, node.JoinOptions{Genesis: document, Listen: listen, Peers: peers, Config: &config})
			if err != nil {
				return &exit{exitUsage, err}
			}
			key, err := node.ValidatorKey(home)
			if err != nil {
				return err
			}
			if err := a.print(joined{home, address, answersAt(api), key}); err != nil {
				return err
			}
			a.say("start it with: causeway start --home %s\nwhen it is in step, the charter lets it vote with: causeway validator set --public-key %s --power N",
				"启动：causeway start --home %s\n同步完成后，由章程方授予投票权：causeway validator set --public-key %s --power N", home, hex.EncodeToString(key))
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&home, "home", "", "folder to write")
	f.StringVar(&genesis, "genesis", "", "the network's genesis.json, as it stands in any of its homes")
	f.StringSliceVar(&peers, "peers", nil, "node-id@host:port of nodes of the network, separated by commas")
	f.StringVar(&listen, "listen", "127.0.0.1:26656", "where this node's peers connect")
	f.StringVar(&api, "api", "127.0.0.1:8480", "where its public interface answers")
	f.StringSliceVar(&sync.Servers, "state-sync", nil, "begin at a snapshot: engine RPC addresses, as in http://10.0.0.1:26657")
	f.Int64Var(&sync.TrustHeight, "trust-height", 0, "height of a header that is trusted")
	f.StringVar(&sync.TrustHash, "trust-hash", "", "that header's hash, 64 hexadecimal digits")
	return cmd
}
