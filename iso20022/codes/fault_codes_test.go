package codes_test

import (
	"testing"

	"causeway/core/kernel/fault"
	"causeway/iso20022/codes"
)

// A status report carries the fault's ISO code, so it has to be one that receivers know.
func TestEveryFaultHasAPublishedReasonCode(t *testing.T) {
	for _, f := range fault.All() {
		if listed, _ := codes.External("ExternalStatusReason1Code", f.ISO); !listed {
			t.Errorf("%s: %q is not in ExternalStatusReason1Code", f.Name, f.ISO)
		}
	}
}
