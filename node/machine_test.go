package node

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// register is a machine small enough to be plainly right: a transaction is any bytes that begin
// with "put:", it may be spent once, and the root is the sum of the hashes of all rows, computed
// anew from the rows whenever it is opened.
type register struct {
	chainID string
	backend state.Backend

	lock   sync.RWMutex
	height int64
	root   wire.Hash
	staged *Outcome

	verified atomic.Int64
}

const (
	codeMalformed = 1
	codeSpent     = 2
)

func openRegister(genesis []byte, backend state.Backend) (Machine, error) {
	m := &register{chainID: strings.Trim(string(genesis), `"`), backend: backend}
	if height, ok := backend.Get([]byte("h")); ok {
		m.height = int64(binary.BigEndian.Uint64(height))
	}
	backend.Scan([]byte("r"), []byte("s"), func(key, value []byte) bool {
		m.root = plus(m.root, wire.Sum(key, []byte{0}, value))
		return true
	})
	return m, nil
}

func plus(a, b wire.Hash) (sum wire.Hash) {
	carry := 0
	for i := 31; i >= 0; i-- {
		carry += int(a[i]) + int(b[i])
		sum[i] = byte(carry)
		carry >>= 8
	}
	return sum
}

func rowKey(id wire.Hash) []byte { return append([]byte("r"), id[:]...) }

func (m *register) ChainID() string { return m.chainID }

func (m *register) Height() int64 {
	m.lock.RLock()
	defer m.lock.RUnlock()
	return m.height
}

func (m *register) Root() wire.Hash {
	m.lock.RLock()
	defer m.lock.RUnlock()
	return m.root
}

func (m *register) Genesis() (wire.Hash, []state.Write) {
	key, value := []byte("rgenesis"), []byte(m.chainID)
	return wire.Sum(key, []byte{0}, value), []state.Write{{Key: key, Value: value}}
}

func (m *register) Check(tx []byte, _ int64, _ bool) CheckResult {
	id := wire.Sum(tx)
	if !bytes.HasPrefix(tx, []byte("put:")) && !bytes.HasPrefix(tx, []byte("val:")) && !bytes.HasPrefix(tx, []byte("bug:")) {
		return CheckResult{Code: codeMalformed, Name: "register.malformed", ID: id}
	}
	if _, spent := m.backend.Get(rowKey(id)); spent {
		return CheckResult{Code: codeSpent, Name: "register.spent", ID: id}
	}
	return CheckResult{ID: id}
}

func (m *register) Preverify(txs [][]byte) { m.verified.Add(int64(len(txs))) }

func (m *register) Execute(b Block) (*Outcome, error) {
	m.lock.RLock()
	defer m.lock.RUnlock()
	if b.Height != m.height+1 {
		return nil, fmt.Errorf("height %d after %d", b.Height, m.height)
	}
	out := &Outcome{Height: b.Height, TimeMs: b.TimeMs, Root: m.root}
	fresh := make(map[wire.Hash]bool)
	var log []byte
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
			value := binary.BigEndian.AppendUint64(nil, uint64(b.Height))
			out.Writes = append(out.Writes, state.Write{Key: rowKey(check.ID), Value: value})
			out.Root = plus(out.Root, wire.Sum(rowKey(check.ID), []byte{0}, value))
			update, err := validatorUpdate(string(tx))
			if err != nil {
				return nil, err
			}
			out.ValidatorUpdates = append(out.ValidatorUpdates, update...)
		}
		data := wire.Sum([]byte("outcome"), check.ID[:], []byte{byte(check.Code)})
		out.Results = append(out.Results, TxResult{Code: check.Code, Data: data[:], ID: check.ID})
		log = append(append(append(log, byte(check.Code)), check.ID[:]...), data[:]...)
	}
	height := binary.BigEndian.AppendUint64(nil, uint64(b.Height))
	out.Writes = append(out.Writes, state.Write{Key: []byte("h"), Value: height})
	if len(log) > 0 {
		out.Writes = append(out.Writes, state.Write{Key: append([]byte("o"), height...), Value: log})
	}
	m.staged = out
	return out, nil
}

// validatorUpdate reads "val:<key>:<power>".
func validatorUpdate(tx string) ([]ValidatorUpdate, error) {
	parts := strings.Split(tx, ":")
	if parts[0] != "val" {
		return nil, nil
	}
	key, err := hex.DecodeString(parts[1])
	if err != nil {
		return nil, err
	}
	power, err := strconv.ParseInt(parts[2], 10, 64)
	return []ValidatorUpdate{{PubKey: key, Power: power}}, err
}

func (m *register) Commit() {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.height, m.root = m.staged.Height, m.staged.Root
}

func (m *register) Results(height int64) ([]TxResult, error) {
	log, _ := m.backend.Get(binary.BigEndian.AppendUint64([]byte("o"), uint64(height)))
	var results []TxResult
	for ; len(log) >= 65; log = log[65:] {
		results = append(results, TxResult{Code: uint32(log[0]), ID: wire.Hash(log[1:33]), Data: log[33:65]})
	}
	return results, nil
}
