// Package schema holds the runtime of the schema tables that are generated from the official
// ISO 20022 XSDs, one table per message version, and the streaming validator they drive.
//
// A verdict is meant to be the same as that of an XML Schema 1.0 processor: tests compare it
// with libxml2 over thousands of mutated files. Where the Recommendation and libxml2 differ
// on a lexical form, the comment at the place says so and the verdict follows libxml2. The
// validator goes on after an error where that makes sense, so that one run names several.
package schema
