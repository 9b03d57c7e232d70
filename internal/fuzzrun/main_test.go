package main

import (
	"context"
	"slices"
	"testing"
	"time"
)

func TestFindsTargets(t *testing.T) {
	targets, err := find("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []target{{"../../core/kernel/wire", "FuzzUnmarshal"}, {"../../iso20022", "FuzzCheck"}} {
		if !slices.Contains(targets, want) {
			t.Errorf("%v is missing among %v", want, targets)
		}
	}
}

func TestNothingFoundIsAnError(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := run(context.Background(), time.Second, ""); err == nil {
		t.Error("no target, and no error")
	}
}
