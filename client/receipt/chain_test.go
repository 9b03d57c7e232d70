package receipt

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/crypto/tmhash"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	"github.com/cometbft/cometbft/types"

	"causeway/client/keyring"
	"causeway/core/kernel/identity"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

const testChain = "receipt-test"

// chain is a chain of signed headers whose validators change as told.
type chain struct {
	t       testing.TB
	keys    map[string]ed25519.PrivKey // by address
	sets    []*types.ValidatorSet      // sets[h-1] signs height h
	headers []*types.Header
	commits []*types.Commit
	txs     [][][]byte
}

func (c *chain) Header(h int64) (*types.Header, error) {
	if h < 1 || h > int64(len(c.headers)) {
		return nil, fmt.Errorf("no height %d", h)
	}
	return c.headers[h-1], nil
}

func (c *chain) Commit(h int64) (*types.Commit, error)             { return c.commits[h-1], nil }
func (c *chain) ValidatorSet(h int64) (*types.ValidatorSet, error) { return c.sets[h-1], nil }
func (c *chain) BlockTxs(h int64) ([][]byte, error)                { return c.txs[h-1], nil }

func (c *chain) set(powers map[string]int64, names ...string) *types.ValidatorSet {
	var members []*types.Validator
	for _, name := range names {
		key := ed25519.GenPrivKeyFromSecret([]byte(name))
		c.keys[key.PubKey().Address().String()] = key
		power := int64(10)
		if p, ok := powers[name]; ok {
			power = p
		}
		members = append(members, types.NewValidator(key.PubKey(), power))
	}
	return types.NewValidatorSet(members)
}

// block is what one height holds; the results and the root are committed to by the next header.
type block struct {
	txs    [][]byte
	leaves []Leaf
	root   []byte
}

// newChain signs as many headers as there are sets.
func newChain(t testing.TB, sets func(*chain) []*types.ValidatorSet, blocks map[int64]block) *chain {
	c := &chain{t: t, keys: map[string]ed25519.PrivKey{}}
	c.sets = sets(c)
	var last types.BlockID
	for i := range c.sets {
		height, before := int64(i+1), blocks[int64(i)]
		next := c.sets[min(i+1, len(c.sets)-1)]
		var results []*abci.ExecTxResult
		for _, l := range before.leaves {
			results = append(results, &abci.ExecTxResult{Code: l.Code, Data: l.Data})
		}
		var txs types.Txs
		for _, tx := range blocks[height].txs {
			txs = append(txs, tx)
		}
		root := before.root
		if root == nil {
			root = tmhash.Sum([]byte("root"))
		}
		header := &types.Header{
			Version: cmtversion.Consensus{Block: 11}, ChainID: testChain, Height: height,
			Time: time.Unix(1_760_000_000+height, 123_000_000).UTC(), LastBlockID: last,
			LastCommitHash: tmhash.Sum([]byte("commit")), DataHash: txs.Hash(), ValidatorsHash: c.sets[i].Hash(), NextValidatorsHash: next.Hash(),
			ConsensusHash: tmhash.Sum([]byte("parameters")), AppHash: root, LastResultsHash: types.NewResults(results).Hash(),
			EvidenceHash: tmhash.Sum(nil), ProposerAddress: c.sets[i].Validators[0].Address,
		}
		last = types.BlockID{Hash: header.Hash(), PartSetHeader: types.PartSetHeader{Total: 1, Hash: tmhash.Sum([]byte("parts"))}}
		c.headers = append(c.headers, header)
		c.txs = append(c.txs, blocks[height].txs)
		c.commits = append(c.commits, c.sign(header, last, c.sets[i], nil))
	}
	return c
}

