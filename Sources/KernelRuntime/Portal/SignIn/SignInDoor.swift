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

    /// Address and proof of a password: what `kernel.open_session` asks for.
    private struct Proven {
        let email: String
        let proof: [UInt8]
    }

    /// Minutes between the password and the code.
    static let stepMinutes = 5
    private static let stepPurpose = "sign-in-step"

    /// Checks address and password.
    func password(email: String, password: String) async throws -> Outcome {
        let address = Self.normalised(email)
        let keys = keys("account", address)
        let answers = try await database.pipeline(
            Query("select kernel.sign_in_lookup($1)", .text(address)),
            Query("select kernel.throttle_check($1::bytea[]), kernel.throttle_check($2::bytea[])", byteas([keys[0]]), byteas([keys[1]])))
        guard let waits = answers[1].first else { return .refused }
        let isAccountBlocked: Bool = try waits.decode(0, as: Int.self) > 0
        // An address that attacks costs us no hash; this says nothing of any account.
        if try waits.decode(1, as: Int.self) > 0 { return .refused }
        let typed = String(password.prefix(PasswordPolicy.maximumLength))
        let proof = try await services.passwords.proof(of: typed, recipe: try answers[0].scalar())
        var proven = Proven(email: address, proof: proof.bytes)
        let found = try await database.run(
            Query("select account_id, totp_secret is not null from kernel.check_password($1, $2)", .text(address), .bytes(proof.bytes)))
        guard let row = found.first, !isAccountBlocked else {
            if !isAccountBlocked { try await database.run(Query("select kernel.throttle_failure($1::bytea[])", byteas(keys))) }
            return .refused
        }
        if proof.needsRenewal { proven = await renewed(proven, password: typed) }
        if try row.decode(1, as: Bool.self) { return .codeOwed(sealedStep: try sealStep(account: try row[0], proven)) }
        return .open(token: try await open(proven, keys: keys, strong: false))
    }

    /// Checks the code, or a recovery code, after the password. Nil when the step is too old or was not made here.
    func code(sealedStep: String, code: String) async throws -> Outcome? {
        guard let (account, proven) = openStep(sealedStep) else { return nil }
        let keys = keys("code", account.description)
        let answers = try await database.pipeline(
            Query("select account_id, totp_secret from kernel.check_password($1, $2)", .text(proven.email), .bytes(proven.proof)),
            Query("select kernel.throttle_check($1::bytea[])", byteas(keys)))
        guard let row = answers[0].first, try row.decode(0, as: Identifier.self) == account else { return nil }
        let waits = try answers[1].scalar(as: Int.self)
        if waits == 0, try await isRight(code, account: account, sealedSecret: try row[1]) {
            return .open(token: try await open(proven, keys: keys + self.keys("account", proven.email), strong: true))
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

    /// Account, address and proof, sealed under the installation's key: the browser that carries them to the next form cannot read them.
    private func sealStep(account: Identifier, _ proven: Proven) throws -> String {
        let body = JSONValue.array([
            .string(account.description), .string(proven.email), .integer(Int(now.adding(minutes: Self.stepMinutes).microseconds)),
            .string(Digest.base64URL(proven.proof)),
        ])
        return Digest.base64URL(try services.secretBox.seal(Array(body.text.utf8), purpose: Self.stepPurpose, subject: ""))
    }

    private func openStep(_ sealed: String) -> (Identifier, Proven)? {
        guard let bytes = Base64URL.decode(sealed), let body = services.secretBox.open(bytes, purpose: Self.stepPurpose, subject: ""),
            let parts = (try? JSONValue.parse(body))?.arrayValue, parts.count == 4,
            let account = parts[0].stringValue.flatMap(Identifier.init),
            let email = parts[1].stringValue, let limit = parts[2].intValue, now.microseconds < Int64(limit),
            let proof = parts[3].stringValue.flatMap(Base64URL.decode)
        else { return nil }
        return (account, Proven(email: email, proof: proof))
    }

    // MARK: Sessions

    private func open(_ proven: Proven, keys: [[UInt8]], strong: Bool) async throws -> String {
        let token = Token.make()
        _ = try await database.pipeline(
            Query(
                "select kernel.open_session($1, $2, $3, $4, $5)", .text(proven.email), .bytes(proven.proof), .bytes(token.digest),
                .bool(strong), .text(clientName)),
            Query("select kernel.throttle_success(array[k]) from unnest($1::bytea[]) k where k <> $2", byteas(keys), .bytes(addressKey)))
        return token.text
    }

    /// Gives the account a hash with the parameters of today; the former proof goes on when that fails.
    private func renewed(_ proven: Proven, password: String) async -> Proven {
        guard let new = try? await services.passwords.hashWithProof(password),
            let isDone = try? await database.run(
                Query("select kernel.renew_password_hash($1, $2, $3)", .text(proven.email), .bytes(proven.proof), .text(new.hash))
            ).scalar(as: Bool.self), isDone
        else { return proven }
        return Proven(email: proven.email, proof: new.proof)
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
