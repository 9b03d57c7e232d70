package node

import (
	"bufio"
	"bytes"
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

	cstypes "github.com/cometbft/cometbft/consensus/types"
	"github.com/cometbft/cometbft/libs/protoio"
	walproto "github.com/cometbft/cometbft/proto/tendermint/consensus"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	sm "github.com/cometbft/cometbft/state"

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

// recover puts this validator's last vote into the log if it is missing there.
//
// The engine signs a vote (the signer records it durably), then writes the vote to its log. The
// parts of its own proposed block it writes unsynced. A crash between the two loses block and
// vote, but the signer will sign nothing else for that step, rightly: a lone validator then
// never votes again and the chain stands for ever, and so it may for many if the power fails
// for all at once. The recorded vote is as good as sent, so it is replayed as if it had been
// logged: the step is timed out, the vote counted, and the round goes on without the block.
func (k *walKeeper) recover(signer *signer, chain *store.Chain, chainID string) error {
	vote, err := signer.lastVote(chainID)
	if err != nil || vote == nil {
		return err
	}
	tail, found, err := k.after(vote.Height - 1)
	if err != nil || !found {
		return err // the log begins later or is empty: nothing of that height is under way
	}
	logged, closed := false, false
	if err := eachRecord(tail, func(message *walproto.WALMessage) {
		if end := message.GetEndHeight(); end != nil && end.Height >= vote.Height {
			closed = true
		}
		if info := message.GetMsgInfo(); info != nil {
			if other := info.Msg.GetVote(); other != nil && bytes.Equal(other.Vote.Signature, vote.Signature) {
				logged = true
			}
		}
	}); err != nil || logged || closed {
		return err
	}
	if vote.ValidatorIndex, err = validatorIndex(chain, vote); err != nil || vote.ValidatorIndex < 0 {
		return err
	}
	repair, err := missedVote(vote)
	if err != nil {
		return err
	}
	// Rewriting the head also cuts off a torn last record, which would hide what comes after it.
	return k.appendWhole(repair)
}

func eachRecord(data []byte, visit func(*walproto.WALMessage)) error {
	for len(data) >= recordHeader {
		length := int(binary.BigEndian.Uint32(data[4:]))
		var timed walproto.TimedWALMessage
		if err := timed.Unmarshal(data[recordHeader : recordHeader+length]); err != nil {
			return err
		}
		visit(timed.Msg)
		data = data[recordHeader+length:]
	}
	return nil
}

func (k *walKeeper) appendWhole(records []byte) error {
	var head []byte
	err := readRecords(k.path, func(raw []byte, _ *walproto.WALMessage) { head = append(head, raw...) })
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return replaceFile(k.path, append(head, records...))
}

// missedVote is what the engine would have logged on its way to the vote, had it been without
// the block, and the vote. Timeouts that the replay has passed already are ignored by it.
func missedVote(vote *cmtproto.Vote) ([]byte, error) {
	var messages []*walproto.WALMessage
	timeout := func(round int32, step cstypes.RoundStepType) {
		messages = append(messages, &walproto.WALMessage{Sum: &walproto.WALMessage_TimeoutInfo{
			TimeoutInfo: &walproto.TimeoutInfo{Height: vote.Height, Round: round, Step: uint32(step)},
		}})
	}
	if vote.Round > 0 {
		timeout(vote.Round-1, cstypes.RoundStepPrecommitWait)
	}
	if vote.Type == cmtproto.PrevoteType {
		timeout(vote.Round, cstypes.RoundStepPropose)
	}
	messages = append(messages, &walproto.WALMessage{Sum: &walproto.WALMessage_MsgInfo{
		MsgInfo: &walproto.MsgInfo{Msg: walproto.Message{Sum: &walproto.Message_Vote{Vote: &walproto.Vote{Vote: vote}}}},
	}})
	var out []byte
	for _, message := range messages {
		raw, err := record(message)
		if err != nil {
			return nil, err
		}
		out = append(out, raw...)
	}
	return out, nil
}

func validatorIndex(chain *store.Chain, vote *cmtproto.Vote) (int32, error) {
	db, err := chain.DB("state")
	if err != nil {
		return 0, err
	}
	state, err := sm.NewStore(db, sm.StoreOptions{DiscardABCIResponses: true}).Load()
	if err != nil {
		return 0, err
	}
	if state.Validators == nil { // no block yet: the engine writes its first state when it starts
		return 0, nil
	}
	validators := state.Validators
	if vote.Height == state.LastBlockHeight+2 { // the last block is saved but not yet in the state
		validators = state.NextValidators
	}
	index, _ := validators.GetByAddress(vote.ValidatorAddress) // -1: no validator any more
	return index, nil
}

// lastVote rebuilds the last vote from the signer's record; nil if it signed none, or a proposal.
func (s *signer) lastVote(chainID string) (*cmtproto.Vote, error) {
	last := s.file.LastSignState
	if last.Step < 2 || len(last.SignBytes) == 0 {
		return nil, nil
	}
	var canonical cmtproto.CanonicalVote
	if err := protoio.UnmarshalDelimited(last.SignBytes, &canonical); err != nil {
		return nil, fmt.Errorf("%s: %w", signerFile, err)
	}
	if canonical.ChainID != chainID {
		return nil, fmt.Errorf("%s is of chain %q, the genesis of %q", signerFile, canonical.ChainID, chainID)
	}
	vote := &cmtproto.Vote{
		Type: canonical.Type, Height: canonical.Height, Round: int32(canonical.Round), Timestamp: canonical.Timestamp,
		ValidatorAddress: s.file.GetAddress(), Signature: last.Signature,
	}
	if id := canonical.BlockID; id != nil {
		vote.BlockID = cmtproto.BlockID{Hash: id.Hash, PartSetHeader: cmtproto.PartSetHeader(id.PartSetHeader)}
	}
	return vote, nil
}
