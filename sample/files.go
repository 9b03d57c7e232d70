package sample

import "embed"

//go:embed files/*.xml
var files embed.FS

// Files are the payment files of the sample, in the order in which they are played: one that
// settles, one that a quota refuses, one that Shanghai reviews.
var Files = []string{"1-goods-settled.xml", "2-annual-quota-refused.xml", "3-held-for-shanghai.xml"}

// File is the content of a payment file.
func File(name string) ([]byte, error) { return files.ReadFile("files/" + name) }
