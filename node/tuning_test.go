package node

import (
	"io/fs"
	"testing"
)

func TestMemoryTotal(t *testing.T) {
	const meminfo, group = "/proc/meminfo", "/sys/fs/cgroup/memory.max"
	for name, step := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"machine":       {map[string]string{meminfo: "MemTotal:       1024 kB\nMemFree: 7 kB\n", group: "max\n"}, 1 << 20},
		"control group": {map[string]string{meminfo: "MemTotal: 1024 kB\n", group: "4096\n"}, 4096},
		"wide group":    {map[string]string{meminfo: "MemTotal: 1024 kB\n", group: "99999999999\n"}, 1 << 20},
		"group alone":   {map[string]string{group: "4096\n"}, 4096},
		"not known":     {nil, 0},
	} {
		got := memoryTotal(func(path string) ([]byte, error) {
			if text, ok := step.files[path]; ok {
				return []byte(text), nil
			}
			return nil, fs.ErrNotExist
		})
		if got != step.want {
			t.Errorf("%s: %d, want %d", name, got, step.want)
		}
	}
}
