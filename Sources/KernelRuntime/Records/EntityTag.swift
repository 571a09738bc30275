/// The strong tag of a record: its revision (RFC 9110 section 8.8.3).
struct EntityTag: Sendable, Equatable {
    let revision: Int

    var text: String { "\"\(revision)\"" }

    /// Tags of an `If-Match` or `If-None-Match` header.
    struct List: Sendable, Equatable {
        /// Nil stands for `*`. Tags we never gave are left out: they match nothing.
        let revisions: Set<Int>?

        func matches(_ tag: EntityTag) -> Bool { revisions?.contains(tag.revision) ?? true }
    }

    /// Reads a header. A weak tag counts only where a weak comparison is allowed, never to change something.
    static func list(_ header: String, weakly: Bool) -> List {
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
