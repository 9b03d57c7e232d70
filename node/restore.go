package node

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"causeway/core/kernel/wire"
	"causeway/node/store"
)

// restore is one attempt to take in a peer's snapshot. Chunks arrive in order and flow through
// a pipe into the ledger, so that nothing is held in memory whole.
type restore struct {
	manifest manifest
	trusted  wire.Hash // the root the light client vouches for
	next     int
	in       *io.PipeWriter
	done     chan error

	height int64 // of what has arrived, and its root; set before done
	root   wire.Hash
}

// ListSnapshots tells a peer what this node can serve.
func (a *application) ListSnapshots(context.Context, *abci.RequestListSnapshots) (*abci.ResponseListSnapshots, error) {
	s := a.snapshots
	s.serving.RLock()
	defer s.serving.RUnlock()
	heights, err := s.heights()
	if err != nil {
		return nil, err
	}
	response := &abci.ResponseListSnapshots{}
	for _, height := range heights {
		data, m, err := s.manifest(height)
		if err != nil {
			s.warn("a snapshot cannot be read", "height", height, "error", err)
			continue
		}
		hash := sha256.Sum256(data)
		response.Snapshots = append(response.Snapshots, &abci.Snapshot{
			Height: uint64(m.Height), Format: snapshotFormat, Chunks: uint32(len(m.Chunks)), Hash: hash[:], Metadata: data,
		})
	}
	return response, nil
}

// LoadSnapshotChunk serves one chunk to a peer.
func (a *application) LoadSnapshotChunk(_ context.Context, request *abci.RequestLoadSnapshotChunk) (*abci.ResponseLoadSnapshotChunk, error) {
	if request.Format != snapshotFormat {
		return &abci.ResponseLoadSnapshotChunk{}, nil
	}
	data, err := a.snapshots.chunk(int64(request.Height), int(request.Chunk))
	return &abci.ResponseLoadSnapshotChunk{Chunk: data}, err
}

// OfferSnapshot begins a restore if the manifest is sound and names the trusted root.
func (a *application) OfferSnapshot(_ context.Context, request *abci.RequestOfferSnapshot) (response *abci.ResponseOfferSnapshot, err error) {
	defer a.guard("state sync", &err)
	answer := func(result abci.ResponseOfferSnapshot_Result) (*abci.ResponseOfferSnapshot, error) {
		return &abci.ResponseOfferSnapshot{Result: result}, nil
	}
	offered := request.Snapshot
	if offered.Format != snapshotFormat {
		return answer(abci.ResponseOfferSnapshot_REJECT_FORMAT)
	}
	var m manifest
	hash := sha256.Sum256(offered.Metadata)
	if string(hash[:]) != string(offered.Hash) || wire.Unmarshal(offered.Metadata, &m) != nil ||
		m.Height != int64(offered.Height) || len(m.Chunks) != int(offered.Chunks) ||
		len(m.Chunks) == 0 || len(m.Chunks) > snapshotChunksMax || string(m.Root[:]) != string(request.AppHash) {
		return answer(abci.ResponseOfferSnapshot_REJECT)
	}
	a.abandonRestore()
	if err := a.ledger.Clear(); err != nil {
		return nil, err
	}
	reader, writer := io.Pipe()
	attempt := &restore{manifest: m, trusted: m.Root, in: writer, done: make(chan error, 1)}
	a.snapshots.restoring = attempt
	go func() {
		err := guarded(func() (err error) {
			attempt.height, attempt.root, err = importState(reader, a.ledger, a.ledger.Load)
			return err
		})
		reader.CloseWithError(err)
		attempt.done <- err
	}()
	return answer(abci.ResponseOfferSnapshot_ACCEPT)
}

// guarded turns a storage panic on another goroutine into its error.
func guarded(action func() error) (err error) {
	defer func() {
		if recovered := recover(); recovered != nil {
			failure := store.AsFailure(recovered)
			if failure == nil {
				panic(recovered)
			}
			err = failure
		}
	}()
	return action()
}

func (a *application) abandonRestore() {
	if attempt := a.snapshots.restoring; attempt != nil {
		attempt.in.CloseWithError(fmt.Errorf("another snapshot was chosen"))
		<-attempt.done
		a.snapshots.restoring = nil
	}
}

// ApplySnapshotChunk takes the next chunk. A bad one is asked for again and its sender dropped;
// a state with another root than the trusted one is thrown away whole.
func (a *application) ApplySnapshotChunk(_ context.Context, request *abci.RequestApplySnapshotChunk) (response *abci.ResponseApplySnapshotChunk, err error) {
	defer a.guard("state sync", &err)
	attempt := a.snapshots.restoring
	if attempt == nil || int(request.Index) != attempt.next {
		return &abci.ResponseApplySnapshotChunk{Result: abci.ResponseApplySnapshotChunk_RETRY_SNAPSHOT}, nil
	}
	if sha256.Sum256(request.Chunk) != attempt.manifest.Chunks[attempt.next] {
		return &abci.ResponseApplySnapshotChunk{
			Result:        abci.ResponseApplySnapshotChunk_RETRY,
			RefetchChunks: []uint32{request.Index}, RejectSenders: []string{request.Sender},
		}, nil
	}
	if _, err := attempt.in.Write(request.Chunk); err != nil {
		return a.rejectSnapshot(err)
	}
	if attempt.next++; attempt.next < len(attempt.manifest.Chunks) {
		return &abci.ResponseApplySnapshotChunk{Result: abci.ResponseApplySnapshotChunk_ACCEPT}, nil
	}
	if err := a.finishRestore(attempt); err != nil {
		return a.rejectSnapshot(err)
	}
	return &abci.ResponseApplySnapshotChunk{Result: abci.ResponseApplySnapshotChunk_ACCEPT}, nil
}

func (a *application) rejectSnapshot(cause error) (*abci.ResponseApplySnapshotChunk, error) {
	a.snapshots.warn("the snapshot was refused", "error", cause)
	a.abandonRestore()
	if err := a.ledger.Clear(); err != nil {
		return nil, err
	}
	if err := a.reopen(); err != nil {
		return nil, err
	}
	return &abci.ResponseApplySnapshotChunk{Result: abci.ResponseApplySnapshotChunk_REJECT_SNAPSHOT}, nil
}

// finishRestore compares what has arrived with what the light client vouches for, and only then
// makes it this node's state.
func (a *application) finishRestore(attempt *restore) error {
	if err := attempt.in.Close(); err != nil {
		return err
	}
	err := <-attempt.done
	a.snapshots.restoring = nil
	if err != nil {
		return err
	}
	m := attempt.manifest
	if attempt.height != m.Height || attempt.root != attempt.trusted {
		return fmt.Errorf("the snapshot holds height %d root %s, not the trusted height %d root %s",
			attempt.height, attempt.root, m.Height, attempt.trusted)
	}
	block, err := a.ledger.Prepare(store.Mark{Height: m.Height, TimeMs: m.TimeMs, Root: m.Root}, nil)
	if err != nil {
		return err
	}
	if err := block.Commit(); err != nil {
		return err
	}
	if err := a.reopen(); err != nil {
		return err
	}
	a.restored(m.Height, time.UnixMilli(m.TimeMs))
	return nil
}
