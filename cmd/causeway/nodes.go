package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"causeway/api"
	"causeway/cmd/gateway"
	"causeway/core"
	"causeway/node"
	"causeway/sample"
)

func (a *app) initCommand() *cobra.Command {
	var validators, port int
	var out, genesisFile, chain string
	var useSample bool
	cmd := &cobra.Command{
		Use: "init", Short: "Write the homes of a new network's validators", Args: cobra.NoArgs,
		Long: `Write the homes of a new network's validators: settings, genesis, keys. Nothing that exists
is overwritten. Unless told otherwise the network is a new one: a charter with a maker and a
checker, whose keys are made now and lie in OUT/charter. --genesis takes the ledger's genesis
from a file; --sample takes that of the development network, whose keys everybody knows.`,
		RunE: func(*cobra.Command, []string) error {
			if genesisFile != "" && useSample {
				return usage("give either --genesis FILE or --sample, not both")
			}
			if validators < 1 || validators > 100 {
				return usage("--validators %d: 1 to 100", validators)
			}
			document, chain, err := a.ledgerGenesis(genesisFile, out, chain, useSample)
			if err != nil {
				return &exit{exitUsage, err}
			}
			homes, err := node.Init(out, node.Options{ChainID: chain, Validators: validators, Genesis: document, PortBase: port})
			if err != nil {
				return err
			}
			list := make([]joined, len(homes))
			for i, h := range homes {
				address, err := node.Address(h)
				if err != nil {
					return err
				}
				config, err := node.LoadConfig(h)
				if err != nil {
					return err
				}
				key, err := node.ValidatorKey(h)
				if err != nil {
					return err
				}
				list[i] = joined{h, address, answersAt(config.API.Listen), key}
			}
			if err := a.print(list); err != nil {
				return err
			}
			a.say("start each with: causeway start --home HOME", "逐个启动：causeway start --home HOME")
			return nil
		},
	}
	cmd.Flags().IntVar(&validators, "validators", 1, "how many")
	cmd.Flags().StringVar(&out, "out", "causeway-home", "folder; one validator's home is the folder itself")
	cmd.Flags().StringVar(&genesisFile, "genesis", "", "the ledger's genesis, JSON")
	cmd.Flags().StringVar(&chain, "chain", "", "id of the new network, 3 to 40 characters (default: made up)")
	cmd.Flags().BoolVar(&useSample, "sample", false, "the sample's genesis: for development only")
	cmd.Flags().IntVar(&port, "port", 26656, "first port for peers, on loopback; edit config.yaml for other hosts")
	return cmd
}

// ledgerGenesis reads and checks a genesis, takes the sample's, or founds a new network.
func (a *app) ledgerGenesis(path, out, newChain string, useSample bool) (document []byte, chain string, err error) {
	switch {
	case path != "":
		document, err = os.ReadFile(path)
	case useSample:
		document, err = sample.GenesisJSON(sample.Chain, time.Now())
	default:
		document, err = a.found(out, newChain)
	}
	if err != nil {
		return nil, "", err
	}
	g, err := core.ParseGenesis(document)
	if err != nil {
		return nil, "", err
	}
	return document, g.Chain, nil
}

// server is a running node with its public interface.
type server struct {
	node     *node.Node
	http     *http.Server
	listener net.Listener
	failed   chan error
	address  string // file that says where it answers
	models   *readModels
}

// serve starts a node, its read models and its interface; listener nil: no interface.
func (a *app) serve(ctx context.Context, config node.Config, listener net.Listener, models string) (*server, error) {
	config.Logger = a.log()
	node.TuneMemory()
	n, err := node.New(config, node.OpenCore)
	if err != nil {
		return nil, err
	}
	if err := n.Start(ctx); err != nil {
		return nil, err
	}
	s := &server{node: n, listener: listener, failed: make(chan error, 1), models: a.followNode(n, config, models)}
	if listener == nil {
		return s, nil
	}
	// Scripts and tests that start a node on any free port find it by this file.
	s.address = homeFile(config.Home, "data/api.url")
	if err := os.WriteFile(s.address, []byte("http://"+listener.Addr().String()+"\n"), 0o600); err != nil {
		s.models.stop()
		return nil, errors.Join(err, n.Stop())
	}
	backend := &backend{gateway.New(n), n, s.models}
	s.http = api.New(backend, backend, api.Config{Version: version(), Logger: config.Logger}).Server(listener.Addr().String())
	go func() {
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- err
		}
	}()
	return s, nil
}

