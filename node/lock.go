package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
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
	if err := tryLock(file); err != nil {
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

// tryLock waits a moment: a process that is being started by the one that held the lock has a
// copy of its handle until it runs its own program.
func tryLock(file *os.File) (err error) {
	for range 50 {
		if err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return err
}

func (l *homeLock) release() error { return l.file.Close() }
