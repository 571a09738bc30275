public import Kernel
import Metrics

/// The checks behind the sign-in form (AUTH-03, AUTH-08, AUTH-09).
///
/// Unknown address, wrong password and too many tries get one answer after one amount of work: an account's existence never shows.
/// Failures make strangers wait and refuse nobody: the right password is let in after the same wait (docs/decisions/0024).
struct SignInDoor: Sendable {
    let database: PortalDatabase
    let services: PortalServices
    let clientAddress: String
    /// Digest of the browser's cookie.
    let device: [UInt8]
    /// A session that came along, alive or not.
    let session: [UInt8]?
    let clientName: String
    let now: Instant

    /// What the password step found.
    enum Outcome: Sendable {
        case refused
        /// The password is right and a second factor is owed; the value goes into the next form.
        case codeOwed(sealedStep: String)
        /// The password is right and the role asks for a second factor that is still to be set up: nothing opens before.
        case setUpOwed(sealedStep: String)
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
        let outcome = try await services.lanes.run(try await lane(address)) {
            // Asked again: those who stood before in the lane may have failed.
            let turn = try await begin(address)
            if turn.wait > 0 { try await Task.sleep(for: .seconds(turn.wait)) }
            return try await checked(address, password, recipe: turn.recipe)
        }
        Self.count(outcome)
        return outcome ?? .refused
    }

    /// For the operator: how many come in, how many do not, how many wait in vain. The second factor has no figure of its own.
    private static func count(_ outcome: Outcome?) {
        let word =
            switch outcome {
            case nil: "throttled"
            case .refused: "failure"
            default: "success"
            }
        Counter(label: "collectif_sign_in_total", dimensions: [("outcome", word)]).increment()
    }

    /// A known browser, or a live session, has a lane of its own: strangers do not stand in it.
    private func lane(_ address: String) async throws -> SignInLanes.Place {
        let isKnown = try await begin(address).isKnown
        let own = "own \(Digest.hex(device)) \(Digest.hex(session ?? []))"
        return SignInLanes.Place(subject: isKnown ? own : address, address: isKnown ? own : TrustedProxies.block(clientAddress))
    }

    private static let beginning: SQL = "select recipe, wait, is_known from kernel.sign_in_begin($1, $2, $3, $4)"

    private func begin(_ address: String) async throws -> (recipe: String, wait: Int, isKnown: Bool) {
        let rows = try await database.run(
            Query(Self.beginning, .text(address), .text(clientAddress), .bytes(device), .bytes(session ?? [])))
        guard let row = rows.first else { throw Refusal.unauthenticated }
        return (try row[0], try row[1], try row[2])
    }

    private func checked(_ address: String, _ password: String, recipe: String) async throws -> Outcome {
        let typed = String(password.prefix(PasswordPolicy.maximumLength))
        let proof = try await services.passwords.proof(of: typed, recipe: recipe)
        var proven = Proven(email: address, proof: proof.bytes)
        let found = try await database.run(
            Query(Self.check, .text(address), .bytes(proof.bytes)))
        guard let row = found.first else {
            try await database.run(
                Query(
                    "select kernel.password_failed($1, $2, $3, $4, $5)", .text(address), .bytes(proof.bytes), .text(clientAddress),
                    .bytes(device), .bytes(session ?? [])))
            return .refused
        }
        if proof.needsRenewal { proven = await renewed(proven, password: typed) }
        return try await next(row, proven)
    }

    /// Goes on after a password that was just chosen by a link: its person need not type it again, and owes the second factor as ever.
    func entered(email: String, proof: [UInt8]) async throws -> Outcome {
        let proven = Proven(email: email, proof: proof)
        guard let row = try await database.run(Query(Self.check, .text(email), .bytes(proof))).first else { return .refused }
        return try await next(row, proven)
    }

    private static let check: SQL = "select account_id, totp_secret is not null, must_set_factor from kernel.check_password($1, $2)"

    /// What the right password leads to.
    private func next(_ row: Row, _ proven: Proven) async throws -> Outcome {
        if try row.decode(1, as: Bool.self) { return .codeOwed(sealedStep: try sealStep(account: try row[0], proven)) }
        if try row.decode(2, as: Bool.self) {
            return .setUpOwed(sealedStep: try sealStep(account: try row[0], proven, minutes: SecondFactorRoutes.minutes))
        }
        return .open(token: try await open(proven, strong: false))
    }

