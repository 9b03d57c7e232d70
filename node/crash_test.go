package node

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// The crash test runs this test binary again as a node under load and kills it, over and over.
const (
	crashHomeEnv  = "CAUSEWAY_CRASH_TEST_HOME"
	crashPointEnv = "CAUSEWAY_CRASH_TEST_POINT" // "<point>:<n>": die at the n-th time
	crashRunEnv   = "CAUSEWAY_CRASH_TEST_RUN"
	childLog      = "child.log"
)

func TestMain(m *testing.M) {
	if home := os.Getenv(crashHomeEnv); home != "" {
		if err := crashChild(home); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// crashChild submits from four callers and prints each acknowledgement, until it is killed.
func crashChild(home string) error {
	config, err := LoadConfig(home)
	if err != nil {
		return err
	}
	config.P2P.Listen = anyPort
	log, err := os.Create(filepath.Join(home, childLog))
	if err != nil {
		return err
	}
	config.Logger = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if point, times, ok := strings.Cut(os.Getenv(crashPointEnv), ":"); ok {
		left, err := strconv.Atoi(times)
		if err != nil {
			return err
		}
		config.crash = func(at string) {
			if at == point {
				if left--; left == 0 {
					_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
					select {}
				}
			}
		}
	}
	n, err := New(config, openRegister)
	if err != nil {
		return err
	}
	if err := n.Start(context.Background()); err != nil {
		return err
	}
	fmt.Println("ready", n.Machine().Height())
	failed := make(chan error)
	for caller := range 4 {
		go func() {
			for i := 0; ; i++ {
				text := fmt.Sprintf("put:%s-%d-%d", os.Getenv(crashRunEnv), caller, i)
				ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
				final, err := n.SubmitAndWait(ctx, []byte(text))
				cancel()
				if err != nil || final.Height == 0 {
					failed <- fmt.Errorf("%s: %+v %w", text, final, err)
					return
				}
				fmt.Println("ack", text, final.Height) // one write, so whole or not at all
			}
		}()
	}
	return fmt.Errorf("%w; status %+v", <-failed, n.Status())
}

// TestCrashes: whatever moment the process dies at, nothing acknowledged is lost, the chain goes
// on, and its state is that of the same blocks without any crash.
func TestCrashes(t *testing.T) {
	t.Parallel()
	kills, lanes := 104, 4
	if testing.Short() {
		kills = 24
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	var died atomic.Int64
	var group sync.WaitGroup
	for lane := range lanes {
		home := newHomes(t, 1, func(c *Config) {
			c.Consensus.BlockIntervalMin = time.Millisecond
			c.Consensus.ProposeTimeout = 150 * time.Millisecond
			c.Consensus.VoteTimeout = 50 * time.Millisecond
			c.Snapshots.Every, c.Snapshots.Keep = 20, 1
		})[0]
		random := rand.New(rand.NewPCG(seed, uint64(lane)))
		group.Go(func() {
			acknowledged := make(map[string]int64)
			for run := range kills / lanes {
				if err := crashOnce(home, fmt.Sprintf("%d.%d", lane, run), random, acknowledged); err != nil {
					t.Errorf("lane %d run %d: %v", lane, run, err)
					return
				}
				died.Add(1)
			}
			if err := verifySurvivor(t, home, acknowledged); err != nil {
				t.Errorf("lane %d: %v", lane, err)
			}
			t.Logf("lane %d: %d acknowledged", lane, len(acknowledged))
		})
	}
	group.Wait()
	t.Logf("%d deaths", died.Load())
}

// crashOnce runs the node until it has acknowledged something and then has it die: by an outer
// kill at a random moment, at a point of our own, or at one of the engine's.
func crashOnce(home, run string, random *rand.Rand, acknowledged map[string]int64) error {
	command := exec.Command(os.Args[0], "-test.run=^$")
	command.Env = append(os.Environ(), crashHomeEnv+"="+home, crashRunEnv+"="+run)
	choice := random.IntN(7)
	after := 1 + random.IntN(12)
	switch choice {
	case 0:
		command.Env = append(command.Env, fmt.Sprintf("%s=%s:%d", crashPointEnv, crashBeforeWrite, after))
	case 1:
		command.Env = append(command.Env, fmt.Sprintf("%s=%s:%d", crashPointEnv, crashAfterWrite, after))
	case 6: // visible, not yet durable
		command.Env = append(command.Env, fmt.Sprintf("%s=%s:%d", crashPointEnv, crashAfterApply, after))
	case 2: // a vote is signed: twice per block
		command.Env = append(command.Env, fmt.Sprintf("%s=%s:%d", crashPointEnv, crashAfterSign, 2+random.IntN(24)))
	case 3: // the engine's own points: around signing, saving the block, its mark, its state
		command.Env = append(command.Env, fmt.Sprintf("FAIL_TEST_INDEX=%d", random.IntN(60)))
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	var problems bytes.Buffer
	command.Stderr = &problems
	if err := command.Start(); err != nil {
		return err
	}
	guard := time.AfterFunc(40*time.Second, func() { _ = command.Process.Kill() })
	defer guard.Stop()
	lines := bufio.NewScanner(output)
	acks, failure := 0, ""
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		switch {
		case len(fields) == 3 && fields[0] == "ack":
			height, err := strconv.ParseInt(fields[2], 10, 64)
			if err != nil {
				return err
			}
			acknowledged[fields[1]] = height
			if acks++; acks == 1 && (choice == 4 || choice == 5) {
				time.AfterFunc(time.Duration(random.IntN(60_000))*time.Microsecond, func() { _ = command.Process.Kill() })
			}
		case len(fields) > 0 && fields[0] == "error":
			failure = lines.Text()
		}
	}
	waited := command.Wait()
	switch {
	case failure != "":
		return fmt.Errorf("%s (choice %d): %s", failure, choice, lastLines(home))
	case !guard.Stop():
		return fmt.Errorf("the node did not go on (choice %d, %d acknowledged): %s %s", choice, acks, problems.String(), lastLines(home))
	case waited == nil:
		return errors.New("the child ended by itself")
	}
	return nil
}

func lastLines(home string) string {
	data, err := os.ReadFile(filepath.Join(home, childLog))
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(string(data), "\n")
	return strings.Join(lines[max(0, len(lines)-80):], "\n")
}

// verifySurvivor starts the home once more in this process and compares it with a machine that
// carries out the same blocks without interruption.
func verifySurvivor(t *testing.T, home string, acknowledged map[string]int64) error {
	n := startNode(t, home, nil)
	put(t, n, "the end")
	if err := n.Stop(); err != nil {
		return err
	}
	leftovers, err := filepath.Glob(filepath.Join(home, walFile+"*.new"))
	if err != nil || len(leftovers) > 1 {
		return fmt.Errorf("%d unfinished files beside the consensus log (%v)", len(leftovers), err)
	}
	n = startNode(t, home, nil)
	seen, err := replayed(n)
	if err != nil {
		return err
	}
	for text, height := range acknowledged {
		if seen[text] != height {
			return fmt.Errorf("%s was acknowledged at height %d and stands at %d", text, height, seen[text])
		}
	}
	return n.Stop()
}

// dieOnce runs the home until it dies where it was told to.
func dieOnce(t *testing.T, home, run string, where string) {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^$")
	command.Env = append(os.Environ(), crashHomeEnv+"="+home, crashRunEnv+"="+run, where)
	output, err := command.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || strings.Contains(string(output), "error ") {
		t.Fatalf("%s: %v: %s", where, err, output)
	}
}

// TestSignedButNotLogged dies just after a prevote was recorded by the signer and before it is in
// the engine's log. The signer will sign nothing else for that step, so unless the engine finds
// the same block again a lone validator would be silent for ever.
func TestSignedButNotLogged(t *testing.T) {
	t.Parallel()
	home := newHomes(t, 1, nil)[0]
	for _, nth := range []int{7, 5, 3} {
		dieOnce(t, home, strconv.Itoa(nth), fmt.Sprintf("%s=%s:%d", crashPointEnv, crashAfterSign, nth))
	}
	n := startNode(t, home, nil)
	put(t, n, "after")
}

// TestHeightEndsUnlogged dies between saving a block and logging that its height has ended, and
// again in the next height after signing.
func TestHeightEndsUnlogged(t *testing.T) {
	t.Parallel()
	home := newHomes(t, 1, nil)[0]
	dieOnce(t, home, "first", "FAIL_TEST_INDEX=3")
	dieOnce(t, home, "second", fmt.Sprintf("%s=%s:%d", crashPointEnv, crashAfterSign, 1))
	n := startNode(t, home, nil)
	put(t, n, "after")
}

// replayed carries out the node's blocks on a fresh machine and compares every header's root and
// the last one; it returns where each transaction took effect.
func replayed(n *Node) (map[string]int64, error) {
	memory := state.NewMemory()
	replay, err := openRegister([]byte(`"`+testChain+`"`), memory, state.Limits{})
	if err != nil {
		return nil, err
	}
	_, writes := replay.Genesis()
	memory.Apply(writes)
	replay.Commit()
	seen := make(map[string]int64)
	var root wire.Hash
	for height := int64(1); height <= n.Machine().Height(); height++ {
		txs, err := n.BlockTxs(height)
		if err != nil {
			return nil, err
		}
		header, err := n.Header(height)
		if err != nil {
			return nil, err
		}
		if height > 1 && !bytes.Equal(header.AppHash, root[:]) {
			return nil, fmt.Errorf("header %d has root %X, the replay %s", height, header.AppHash, root)
		}
		outcome, err := replay.Execute(Block{Height: height, TimeMs: header.Time.UnixMilli(), Txs: txs})
		if err != nil {
			return nil, err
		}
		memory.Apply(outcome.Writes)
		replay.Commit()
		root = outcome.Root
		for i, result := range outcome.Results {
			if result.Code == 0 {
				seen[string(txs[i])] = height
			}
		}
	}
	if status := n.Status(); status.Height == replay.Height() && status.Root != root {
		return nil, fmt.Errorf("root %s at height %d, the replay has %s", status.Root, status.Height, root)
	}
	return seen, state.Check(n.ledger)
}

func verifyReplay(n *Node) error {
	_, err := replayed(n)
	return err
}
