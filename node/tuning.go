package node

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"

	"causeway/core/kernel/state"
)

// Collecting garbage costs in proportion to what lives, mostly caches that hardly change, so a
// node collects seldom while memory is plentiful, and more often as it nears three quarters of
// what the machine or its control group has.
const (
	gcPercent = 300
	gcShare   = 0.75
)

// TuneMemory sets the runtime's collector for a process that is a node. GOGC and GOMEMLIMIT,
// where they are set, have the last word.
func TuneMemory() {
	if _, set := os.LookupEnv("GOGC"); !set {
		debug.SetGCPercent(gcPercent)
	}
	if _, set := os.LookupEnv("GOMEMLIMIT"); set {
		return
	}
	if total := memoryTotal(os.ReadFile); total > 0 {
		debug.SetMemoryLimit(int64(float64(total) * gcShare))
	}
}

// memoryTotal is the memory there is for this process, in bytes; 0 where that is not known.
func memoryTotal(read func(string) ([]byte, error)) (total int64) {
	if data, err := read("/proc/meminfo"); err == nil {
		for line := range strings.Lines(string(data)) {
			if fields := strings.Fields(line); len(fields) >= 2 && fields[0] == "MemTotal:" {
				kilobytes, err := strconv.ParseInt(fields[1], 10, 64)
				if err == nil {
					total = kilobytes << 10
				}
			}
		}
	}
	if data, err := read("/sys/fs/cgroup/memory.max"); err == nil {
		if most, err := strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64); err == nil && (total == 0 || most < total) {
			total = most
		}
	}
	return total
}

// stateLimits share the memory for the state between its values and its tree.
func (c *Config) stateLimits() state.Limits {
	limits := state.DefaultLimits()
	bytes := c.Store.StateBytes
	if bytes == 0 {
		bytes = memoryTotal(os.ReadFile) / 4
	}
	if bytes > 0 {
		limits.CacheBytes, limits.PageBytes = bytes/2, bytes/2
	}
	limits.Parallel = parallel
	return limits
}

// parallel does work for 0 to n-1, over all cores; whichever is free takes the next.
func parallel(n int, work func(i int)) {
	var taken atomic.Int64
	overCores(n, 1, func(int, int) {
		for i := int(taken.Add(1)) - 1; i < n; i = int(taken.Add(1)) - 1 {
			work(i)
		}
	})
}
