package store

import (
	"bytes"
	"errors"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/sstable/block"
	"github.com/cockroachdb/pebble/v2/vfs"

	"causeway/core/kernel/state"
)

// Options are what the caller decides about a database; the rest is tuned here.
type Options struct {
	FS         vfs.FS            // nil: the real file system
	CacheBytes int64             // block cache; 0: 64 MiB
	OnFailure  func(error)       // told once, before the failing call returns or panics
	Warn       func(text string) // engine errors that do not stop the node
	// NoSync leaves writes to the operating system: they survive the death of the process, not
	// of the machine. Only for throw-away chains, never where a payment is acknowledged.
	NoSync bool
}

// ledgerOptions suit many small random reads and one large batch per block: bloom filters,
// small blocks, and cheap compression above, the strong one at the bottom where 90% lies.
// The rows of outcomes are two thirds of all bytes, large, and never change: their values go to
// files beside the tables once, well compressed, and compactions move only references to them.
func ledgerOptions(o Options, w *watch) *pebble.Options {
	options := baseOptions(o, w)
	options.MemTableSize = 128 << 20 // balances and counters that change again in it are written once
	for i := range options.Levels {
		level := &options.Levels[i]
		level.BlockSize = 16 << 10
		level.IndexBlockSize = 128 << 10
		level.FilterPolicy = bloom.FilterPolicy(10)
	}
	compression := pebble.DBCompressionGood
	top := *block.FastestCompression // but the strong one for the separated values, which are written here
	top.Name, top.ValueBlocks = "FastestButValues", block.BalancedCompression.ValueBlocks
	compression.Levels[0] = &top
	options.ApplyCompressionSettings(func() pebble.DBCompressionSettings { return compression })
	options.Experimental.SpanPolicyFunc = func(start []byte) (policy pebble.SpanPolicy, end []byte, err error) {
		inPlace := pebble.SpanPolicy{ValueStoragePolicy: pebble.ValueStorageLowReadLatency}
		switch {
		case bytes.Compare(start, outcomesBegin) < 0:
			return inPlace, outcomesBegin, nil
		case bytes.Compare(start, outcomesEnd) < 0:
			return pebble.SpanPolicy{}, outcomesEnd, nil
		}
		return inPlace, nil, nil
	}
	options.Experimental.ValueSeparationPolicy = func() pebble.ValueSeparationPolicy {
		return pebble.ValueSeparationPolicy{
			Enabled: true, MinimumSize: 1 << 10,
			// Values are read one by one: where they stand to each other does not matter, so
			// nothing is rewritten for it.
			MaxBlobReferenceDepth: 1 << 20,
			RewriteMinimumAge:     time.Hour, TargetGarbageRatio: 0.5,
		}
	}
	return options
}

// chainOptions suit the consensus engine's blocks: large values under keys that only grow, so
// tables move down without being rewritten and must be compressed well from the start.
func chainOptions(o Options, w *watch) *pebble.Options {
	options := baseOptions(o, w)
	options.MemTableSize = 16 << 20
	for i := range options.Levels {
		level := &options.Levels[i]
		level.BlockSize = 128 << 10
		level.IndexBlockSize = 128 << 10
	}
	profile := pebble.UniformDBCompressionSettings(block.GoodCompression)
	options.ApplyCompressionSettings(func() pebble.DBCompressionSettings { return profile })
	return options
}

// The rows of outcomes, by the first byte that the state gives them.
var outcomesBegin, outcomesEnd = []byte{state.RowOutcomes}, []byte{state.RowOutcomes + 1}

func baseOptions(o Options, w *watch) *pebble.Options {
	cacheBytes := o.CacheBytes
	if cacheBytes == 0 {
		cacheBytes = 64 << 20
	}
	log := &engineLog{watch: w, warn: o.Warn}
	options := &pebble.Options{
		FS:                          o.FS,
		CacheSize:                   cacheBytes,
		FormatMajorVersion:          pebble.FormatNewest,
		L0CompactionThreshold:       4,
		L0StopWritesThreshold:       32,
		LBaseMaxBytes:               64 << 20,
		MaxOpenFiles:                512,
		MemTableStopWritesThreshold: 4,
		// One file is written at a time: smooth the write-back so that the sync of a block
		// does not wait for a compaction's dirty pages.
		BytesPerSync:               1 << 20,
		WALBytesPerSync:            1 << 20,
		CompactionConcurrencyRange: func() (int, int) { return 1, 2 },
		Logger:                     log,
	}
	options.EventListener = &pebble.EventListener{
		BackgroundError: func(err error) { w.fail("background write", err) },
		DiskSlow: func(info pebble.DiskSlowInfo) {
			log.Errorf("slow disk: %s", info.String())
		},
	}
	return options
}

// closeTidily flushes and closes, and then opens and closes once more: Pebble keeps spent logs,
// preallocated at the size of the memtable, for reuse while it runs, and only an opening
// removes those that the last run left.
func closeTidily(db *pebble.DB, dir string, again *pebble.Options) error {
	if err := errors.Join(db.Flush(), db.Close()); err != nil {
		return err
	}
	db, err := pebble.Open(dir, again)
	if err != nil {
		return err
	}
	return db.Close()
}
