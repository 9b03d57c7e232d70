package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"golang.org/x/term"

	"causeway/cmd/causeway/show"
	"causeway/core/kernel/fault"
)

// app is what all commands share.
type app struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) (string, bool)
	screen   func(io.Writer) bool // whether a person sees it at a terminal

	config   settings
	settings string // path of the settings file
	format   show.Format
	lang     string
	verbose  bool
}

func newApp(in io.Reader, out, err io.Writer, env func(string) (string, bool)) *app {
	return &app{in: in, out: out, err: err, env: env, screen: atTerminal, format: show.Table, lang: "en"}
}

// text chooses the language.
func (a *app) text(en, zh string) string {
	if a.lang == "zh" {
		return zh
	}
	return en
}

// say writes talk to standard error.
func (a *app) say(en, zh string, arguments ...any) {
	fmt.Fprintf(a.err, a.text(en, zh)+"\n", arguments...)
}

// print writes a value to standard output.
func (a *app) print(v any) error { return show.Value(a.out, a.format, v) }

func atTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// terminal reports whether talk is read by a person at a terminal.
func (a *app) terminal() bool { return a.screen(a.err) }

// color follows https://no-color.org: any value that is not empty switches colours off.
func (a *app) color() bool {
	if value, set := a.env("NO_COLOR"); set && value != "" {
		return false
	}
	return a.screen(a.out)
}

// paint puts colours around text where colours are wanted.
func (a *app) paint(code, text string) string {
	if !a.color() {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

const (
	bold   = "1"
	red    = "31"
	green  = "32"
	yellow = "33"
)

// log is for the node and the server; the engine's own lines appear with --verbose only.
func (a *app) log() *slog.Logger {
	level := slog.LevelWarn
	if a.verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(a.err, &slog.HandlerOptions{Level: level}))
}

// complain writes an error for people, in their language.
func (a *app) complain(err error) {
	text := err.Error()
	var stated *fault.Error
	if a.lang == "zh" && errors.As(err, &stated) {
		text = strings.Replace(text, stated.Error(), stated.Chinese(), 1)
	}
	if text != "" {
		fmt.Fprintln(a.err, a.text("error: ", "错误：")+text)
	}
}
