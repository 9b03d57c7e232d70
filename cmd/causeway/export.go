package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"causeway/client"
	"causeway/cmd/causeway/show"
)

func (a *app) exportCommand() *cobra.Command {
	var from, to int64
	var file string
	cmd := &cobra.Command{
		Use: "export", Short: "Write outcomes as JSON lines, from a height on", Args: cobra.NoArgs,
		Long: `Write all outcomes as JSON lines, from a height to another (default: the newest). An
interrupted export goes on where it stopped when it is run again with the same file.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if from < 1 || to != 0 && to < from {
				return usage("--from %d --to %d: heights from 1 on, the first not above the last", from, to)
			}
			if file == "-" {
				return a.export(cmd.Context(), a.out, from, to)
			}
			return a.exportFile(cmd.Context(), file, from, to)
		},
	}
	cmd.Flags().Int64Var(&from, "from", 1, "first height")
	cmd.Flags().Int64Var(&to, "to", 0, "last height (default: the newest)")
	cmd.Flags().StringVarP(&file, "output", "o", "-", "file to write or go on with, - for standard output")
	return cmd
}

func (a *app) exportFile(ctx context.Context, path string, from, to int64) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return err
	}
	next, size, err := resume(file)
	if err == nil && next > 0 {
		a.say("going on at height %d", "从高度 %d 继续", next)
		from = max(from, next)
	}
	if err == nil {
		err = errors.Join(file.Truncate(size), seek(file, size))
	}
	if err == nil {
		err = a.export(ctx, file, from, to)
	}
	return errors.Join(err, file.Sync(), file.Close())
}

func seek(file *os.File, at int64) error {
	_, err := file.Seek(at, io.SeekStart)
	return err
}

// resume finds the last height in a file and the size before its first line. That height may be
// incomplete, and a last line torn, so both are written again.
func resume(file *os.File) (next, size int64, err error) {
	reader := bufio.NewReaderSize(file, 1<<16)
	var at int64
	for {
		line, err := reader.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return next, size, nil
		}
		if err != nil {
			return 0, 0, err
		}
		var head struct {
			Height int64 `json:"height"`
		}
		if err := json.Unmarshal(line, &head); err != nil || head.Height < next || head.Height < 1 {
			return 0, 0, &exit{exitUsage, fmt.Errorf("%s is no export: byte %d: %.60q", file.Name(), at, line)}
		}
		if head.Height > next {
			next, size = head.Height, at
		}
		at += int64(len(line))
	}
}

// export follows the outcomes up to a height. Each height is written whole or not at all.
func (a *app) export(ctx context.Context, w io.Writer, from, to int64) error {
	net := a.network()
	if to == 0 {
		status, err := net.Status(ctx)
		if err != nil {
			return net.unreachable(err)
		}
		to = status.Height
	}
	if from > to {
		return nil
	}
	progress := show.NewProgress(a.err, a.terminal(), a.text("heights", "高度"), to-from+1)
	defer progress.End()
	for block, err := range net.Events(ctx, from) {
		if err != nil {
			return err
		}
		lines, err := jsonLines(block.Outcomes)
		if err != nil {
			return err
		}
		if _, err := w.Write(lines); err != nil {
			return err
		}
		progress.Set(block.Height - from + 1)
		if block.Height >= to {
			return nil
		}
	}
	return fmt.Errorf("%s: %w", a.text("interrupted; run it again to go on", "已中断；再次运行即可继续"), context.Cause(ctx))
}

func jsonLines(outcomes []client.Outcome) ([]byte, error) {
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	encoder.SetEscapeHTML(false)
	for i := range outcomes {
		if err := encoder.Encode(&outcomes[i]); err != nil {
			return nil, err
		}
	}
	return lines.Bytes(), nil
}
