package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"causeway/client/keyring"
	"causeway/cmd/causeway/show"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/txn"
	"causeway/node"
	"causeway/rulebooks"
	"causeway/sample"
)

func (a *app) devCommand() *cobra.Command {
	var home, listen, models string
	var once bool
	cmd := &cobra.Command{
		Use: "dev", Short: "Run a live development network with the sample pilot", Args: cobra.NoArgs,
		Long: `Run a live network of one validator on this machine, with the sample pilot: authorities with
their rulebooks, e-CNY and a Hong Kong dollar stablecoin, an FX bank, enterprises. It sets the
pilot up by signed transactions, submits three payment files, says what became of them, and
keeps running. With --once it ends then, and its exit code is 0 only if everything is as it
should be. Everybody knows the keys of this network: it answers on loopback alone.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := &dev{app: a, home: home, once: once, models: models}
			return d.run(cmd.Context(), listen, cmd.Flags().Changed("listen"))
		},
	}
	cmd.Flags().StringVar(&home, "home", "", "folder to keep the network in (default: a temporary one, removed at the end)")
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8480", "loopback address of the public interface")
	cmd.Flags().StringVar(&models, "readmodel", "", readModelsUsage)
	cmd.Flags().BoolVar(&once, "once", false, "play the sample, print it, check it and end")
	return cmd
}

// dev is a development network while it runs.
type dev struct {
	*app
	home string
	once bool
	// models is where the read models are kept.
	models string
	// temporary: the home is removed at the end.
	temporary bool
	net       *network
	chain     string
	wrong     []string // what is not as it should be
}

func (d *dev) run(ctx context.Context, listen string, asked bool) (err error) {
	d.notice()
	began := time.Now()
	listener, err := loopback(listen, asked || d.once)
	if err != nil && d.once {
		listener, err = loopback("127.0.0.1:0", true)
	}
	if err != nil {
		return err
	}
	remove, err := d.prepare()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, remove()) }()
	config, err := node.LoadConfig(d.home)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	config.P2P.Listen = "127.0.0.1:0" // a lone validator is called by nobody
	config.Store.CacheBytes = 64 << 20
	s, err := d.serve(ctx, config, listener, d.models)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	d.net = newNetwork("http://" + strings.Replace(listener.Addr().String(), "127.0.0.1", "localhost", 1))
	if err := d.show(ctx, began); err != nil {
		if ctx.Err() != nil && !d.once {
			return nil // interrupted: whatever was on its way is on the ledger or is not
		}
		return err
	}
	if d.once {
		return d.verdict()
	}
	d.invite()
	return s.wait(ctx)
}

// loopback listens where only this machine can call. If the usual port is taken and nobody
// asked for it, any other does.
func loopback(address string, exactly bool) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	if err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, usage("--listen %s: the development network answers on loopback alone, since everybody knows its keys", address)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil && !exactly {
		return net.Listen("tcp", net.JoinHostPort(host, "0"))
	}
	return listener, err
}

func (d *dev) notice() {
	bar := strings.Repeat("*", 78)
	d.say("%s", "%s", d.paint(yellow, bar))
	d.say("DEVELOPMENT NETWORK. Its keys are made from a public seed: everybody has them.", "开发网络。其密钥由公开种子生成：人人皆可获得。")
	d.say("Parties, accounts, rates and rules are invented. Nothing here is money.", "主体、账户、汇率和规则均为虚构。此处没有任何真实资金。")
	d.say("%s", "%s", d.paint(yellow, bar))
}

// prepare makes the home, unless there is one already.
func (d *dev) prepare() (remove func() error, err error) {
	remove = func() error { return nil }
	if d.home == "" {
		if d.home, err = os.MkdirTemp("", "causeway-dev-"); err != nil {
			return nil, err
		}
		d.temporary = true
		remove = func() error { return os.RemoveAll(d.home) }
	}
	if _, err := os.Stat(homeFile(d.home, "config.yaml")); !errors.Is(err, fs.ErrNotExist) {
		return remove, err
	}
	document, err := sample.GenesisJSON(sample.Chain, time.Now())
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	if _, err = node.Init(d.home, node.Options{ChainID: sample.Chain, Genesis: document}); err == nil {
		err = d.writeKeys()
	}
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	return remove, nil
}

// writeKeys puts the key file of every sample role beside the node, for --key.
func (d *dev) writeKeys() error {
	folder := homeFile(d.home, "sample-keys")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	for _, role := range sample.RolesOf() {
		key, err := sample.Key(role)
		if err != nil {
			return err
		}
		if err := keyring.SaveUnprotected(filepath.Join(folder, role+".json"), key); err != nil {
			return err
		}
	}
	return nil
}

// show sets the pilot up and plays the files, once per home.
func (d *dev) show(ctx context.Context, began time.Time) error {
	ready, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := d.net.ready(ready); err != nil {
		return err
	}
	var err error
	if d.chain, err = d.net.id(ctx); err != nil {
		return err
	}
	if done, err := d.inForce(ctx); err != nil || done {
		d.say("this home has its pilot already; the sample is not played again", "该目录已有试点；不再重复演示")
		return err
	}
	if err := d.setUp(ctx); err != nil {
		return fmt.Errorf("setting up the pilot: %w", err)
	}
	if d.once && d.temporary {
		d.say("files are written below %s, which is removed at the end; keep them with --home DIR", "文件写入 %s，结束时删除；可用 --home 保留", d.home)
	}
	d.say("the pilot is ready after %.1f s", "试点就绪，用时 %.1f 秒", time.Since(began).Seconds())
	return d.play(ctx)
}

func (d *dev) setUp(ctx context.Context) error {
	stages, err := sample.Setup(time.Now())
	if err != nil {
		return err
	}
	progress := show.NewProgress(d.err, d.terminal(), d.text("setting up", "初始化"), int64(len(stages)+1))
	defer progress.End()
	for i, stage := range stages {
		if err := d.stage(ctx, stage); err != nil {
			return fmt.Errorf("%s: %w", stage.En, err)
		}
		progress.Say(fmt.Sprintf("  %s (%d %s)", d.text(stage.En, stage.Zh), len(stage.Steps), d.text("transactions", "笔交易")))
		progress.Set(int64(i + 1))
	}
	// Approved rulebooks come into force at a time ahead, which the next blocks reach.
	stage := sample.Activation(time.Now().UnixMilli() + 400)
	if err := d.stage(ctx, stage); err != nil {
		return fmt.Errorf("%s: %w", stage.En, err)
	}
	for {
		if done, err := d.inForce(ctx); err != nil || done {
			progress.Say("  " + d.text(stage.En, stage.Zh))
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// stage submits all steps at once and waits for each.
func (d *dev) stage(ctx context.Context, stage sample.Stage) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, step := range stage.Steps {
		group.Go(func() error {
			raw, id, err := step.Sign(d.chain, time.Now())
			if err != nil {
				return err
			}
			o, err := d.net.transact(ctx, raw, id)
			if err != nil {
				return err
			}
			if o.Refusal != nil {
				return fmt.Errorf("%s: %w", step.Kind, o.Refusal)
			}
			if o.Status != txn.Done && o.Status != txn.Settled {
				return fmt.Errorf("%s ended as %s", step.Kind, o.Status)
			}
			return nil
		})
	}
	return group.Wait()
}

// inForce reports whether every sample rulebook is in force.
func (d *dev) inForce(ctx context.Context) (bool, error) {
	for _, id := range rulebooks.IDs {
		var authority guard.Authority
		err := d.net.value(ctx, "authority", string(id), &authority)
		if codeOf(err) == exitNotFound {
			return false, nil
		}
		if err != nil || authority.Version == 0 {
			return false, err
		}
	}
	return true, nil
}

// verdict is what --once ends with.
func (d *dev) verdict() error {
	if len(d.wrong) == 0 {
		d.say("%s", "%s", d.paint(green, d.text("everything is as it should be", "一切符合预期")))
		return nil
	}
	for _, text := range d.wrong {
		d.say("NOT AS IT SHOULD BE: %s", "不符合预期：%s", text)
	}
	return &exit{exitError, fmt.Errorf(d.text("%d things are not as they should be", "有 %d 项不符合预期"), len(d.wrong))}
}

// invite says where the network is and what to try next.
func (d *dev) invite() {
	url := ""
	if d.net.url != defaultURL {
		url = " --url " + d.net.url
	}
	fmt.Fprintf(d.out, "\n%s  %s\n", d.text("The network is running:", "网络正在运行："), d.paint(bold, d.net.url))
	fmt.Fprintf(d.out, "%s  %s\n\n", d.text("Its home:              ", "所在目录：      "), d.home)
	fmt.Fprintln(d.out, d.text("Try in another terminal (Ctrl-C here ends the network):", "可在另一终端尝试（此处按 Ctrl-C 结束网络）："))
	for _, line := range []string{
		"status", "list balance", "get rulebook CN-SH-GT -o yaml", "watch --from 1",
		"iso check sample/files/*.xml",
		"iso explain --as hailan.maker,hailan.checker sample/files/2-annual-quota-refused.xml",
		"payment send --as hailan.maker --from HAILAN-CNY --to KOWLOON-HKD --asset e-CNY --target-asset HKDX --amount 1000.00 --fix-target --worst-rate 108/100 --purpose CGODDR --dry-run",
	} {
		fmt.Fprintf(d.out, "  causeway%s %s\n", url, line)
	}
}
