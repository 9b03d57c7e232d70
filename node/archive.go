package node

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"causeway/core/kernel/state"
	"causeway/node/store"
)

// exportState writes the rows of a frozen ledger: key length, value length (uvarint), bytes.
func exportState(view state.Backend, out io.Writer) error {
	buffered := bufio.NewWriterSize(out, 1<<20)
	var err error
	var head []byte
	view.Scan(nil, nil, func(key, value []byte) bool {
		head = binary.AppendUvarint(head[:0], uint64(len(key)))
		head = binary.AppendUvarint(head, uint64(len(value)))
		for _, part := range [][]byte{head, key, value} {
			if _, err = buffered.Write(part); err != nil {
				return false
			}
		}
		return true
	})
	return errors.Join(err, buffered.Flush())
}

// rowBytesMax refuses lengths that can only be damage or malice.
const rowBytesMax = 64 << 20

// importState reads rows back, in batches, into an empty ledger.
func importState(in io.Reader, ledger *store.Ledger) error {
	buffered := bufio.NewReaderSize(in, 1<<20)
	var writes []state.Write
	size := 0
	flush := func() error {
		err := ledger.Load(writes)
		writes, size = writes[:0], 0
		return err
	}
	for {
		keyBytes, err := binary.ReadUvarint(buffered)
		if errors.Is(err, io.EOF) {
			return flush()
		}
		if err != nil {
			return err
		}
		valueBytes, err := binary.ReadUvarint(buffered)
		if err != nil {
			return err
		}
		if keyBytes == 0 || keyBytes > rowBytesMax || valueBytes > rowBytesMax {
			return fmt.Errorf("a row with a key of %d and a value of %d bytes", keyBytes, valueBytes)
		}
		row := make([]byte, keyBytes+valueBytes)
		if _, err := io.ReadFull(buffered, row); err != nil {
			return err
		}
		writes = append(writes, state.Write{Key: row[:keyBytes:keyBytes], Value: row[keyBytes:]})
		if size += len(row); size > 16<<20 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
}
