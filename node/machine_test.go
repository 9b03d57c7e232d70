package node

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"causeway/core/kernel/state"
	"causeway/core/kernel/txn"
	"causeway/core/kernel/wire"
)

// register is a machine small enough to be plainly right, over the real state: a transaction is
// any bytes that begin with a known word, and it may be spent once.
type register struct {
	chainID  string
	store    *state.Store
	staged   *state.Block
	verified atomic.Int64
}

const (
	codeMalformed = 1
	codeSpent     = 2
)

func openRegister(genesis []byte, backend state.Backend, _ state.Limits) (Machine, error) {
	store, err := state.OpenLimited(backend, state.Limits{PageBytes: 8 << 20, CacheBytes: 8 << 20, ProofHeights: 100, DeltaBytes: 1 << 20})
	return &register{chainID: strings.Trim(string(genesis), `"`), store: store}, err
}

func (m *register) ChainID() string { return m.chainID }
func (m *register) Height() int64   { return m.store.Height() }
func (m *register) Root() wire.Hash { return m.store.Root() }

func (m *register) Genesis() (wire.Hash, []state.Write) {
	m.staged = m.store.Begin(0)
	m.staged.Put([]byte("genesis"), []byte(m.chainID))
	return m.staged.Seal()
}

func (m *register) Check(tx []byte, _ int64, _ bool) CheckResult {
	id := wire.Sum(tx)
	if bytes.HasPrefix(tx, []byte("ill:")) {
		panic("a defect of the machine")
	}
	if word, _, _ := strings.Cut(string(tx[:min(len(tx), 4)]), ":"); word != "put" && word != "val" && word != "bug" {
		return CheckResult{Code: codeMalformed, Name: "register.malformed", ID: id}
	}
	if _, spent := m.store.EntryByID(id); spent {
		return CheckResult{Code: codeSpent, Name: "register.spent", ID: id}
	}
	return CheckResult{ID: id}
}

func (m *register) Warm() {}

func (m *register) Preverify(txs [][]byte) {
	for _, tx := range txs {
		if bytes.HasPrefix(tx, []byte("ill:")) {
			panic("a defect of the machine")
		}
	}
	m.verified.Add(int64(len(txs)))
}

func (m *register) Execute(b Block) (*Outcome, error) {
	if b.Height != m.store.Height()+1 {
		return nil, fmt.Errorf("height %d after %d", b.Height, m.store.Height())
	}
	block := m.store.Begin(b.Height)
	out := &Outcome{Height: b.Height, TimeMs: b.TimeMs}
	fresh := make(map[wire.Hash]bool)
	for _, tx := range b.Txs {
		check := m.Check(tx, b.TimeMs, false)
		if check.Code == 0 && fresh[check.ID] {
			check.Code = codeSpent
		}
		if check.Code == 0 {
			if bytes.HasPrefix(tx, []byte("bug:")) {
				return nil, errors.New("invariant: supply does not equal the sum of balances")
			}
			fresh[check.ID] = true
			block.Put(check.ID[:], binary.BigEndian.AppendUint64(nil, uint64(b.Height)))
			update, err := validatorUpdate(string(tx))
			if err != nil {
				return nil, err
			}
			out.Validators = append(out.Validators, update...)
		}
		data := wire.Sum([]byte("outcome"), check.ID[:], []byte{byte(check.Code)})
		out.Results = append(out.Results, TxResult{Code: check.Code, Data: data[:], ID: check.ID})
		block.Append(state.Entry{ID: check.ID, Outcome: append([]byte{byte(check.Code)}, data[:]...)})
	}
	out.Root, out.Writes = block.Seal()
	m.staged = block
	return out, nil
}

// validatorUpdate reads "val:<key>:<power>".
func validatorUpdate(tx string) ([]txn.ValidatorChange, error) {
	parts := strings.Split(tx, ":")
	if parts[0] != "val" {
		return nil, nil
	}
	key, err := hex.DecodeString(parts[1])
	if err != nil {
		return nil, err
	}
	power, err := strconv.ParseInt(parts[2], 10, 64)
	return []txn.ValidatorChange{{PublicKey: key, Power: power}}, err
}

func (m *register) Commit() { m.store.Adopt(m.staged) }

func (m *register) Results(height int64) ([]TxResult, error) {
	entries, err := m.store.Entries(height)
	results := make([]TxResult, 0, len(entries))
	for _, entry := range entries {
		results = append(results, TxResult{Code: uint32(entry.Outcome[0]), ID: entry.ID, Data: entry.Outcome[1:]})
	}
	return results, err
}
