package node

import (
	"fmt"
	"strings"
	"time"

	cstypes "github.com/cometbft/cometbft/consensus/types"
	"github.com/cometbft/cometbft/libs/bits"
	"github.com/cometbft/cometbft/types"

	"causeway/core/kernel/wire"
)

// stuckAfter is how old the last block may be before the status must say why: several times
// the interval of empty blocks, and still "within seconds".
const stuckAfter = 4 * time.Second

// Status is what an operator needs to see at a glance.
type Status struct {
	ChainID      string        `json:"chain_id"`
	Name         string        `json:"name"`
	Height       int64         `json:"height"`
	BlockTime    time.Time     `json:"block_time"`
	BlockAge     time.Duration `json:"block_age_ns"` // since this node committed it, by its own clock
	Root         wire.Hash     `json:"root"`
	Peers        int           `json:"peers"`
	Validators   int           `json:"validators"`
	Online       int           `json:"validators_online"`
	PowerTotal   int64         `json:"power_total"`
	PowerOnline  int64         `json:"power_online"`
	Missing      []string      `json:"validators_missing,omitempty"` // addresses
	Validator    bool          `json:"is_validator"`
	Syncing      bool          `json:"syncing"`
	Round        int32         `json:"round"` // attempts at the next block, from 0
	MempoolTxs   int           `json:"mempool_transactions"`
	MempoolBytes int64         `json:"mempool_bytes"`
	SnapshotAt   int64         `json:"snapshot_height,omitempty"`
	Stopped      bool          `json:"stopped"`
	// Reason says why the chain does not move, or why this node does not; empty while it does.
	Reason string `json:"reason,omitempty"`
}

// Status never blocks on a block under way.
func (n *Node) Status() Status {
	s := Status{ChainID: n.genesis.ChainID, Name: n.config.Name}
	s.Height = n.stats.height.Load()
	s.BlockTime = time.UnixMilli(n.stats.blockTime.Load()).UTC()
	if moved := n.stats.movedAt.Load(); moved > 0 {
		s.BlockAge = max(0, time.Since(time.UnixMilli(moved)))
	}
	engine := n.engine.Load()
	if engine == nil {
		s.Stopped = true
		s.Reason = "the node is not running"
		if err := n.Err(); err != nil {
			s.Reason = "stopped: " + firstLine(err)
		}
		return s
	}
	s.Root = n.app.current().Root()
	s.SnapshotAt = n.app.snapshots.newest()
	s.Peers = engine.Switch().Peers().Size()
	s.Syncing = n.syncing()
	s.MempoolTxs, s.MempoolBytes = engine.Mempool().Size(), engine.Mempool().SizeBytes()
	n.attendance(&s, n.rounds.GetRoundState())
	s.Reason = n.reason(&s)
	return s
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// syncing: the engine fetches blocks or a snapshot and takes no part in consensus yet.
func (n *Node) syncing() bool {
	engine := n.engine.Load()
	return engine == nil || engine.ConsensusReactor().WaitSync()
}

// attendance counts who votes. While the chain moves, that is who signed the last block; when it
// stands, who has voted in the latest step of this round: those before them died or left.
func (n *Node) attendance(s *Status, round *cstypes.RoundState) {
	s.Round = round.Round
	set := round.Validators
	present := lastSigners(round)
	if s.BlockAge > stuckAfter && round.Votes != nil {
		if votes := latestVotes(round); votes != nil {
			present = votes
		}
	} else if round.LastValidators != nil && round.LastValidators.Size() > 0 {
		set = round.LastValidators
	}
	if set == nil {
		return
	}
	s.Validators, s.PowerTotal = set.Size(), set.TotalVotingPower()
	for i, validator := range set.Validators {
		if string(validator.Address) == string(n.app.own) {
			s.Validator = true
		}
		if present == nil || present.GetIndex(i) {
			s.Online++
			s.PowerOnline += validator.VotingPower
		} else {
			s.Missing = append(s.Missing, validator.Address.String())
		}
	}
}

func lastSigners(round *cstypes.RoundState) *bits.BitArray {
	if round.LastCommit == nil {
		return nil
	}
	return round.LastCommit.BitArray()
}

func latestVotes(round *cstypes.RoundState) *bits.BitArray {
	for _, votes := range []*types.VoteSet{round.Votes.Precommits(round.Round), round.Votes.Prevotes(round.Round)} {
		if votes != nil && !votes.BitArray().IsEmpty() {
			return votes.BitArray()
		}
	}
	return nil
}

func (n *Node) reason(s *Status) string {
	if err := n.Err(); err != nil {
		return "stopped: " + firstLine(err)
	}
	if s.BlockAge <= stuckAfter {
		return ""
	}
	age := s.BlockAge.Round(time.Second)
	switch {
	case s.Syncing && s.Peers == 0:
		return fmt.Sprintf("catching up, but no peer is connected (last block %s ago)", age)
	case s.Syncing:
		return fmt.Sprintf("catching up from %d peers (last block %s ago)", s.Peers, age)
	case s.PowerTotal > 0 && 3*s.PowerOnline <= 2*s.PowerTotal:
		return fmt.Sprintf("%d of %d validators online (power %d of %d); needs more than 2/3; missing %s",
			s.Online, s.Validators, s.PowerOnline, s.PowerTotal, strings.Join(s.Missing, ", "))
	case n.app.lagging.Load() > 0:
		return fmt.Sprintf("block time lags the clock by %s; transactions wait for an empty block",
			time.Duration(n.app.lagging.Load())*time.Millisecond)
	}
	return fmt.Sprintf("no block for %s at height %d round %d, with %d of %d validators voting", age, s.Height+1, s.Round, s.Online, s.Validators)
}
