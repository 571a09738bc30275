internal import Kernel

/// What the script of every page asks on behalf of somebody who types: how long the session lasts, and to keep a draft.
enum DraftRoutes {
    static var routes: [PortalRoute] {
        [
            PortalRoute(.get, "session", .person, handle: session), PortalRoute(.post, "session", .person, handle: session),
            PortalRoute(.get, "brouillons", .person, handle: find), PortalRoute(.post, "brouillons", .person, handle: keep),
        ]
    }

    /// A session without a request for so long is over (SESS-02), as `kernel.session_of` judges.
    private static let idleSeconds = 1_800

    static func isKey(_ key: String) -> Bool {
        (1...40).contains(key.utf8.count) && key.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
    }

    /// Seconds to the end when nothing more is asked, and whatever is asked; the anti-forgery value of this session. Typing counts as
    /// presence: only a page in which somebody types asks.
    private static func session(_ request: PortalRequest) async throws -> PortalResponse {
        let (person, credential) = try request.signedIn()
        let rows = try await request.database.run(
            Query(
                "select extract(epoch from expires_at - clock_timestamp())::integer from kernel.list_sessions($1) where current",
                .bytes(credential.digest)))
        let left: Int = try rows.first?[0] ?? 0
        return .api(
            APIResponse.json { json in
                json.object {
                    json.member("csrf", request.csrf)
                    json.member("reader", request.reader(person.account))
                    json.member("idle", idleSeconds)
                    json.member("end", left)
                }
            })
    }

    /// Drafts by key: `?cle=…&cle=…`.
    private static func find(_ request: PortalRequest) async throws -> PortalResponse {
        let (person, credential) = try request.signedIn()
        let keys = Array(request.web.query.all("cle").filter(isKey).prefix(50))
        let rows = try await request.database.run(
            Query("select form_key, sealed from kernel.kept_forms($1, $2::text[])", .bytes(credential.digest), .texts(keys)))
        var drafts: [JSONValue] = []
        for row in rows {
            let sealed: [UInt8] = try row[1]
            guard let bytes = request.services.secretBox.open(sealed, purpose: purpose, subject: person.account.description),
                let body = try? JSONValue.parse(bytes)
            else { continue }
            drafts.append(.object([("key", .string(try row[0])), ("body", body)]))
        }
        let found = drafts
        return .api(APIResponse.json { $0.value(.object([("drafts", .array(found))])) })
    }

    private static let purpose = "draft"

    /// Keeps one, or forgets it when it is empty.
    private static func keep(_ request: PortalRequest) async throws -> PortalResponse {
        let (person, credential) = try request.signedIn()
        guard let key = request.web.form["cle"], isKey(key) else {
            throw Refusal.invalid("cle", "Cette clé de brouillon n’en est pas une.")
        }
        let body = request.web.form["brouillon"] ?? ""
        if body.isEmpty {
            try await request.database.run(
                Query("select kernel.forget_forms($1, $2::text[])", .bytes(credential.digest), .texts([key])))
        } else {
            guard body.utf8.count <= 1_000_000, (try? JSONValue.parse(Array(body.utf8))) != nil else {
                throw Refusal.invalid("brouillon", "Ce brouillon ne peut pas être gardé.")
            }
            if SocialSecurityNumber.isPresent(in: body) { throw Refusal.invalid("brouillon", SocialSecurityNumber.refusal) }
            let sealed = try request.services.secretBox.seal(Array(body.utf8), purpose: purpose, subject: person.account.description)
            _ = try await request.database.run(
                Query("select kernel.keep_form($1, $2, $3)", .bytes(credential.digest), .text(key), .bytes(sealed)))
        }
        return .api(APIResponse.json { $0.value(.object([("kept", .bool(!body.isEmpty))])) })
    }
}

extension PortalRequest {
    /// Mark of a reader, as the frame of a page bears it.
    func reader(_ account: Identifier) -> String { ReaderMark(key: services.secretBox.key(for: ReaderMark.purpose)).mark(account) }
}

/// Tells the drafts of one person from those of another in the same browser, and says nothing about the account.
struct ReaderMark: Sendable {
    static let purpose = "reader"
    /// Of who came by a link: no account, drafts of this tab only.
    static let link = "lien"
    let key: [UInt8]

    func mark(_ account: Identifier?) -> String {
        account.map { String(Digest.hex(Digest.hmac("reader:\($0)", key: key)).prefix(16)) } ?? ""
    }
}
