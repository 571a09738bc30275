import Kernel
import Synchronization

/// Whether a request was let into its MSP. A handler that answers without reading anything must not answer strangers.
final class EntryMark: Sendable {
    private let isSet = Atomic(false)

    func set() { isSet.store(true, ordering: .relaxed) }

    var hasEntered: Bool { isSet.load(ordering: .relaxed) }
}

/// What the writes of a request made of the whole, said after the message of the act.
final class SaidAfter: Sendable {
    private let sentences = Mutex<[String]>([])

    /// What a later write of the request says of the whole takes the place of what an earlier one said.
    func set(_ said: [String]) { if !said.isEmpty { sentences.withLock { $0 = said } } }

    /// The answer with what there is to add: to a message that tells of something done, and to no other.
    func complete(_ answer: PageResponse) -> PageResponse {
        let said = sentences.withLock { $0 }
        guard !said.isEmpty, case .redirect(let path, let message?) = answer, message.tone == .done else { return answer }
        return .redirect(path, Message(.done, ([message.text] + said).joined(separator: " ")))
    }

    /// Header of the answer to a program that tells the same: a list of display strings (RFC 9651).
    static let header = "Collectif-Consequence"

    /// The answer to a program: what it asked for stays in the body, whatever else moved stands in a header.
    func complete(_ answer: APIResponse) -> APIResponse {
        let said = sentences.withLock { $0 }
        guard !said.isEmpty, answer.download == nil else { return answer }
        let field = said.map { "%\"\(Self.displayed($0))\"" }.joined(separator: ", ")
        return APIResponse(status: answer.status, headers: answer.headers + [(Self.header, field)], body: answer.body)
    }

    /// Characters beyond plain ASCII, the quote and the percent sign as their bytes.
    private static func displayed(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            if 0x20...0x7E ~= byte, byte != 0x22, byte != 0x25 {
                out.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                out += "%" + Digest.hex([byte])
            }
        }
        return out
    }
}
