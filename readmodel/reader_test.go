package readmodel

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"causeway/core"
	"causeway/core/kernel/ledger"
	"causeway/core/kernel/money"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
	"causeway/internal/shareddata"
	"causeway/internal/testkit"
)

// chain is a real machine in memory that carries out recorded blocks, as a reader sees a node.
type chain struct {
	lock    sync.Mutex
	genesis []byte
	machine *core.Machine
	backend *state.Memory
	blocks  []core.Block // recorded, all
	first   int64        // blocks before it are gone
}

func newChain(t testing.TB, genesis []byte, blocks []core.Block) *chain {
	t.Helper()
	c := &chain{genesis: genesis, backend: state.NewMemory(), blocks: blocks, first: 1}
	var err error
	if c.machine, err = core.Open(genesis, c.backend); err != nil {
		t.Fatal(err)
	}
	_, writes := c.machine.Genesis()
	c.backend.Apply(writes)
	c.machine.Commit()
	return c
}

// grow carries out the next blocks, up to a height; 0: all.
func (c *chain) grow(t testing.TB, to int64) {
	t.Helper()
	for c.machine.Height() < int64(len(c.blocks)) && (to == 0 || c.machine.Height() < to) {
		o, err := c.machine.Execute(c.blocks[c.machine.Height()])
		if err != nil {
			t.Fatal(err)
		}
		c.backend.Apply(o.Writes)
		c.machine.Commit()
	}
}

func (c *chain) Ledger() *core.Machine { return c.machine }

func (c *chain) Genesis() (state.Reader, error) { return GenesisState(c.genesis) }

func (c *chain) Block(height int64) (Block, error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if height < c.first || height > int64(len(c.blocks)) {
		return Block{}, ErrGone
	}
	b := c.blocks[height-1]
	hash := wire.Sum([]byte("block"), wire.Marshal(b.Height), wire.Marshal(b.TimeMs), wire.Marshal(b.Txs))
	return Block{TimeMs: b.TimeMs, Hash: hash[:], Txs: b.Txs}, nil
}

func (c *chain) forget(before int64) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.first = before
}

// stories are all scripts of the machine, as chains.
func stories(t *testing.T) map[string]*chain {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(shareddata.Root(), "core", "testdata", "*.txt"))
	if err != nil || len(files) < 12 {
		t.Fatalf("%d scripts: %v", len(files), err)
	}
	list := map[string]*chain{}
	for _, file := range files {
		l := testkit.RunScript(t, file)
		list[strings.TrimSuffix(filepath.Base(file), ".txt")] = newChain(t, l.Genesis(), l.Blocks)
	}
	return list
}

// opened is a reader that a test steps.
func opened(t testing.TB, source Source, setting string) *Reader {
	t.Helper()
	r := NewReader(source, setting, Config{ReconcileEvery: -1})
	t.Cleanup(r.close)
	return r
}

// catchUp steps a reader until it has nothing more to do.
func catchUp(t testing.TB, r *Reader) {
	t.Helper()
	for {
		moved, err := r.Step(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if !moved {
			break
		}
	}
	if h := r.Health(); h.Lag != 0 || !h.OK() {
		t.Fatalf("not caught up: %+v", h)
	}
}

// dump is every row of every table of the models.
func dump(t testing.TB, s *Store) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, m := range models {
		for _, l := range m.tables {
			all[l.name] = rowsOf(t, s, l)
		}
	}
	return all
}

