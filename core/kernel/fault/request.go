package fault

// Requests to the public interface, which never reach a block. Numbers 9500-9599.
var (
	RequestInvalid     = define(9500, "request.invalid", Invalid, "NARR", false, "the request does not have the form it must have", "请求格式不符合要求")
	RequestTooLarge    = define(9501, "request.too_large", Oversized, "NARR", false, "the request has more bytes than are read", "请求超过大小上限")
	RequestTooMany     = define(9502, "request.too_many", Limited, "NARR", true, "too many requests over this connection; slow down", "该连接请求过于频繁，请放慢")
	RequestRoute       = define(9503, "request.no_such_route", NotFound, "NARR", false, "there is nothing at this address", "该地址不存在")
	RequestIdempotency = define(9504, "request.idempotency_key_mismatch", Invalid, "DU01", false, "the Idempotency-Key is not the client reference in the signed bytes", "Idempotency-Key 与已签名内容中的客户参考号不符")
	ReadBehind         = define(9510, "read.behind", Unavailable, "NARR", true, "this node has not reached the asked height yet", "本节点尚未到达所请求的高度")
	ReadNotKept        = define(9511, "read.not_kept", NotFound, "NARR", false, "this node does not keep what was asked for any more", "本节点已不再保存所请求的内容")
	ReadNounUnknown    = define(9512, "read.noun_unknown", NotFound, "NARR", false, "nothing of this name can be looked up", "没有可查询的此类对象")
	ReadNotFound       = define(9513, "read.not_found", NotFound, "NARR", false, "there is no such record", "没有该记录")
	ReadTooSlow        = define(9515, "read.too_slow", Limited, "NARR", true, "the reader fell too far behind and was dropped; resume from the last height", "读取过慢已被断开，请从最后高度续读")
	ReadNotProvable    = define(9516, "read.not_provable", NotFound, "NARR", false, "this is not stored as one record of its own, so no proof can show it", "该对象并非单独存储，无法提供证明")
	TransactionUnknown = define(9514, "transaction.not_found", NotFound, "NARR", false, "no block on this node has such a transaction", "本节点的区块中没有该交易")
	ReceiptNotYet      = define(9520, "receipt.not_yet", Unavailable, "NARR", true, "the block after the transaction's is not signed yet", "该交易之后的区块尚未签署")
	ReceiptNone        = define(9521, "receipt.none", NotFound, "NARR", false, "no transaction carried this out, so no receipt can prove it", "该事项并非由交易执行，无法出具回执")
	NodeBusy           = define(9530, "node.busy", Unavailable, "NARR", true, "too many transactions wait for a block; send the same bytes again later", "等待入块的交易过多，请稍后重发相同内容")
	NodeSyncing        = define(9531, "node.syncing", Unavailable, "NARR", true, "the node is still catching up with the network", "节点仍在同步")
	NodeStopped        = define(9532, "node.stopped", Unavailable, "NARR", true, "the node has stopped", "节点已停止")
)
