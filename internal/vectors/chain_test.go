package vectors

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/crypto/tmhash"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	"github.com/cometbft/cometbft/types"

	"causeway/client/keyring"
	"causeway/client/receipt"
	"causeway/client/receipt/issue"
	"causeway/core"
	"causeway/core/feature/party"
	feature "causeway/core/feature/payment"
	"causeway/core/feature/supervision"
	"causeway/core/kernel/guard"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
	"causeway/internal/testkit"
)

// chainVectors are files about a chain, and what they prove to whoever trusts its genesis.
type chainVectors struct {
	Genesis    string             `json:"genesis"`
	Checkpoint receipt.Checkpoint `json:"checkpoint"` // after the last change of validators
	Receipts   []receiptFile      `json:"receipts"`
	States     []stateFile        `json:"states"`
}

type receiptFile struct {
	Name   string            `json:"name"`
	File   []byte            `json:"file"`
	Proves *receipt.Verified `json:"proves"`
}

type stateFile struct {
	Noun  string   `json:"noun"`
	ID    string   `json:"id"`
	File  []byte   `json:"file"`
	Value wire.Hex `json:"value"`
	// Height is the block after which it was so.
	Height int64 `json:"height"`
}

// engine signs headers over the blocks that the real machine has carried out, as consensus
// would; its validators change on the way.
type engine struct {
	t       *testing.T
	ledger  *testkit.Ledger
	keys    map[string]ed25519.PrivKey
	headers []*types.Header
	commits []*types.Commit
	sets    []*types.ValidatorSet
}

func (e *engine) at(height int64) (int, error) {
	if height < 1 || height > int64(len(e.headers)) {
		return 0, fmt.Errorf("no height %d", height)
	}
	return int(height - 1), nil
}

func (e *engine) Header(height int64) (*types.Header, error) {
	i, err := e.at(height)
	if err != nil {
		return nil, err
	}
	return e.headers[i], nil
}

func (e *engine) Commit(height int64) (*types.Commit, error) {
	i, err := e.at(height)
	if err != nil {
		return nil, err
	}
	return e.commits[i], nil
}

func (e *engine) ValidatorSet(height int64) (*types.ValidatorSet, error) {
	i, err := e.at(height)
	if err != nil {
		return nil, err
	}
	return e.sets[i], nil
}

func (e *engine) BlockTxs(height int64) ([][]byte, error) { return e.ledger.Blocks[height-1].Txs, nil }

func (e *engine) set(powers map[string]int64, names ...string) *types.ValidatorSet {
	var members []*types.Validator
	for _, name := range names {
		key := ed25519.GenPrivKeyFromSecret([]byte("vectors " + name))
		e.keys[key.PubKey().Address().String()] = key
		members = append(members, types.NewValidator(key.PubKey(), 10+powers[name]))
	}
	return types.NewValidatorSet(members)
}

// run signs a header for every block. The set changes after a third and after two thirds of
// them, and not everybody votes for every block.
func (e *engine) run(genesisRoot wire.Hash) {
	first, second := e.set(nil, "a", "b", "c", "d"), e.set(map[string]int64{"a": 15}, "a", "e", "f")
	third := e.set(nil, "e", "f", "g", "h", "i")
	count := len(e.ledger.Blocks)
	for i := range count + 1 {
		e.sets = append(e.sets, []*types.ValidatorSet{first, second, third}[min(2, 3*i/count)])
	}
	root, results := genesisRoot, types.NewResults(nil).Hash()
	var last types.BlockID
	for i, b := range e.ledger.Blocks {
		var txs types.Txs
		for _, tx := range b.Txs {
			txs = append(txs, tx)
		}
		set := e.sets[i]
		header := &types.Header{
			Version: cmtversion.Consensus{Block: 11, App: 1}, ChainID: testkit.Chain, Height: b.Height, Time: time.UnixMilli(b.TimeMs).Add(time.Duration(i) * 1001).UTC(),
			LastBlockID: last, LastCommitHash: tmhash.Sum([]byte("commit")), DataHash: txs.Hash(), ValidatorsHash: set.Hash(), NextValidatorsHash: e.sets[i+1].Hash(),
			ConsensusHash: tmhash.Sum([]byte("parameters")), AppHash: bytes.Clone(root[:]), LastResultsHash: results, EvidenceHash: tmhash.Sum(nil),
			ProposerAddress: set.Validators[0].Address,
		}
		last = types.BlockID{Hash: header.Hash(), PartSetHeader: types.PartSetHeader{Total: 1, Hash: tmhash.Sum([]byte("parts"))}}
		e.headers = append(e.headers, header)
		e.commits = append(e.commits, e.sign(header, last, set, i))
		root, results = e.ledger.Roots[i], e.resultsOf(b.Height)
	}
}

