package node

import (
	"context"
	"log/slog"
	"strings"

	cmtlog "github.com/cometbft/cometbft/libs/log"
)

// engineLogger passes the engine's log on. The engine calls several lines per block "info";
// an operator needs them only when looking for a fault, so they become debug.
type engineLogger struct {
	to    *slog.Logger
	peers bool // from the peer-to-peer layer, where a peer's leaving is called an error
}

func (l engineLogger) Debug(string, ...any) {} // dumps whole messages: too costly to format

func (l engineLogger) Info(text string, pairs ...any) { l.write(slog.LevelDebug, text, pairs) }
func (l engineLogger) Warn(text string, pairs ...any) { l.write(slog.LevelWarn, text, pairs) }

func (l engineLogger) Error(text string, pairs ...any) {
	switch {
	case l.peers:
		l.write(slog.LevelInfo, text, pairs)
		return
	case strings.HasPrefix(text, "Not stopping "), text == "Error stopping pool":
		l.write(slog.LevelDebug, text, pairs) // the engine stops twice what has not started or has stopped
		return
	}
	l.write(slog.LevelError, text, pairs)
}

func (l engineLogger) write(level slog.Level, text string, pairs []any) {
	if l.to.Enabled(context.Background(), level) {
		l.to.Log(context.Background(), level, text, pairs...)
	}
}

func (l engineLogger) With(pairs ...any) cmtlog.Logger {
	peers := l.peers || len(pairs) == 2 && pairs[0] == "module" && pairs[1] == "p2p"
	return engineLogger{to: l.to.With(pairs...), peers: peers}
}
