import Kernel

/// The strong tag of something without a revision: a digest of what is answered (RFC 9110 section 8.8.3).
struct ContentTag: Sendable, Equatable {
    let text: String

    init(_ value: JSONValue) {
        text = "\"\(Digest.hex(Array(Digest.sha256(Array(value.text.utf8)).prefix(16))))\""
    }

    /// Whether an `If-Match` or `If-None-Match` header names it. A weak tag counts only where a weak comparison is allowed.
    func isNamed(in header: String, weakly: Bool) -> Bool {
        let tags = header.split(separator: ",").map { String($0).trimmed }
        return tags == ["*"] || tags.contains { $0 == text || weakly && $0 == "W/\(text)" }
    }
}

extension WebRequest {
    /// A thing as it stands, or 304 when the program has it already.
    func answer(_ value: JSONValue) -> APIResponse {
        let tag = ContentTag(value)
        let headers = [(name: "ETag", value: tag.text)]
        if method == .get, let header = self.headers["if-none-match"], tag.isNamed(in: header, weakly: true) {
            return APIResponse(status: 304, headers: headers, body: [])
        }
        return APIResponse.json(headers: headers) { $0.value(value) }
    }

    /// A thing just made, and where it is.
    func answer(created value: JSONValue, at location: String) -> APIResponse {
        let headers = [(name: "ETag", value: ContentTag(value).text), (name: "Location", value: location)]
        return APIResponse.json(status: 201, headers: headers) { $0.value(value) }
    }

    /// Refuses a change to something that is no longer as the program knew it; call it under the lock of the change.
    func demand(_ value: JSONValue) throws {
        guard ContentTag(value).isNamed(in: try ifMatch(), weakly: false) else { throw Refusal.stale }
    }
}