func (e *engine) resultsOf(height int64) []byte {
	list, err := e.ledger.Machine().Results(height)
	if err != nil {
		e.t.Fatal(err)
	}
	var results []*abci.ExecTxResult
	for _, r := range list {
		results = append(results, &abci.ExecTxResult{Code: r.Code, Data: r.Data})
	}
	return types.NewResults(results).Hash()
}

// sign makes a commit. In some blocks the last of the set is absent, in some it votes for none.
func (e *engine) sign(header *types.Header, id types.BlockID, set *types.ValidatorSet, i int) *types.Commit {
	commit := &types.Commit{Height: header.Height, Round: int32(i % 3), BlockID: id}
	for n, v := range set.Validators {
		flag := types.BlockIDFlagCommit
		if n == len(set.Validators)-1 {
			flag = []types.BlockIDFlag{types.BlockIDFlagCommit, types.BlockIDFlagAbsent, types.BlockIDFlagNil}[i%3]
		}
		if flag == types.BlockIDFlagAbsent {
			commit.Signatures = append(commit.Signatures, types.NewCommitSigAbsent())
			continue
		}
		commit.Signatures = append(commit.Signatures, types.CommitSig{BlockIDFlag: flag, ValidatorAddress: v.Address, Timestamp: header.Time.Add(time.Duration(n) * time.Millisecond)})
		signature, err := e.keys[v.Address.String()].Sign(commit.VoteSignBytes(testkit.Chain, int32(n)))
		if err != nil {
			e.t.Fatal(err)
		}
		commit.Signatures[n].Signature = signature
	}
	return commit
}

// genesis is the document a reader of the chain would have.
func (e *engine) genesis() string {
	doc := types.GenesisDoc{ChainID: testkit.Chain, GenesisTime: time.UnixMilli(e.ledger.Blocks[0].TimeMs).UTC(), InitialHeight: 1, AppState: json.RawMessage(`{}`)}
	for _, v := range e.sets[0].Validators {
		doc.Validators = append(doc.Validators, types.GenesisValidator{Address: v.Address, PubKey: v.PubKey, Power: v.VotingPower})
	}
	if err := doc.ValidateAndComplete(); err != nil {
		e.t.Fatal(err)
	}
	file := e.t.TempDir() + "/genesis.json"
	if err := doc.SaveAs(file); err != nil {
		e.t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		e.t.Fatal(err)
	}
	return string(data)
}

// chainFiles are made by the real machine and by what makes receipts for a node.
func chainFiles(t *testing.T) chainVectors {
	w := testkit.NewWorld()
	w.Rulebooks = []guard.Rulebook{{Authority: "CN-SH", Version: 1, Title: "Shanghai", Rules: []guard.Rule{{
		ID: "sh.review", Review: &guard.Review{In: guard.Measure{Asset: testkit.ECNY}, Above: testkit.Units(100_000), DeadlineMs: 3_600_000},
	}}}}
	l := testkit.New(t, w)
	names, ids := play(t, l)
	e := &engine{t: t, ledger: l, keys: map[string]ed25519.PrivKey{}}
	e.run(wire.Sum([]byte("the root before the first block")))

	v := chainVectors{Genesis: e.genesis()}
	trust := receipt.Trust{Genesis: []byte(v.Genesis)}
	for i, name := range names {
		file, err := issue.Receipt(l.Machine(), e, ids[i], 1)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		proves, err := receipt.Verify(file, trust)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		v.Receipts = append(v.Receipts, receiptFile{name, file, proves})
	}
	height := l.Machine().Height()
	v.Checkpoint = receipt.Checkpoint{Chain: testkit.Chain, Height: height, Validators: wire.Hash(e.sets[height-1].Hash())}
	for _, r := range [][2]string{
		{"balance", "IMPORT-CNY/e-CNY"}, {"balance", "MILL-CNY/e-CNY"}, {"balance", "NOBODY/e-CNY"}, {"account", "SUPPLY-HKD"}, {"asset", "HKDX"},
		{"party", string(testkit.LEI("IMPORT"))}, {"supply", "e-CNY"}, {"rulebook", "CN-SH@1"}, {"rulebook", "CN-SH@2"},
	} {
		view, _ := core.Kinds.View(r[0])
		file, err := issue.State(l.Machine(), e, view.Key(r[1]), 1)
		if err != nil {
			t.Fatal(err)
		}
		proven, err := receipt.VerifyState(file, trust)
		if err != nil {
			t.Fatal(err)
		}
		v.States = append(v.States, stateFile{r[0], r[1], file, proven.Value, proven.Height})
	}
	return v
}

