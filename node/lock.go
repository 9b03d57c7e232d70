package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// homeLock keeps two processes from running one validator: both would sign, which is punishable
// equivocation. The kernel releases it however the process ends.
type homeLock struct{ file *os.File }

func lockHome(home string) (*homeLock, error) {
	path := filepath.Join(home, lockFile)
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, _ := os.ReadFile(path)
		return nil, errors.Join(fmt.Errorf("the home %s is in use by process %s: stop that node first, or use another home",
			home, strings.TrimSpace(string(holder))), file.Close())
	}
	// The number only serves the message above; the lock itself is the kernel's.
	if err := file.Truncate(0); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	if _, err := fmt.Fprintf(file, "%d\n", os.Getpid()); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &homeLock{file: file}, nil
}

func (l *homeLock) release() error { return l.file.Close() }