    /// Account and address behind a step; nil when it is too old or was not made here.
    func owner(ofStep sealedStep: String) -> (account: Identifier, email: String)? {
        openStep(sealedStep).map { ($0.0, $0.1.email) }
    }

    /// Sets the second factor up and opens the session; nil when the step is too old or nothing is owed any more.
    func finishSetUp(sealedStep: String, _ pending: SecondFactorRoutes.Pending) async throws -> String? {
        guard let (account, proven) = openStep(sealedStep) else { return nil }
        let token = Token.make()
        do {
            _ = try await database.pipeline(
                Query(
                    "select kernel.open_session_with_factor($1, $2, $3, $4, $5, $6, $7::bytea[])", .text(proven.email),
                    .bytes(proven.proof), .bytes(token.digest), .text(clientName),
                    .bytes(try services.secretBox.sealTOTP(pending.secret, account: account)), .int(pending.step),
                    byteas(pending.codes.map(RecoveryCodes.digest))),
                Query("select kernel.sign_in_done($1, $2)", .bytes(token.digest), .bytes(device)))
        } catch let error as PostgresError where error.sqlState?.rawValue == "CK401" {
            return nil
        }
        return token.text
    }

    /// Checks the code, or a recovery code, after the password. Nil when the step is too old or was not made here.
    func code(sealedStep: String, code: String) async throws -> Outcome? {
        guard let (account, proven) = openStep(sealedStep) else { return nil }
        let place = SignInLanes.Place(subject: "code \(account)", address: TrustedProxies.block(clientAddress))
        return try await services.lanes.run(place) { try await checked(code, of: account, proven) } ?? .refused
    }

    private func checked(_ code: String, of account: Identifier, _ proven: Proven) async throws -> Outcome? {
        let answers = try await database.pipeline(
            Query("select account_id, totp_secret from kernel.check_password($1, $2)", .text(proven.email), .bytes(proven.proof)),
            Query("select kernel.code_wait($1, $2, $3)", .text(proven.email), .bytes(proven.proof), .bytes(device)))
        guard let row = answers[0].first, try row.decode(0, as: Identifier.self) == account else { return nil }
        if try answers[1].scalar(as: Int.self) > 0 { return .refused }
        if try await isRight(code, account: account, proven, sealedSecret: try row[1]) {
            return .open(token: try await open(proven, strong: true))
        }
        try await database.run(
            Query(
                "select kernel.code_failed($1, $2, $3, $4)", .text(proven.email), .bytes(proven.proof), .text(clientAddress),
                .bytes(device)))
        return .refused
    }

    // MARK: Second factor

    private func isRight(_ code: String, account: Identifier, _ proven: Proven, sealedSecret: [UInt8]?) async throws -> Bool {
        if RecoveryCodes.looksLike(code) {
            return try await database.run(
                Query(
                    "select kernel.use_recovery_code($1, $2, $3)", .text(proven.email), .bytes(proven.proof),
                    .bytes(RecoveryCodes.digest(code)))
            ).scalar()
        }
        guard let sealedSecret, let secret = services.secretBox.openTOTP(sealedSecret, account: account),
            let step = TOTP.matchingStep(code, secret: secret, at: now)
        else { return false }
        return try await database.run(
            Query("select kernel.spend_code($1, $2, $3)", .text(proven.email), .bytes(proven.proof), .int(Int(step)))
        ).scalar()
    }

    // MARK: Steps

    /// Account, address and proof, sealed under the installation's key: the browser that carries them to the next form cannot read them.
    private func sealStep(account: Identifier, _ proven: Proven, minutes: Int = stepMinutes) throws -> String {
        let body = JSONValue.array([
            .string(account.description), .string(proven.email), .integer(Int(now.adding(minutes: minutes).microseconds)),
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

    private func open(_ proven: Proven, strong: Bool) async throws -> String {
        let token = Token.make()
        _ = try await database.pipeline(
            Query(
                "select kernel.open_session($1, $2, $3, $4, $5)", .text(proven.email), .bytes(proven.proof), .bytes(token.digest),
                .bool(strong), .text(clientName)),
            Query("select kernel.sign_in_done($1, $2)", .bytes(token.digest), .bytes(device)))
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
