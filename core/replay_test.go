package core_test

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"causeway/core"
	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
	"causeway/internal/testkit"
)

var record = flag.Bool("record", false, "record the chains of the scripts anew; only before the protocol version is released")

// chain is a recorded chain: what consensus agreed on, and what came of it.
type chain struct {
	Genesis []byte     `cbor:"1,keyasint"`
	Blocks  []recorded `cbor:"2,keyasint"`
}

type recorded struct {
	TimeMs  int64     `cbor:"1,keyasint"`
	Txs     [][]byte  `cbor:"2,keyasint,omitempty"`
	Root    wire.Hash `cbor:"3,keyasint"`
	Results wire.Hash `cbor:"4,keyasint"` // over id, code and data of each
}

func digest(results []core.TxResult) wire.Hash {
	var all []byte
	for _, r := range results {
		all = fmt.Appendf(all, "%s %d %x\n", r.ID, r.Code, r.Data)
	}
	return wire.Sum(all)
}

// Chains recorded under a protocol version replay for ever: the same root after every block
// and the same results, on this binary and on every later one (DECISIONS 6).
func TestRecordedChainsReplay(t *testing.T) {
	folder := filepath.Join("testdata", fmt.Sprintf("chains.v%d", core.ProtocolVersion))
	if *record {
		recordScripts(t, folder)
	}
	files, err := filepath.Glob(filepath.Join("testdata", "chains.v*", "*.cbor.gz"))
	if err != nil || len(files) < 12 {
		t.Fatalf("%d recorded chains: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".cbor.gz"), func(t *testing.T) { replay(t, read(t, file)) })
	}
}

func replay(t *testing.T, c chain) {
	t.Helper()
	backend := state.NewMemory()
	m, err := core.Open(c.Genesis, backend)
	if err != nil {
		t.Fatal(err)
	}
	_, writes := m.Genesis()
	backend.Apply(writes)
	m.Commit()
	for i, b := range c.Blocks {
		o := execute(t, m, core.Block{Height: int64(i) + 1, TimeMs: b.TimeMs, Txs: b.Txs})
		if o.Root != b.Root {
			t.Fatalf("height %d: the root is %s, recorded was %s", i+1, o.Root, b.Root)
		}
		if got := digest(o.Results); got != b.Results {
			t.Fatalf("height %d: the results are not those recorded", i+1)
		}
		backend.Apply(o.Writes)
		m.Commit()
	}
	if len(c.Blocks) < 20 {
		t.Fatalf("only %d blocks", len(c.Blocks))
	}
}

func recordScripts(t *testing.T, folder string) {
	t.Helper()
	scripts, err := filepath.Glob(filepath.Join("testdata", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, script := range scripts {
		l := testkit.RunScript(t, script)
		c := chain{Genesis: l.Genesis()}
		for i, b := range l.Blocks {
			results, err := l.Machine().Results(b.Height)
			if err != nil {
				t.Fatal(err)
			}
			c.Blocks = append(c.Blocks, recorded{TimeMs: b.TimeMs, Txs: b.Txs, Root: l.Roots[i], Results: digest(results)})
		}
		var packed bytes.Buffer
		z, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression) // a known level: no error
		if _, err := z.Write(wire.Marshal(c)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(script), ".txt") + ".cbor.gz"
		if err := os.WriteFile(filepath.Join(folder, name), packed.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func read(t *testing.T, file string) (c chain) {
	t.Helper()
	packed, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if err := wire.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	return c
}
