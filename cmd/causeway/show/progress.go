package show

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Progress tells how far long work has come: a bar on a terminal, a line now and then elsewhere.
type Progress struct {
	w        io.Writer
	terminal bool
	title    string
	total    int64
	started  time.Time
	told     time.Time
	done     int64
}

// NewProgress begins; total 0 means that the end is not known.
func NewProgress(w io.Writer, terminal bool, title string, total int64) *Progress {
	return &Progress{w: w, terminal: terminal, title: title, total: total, started: time.Now(), told: time.Now()}
}

const barWidth = 30

// Set states how much is done.
func (p *Progress) Set(done int64) {
	p.done = done
	every := 5 * time.Second
	if p.terminal {
		every = 100 * time.Millisecond
	}
	if time.Since(p.told) < every && done != p.total {
		return
	}
	p.told = time.Now()
	p.tell()
}

func (p *Progress) tell() {
	switch {
	case !p.terminal:
		if p.total > 0 {
			fmt.Fprintf(p.w, "%s: %d of %d\n", p.title, p.done, p.total)
		} else {
			fmt.Fprintf(p.w, "%s: %d\n", p.title, p.done)
		}
	case p.total > 0:
		full := int(barWidth * min(p.done, p.total) / p.total)
		fmt.Fprintf(p.w, "\r%s [%s%s] %d/%d\x1b[K", p.title, strings.Repeat("=", full), strings.Repeat(" ", barWidth-full), p.done, p.total)
	default:
		fmt.Fprintf(p.w, "\r%s %d\x1b[K", p.title, p.done)
	}
}

// Say writes a line without disturbing the bar.
func (p *Progress) Say(line string) {
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	fmt.Fprintln(p.w, line)
	if p.terminal {
		p.tell()
	}
}

// End leaves the bar as it stands.
func (p *Progress) End() {
	if p.terminal && !p.told.Equal(p.started) {
		fmt.Fprintf(p.w, "\r\x1b[K")
	}
}
