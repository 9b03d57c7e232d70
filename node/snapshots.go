package node

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"causeway/core/kernel/wire"
	"causeway/node/store"
)

// snapshotFormat is the number of the layout below; a node refuses others.
const snapshotFormat = 1

// chunkBytesMax keeps a chunk within one message of the engine (16 MB), with room.
const chunkBytesMax = 8 << 20

// snapshotChunksMax bounds what a stranger's manifest may make this node fetch: 128 GiB.
const snapshotChunksMax = 16_384

// manifest describes a snapshot; its hash is the snapshot's name to peers. The chunks can only
// prove that they are the ones offered; that they are the true state is proven at the end, by
// the root, which the light client trusts.
type manifest struct {
	Height int64       `cbor:"1,keyasint"`
	TimeMs int64       `cbor:"2,keyasint,omitempty"`
	Root   wire.Hash   `cbor:"3,keyasint"`
	Chunks []wire.Hash `cbor:"4,keyasint"`
}

const manifestFile = "manifest"

func chunkFile(index int) string { return fmt.Sprintf("%06d", index) }

// snapshots writes, keeps and serves snapshots; restore.go takes them in.
type snapshots struct {
	dir    string
	every  int64
	keep   int
	ledger *store.Ledger
	warn   func(text string, pairs ...any)

	busy    atomic.Bool
	work    sync.WaitGroup
	latest  atomic.Int64
	serving sync.RWMutex // held while files are read, and while old ones are removed

	restoring *restore
}

func newSnapshots(n *Node) *snapshots {
	s := &snapshots{
		dir: filepath.Join(n.config.Home, snapshotDir), every: n.config.Snapshots.Every, keep: n.config.Snapshots.Keep,
		ledger: n.ledger, warn: n.log.Warn,
	}
	if unfinished, err := filepath.Glob(filepath.Join(s.dir, "*.new")); err == nil { // the last run died over them
		for _, folder := range unfinished {
			if err := os.RemoveAll(folder); err != nil {
				s.warn("an unfinished snapshot was not removed", "folder", folder, "error", err)
			}
		}
	}
	if heights, err := s.heights(); err == nil && len(heights) > 0 {
		s.latest.Store(heights[len(heights)-1])
	}
	return s
}

func (s *snapshots) newest() int64 { return s.latest.Load() }

func (s *snapshots) wait() { s.work.Wait() }

// consider starts a snapshot in the background when its height has come. Blocks go on; a height
// that comes while the last one is still being written is left out.
func (s *snapshots) consider(height int64) {
	if s.every == 0 || height%s.every != 0 || !s.busy.CompareAndSwap(false, true) {
		return
	}
	view := s.ledger.View() // taken here, so that it is exactly this height
	s.work.Go(func() {
		defer s.busy.Store(false)
		err := s.write(view, height)
		if err = errors.Join(err, view.Close()); err != nil {
			s.warn("no snapshot was written", "height", height, "error", err)
			return
		}
		s.latest.Store(height)
		if err := s.prune(); err != nil {
			s.warn("old snapshots were not removed", "error", err)
		}
	})
}

func (s *snapshots) write(view *store.View, height int64) (err error) {
	defer func() {
		if recovered := recover(); recovered != nil {
			if failure := store.AsFailure(recovered); failure != nil {
				err = failure
				return
			}
			panic(recovered)
		}
	}()
	mark, written, err := view.Mark()
	if err != nil || !written || mark.Height != height {
		return errors.Join(err, fmt.Errorf("the ledger stands at height %d", mark.Height))
	}
	folder := filepath.Join(s.dir, strconv.FormatInt(height, 10))
	temporary := folder + ".new"
	if err := os.RemoveAll(temporary); err != nil {
		return err
	}
	if err := os.MkdirAll(temporary, 0o700); err != nil {
		return err
	}
	out := &chunkWriter{folder: temporary}
	if err := exportState(view, out); err != nil {
		return errors.Join(err, os.RemoveAll(temporary))
	}
	if err := out.flush(); err != nil {
		return errors.Join(err, os.RemoveAll(temporary))
	}
	data := wire.Marshal(manifest{Height: mark.Height, TimeMs: mark.TimeMs, Root: mark.Root, Chunks: out.hashes})
	if err := replaceFile(filepath.Join(temporary, manifestFile), data); err != nil {
		return errors.Join(err, os.RemoveAll(temporary))
	}
	return errors.Join(os.RemoveAll(folder), os.Rename(temporary, folder), syncFolder(s.dir))
}

// chunkWriter cuts a stream into files.
type chunkWriter struct {
	folder string
	buffer []byte
	hashes []wire.Hash
}

func (w *chunkWriter) Write(data []byte) (int, error) {
	total := len(data)
	for len(data) > 0 {
		part := min(len(data), chunkBytesMax-len(w.buffer))
		w.buffer = append(w.buffer, data[:part]...)
		data = data[part:]
		if len(w.buffer) == chunkBytesMax {
			if err := w.flush(); err != nil {
				return 0, err
			}
		}
	}
	return total, nil
}

func (w *chunkWriter) flush() error {
	if len(w.buffer) == 0 {
		return nil
	}
	if err := os.WriteFile(filepath.Join(w.folder, chunkFile(len(w.hashes))), w.buffer, 0o600); err != nil {
		return err
	}
	w.hashes = append(w.hashes, sha256.Sum256(w.buffer))
	w.buffer = w.buffer[:0]
	return nil
}

// heights lists the whole snapshots, oldest first.
func (s *snapshots) heights() ([]int64, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, err
	}
	var heights []int64
	for _, entry := range entries {
		if height, err := strconv.ParseInt(entry.Name(), 10, 64); err == nil {
			heights = append(heights, height)
		}
	}
	slices.Sort(heights)
	return heights, nil
}

func (s *snapshots) prune() error {
	heights, err := s.heights()
	if err != nil || len(heights) <= s.keep {
		return err
	}
	s.serving.Lock()
	defer s.serving.Unlock()
	for _, height := range heights[:len(heights)-s.keep] {
		if err := os.RemoveAll(filepath.Join(s.dir, strconv.FormatInt(height, 10))); err != nil {
			return err
		}
	}
	return nil
}

func (s *snapshots) manifest(height int64) (data []byte, m manifest, err error) {
	data, err = os.ReadFile(filepath.Join(s.dir, strconv.FormatInt(height, 10), manifestFile))
	if err != nil {
		return nil, m, err
	}
	return data, m, wire.Unmarshal(data, &m)
}

// chunk reads one chunk for a peer; nil if it is gone.
func (s *snapshots) chunk(height int64, index int) ([]byte, error) {
	s.serving.RLock()
	defer s.serving.RUnlock()
	data, err := os.ReadFile(filepath.Join(s.dir, strconv.FormatInt(height, 10), chunkFile(index)))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return data, err
}
