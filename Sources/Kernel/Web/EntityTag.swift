/// The strong tag of a record: its revision (RFC 9110 section 8.8.3).
public struct EntityTag: Sendable, Equatable {
    public let revision: Int

    public init(revision: Int) { self.revision = revision }

    /// As a header says it.
    public var text: String { "\"\(revision)\"" }

    /// Tags of an `If-Match` or `If-None-Match` header.
    public struct List: Sendable, Equatable {
        /// Nil stands for `*`. Tags we never gave are left out: they match nothing.
        public let revisions: Set<Int>?

        public func matches(_ tag: EntityTag) -> Bool { revisions?.contains(tag.revision) ?? true }
    }

    /// Reads a header. A weak tag counts only where a weak comparison is allowed, never to change something.
    public static func list(_ header: String, weakly: Bool) -> List {
        let parts = header.split(separator: ",").map { part in String(part).trimmed }
        if parts == ["*"] { return List(revisions: nil) }
        return List(
            revisions: Set(
                parts.compactMap { part in
                    let tag = weakly && part.hasPrefix("W/") ? String(part.dropFirst(2)) : part
                    guard tag.count > 2, tag.hasPrefix("\""), tag.hasSuffix("\"") else { return nil }
                    let digits = tag.dropFirst().dropLast()
                    return digits.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } ? Int(digits) : nil
                }))
    }
}

extension WebRequest {
    /// Something with a revision as it stands, or 304 when the program has it already.
    public func answer(revision: Int, body: () throws -> [UInt8]) rethrows -> APIResponse {
        let tag = EntityTag(revision: revision)
        let known = method == .get ? headers["if-none-match"] : nil
        if let known, EntityTag.list(known, weakly: true).matches(tag) {
            return APIResponse(status: 304, headers: [(name: "ETag", value: tag.text)], body: [])
        }
        return APIResponse(headers: [(name: "ETag", value: tag.text)], body: try body())
    }

    /// The `If-Match` header, without which nothing is changed (RFC 6585).
    public func ifMatch() throws -> String {
        guard let header = headers["if-match"] else { throw Refusal.preconditionRequired }
        return header
    }

    /// The revisions that a change may start from; nil for any. Throws 428 without an `If-Match` header.
    public func expectedRevisions() throws -> Set<Int>? { EntityTag.list(try ifMatch(), weakly: false).revisions }
}