// sign makes a commit; vote says how validator i votes, by default for the block.
func (c *chain) sign(header *types.Header, id types.BlockID, set *types.ValidatorSet, vote func(i int) types.BlockIDFlag) *types.Commit {
	commit := &types.Commit{Height: header.Height, Round: 1, BlockID: id}
	for i, v := range set.Validators {
		flag := types.BlockIDFlagCommit
		if vote != nil {
			flag = vote(i)
		}
		if flag == types.BlockIDFlagAbsent {
			commit.Signatures = append(commit.Signatures, types.NewCommitSigAbsent())
			continue
		}
		s := types.CommitSig{BlockIDFlag: flag, ValidatorAddress: v.Address, Timestamp: header.Time.Add(time.Duration(i+1) * time.Millisecond)}
		commit.Signatures = append(commit.Signatures, s)
		signature, err := c.keys[v.Address.String()].Sign(commit.VoteSignBytes(testChain, int32(i)))
		if err != nil {
			c.t.Fatal(err)
		}
		commit.Signatures[i].Signature = signature
	}
	if err := commit.ValidateBasic(); err != nil {
		c.t.Fatal(err)
	}
	if commit.ToProto().Signatures[0].BlockIdFlag == cmtproto.BlockIDFlagUnknown {
		c.t.Fatal("a vote without a flag")
	}
	return commit
}

// genesis is the document a reader of the chain would have.
func (c *chain) genesis() Trust {
	doc := types.GenesisDoc{ChainID: testChain, GenesisTime: time.Unix(1_760_000_000, 0).UTC(), InitialHeight: 1, AppState: json.RawMessage(`{}`)}
	for _, v := range c.sets[0].Validators {
		doc.Validators = append(doc.Validators, types.GenesisValidator{Address: v.Address, PubKey: v.PubKey, Power: v.VotingPower})
	}
	if err := doc.ValidateAndComplete(); err != nil {
		c.t.Fatal(err)
	}
	path := c.t.TempDir() + "/genesis.json"
	if err := doc.SaveAs(path); err != nil {
		c.t.Fatal(err)
	}
	data, err := readFile(path)
	if err != nil {
		c.t.Fatal(err)
	}
	return Trust{Genesis: data}
}

// payment is a transaction signed by keys of several algorithms, with a result.
func payment(t testing.TB, n int, parts ...Part) ([]byte, wire.Hash, txn.Result) {
	t.Helper()
	body := txn.Body{
		Kind: "payment.send", Version: 1, Party: "529900T8BM49AURSDO55", Reference: fmt.Sprintf("invoice %d", n),
		Expires: 1_760_000_000_000, Payload: wire.Marshal(map[int]string{1: "a", 2: "b"}),
	}
	tx := txn.Transaction{Body: wire.Marshal(&body)}
	id := txn.ID(testChain, tx.Body)
	for _, algorithm := range []identity.Algorithm{identity.Ed25519, identity.WebAuthn, identity.SM2, identity.Secp256k1} {
		rp := ""
		if algorithm == identity.WebAuthn {
			rp = "localhost"
		}
		key, err := keyring.FromSeedFor(algorithm, []byte("receipt"), fmt.Sprint(n), rp)
		if err != nil {
			t.Fatal(err)
		}
		signature, err := key.Sign(id)
		if err != nil {
			t.Fatal(err)
		}
		tx.Signatures = append(tx.Signatures, signature)
	}
	result := txn.Result{
		Status: txn.Settled, Trace: wire.Sum([]byte("trace")), Party: body.Party,
		Postings: []ledger.Posting{{From: "SH-IMPORT-CNY", To: "HK-TRADE-CNY", Asset: "e-CNY", Amount: money.FromUint64(uint64(1000 + n))}},
	}
	for _, p := range parts {
		result.Items = append(result.Items, txn.Item{ID: p.ID, Status: p.Result.Status, Hash: p.Result.Hash(p.ID)})
	}
	return tx.Encode(), id, result
}

func leafOf(id wire.Hash, r *txn.Result) Leaf {
	hash := r.Hash(id)
	return Leaf{Code: uint32(r.Fault), Data: hash[:]}
}
