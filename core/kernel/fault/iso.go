package fault

// Messages of ISO 20022 as files: 9000-9099. What exactly is wrong inside a file is said by the
// findings of its report, whose codes are the rules of package iso20022/rules.
var (
	ISOFileRefused = define(9000, "iso.file_refused", Refused, "FF01", false,
		"the message was refused; the report names every reason", "报文被拒绝；报告列明全部原因")
	ISOVersionUnsupported = define(9001, "iso.version_unsupported", Invalid, "FF01", false,
		"this message or version is not supported", "不支持该报文或版本")
	ISONotXML = define(9002, "iso.not_xml", Invalid, "FF01", false,
		"the file is not well-formed XML", "文件不是格式正确的XML")
	ISOProfileUnknown = define(9003, "iso.profile_unknown", Invalid, "NARR", false,
		"the profile is not known: plain or cbpr", "未知的规则集：可用 plain 或 cbpr")
	ISOMessageUnexpected = define(9004, "iso.message_unexpected", Invalid, "FF01", false,
		"the file is good but holds another message than this command reads", "文件有效，但不是此命令所读取的报文类型")
)