// play makes transactions that end in different ways, by keys of different algorithms, and
// names those to be proven.
func play(t *testing.T, l *testkit.Ledger) (names []string, ids []wire.Hash) {
	proven := func(name string, r testkit.Result, status txn.Status) {
		t.Helper()
		if r.Outcome.Result.Status != status {
			t.Fatalf("%s ended %s", name, testkit.Explain(r))
		}
		names, ids = append(names, name), append(ids, r.ID)
	}
	algorithms := []identity.Algorithm{identity.P256, identity.WebAuthn, identity.Secp256k1}
	var own []keyring.Signer
	for _, algorithm := range algorithms {
		k := testkit.KeyFor(algorithm, "IMPORT.maker")
		add := &party.AddKey{Officer: "maker", Algorithm: algorithm, Public: k.Public()}
		if algorithm == identity.WebAuthn {
			rp := wire.Hash(k.RPIDHash())
			add.RPIDHash = &rp
		}
		body := l.Draft("IMPORT", "key.add", add)
		proven("a new key, "+algorithm.String(), l.Block(testkit.Sign(&body, testkit.Key("IMPORT.admin"), k))[0], txn.Done)
		own = append(own, k)
	}
	pay := func(units uint64, signers ...keyring.Signer) []byte {
		body := l.Draft("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "MILL-CNY", testkit.ECNY, units))
		body.Reference = fmt.Sprint("invoice ", units)
		return testkit.Sign(&body, signers...)
	}
	// Seven in one block, so that paths lead left and right.
	block := l.Block(pay(1, own[0]), pay(2, own[1]), pay(3, own[2]), pay(90_000_000, own[0]), pay(5, testkit.Key("IMPORT.maker"), testkit.Key("IMPORT.checker")), pay(6, own[1]), pay(7, own[2]))
	for i, name := range []string{"p256", "a passkey", "secp256k1", "refused", "two officers", "another passkey", "the last of its block"} {
		status := txn.Settled
		if name == "refused" {
			status = txn.Refused
		}
		proven(name, block[i], status)
	}
	batch := &feature.Batch{Mode: feature.EachForItself, Sum: testkit.Units(90_000_060), Payments: []feature.Send{
		*testkit.Pay("IMPORT-CNY", "MILL-CNY", testkit.ECNY, 20), *testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 90_000_000), *testkit.Pay("IMPORT-CNY", "PARTS-CNY", testkit.ECNY, 40),
	}}
	proven("a batch", l.Do("IMPORT", "payment.batch", batch), txn.Partial)
	held := l.Do("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "MILL-CNY", testkit.ECNY, 200_000))
	proven("held", held, txn.Held)
	waits := l.Do("IMPORT", "payment.send", testkit.Pay("IMPORT-CNY", "MILL-CNY", testkit.ECNY, 300_000))
	proven("held for ever", waits, txn.Held)
	proven("an answer", l.Do("SHANGHAI", "hold.approve", &supervision.ApproveHold{Hold: held.ID, Authority: "CN-SH"}), txn.Settled)
	l.Block()
	l.Block()
	return names, ids
}
