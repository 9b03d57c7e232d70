package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"causeway/internal/shareddata"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"causeway": main})
}

// TestScripts runs the command line as a person would. Scripts that need a network start one of
// their own, on any free port.
func TestScripts(t *testing.T) {
	samples, err := filepath.Abs(filepath.Join("..", "..", "sample", "files"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("SAMPLES", samples)
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("SHARED", filepath.Join(shareddata.Root(), "..", "shared", "data"))
			return nil
		},
		Condition: func(condition string) (bool, error) {
			_, err := os.Stat(filepath.Join(shareddata.Root(), "..", "shared", "data"))
			return condition == "shared" && err == nil, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "appears": appears, "joins": joins, "breaks": breaks, "tear": tear, "stuck": stuck, "votes": votes, "keep": keep,
		},
	})
}

// exits N COMMAND ARGUMENTS… runs a command that must end with exit code N.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		got = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// appears FILE waits until a file is there.
func appears(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if info, err := os.Stat(path); err == nil && info.Size() > 0 {
			return
		}
	}
	ts.Fatalf("%s did not appear", path)
}

// joins HOME makes the node of a home the one that commands talk to.
func joins(ts *testscript.TestScript, _ bool, args []string) {
	path := filepath.Join(args[0], "data", "api.url")
	appears(ts, false, []string{path})
	ts.Setenv("CAUSEWAY_URL", strings.TrimSpace(ts.ReadFile(path)))
}

// breaks points commands at a node that answers questions, and hangs up on whoever submits.
func breaks(ts *testscript.TestScript, _ bool, _ []string) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			connection, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_ = connection.Close() // that is the test: the answer never comes
			}
			return
		}
		w.Header().Set("Content-Type", "application/json")
		answer := `{"chain":"causeway-dev","height":7}`
		if r.URL.Path == "/v1/asset/e-CNY" {
			answer = `{"noun":"asset","id":"e-CNY","value":{"id":"e-CNY","scale":2}}`
		}
		_, _ = w.Write([]byte(answer)) // a client that is gone needs no answer
	}))
	ts.Defer(server.Close)
	ts.Setenv("CAUSEWAY_URL", server.URL)
}

// tear FILE cuts the last 40 bytes off a file, as a crash would.
func tear(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	info, err := os.Stat(path)
	ts.Check(err)
	ts.Check(os.Truncate(path, info.Size()-40))
}

// stuck waits until status says why the chain does not move, with exit code 1.
func stuck(ts *testscript.TestScript, _ bool, _ []string) {
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(250 * time.Millisecond) {
		var failed *exec.ExitError
		if err := ts.Exec("causeway", "status"); errors.As(err, &failed) && failed.ExitCode() == exitError && strings.Contains(ts.ReadFile("stdout"), "reason") {
			return
		}
	}
	ts.Fatalf("status does not say why the chain stands")
}

// votes BOOL waits until the node is in step and is, or is no validator.
func votes(ts *testscript.TestScript, _ bool, args []string) {
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(250 * time.Millisecond) {
		if err := ts.Exec("causeway", "status", "-o", "json"); err != nil {
			continue
		}
		if out := ts.ReadFile("stdout"); strings.Contains(out, `"is_validator": `+args[0]) && strings.Contains(out, `"syncing": false`) {
			return
		}
	}
	ts.Fatalf("is_validator does not become %s", args[0])
}

// keep NAME REGEXP sets a variable to the first group of a match in what the last command printed.
func keep(ts *testscript.TestScript, _ bool, args []string) {
	match := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(match) != 2 {
		ts.Fatalf("no match for %s", args[1])
	}
	ts.Setenv(args[0], match[1])
}
