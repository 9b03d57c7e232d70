package node

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	walproto "github.com/cometbft/cometbft/proto/tendermint/consensus"
	blockstore "github.com/cometbft/cometbft/store"

	"causeway/node/store"
)

// walKeeper looks after the engine's consensus log (cs.wal), which repeats every block part and
// which the engine itself lets grow to a gigabyte. All of it before the end of the last height
// is useless: recovery starts there.
type walKeeper struct {
	path string
	// seen: rotated file → height when it was first seen rotated. What such a file holds was
	// written before; the mark of the end of the height after next goes to a later file.
	seen map[int]int64
}

var rotatedName = regexp.MustCompile(`^.+\.([0-9]{3,})$`)

// rotated lists the numbered files, oldest first. The engine numbers from 000.
func (k *walKeeper) rotated() ([]int, error) {
	entries, err := os.ReadDir(filepath.Dir(k.path))
	if err != nil {
		return nil, err
	}
	var numbers []int
	for _, entry := range entries {
		if match := rotatedName.FindStringSubmatch(entry.Name()); match != nil {
			number, err := strconv.Atoi(match[1])
			if err != nil {
				return nil, err
			}
			numbers = append(numbers, number)
		}
	}
	slices.Sort(numbers)
	return numbers, nil
}

func (k *walKeeper) file(number int) string { return fmt.Sprintf("%s.%03d", k.path, number) }

// prune removes rotated files that recovery cannot need: the machine's height has since passed
// two more ends of height, and each is synced to the log before the machine commits.
func (k *walKeeper) prune(height int64) error {
	numbers, err := k.rotated()
	if err != nil {
		return err
	}
	if k.seen == nil {
		k.seen = make(map[int]int64)
	}
	for _, number := range numbers {
		first, known := k.seen[number]
		if !known {
			k.seen[number] = height
			continue
		}
		if height < first+2 {
			continue
		}
		if err := os.Remove(k.file(number)); err != nil {
			return err
		}
		delete(k.seen, number)
	}
	return nil
}

// trim, after a clean stop at height, keeps of the log only what follows the end of height, and
// the mark of that end. The new file replaces the old one atomically, and only then do the
// rotated files go: a crash in between leaves more than needed, never less.
func (k *walKeeper) trim(height int64) error {
	tail, found, err := k.after(height)
	if err != nil || !found {
		return err // recovery copes with the log as it is
	}
	if err := replaceFile(k.path, tail); err != nil {
		return err
	}
	numbers, err := k.rotated()
	if err != nil {
		return err
	}
	for _, number := range numbers {
		if err := os.Remove(k.file(number)); err != nil {
			return err
		}
	}
	return syncFolder(filepath.Dir(k.path))
}

// after returns the records from the mark of the end of height on, whole ones only.
func (k *walKeeper) after(height int64) (tail []byte, found bool, err error) {
	numbers, err := k.rotated()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	files := make([]string, 0, len(numbers)+1)
	for _, number := range numbers {
		files = append(files, k.file(number))
	}
	for _, path := range append(files, k.path) {
		err := readRecords(path, func(raw []byte, message *walproto.WALMessage) {
			if end := message.GetEndHeight(); end != nil && end.Height == height {
				tail, found = tail[:0], true
			}
			if found {
				tail = append(tail, raw...)
			}
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, false, err
		}
	}
	return tail, found, nil
}

// Records of the log: CRC-32C, length (4 bytes each, big-endian), TimedWALMessage.
const recordHeader = 8

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// readRecords visits the whole records of one file and stops quietly at the first torn one,
// as the engine does.
func readRecords(path string, visit func(raw []byte, message *walproto.WALMessage)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // only read
	reader := bufio.NewReaderSize(file, 1<<20)
	var raw []byte
	for {
		raw = slices.Grow(raw[:0], recordHeader)[:recordHeader]
		if _, err := io.ReadFull(reader, raw); err != nil {
			return ignoreEnd(err)
		}
		sum, length := binary.BigEndian.Uint32(raw), binary.BigEndian.Uint32(raw[4:])
		if length > 2<<20 {
			return nil
		}
		raw = slices.Grow(raw, int(length))[:recordHeader+int(length)]
		if _, err := io.ReadFull(reader, raw[recordHeader:]); err != nil {
			return ignoreEnd(err)
		}
		var timed walproto.TimedWALMessage
		if crc32.Checksum(raw[recordHeader:], castagnoli) != sum || timed.Unmarshal(raw[recordHeader:]) != nil || timed.Msg == nil {
			return nil
		}
		visit(raw, timed.Msg)
	}
}

func ignoreEnd(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

func replaceFile(path string, data []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"-*.new")
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// mend marks the end of the last saved height in the log if that mark is missing.
//
// The engine saves a block and then logs that its height has ended. Dying in between, it
// carries the block out at the next start but never logs the end, so in the next height it
// would not find where to replay from. If it then dies after the signer recorded a vote, it
// cannot arrive at that vote again, the signer rightly signs no other, and a lone validator is
// silent for ever. Nothing of a later height can be in a log without the mark, since this runs
// before every start.
func (k *walKeeper) mend(chain *store.Chain) error {
	db, err := chain.DB("blockstore")
	if err != nil {
		return err
	}
	height := blockstore.LoadBlockStoreState(db).Height
	if height == 0 {
		return nil
	}
	if _, found, err := k.after(height); err != nil || found {
		return err
	}
	mark, err := record(&walproto.WALMessage{Sum: &walproto.WALMessage_EndHeight{
		EndHeight: &walproto.EndHeight{Height: height},
	}})
	if err != nil {
		return err
	}
	// Rewriting the file also drops a torn last record, which would hide what comes after it.
	var head []byte
	err = readRecords(k.path, func(raw []byte, _ *walproto.WALMessage) { head = append(head, raw...) })
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return replaceFile(k.path, append(head, mark...))
}

func record(message *walproto.WALMessage) ([]byte, error) {
	timed := walproto.TimedWALMessage{Time: time.Now().UTC(), Msg: message}
	body, err := timed.Marshal()
	if err != nil {
		return nil, err
	}
	out := binary.BigEndian.AppendUint32(nil, crc32.Checksum(body, castagnoli))
	out = binary.BigEndian.AppendUint32(out, uint32(len(body)))
	return append(out, body...), nil
}
