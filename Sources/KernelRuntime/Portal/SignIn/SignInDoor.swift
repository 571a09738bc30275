public import Kernel

/// The checks behind the sign-in form (AUTH-03, AUTH-08, AUTH-09).
///
/// Unknown address, wrong password and too many tries get one answer after one amount of work: an account's existence never shows.
struct SignInDoor: Sendable {
    let database: PostgresPool
    let services: PortalServices
    let clientAddress: String
    let clientName: String
    let now: Instant

    /// What the password step found.
    enum Outcome: Sendable {
        case refused
        /// The password is right and a second factor is owed; the value goes into the next form.
        case codeOwed(sealedStep: String)
        case open(token: String)
    }

    private struct Known {
        let account: Identifier
        let hash: String?
        let owesCode: Bool
        let isDisabled: Bool

        init(row: Row) throws {
            account = try row[0]
            hash = try row[1]
            owesCode = try row[2]
            isDisabled = try row[3]
        }
    }

    /// Minutes between the password and the code.
    static let stepMinutes = 5
    private static let stepPurpose = "sign-in-step"

    /// Checks address and password.
    func password(email: String, password: String) async throws -> Outcome {
        let address = Self.normalised(email)
        let keys = keys("account", address)
        let answers = try await database.pipeline(
            Query("select account_id, password_hash, totp_secret is not null, disabled from kernel.sign_in_lookup($1)", .text(address)),
            Query("select kernel.throttle_check($1::bytea[]), kernel.throttle_check($2::bytea[])", byteas([keys[0]]), byteas([keys[1]])))
        guard let waits = answers[1].first else { return .refused }
        let isAccountBlocked: Bool = try waits.decode(0, as: Int.self) > 0
        // An address that attacks costs us no hash; this says nothing of any account.
        if try waits.decode(1, as: Int.self) > 0 { return .refused }
        let known = try answers[0].first.map(Known.init(row:))
        let stored = known.flatMap { $0.isDisabled ? nil : $0.hash }
        let verdict = try await services.passwords.verify(String(password.prefix(PasswordPolicy.maximumLength)), against: stored)
        guard let known, verdict.matches, !isAccountBlocked else {
            if !isAccountBlocked { try await database.run(Query("select kernel.throttle_failure($1::bytea[])", byteas(keys))) }
            return .refused
        }
        if verdict.needsRenewal, let stored { renew(account: known.account, stored: stored, password: password) }
        if known.owesCode { return .codeOwed(sealedStep: try sealStep(account: known.account, email: address)) }
        return .open(token: try await open(account: known.account, keys: keys, strong: false))
    }

    /// Checks the code, or a recovery code, after the password. Nil when the step is too old or was not made here.
    func code(sealedStep: String, code: String) async throws -> Outcome? {
        guard let (account, email) = openStep(sealedStep) else { return nil }
        let keys = keys("code", account.description)
        let answers = try await database.pipeline(
            Query("select account_id, totp_secret, disabled from kernel.sign_in_lookup($1)", .text(email)),
            Query("select kernel.throttle_check($1::bytea[])", byteas(keys)))
        guard let row = answers[0].first, try row.decode(0, as: Identifier.self) == account, try !row.decode(2, as: Bool.self) else { return nil }
        let waits = try answers[1].scalar(as: Int.self)
        if waits == 0, try await isRight(code, account: account, sealedSecret: try row[1]) {
            return .open(token: try await open(account: account, keys: keys + self.keys("account", email), strong: true))
        }
        try await database.run(Query("select kernel.throttle_failure($1::bytea[])", byteas(keys)))
        return .refused
    }

    // MARK: Second factor

    private func isRight(_ code: String, account: Identifier, sealedSecret: [UInt8]?) async throws -> Bool {
        if RecoveryCodes.looksLike(code) {
            return try await database.run(
                Query("select kernel.use_recovery_code($1, $2)", .id(account), .bytes(RecoveryCodes.digest(code)))
            ).scalar()
        }
        guard let sealedSecret, let secret = services.secretBox.openTOTP(sealedSecret, account: account),
            let step = TOTP.matchingStep(code, secret: secret, at: now)
        else { return false }
        return try await database.run(Query("select kernel.totp_used($1, $2)", .id(account), .int(Int(step)))).scalar()
    }

    // MARK: Steps

    private func sealStep(account: Identifier, email: String) throws -> String {
        let body = JSONValue.array([
            .string(account.description), .string(email), .integer(Int(now.adding(minutes: Self.stepMinutes).microseconds)),
        ])
        return Digest.base64URL(try services.secretBox.seal(Array(body.text.utf8), purpose: Self.stepPurpose, subject: ""))
    }

    private func openStep(_ sealed: String) -> (Identifier, String)? {
        guard let bytes = Base64URL.decode(sealed), let body = services.secretBox.open(bytes, purpose: Self.stepPurpose, subject: ""),
            let parts = (try? JSONValue.parse(body))?.arrayValue, parts.count == 3, let account = parts[0].stringValue.flatMap(Identifier.init),
            let email = parts[1].stringValue, let limit = parts[2].intValue, now.microseconds < Int64(limit)
        else { return nil }
        return (account, email)
    }

    // MARK: Sessions

    private func open(account: Identifier, keys: [[UInt8]], strong: Bool) async throws -> String {
        let token = Token.make()
        _ = try await database.pipeline(
            Query(
                "select kernel.open_session($1, $2, $3, $4)", .id(account), .bytes(token.digest), .bool(strong), .text(clientName)),
            Query("select kernel.throttle_success(array[k]) from unnest($1::bytea[]) k where k <> $2", byteas(keys), .bytes(addressKey)))
        return token.text
    }

    private func renew(account: Identifier, stored: String, password: String) {
        Task {
            guard let hash = try? await services.passwords.hash(password) else { return }
            _ = try? await database.run(
                Query("select kernel.renew_password_hash($1, $2, $3)", .id(account), .text(stored), .text(hash)))
        }
    }

    // MARK: Throttling

    private var addressKey: [UInt8] { Digest.sha256(Array("sign-in-address:\(clientAddress)".utf8)) }

    /// The account's key first, then the caller's address, as `kernel.throttle_failure` wants them. Digests: no address is kept in clear.
    private func keys(_ what: String, _ subject: String) -> [[UInt8]] {
        [Digest.sha256(Array("sign-in-\(what):\(subject)".utf8)), addressKey]
    }

    static func normalised(_ email: String) -> String { email.filter { !$0.isWhitespace }.lowercased() }
}

/// A `bytea[]` parameter, by its literal.
func byteas(_ values: [[UInt8]]) -> Parameter { .text("{" + values.map { "\"\\\\x\(Digest.hex($0))\"" }.joined(separator: ",") + "}") }

extension SecretBox {
    /// The second factor's secret as stored with an account.
    public func sealTOTP(_ secret: [UInt8], account: Identifier) throws -> [UInt8] {
        try seal(secret, purpose: "totp", subject: account.description)
    }

    /// Opens a stored second factor; nil when the installation's secret changed.
    public func openTOTP(_ sealed: [UInt8], account: Identifier) -> [UInt8]? { open(sealed, purpose: "totp", subject: account.description) }
}
