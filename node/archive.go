package node

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"causeway/core/kernel/state"
	"causeway/core/kernel/wire"
)

// A snapshot is a stream of items: kind (1 byte), length of key and of value (uvarint), bytes.

// exportState writes the items of a frozen ledger.
func exportState(view state.Backend, out io.Writer) error {
	buffered := bufio.NewWriterSize(out, 1<<20)
	var failed error
	var head []byte
	err := state.Export(view, func(kind byte, key, value []byte) bool {
		head = append(head[:0], kind)
		head = binary.AppendUvarint(head, uint64(len(key)))
		head = binary.AppendUvarint(head, uint64(len(value)))
		for _, part := range [][]byte{head, key, value} {
			if _, failed = buffered.Write(part); failed != nil {
				return false
			}
		}
		return true
	})
	return errors.Join(err, failed, buffered.Flush())
}

// itemBytesMax refuses lengths that can only be damage or malice.
const itemBytesMax = 64 << 20

// importState reads items into an empty ledger, by load, and returns the root that their values
// have.
func importState(in io.Reader, ledger state.Backend, load func([]state.Write) error) (height int64, root wire.Hash, err error) {
	importer, err := state.Import(ledger, load)
	if err != nil {
		return 0, root, err
	}
	buffered := bufio.NewReaderSize(in, 1<<20)
	var item []byte
	for {
		kind, err := buffered.ReadByte()
		if errors.Is(err, io.EOF) {
			return importer.Done()
		}
		if err != nil {
			return 0, root, err
		}
		var key, value []byte
		if item, key, value, err = readItem(buffered, item); err != nil {
			return 0, root, err
		}
		if err := importer.Add(kind, key, value); err != nil {
			return 0, root, err
		}
	}
}

// readItem reads one key and value into buffer, which it may replace by a larger one.
func readItem(in *bufio.Reader, buffer []byte) (item, key, value []byte, err error) {
	keyBytes, err := binary.ReadUvarint(in)
	if err != nil {
		return nil, nil, nil, cutShort(err)
	}
	valueBytes, err := binary.ReadUvarint(in)
	if err != nil {
		return nil, nil, nil, cutShort(err)
	}
	if keyBytes > itemBytesMax || valueBytes > itemBytesMax {
		return nil, nil, nil, fmt.Errorf("an item with a key of %d and a value of %d bytes", keyBytes, valueBytes)
	}
	if total := int(keyBytes + valueBytes); cap(buffer) < total {
		buffer = make([]byte, total)
	}
	item = buffer[:keyBytes+valueBytes]
	if _, err := io.ReadFull(in, item); err != nil {
		return nil, nil, nil, cutShort(err)
	}
	return item, item[:keyBytes:keyBytes], item[keyBytes:], nil
}

// cutShort: the end of the stream within an item is no end of the snapshot.
func cutShort(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