// stop lets answers under way end, then the node.
func (s *server) stop() error {
	var err error
	if s.http != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		err = os.Remove(s.address)
		if down := s.http.Shutdown(ctx); errors.Is(down, context.DeadlineExceeded) {
			err = errors.Join(err, s.http.Close()) // whoever still follows events is cut off
		} else {
			err = errors.Join(err, down)
		}
	}
	s.models.stop()
	return errors.Join(err, s.node.Stop())
}

// wait returns when the process is asked to end, or the node or its interface ends by itself.
func (s *server) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.failed:
		return err
	case <-s.node.Done():
		return s.node.Err()
	}
}

func (a *app) startCommand() *cobra.Command {
	var home, listen, models string
	cmd := &cobra.Command{
		Use: "start", Short: "Run the node of a home", Args: cobra.NoArgs,
		Long: `Run the node of a home until interrupted. The public interface answers on --listen; what it
serves is readable by everybody who reaches it, so keep it on loopback or a private network.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if home == "" {
				return usage("which node? --home DIR")
			}
			config, err := node.LoadConfig(home)
			if err != nil {
				return &exit{exitUsage, err}
			}
			if !cmd.Flags().Changed("listen") {
				listen = config.API.Listen
				if env, set := a.env("CAUSEWAY_LISTEN"); set {
					listen = env
				}
			}
			var listener net.Listener
			if listen != "off" {
				if listener, err = net.Listen("tcp", listen); err != nil {
					return err
				}
			}
			s, err := a.serve(cmd.Context(), config, listener, models)
			if err != nil {
				return err
			}
			status := s.node.Status()
			a.say("node %s of %s at height %d", "节点 %s（%s）高度 %d", status.Name, status.ChainID, status.Height)
			if listener != nil {
				a.say("answers on http://%s", "服务地址 http://%s", listener.Addr())
			}
			return errors.Join(s.wait(cmd.Context()), s.stop())
		},
	}
	cmd.Flags().StringVar(&home, "home", "", "the node's home")
	cmd.Flags().StringVar(&listen, "listen", "", "where the public interface answers (default: api.listen of the home's config.yaml); off: nowhere")
	cmd.Flags().StringVar(&models, "readmodel", "", readModelsUsage)
	return cmd
}

func (a *app) statusCommand() *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Say how the network is, and why the chain does not move", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n := a.network()
			s, err := n.Status(cmd.Context())
			if err != nil {
				return n.unreachable(err)
			}
			var status nodeStatus
			if err := json.Unmarshal(s.Node, &status); err != nil {
				return fmt.Errorf("the node's status cannot be read: %w", err)
			}
			if err := a.print(status.Status); err != nil {
				return err
			}
			a.sayReadModels(status.ReadModels)
			if status.Reason != "" {
				return fmt.Errorf(a.text("the chain does not move: %s", "链未推进：%s"), status.Reason)
			}
			if status.Syncing {
				a.say("catching up at height %d with %d peers", "正在追赶：高度 %d，对等节点 %d", status.Height, status.Peers)
				return nil
			}
			a.say("the chain moves: height %d, last block %s ago", "链正常推进：高度 %d，最近区块 %s 前", status.Height, status.BlockAge.Round(10*time.Millisecond))
			return nil
		},
	}
}

// homeFile is a file of a home.
func homeFile(home, name string) string { return filepath.Join(home, filepath.FromSlash(name)) }