func rowsOf(t testing.TB, s *Store, l *layout) (list []string) {
	t.Helper()
	q := query{order: l.columns[:l.keys]}
	text, values := q.text(l, nil, 0)
	rows, err := s.read.Query(s.bound(text), values...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	scan := l.scanner()
	for rows.Next() {
		row := reflect.New(l.row).Elem()
		if err := scan.row(rows.Scan, row); err != nil {
			t.Fatal(err)
		}
		list = append(list, fmt.Sprintf("%+v", row.Interface()))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

func same(t testing.TB, what string, a, b map[string][]string) {
	t.Helper()
	for name := range a {
		for i := range max(len(a[name]), len(b[name])) {
			x, y := "no row", "no row"
			if i < len(a[name]) {
				x = a[name][i]
			}
			if i < len(b[name]) {
				y = b[name][i]
			}
			if x != y {
				t.Errorf("%s: %s, row %d:\n  %s\n  %s", what, name, i, x, y)
				break
			}
		}
	}
}

// databases are both kinds, each empty.
func databases(t *testing.T) map[string]func() string {
	t.Helper()
	server := startPostgres(t)
	folder := t.TempDir()
	n := 0
	return map[string]func() string{
		"sqlite":     func() string { n++; return filepath.Join(folder, fmt.Sprintf("readmodel%d.db", n)) },
		"postgresql": func() string { n++; return server.database(t, fmt.Sprintf("readmodel%d", n)) },
	}
}

// TestStories takes every script of the machine in, block by block, on both databases, and
// compares with the state at each step. What came of it is compared, row by row, between the
// databases, with a reader that looks only now and then, and with a rebuild in one go.
func TestStories(t *testing.T) {
	kinds := databases(t)
	seen := map[string]int{}
	for name, c := range stories(t) {
		t.Run(name, func(t *testing.T) {
			var followers []*Reader
			for _, fresh := range kinds {
				followers = append(followers, opened(t, c, fresh()))
			}
			late := opened(t, c, kinds["sqlite"]())
			c.grow(t, 1)
			for {
				for _, r := range followers {
					catchUp(t, r)
					compare(t, r)
				}
				seen["queues"] += len(rowsOf(t, followers[0].store, queues.layout)) // no story ends with an open hold
				if c.machine.Height()%7 == 0 {
					catchUp(t, late)
				}
				if c.machine.Height() == int64(len(c.blocks)) {
					break
				}
				c.grow(t, c.machine.Height()+1)
			}
			var first map[string][]string
			for _, r := range followers {
				grown := dump(t, r.store)
				if first == nil {
					first = grown
				}
				same(t, "the databases differ", first, grown)
			}
			catchUp(t, late)
			same(t, "a reader that is late differs", first, dump(t, late.store))
			for kind, fresh := range kinds {
				again := opened(t, c, fresh())
				catchUp(t, again)
				same(t, kind+": a rebuild differs", first, dump(t, again.store))
			}
			for table, rows := range first {
				seen[table] += len(rows)
			}
		})
	}
	for _, m := range models {
		for _, l := range m.tables {
			if seen[l.name] == 0 {
				t.Errorf("no story has a row in %s", l.name)
			}
		}
	}
}

// compare looks at everything that can be compared with the state, and at the conservation of money.
func compare(t testing.TB, r *Reader) {
	t.Helper()
	r.sampleAfter = ""
	c, err := r.Reconcile(context.Background(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if c.Different != 0 || c.Checked < 7 {
		t.Fatalf("%+v", c)
	}
	sums := map[ledger.AssetID]money.Amount{}
	held := map[string]bool{}
	for after, more := "", true; more; more = after != "" {
		var rows []Balance
		if rows, after, err = r.store.Balances(context.Background(), BalanceFilter{}, Page{After: after}); err != nil {
			t.Fatal(err)
		}
		for _, b := range rows {
			sums[b.Asset], _ = sums[b.Asset].Add(b.Total)
			held[string(b.Account)+"/"+string(b.Asset)] = true
		}
	}
	eachBalance(r.source.Ledger().Store(), func(account ledger.AccountID, asset ledger.AssetID, b ledger.Balance) {
		if !held[string(account)+"/"+string(asset)] {
			t.Fatalf("%s has %s of %s in the state alone", account, b.Total, asset)
		}
	})
	for asset, sum := range sums {
		if supply := ledger.Supply(r.source.Ledger().Store(), asset); supply != sum {
			t.Fatalf("balances of %s sum to %s, its supply is %s", asset, sum, supply)
		}
	}
}
