package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"causeway/core/kernel/wire"
	"causeway/iso20022"
	"causeway/iso20022/mapping"
	"causeway/iso20022/write"
)

// otherMessage is the message of a good file that holds no payments, if err says so.
func otherMessage(err error) string {
	var wrong *iso20022.WrongMessageError
	if errors.As(err, &wrong) {
		return wrong.Message
	}
	return ""
}

// submitOther does what a file without payments asks for.
func (a *app) submitOther(ctx context.Context, net *network, s *signing, path, message string, o fileOptions) error {
	switch {
	case strings.HasPrefix(message, "camt.056."):
		return a.cancelPayments(ctx, net, s, path, o, false)
	case strings.HasPrefix(message, "camt.053."):
		return a.attestReserves(ctx, net, s, path, o, false)
	}
	return notSubmitted(path, message)
}

func (a *app) explainOther(ctx context.Context, net *network, s *signing, path, message string, o fileOptions) error {
	var err error
	switch {
	case strings.HasPrefix(message, "camt.056."):
		err = a.cancelPayments(ctx, net, s, path, o, true)
	case strings.HasPrefix(message, "camt.053."):
		err = a.attestReserves(ctx, net, s, path, o, true)
	default:
		return notSubmitted(path, message)
	}
	if err == nil || err.Error() == "" {
		a.say("nothing was done: this is what would happen", "未执行任何操作：以上为预计结果")
	}
	return err
}

func notSubmitted(path, message string) error {
	return usage("%s holds %s; what can be submitted: pain.001, pacs.008 and pacs.009 (payments), camt.056 (cancellation), camt.053 (attestation of reserves)", path, message)
}

// beside is where an answer to a file goes.
func beside(path, folder, suffix string) string {
	if folder == "" {
		folder = filepath.Dir(path)
	}
	return filepath.Join(folder, strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))+"."+suffix+".xml")
}

// answering says who answers now.
func answering(id, bic string, now time.Time) mapping.Answering {
	return mapping.Answering{ID: answerID(id, now), Name: "Causeway", BIC: bic, At: now.Format("2006-01-02T15:04:05.000-07:00")}
}

// putAnswer writes an answer where nothing is yet, or another answer.
func putAnswer(path string, m *write.Message) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return writeNew(path, m.XML())
}

// referenceTo is the client reference of what a file asks for: the same file again is the same.
func referenceTo(parts ...string) string {
	var texts [][]byte
	for _, text := range parts {
		texts = append(texts, []byte(text), []byte{0})
	}
	return wire.Sum(texts...).String()
}
