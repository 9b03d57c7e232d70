package node

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"causeway/core/kernel/wire"
)

// A block that was proposed, and carried out ahead, but not decided leaves no trace: roots,
// results and the next block are those of a node that never heard of it.
func TestProposalThatIsNotDecided(t *testing.T) {
	ctx, start := context.Background(), time.Now()
	run := func(undecided bool) (roots []string) {
		n := newNode(t, newHomes(t, 1, nil)[0], nil)
		var err error // the test is the engine
		if n.signer, err = openSigner(n.config.Home, n.config.die); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(n.openStores(), n.openMachine()); err != nil {
			t.Fatal(err)
		}
		app := n.app
		if _, err := app.InitChain(ctx, &abci.RequestInitChain{ChainId: testChain, Time: start}); err != nil {
			t.Fatal(err)
		}
		for height := int64(1); height < 4; height++ {
			at := start.Add(time.Duration(height) * time.Second)
			block := func(name string) (hash []byte, txs [][]byte) {
				sum := wire.Sum([]byte(name), []byte{byte(height)})
				return sum[:], [][]byte{fmt.Appendf(nil, "put:%s/%d", name, height), []byte("put:again")}
			}
			propose := func(name string) {
				hash, txs := block(name)
				if _, err := app.ProcessProposal(ctx, &abci.RequestProcessProposal{Hash: hash, Height: height, Time: at, Txs: txs}); err != nil {
					t.Fatal(err)
				}
			}
			if undecided {
				propose("other")
			}
			propose("one")
			hash, txs := block("one")
			response, err := app.FinalizeBlock(ctx, &abci.RequestFinalizeBlock{Hash: hash, Height: height, Time: at, Txs: txs})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := app.Commit(ctx, nil); err != nil {
				t.Fatal(err)
			}
			roots = append(roots, fmt.Sprintf("%x %v", response.AppHash, response.TxResults))
		}
		if undecided { // and one that the stop finds
			if _, err := app.ProcessProposal(ctx, &abci.RequestProcessProposal{Hash: make([]byte, 32), Height: 4, Time: start}); err != nil {
				t.Fatal(err)
			}
		}
		if err := n.Stop(); err != nil {
			t.Fatal(err)
		}
		return roots
	}
	plain, disturbed := run(false), run(true)
	for i := range plain {
		if plain[i] != disturbed[i] {
			t.Errorf("block %d: %s, should be %s", i, disturbed[i], plain[i])
		}
	}
}
